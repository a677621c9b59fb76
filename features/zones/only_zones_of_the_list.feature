Feature: Pods run only in the zones of the listed vSwitches
  "Setting vSwitchOptions constrains the zones to which the pod can be scheduled. The pod is scheduled only to zones that
  match the zones of the specified vSwitches." A mere preference would do by luck where nothing pulls the pods elsewhere,
  so here something does.

  Background:
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |
      | blue-2  | zone-2 |
      | green-3 | zone-3 |

  @ZON-1
  Scenario: Pods that prefer another zone still run in the zone of the vSwitch
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When 12 pods "web" labelled "app=web" that prefer the zone "zone-3" are created at once
    Then the pods "web" eventually run in no zone but "zone-1"

  @ZON-1
  Scenario: With two zones in the list, pods that prefer the third run in those two
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1, blue-2]
      """
    When 12 pods "web" labelled "app=web" that prefer the zone "zone-3" are created at once
    Then the pods "web" eventually run in no zone but "zone-1, zone-2"

  @ZON-1
  Scenario: Pods that ask to be spread over all zones are spread over those of the list only
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-2]
      """
    When 10 pods "web" labelled "app=web" that would rather be spread over the zones are created at once
    Then the pods "web" eventually run in no zone but "zone-2"

  @ZON-1
  Scenario: A nodeSelector of their own that every node satisfies does not take pods out of the zone
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When 6 pods "web" labelled "app=web" that prefer the zone "zone-3", with a nodeSelector that every node satisfies, are created at once
    Then the pods "web" eventually run in no zone but "zone-1"

  # The third zone is no better for a pod that finds no place in the two.
  @ZON-1
  Scenario: Pods for which there is no place left in the zones of the list are scheduled nowhere else
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1, blue-2]
      """
    When 3 pods "web" labelled "app=web" that must be in different zones are created at once
    Then the pods "web" eventually run in no zone but "zone-1, zone-2"

  @ZON-1
  Scenario: The pods of a Deployment and of a StatefulSet obey as well
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When the Deployment "web" of 4 pods labelled "app=web" that prefer the zone "zone-3" is created
    And the StatefulSet "db" of 2 pods labelled "app=web" that prefer the zone "zone-3" is created
    Then the 4 pods of the Deployment "web" eventually run in no zone but "zone-1"
    And the 2 pods of the StatefulSet "db" eventually run in no zone but "zone-1"

  @ZON-1
  Scenario: The pods of a Job obey as well
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When the Job "batch" of 4 pods labelled "app=web" that prefer the zone "zone-3" is created
    Then the 4 pods of the Job "batch" eventually run in no zone but "zone-1"

  @ZON-1
  Scenario: Pods under Fixed obey as well
    Given the PodNetworking "blue"
      """
      allocationType: {type: Fixed}
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When 6 pods "web" labelled "app=web" that prefer the zone "zone-3" are created at once
    Then the pods "web" eventually run in no zone but "zone-1"

  @ZON-2
  Scenario: A pod's node stands in the zone of its vSwitch
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1, blue-2, green-3]
      """
    When 9 pods "web" labelled "app=web" are created at once
    Then the node of each of the pods "web" that run stands in the zone of its vSwitch

  @ZON-2
  Scenario: Also when the pod can only run in the zone of the second vSwitch
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1, blue-2]
      """
    When the pod "web" labelled "app=web" is created for the zone "zone-2"
    Then the node of each of the pods "web" that run stands in the zone of its vSwitch

  @ZON-2
  Scenario Outline: Also for the pods of a <kind>
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1, blue-2, green-3]
      """
    When the <kind> "web" of 4 pods labelled "app=web" is created
    Then the node of each of the 4 pods of the <kind> "web" that run stands in the zone of its vSwitch

    Examples:
      | kind        |
      | Deployment  |
      | StatefulSet |
