Feature: Fixed is for pods with fixed names
  A pod that bears the same name again, of a StatefulSet or without an owner, can be given the same address again. In the
  dialect of Terway a PodNetworking of type Fixed applies to such pods only; for all others it is as if it were not there.

  Background:
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |
      | green-1 | zone-1 |
    And the PodNetworking "blue"
      """
      allocationType: {type: Fixed, releaseStrategy: TTL, releaseAfter: 10m}
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, default]
      vSwitchOptions: [blue-1]
      """

  @T-FIX-NAME
  Scenario: It applies to bare pods and to those of a StatefulSet
    When these pods are created
      | pod   | labels  |
      | bare  | app=web |
      | plain | app=api |
    And the StatefulSet "db" of 2 pods labelled "app=web" is created
    Then the 2 pods of the StatefulSet "db" eventually use the PodNetworking "blue"
    And the pods eventually use
      | pod   | plane         |
      | bare  | blue          |
      | plain | default plane |

  @T-FIX-NAME
  Scenario Outline: It does not apply to the pods of a <kind>
    When the pod "control" labelled "app=web" is created
    And the <kind> "web" of 3 pods labelled "app=web" is created
    Then the pod "control" eventually uses the PodNetworking "blue"
    And the 3 pods of the <kind> "web" eventually use the default plane

    Examples:
      | kind       |
      | Deployment |
      | Job        |

  @T-FIX-NAME
  Scenario: Where an Elastic one matches as well, the pods of a Deployment always use that
    Given the PodNetworking "green"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [green, blue]
      vSwitchOptions: [green-1]
      """
    When the Deployment "web" of 8 pods labelled "app=web" is created
    And 4 pods "bare" labelled "app=web" are created at once
    Then the 8 pods of the Deployment "web" eventually use the PodNetworking "green"
    And the pods "bare" eventually use one of the PodNetworkings "blue, green"
