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
      | match | default   | blue          |
      | plain | labelled  | default plane |
      | plain | bare      | default plane |
      | plain | lookalike | default plane |
      | plain | newer     | default plane |
