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
    # The control: the cluster knows PodNetworkings, and goes on when there is one.
    When the PodNetworking "blue" is created
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    And the pod "second" labelled "app=web" is created
    Then the pod "second" eventually runs with an address

  @DEF-1
  Scenario: After the last PodNetworking is deleted, new pods use the default plane again
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When the pod "before" labelled "app=web" is created
    Then the pod "before" eventually runs with an address
    When the PodNetworking "blue" is deleted
    And the pod "after" labelled "app=web" is created
    Then the pod "after" eventually uses the default plane

  @DEF-2
  Scenario: A pod that differs from the selector in whatever point runs on the default plane
    Given the namespaces
      | namespace |
      | elsewhere |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When these pods are created
      | pod         | namespace | labels             |
      | control     | elsewhere | app=web            |
      | no-labels   | elsewhere |                    |
      | other-value | elsewhere | app=api            |
      | other-key   | elsewhere | tier=web           |
      | many-others | elsewhere | app=api, tier=back |
    Then the pods eventually use
      | pod         | namespace | plane         |
      | control     | elsewhere | blue          |
      | no-labels   | elsewhere | default plane |
      | other-value | elsewhere | default plane |
      | other-key   | elsewhere | default plane |
      | many-others | elsewhere | default plane |

  # On which plane it runs is the affair of the selectors.
  @DEF-2
  Scenario: A pod that satisfies one of two selectors runs all the same
    Given the namespaces
      | namespace | labels    |
      | inside    | team=blue |
      | outside   | team=red  |
    And the PodNetworking "blue"
      """
      selector:
        podSelector: {matchLabels: {app: web}}
        namespaceSelector: {matchLabels: {team: blue}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When 2 pods "one" labelled "app=web" are created at once in the namespace "outside"
    And 2 pods "other" labelled "app=api" are created at once in the namespace "inside"
    Then each of the pods "one" eventually runs with an address
    And each of the pods "other" eventually runs with an address

  # What an expression means, and so on which plane the pods run, is the affair of the selectors.
  @DEF-2 @feature:MatchExpressions
  Scenario: A pod that satisfies one of two selectors with expressions runs all the same
    Given the namespaces
      | namespace | labels    |
      | inside    | team=blue |
      | outside   | team=red  |
    And the PodNetworking "blue"
      """
      selector:
        podSelector: {matchExpressions: [{key: app, operator: In, values: [web]}]}
        namespaceSelector: {matchExpressions: [{key: team, operator: In, values: [blue]}]}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When 2 pods "one" labelled "app=web" are created at once in the namespace "outside"
    And 2 pods "other" labelled "app=api" are created at once in the namespace "inside"
    Then each of the pods "one" eventually runs with an address
    And each of the pods "other" eventually runs with an address

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
