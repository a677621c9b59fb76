Feature: A podSelector alone applies in every namespace
  "When no namespaceSelector is set, the PodNetworking ConfigMap applies to all pods that match the podSelector in any
  namespace."

  Background:
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |
    And the namespaces
      | namespace | labels    |
      | labelled  | team=blue |
      | bare      |           |
      | lookalike | app=api   |
      | kube-blue |           |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """

  @SEL-3
  Scenario: The pod's labels decide, whatever namespace it is in
    When these namespaces are created
      | namespace | labels |
      | newer     |        |
    And these pods are created
      | pod   | namespace | labels  |
      | match | labelled  | app=web |
      | match | bare      | app=web |
      | match | lookalike | app=web |
      | match | newer     | app=web |
      | match | kube-blue | app=web |
      | match | default   | app=web |
      | plain | labelled  | app=api |
      | plain | bare      |         |
      | plain | lookalike | app=api |
      | plain | newer     |         |
    Then the pods eventually use
      | pod   | namespace | plane         |
      | match | labelled  | blue          |
      | match | bare      | blue          |
      | match | lookalike | blue          |
      | match | newer     | blue          |
      | match | kube-blue | blue          |
      | match | default   | blue          |
      | plain | labelled  | default plane |
      | plain | bare      | default plane |
      | plain | lookalike | default plane |
      | plain | newer     | default plane |

  @SEL-3
  Scenario Outline: It applies to all pods with the label, also to those of a <kind>
    When the <kind> "web" of 2 pods labelled "app=web" is created in the namespace "bare"
    And the <kind> "api" of 2 pods labelled "app=api" is created in the namespace "bare"
    Then the 2 pods of the <kind> "web" in the namespace "bare" eventually use the PodNetworking "blue"
    And the 2 pods of the <kind> "api" in the namespace "bare" eventually use the default plane

    Examples:
      | kind        |
      | Deployment  |
      | StatefulSet |
      | Job         |
