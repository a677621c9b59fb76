Feature: PodNetworkings never move pods that they do not match
  Creating, editing and deleting PodNetworkings concerns only the pods that they select.

  Background:
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |
      | green-1 | zone-2 |

  @DEF-4
  Scenario: A running default pod is left alone while PodNetworkings come and go
    Given the pod "plain" labelled "app=api" runs on the default plane
    And the network of the pod "plain" is noted
    When a PodNetworking that selects pods labelled "app=web" is created and deleted 20 times
    And the PodNetworking "blue" is created
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    And the pod "control" labelled "app=web" is created
    Then the pod "control" eventually uses the PodNetworking "blue"
    And the network of the pod "plain" stays as it was noted

  @DEF-4
  Scenario: A new default pod is not affected by PodNetworkings for others
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    And the PodNetworking "green"
      """
      selector: {namespaceSelector: {matchLabels: {team: green}}}
      securityGroupIDs: [green, blue, default]
      vSwitchOptions: [green-1]
      """
    When these pods are created
      | pod     | labels  |
      | control | app=web |
      | plain   | app=api |
    Then the pods eventually use
      | pod     | plane         |
      | control | blue          |
      | plain   | default plane |

  # Whether a malformed selector is rejected is not said. If it is taken, it selects nobody, and everybody else is served.
  @DEF-4
  Scenario Outline: A PodNetworking with <what> does no harm to the pods of others
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When the PodNetworking "malformed" is submitted
      """
      selector: {podSelector: {matchExpressions: [<expression>]}}
      securityGroupIDs: [green, blue, default]
      vSwitchOptions: [green-1]
      """
    And these pods are created
      | pod   | labels  |
      | web   | app=web |
      | plain | app=api |
    Then the pods eventually use
      | pod   | plane         |
      | web   | blue          |
      | plain | default plane |

    Examples:
      | what                | expression                                  |
      | In without values   | {key: tier, operator: In, values: []}       |
      | an unknown operator | {key: tier, operator: Like, values: [x]}    |
      | a bad label key     | {key: "not a key", operator: In, values: [x]} |

  @DEF-4
  Scenario Outline: The pods of an unmatched <kind> stay the same while PodNetworkings come, change and go
    Given the <kind> "api" of 2 pods labelled "app=api" is created
    And the network of the pods of the <kind> "api" is noted
    When the PodNetworking "blue" is created
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    And the pod "control" labelled "app=web" is created
    Then the pod "control" eventually uses the PodNetworking "blue"
    When the PodNetworking "blue" is changed to
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [green, blue, default]
      vSwitchOptions: [green-1]
      """
    And the PodNetworking "blue" is deleted
    Then the pods of the <kind> "api" are the same, and their network stays as it was noted

    Examples:
      | kind        |
      | Deployment  |
      | StatefulSet |
