Feature: Each pod uses exactly one of the listed vSwitches
  "The relationship among multiple vSwitches is OR -- each pod uses only one vSwitch, and virtual-kubelet selects the
  vSwitch automatically." Which one is nobody's business: any of the list is right.

  @VSW-1
  Scenario: The plane's pods use the vSwitch that it lists
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |
      | other-1 | zone-1 |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When 5 pods "web" labelled "app=web" are created at once
    Then each of the pods "web" eventually has an address of one of the vSwitches "blue-1"

  @VSW-2 @VSW-3
  Scenario Outline: With <what>, each pod uses one of them
    Given the vSwitches
      | vSwitch | zone      |
      | blue-1  | <zone 1>  |
      | blue-2  | <zone 2>  |
      | other-1 | zone-3    |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [<list>]
      """
    When 8 pods "web" labelled "app=web" are created at once
    Then each of the pods "web" eventually has an address of one of the vSwitches "blue-1, blue-2"

    Examples:
      | what                                         | zone 1 | zone 2 | list           |
      | two vSwitches in one zone                    | zone-1 | zone-1 | blue-1, blue-2 |
      | two vSwitches in one zone, the other order   | zone-1 | zone-1 | blue-2, blue-1 |
      | two vSwitches in two zones                   | zone-1 | zone-2 | blue-1, blue-2 |
      | two vSwitches in two zones, the other order  | zone-1 | zone-2 | blue-2, blue-1 |

  @VSW-2
  Scenario Outline: A pod that can only run in one zone gets the listed vSwitch of that zone, be it the <place>
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |
      | blue-2  | zone-2 |
      | blue-3  | zone-3 |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1, blue-2, blue-3]
      """
    When the pod "web" labelled "app=web" is created for the zone "<zone>"
    Then the pod "web" eventually has an address of the one of "blue-1, blue-2, blue-3" that is in the zone of its node

    Examples:
      | place  | zone   |
      | first  | zone-1 |
      | second | zone-2 |
      | third  | zone-3 |

  @VSW-2
  Scenario: A vSwitch of the default plane stays unused by the pods of a PodNetworking
    Given the vSwitches
      | vSwitch  | zone   | kind    |
      | blue-1   | zone-1 |         |
      | default  | zone-1 | default |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When 8 pods "web" labelled "app=web" are created at once
    And 8 pods "api" labelled "app=api" are created at once
    Then each of the pods "web" eventually has an address of one of the vSwitches "blue-1"

  @VSW-2
  Scenario: Of ten vSwitches the last ones are as good as the first
    Given the vSwitches
      | vSwitch   | zone   | kind       |
      | first-1   | zone-1 |            |
      | first-2   | zone-1 | small      |
      | first-3   | zone-1 | small      |
      | first-4   | zone-1 | default    |
      | second-1  | zone-2 |            |
      | second-2  | zone-2 |            |
      | second-3  | zone-2 | small      |
      | second-4  | zone-2 | busy       |
      | last-1    | zone-3 |            |
      | last-2    | zone-3 | dual-stack |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [first-1, first-2, first-3, first-4, second-1, second-2, second-3, second-4, last-1, last-2]
      """
    When the pod "web" labelled "app=web" is created for the zone "zone-3"
    Then each of the pods "web" eventually has an address of one of the vSwitches "last-1, last-2"

  @VSW-2
  Scenario: Of six vSwitches the sixth is as good as the first
    Given the vSwitches
      | vSwitch | zone   | kind  |
      | blue-1  | zone-1 |       |
      | blue-2  | zone-1 | small |
      | blue-3  | zone-1 | small |
      | blue-4  | zone-2 |       |
      | blue-5  | zone-2 | small |
      | blue-6  | zone-3 |       |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1, blue-2, blue-3, blue-4, blue-5, blue-6]
      """
    When the pod "web" labelled "app=web" is created for the zone "zone-3"
    Then the pod "web" eventually has an address of the vSwitch "blue-6"

  @VSW-1
  Scenario Outline: The pods of a <kind> use the vSwitch that the plane lists
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |
      | other-1 | zone-1 |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When the <kind> "web" of 4 pods labelled "app=web" is created
    Then the 4 pods of the <kind> "web" eventually have addresses of the vSwitch "blue-1"

    Examples:
      | kind        |
      | Deployment  |
      | StatefulSet |
