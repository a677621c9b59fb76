Feature: PodNetworkings coexist, and each is a network plane of its own
  "Create one or more PodNetworking ConfigMaps to define separate network planes for your pods."

  @API-3
  Scenario: Three PodNetworkings make three planes that do not leak into each other
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |
      | green-1 | zone-2 |
      | red-1   | zone-3 |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {colour: blue}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    And the PodNetworking "green"
      """
      selector: {podSelector: {matchLabels: {colour: green}}}
      securityGroupIDs: [green, red, default]
      vSwitchOptions: [green-1]
      """
    And the PodNetworking "red"
      """
      selector: {podSelector: {matchLabels: {colour: red}}}
      securityGroupIDs: [red, blue, default]
      vSwitchOptions: [red-1]
      """
    When these pods are created
      | pod     | labels       |
      | blue-a  | colour=blue  |
      | green-a | colour=green |
      | red-a   | colour=red   |
      | none-a  | colour=grey  |
      | red-b   | colour=red   |
      | green-b | colour=green |
      | blue-b  | colour=blue  |
    Then the pods eventually use
      | pod     | plane         |
      | blue-a  | blue          |
      | blue-b  | blue          |
      | green-a | green         |
      | green-b | green         |
      | red-a   | red           |
      | red-b   | red           |
      | none-a  | default plane |

  @API-3
  Scenario: Two PodNetworkings that share their security groups stay apart by their vSwitches
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |
      | green-1 | zone-1 |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {colour: blue}}}
      securityGroupIDs: [shared, default]
      vSwitchOptions: [blue-1]
      """
    And the PodNetworking "green"
      """
      selector: {podSelector: {matchLabels: {colour: green}}}
      securityGroupIDs: [shared, default]
      vSwitchOptions: [green-1]
      """
    When these pods are created
      | pod   | labels       |
      | blue  | colour=blue  |
      | green | colour=green |
    Then the pods eventually use
      | pod   | plane |
      | blue  | blue  |
      | green | green |

  @API-3
  Scenario: Two PodNetworkings that share a vSwitch stay apart by their security groups
    Given the vSwitches
      | vSwitch  | zone   |
      | shared-1 | zone-1 |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {colour: blue}}}
      securityGroupIDs: [blue]
      vSwitchOptions: [shared-1]
      """
    And the PodNetworking "green"
      """
      selector: {podSelector: {matchLabels: {colour: green}}}
      securityGroupIDs: [green]
      vSwitchOptions: [shared-1]
      """
    When these pods are created
      | pod   | labels       |
      | blue  | colour=blue  |
      | green | colour=green |
    Then the pods eventually use
      | pod   | plane |
      | blue  | blue  |
      | green | green |
