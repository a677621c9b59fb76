Feature: A pod that no PodNetworking matches uses the default plane
  "No match: The pod uses an IP address allocated from a shared Elastic Network Interface (ENI) by default."
  What can be seen of the shared ENI is the cluster's own network configuration: an address of a default vSwitch and
  the default security group.

  Background:
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |

  @DEF-1
  Scenario: Without any PodNetworking a pod uses the default plane
    When the pod "web" labelled "app=web" is created
    Then the pod "web" eventually uses the default plane
    # The control: as soon as a PodNetworking matches, the same kind of pod leaves the default plane.
    When the PodNetworking "blue" is created
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    And the pod "second" labelled "app=web" is created
    Then the pod "second" eventually uses the PodNetworking "blue"

  @DEF-1
  Scenario: After the last PodNetworking is deleted, new pods use the default plane again
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    And the pod "before" labelled "app=web" runs on the PodNetworking "blue"
    When the PodNetworking "blue" is deleted
    And the pod "after" labelled "app=web" is created
    Then the pod "after" eventually uses the default plane

  @DEF-2
  Scenario: A pod that differs from the podSelector in one point is on the default plane, and it runs
    Given the namespaces
      | namespace | labels    |
      | inside    | team=blue |
      | outside   | team=red  |
    And the PodNetworking "blue"
      """
      selector:
        podSelector: {matchLabels: {app: web, tier: front}}
        namespaceSelector: {matchLabels: {team: blue}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When these pods are created
      | pod             | namespace | labels               |
      | control         | inside    | app=web, tier=front  |
      | missing-key     | inside    | app=web              |
      | other-value     | inside    | app=web, tier=back   |
      | other-case      | inside    | app=web, tier=Front  |
      | other-key-case  | inside    | app=web, Tier=front  |
      | other-namespace | outside   | app=web, tier=front  |
      | no-labels       | inside    |                      |
    Then the pods eventually use
      | pod             | namespace | plane         |
      | control         | inside    | blue          |
      | missing-key     | inside    | default plane |
      | other-value     | inside    | default plane |
      | other-case      | inside    | default plane |
      | other-key-case  | inside    | default plane |
      | other-namespace | outside   | default plane |
      | no-labels       | inside    | default plane |

  @DEF-2
  Scenario: Every pod of an unmatched Deployment runs on the default plane while others match
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    And the pod "control" labelled "app=web" runs on the PodNetworking "blue"
    When the Deployment "api" of 4 pods labelled "app=api" is created
    Then the 4 pods of the Deployment "api" eventually use the default plane
