Feature: A PodNetworking belongs to the cluster, not to a namespace
  The samples name no namespace, and a namespaceSelector chooses among namespaces: so one PodNetworking serves
  the pods of many.

  @API-2
  Scenario: The API serves PodNetworkings without a namespace
    Then the API serves "podnetworkings" of "network.alibabacloud.com/v1beta1" as cluster-scoped

  @API-2
  Scenario: One PodNetworking serves pods of three namespaces
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |
    And the namespaces
      | namespace |
      | north     |
      | east      |
      | west      |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When these pods are created
      | pod | namespace | labels  |
      | web | north     | app=web |
      | web | east      | app=web |
      | web | west      | app=web |
    Then the pods eventually use
      | pod | namespace | plane |
      | web | north     | blue  |
      | web | east      | blue  |
      | web | west      | blue  |

  @API-2
  Scenario: A namespace that bears the name of a PodNetworking means nothing to it
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |
    And the namespaces
      | namespace |
      | blue      |
      | other     |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When these pods are created
      | pod   | namespace | labels  |
      | match | other     | app=web |
      | plain | blue      | app=api |
    Then the pods eventually use
      | pod   | namespace | plane         |
      | match | other     | blue          |
      | plain | blue      | default plane |
