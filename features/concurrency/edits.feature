Feature: Things change while pods are created
  "When ACK creates a pod, it matches the pod's labels against all PodNetworking ConfigMaps." When a change takes effect
  is not said, so a pod that is created at the same time may be matched before it or after it. It uses one plane as it
  was at one moment, and its annotation names that plane: never a mixture, and what runs already stays as it is.

  Background:
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |
      | blue-2  | zone-1 |
      | green-1 | zone-2 |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """

  @MAT-2 @every-order
  Scenario: A pod is created while its PodNetworking is edited
    Given the pod "old" labelled "app=web" runs on the PodNetworking "blue"
    And the network of the pod "old" is noted
    When all of this happens at once
    And the pod "new" labelled "app=web" is created
    And the PodNetworking "blue" is changed to
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [other, blue]
      vSwitchOptions: [blue-2]
      """
    Then each of "new" eventually runs wholly on one of "blue", as it was at one moment
    And the network of the pod "old" stays as it was noted

  @MAT-2 @every-order
  Scenario Outline: A pod labelled <label> is created while the PodNetworking comes to select others
    When all of this happens at once
    And the pod "new" labelled "<label>" is created
    And the PodNetworking "blue" is changed to
      """
      selector: {podSelector: {matchLabels: {app: api}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    Then each of "new" eventually runs wholly on one of "blue, default plane", as it was at one moment

    Examples:
      | label   |
      | app=web |
      | app=api |

  @MUL-3 @every-order
  Scenario: A pod is created while another PodNetworking for it is created
    When all of this happens at once
    And the pod "web" labelled "app=web" is created
    And the PodNetworking "green" is created
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [green, blue, default]
      vSwitchOptions: [green-1]
      """
    Then each of "web" eventually runs wholly on one of "blue, green", as it was at one moment

  @ANN-3 @every-order
  Scenario: A namespace is labelled while pods are created in it
    Given the namespaces
      | namespace | labels     |
      | team      | team=green |
    And the PodNetworking "green"
      """
      selector: {namespaceSelector: {matchLabels: {team: blue}}}
      securityGroupIDs: [green, blue, default]
      vSwitchOptions: [green-1]
      """
    When all of this happens at once
    And the pod "one" is created in the namespace "team"
    And the namespace "team" is labelled "team=blue"
    And the pod "two" is created in the namespace "team"
    Then each of "one, two" eventually runs wholly on one of "green, default plane", as it was at one moment
