Feature: An address belongs to one live pod, and reserved addresses to none

  @CAP-5
  Scenario: Reserved addresses are not handed out, even to the last pod that fits
    Given the vSwitches
      | vSwitch | zone   | kind  |
      | tiny-1  | zone-1 | small |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [tiny-1]
      """
    When as many pods "web" labelled "app=web" as "tiny-1" has addresses are created at once
    Then each of the pods "web" eventually runs with an address
    And none of the pods "web" has a reserved address of the vSwitch "tiny-1"
    And the addresses of all pods are different

  @CAP-5
  Scenario: Pods of two PodNetworkings on one vSwitch never share an address
    Given the vSwitches
      | vSwitch  | zone   | room |
      | shared-1 | zone-1 | 30   |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [shared-1]
      """
    And the PodNetworking "green"
      """
      selector: {podSelector: {matchLabels: {app: api}}}
      securityGroupIDs: [green, blue, default]
      vSwitchOptions: [shared-1]
      """
    When 12 pods "web" labelled "app=web" are created at once
    And 12 pods "api" labelled "app=api" are created at once
    And 6 pods "plain" labelled "app=job" are created at once
    Then each of the pods "web" eventually runs with an address
    And each of the pods "api" eventually runs with an address
    And the pods "plain" eventually use the default plane
    And the addresses of all pods are different

  @CAP-5
  Scenario: Pods of one name in two namespaces have an address each
    Given the namespaces
      | namespace |
      | north     |
      | south     |
    And the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When these pods are created
      | pod | namespace | labels  |
      | web | north     | app=web |
      | web | south     | app=web |
    Then the pods eventually use
      | pod | namespace | plane |
      | web | north     | blue  |
      | web | south     | blue  |
    And the addresses of all pods are different
