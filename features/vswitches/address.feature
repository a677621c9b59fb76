Feature: A matched pod has an address of its vSwitch
  "Match found: An IP address is allocated from an ENI based on the network configurations in the matching PodNetworking
  ConfigMap." An ENI belongs to one vSwitch, so the address is one of that vSwitch's.

  @VSW-4
  Scenario: The address comes from the vSwitch that is reported, not from the default plane
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |
      | blue-2  | zone-1 |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1, blue-2]
      """
    When 6 pods "web" labelled "app=web" are created at once
    Then the address of each of the pods "web" is in the CIDR block of its vSwitch, which is one of "blue-1, blue-2"

  @VSW-4
  Scenario: vSwitches with neighbouring CIDR blocks are told apart
    Given the vSwitches
      | vSwitch | zone   | kind  | beside |
      | tiny-1  | zone-1 | small |        |
      | tiny-2  | zone-1 | small | tiny-1 |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [tiny-1]
      """
    And the PodNetworking "green"
      """
      selector: {podSelector: {matchLabels: {app: api}}}
      securityGroupIDs: [green, blue, default]
      vSwitchOptions: [tiny-2]
      """
    When as many pods "web" labelled "app=web" as "tiny-1" has addresses are created at once
    And as many pods "api" labelled "app=api" as "tiny-2" has addresses are created at once
    Then each of the pods "web" eventually has an address of one of the vSwitches "tiny-1"
    And each of the pods "api" eventually has an address of one of the vSwitches "tiny-2"

  @VSW-4 @feature:DualStack
  Scenario: On a dual-stack vSwitch every address of the pod belongs to it
    Given the vSwitches
      | vSwitch | zone   | kind       |
      | dual-1  | zone-1 | dual-stack |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [dual-1]
      """
    When the pod "web" labelled "app=web" is created
    Then the pod "web" eventually has an IPv4 and an IPv6 address of the vSwitch "dual-1"

  @IPA-1
  Scenario: A pod that matches gets an address and runs
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When the pod "web" labelled "app=web" is created
    Then the pod "web" eventually runs with an address

  @IPA-2
  Scenario: Many pods that are created at once get an address each
    Given the vSwitches
      | vSwitch | zone   | room |
      | blue-1  | zone-1 | 60   |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When 50 pods "web" labelled "app=web" are created at once
    Then each of the pods "web" eventually runs with an address
    And the addresses of all pods are different

  @VSW-4
  Scenario Outline: With two vSwitches in one zone, the pods of a <kind> have addresses of the one that is reported
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |
      | blue-2  | zone-1 |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1, blue-2]
      """
    When the <kind> "web" of 4 pods labelled "app=web" is created
    Then the address of each of the 4 pods of the <kind> "web" is in the CIDR block of its vSwitch, which is one of "blue-1, blue-2"

    Examples:
      | kind        |
      | Deployment  |
      | StatefulSet |

  # Not even for a moment: the default plane is no waiting room.
  @VSW-4
  Scenario: A matched pod never has an address of another plane, from its creation on
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When 4 pods "web" labelled "app=web" are created at once
    Then none of the pods "web" has had an address but of the vSwitch "blue-1" at any time

  @VSW-4
  Scenario Outline: Nor do the pods of a <kind>
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When the <kind> "web" of 2 pods labelled "app=web" is created
    Then none of the 2 pods of the <kind> "web" has had an address but of the vSwitch "blue-1" at any time

    Examples:
      | kind        |
      | Deployment  |
      | StatefulSet |
