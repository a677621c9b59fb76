Feature: Unmatched pods are not held to the zones of any PodNetworking

  @ZON-5
  Scenario: A pod that matches nothing runs in a zone that no PodNetworking lists
    Given the vSwitches
      | vSwitch   | zone   | kind    |
      | blue-1    | zone-1 |         |
      | green-3   | zone-3 |         |
      | default-2 | zone-2 | default |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    And the PodNetworking "green"
      """
      selector: {podSelector: {matchLabels: {app: job}}}
      securityGroupIDs: [green, blue]
      vSwitchOptions: [green-3]
      """
    And the pod "control" labelled "app=web" runs on the PodNetworking "blue"
    When the pod "plain" labelled "app=api" is created for the zone "zone-2"
    Then each of the pods "plain" eventually runs in one of the zones "zone-2"

  @ZON-5
  Scenario: A pod that satisfies one of the two selectors alone is not held to the zones either
    Given the namespaces
      | namespace | labels    |
      | inside    | team=blue |
    And the vSwitches
      | vSwitch   | zone   | kind    |
      | blue-1    | zone-1 |         |
      | default-2 | zone-2 | default |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}, namespaceSelector: {matchLabels: {team: blue}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    And the pod "control" labelled "app=web" runs in the namespace "inside" on the PodNetworking "blue"
    When the pod "plain" labelled "app=web" is created for the zone "zone-2"
    Then each of the pods "plain" eventually runs in one of the zones "zone-2"

  @ZON-5
  Scenario Outline: So do the pods of a <kind> that matches nothing, in the namespace of pods that match
    Given the vSwitches
      | vSwitch   | zone   | kind    |
      | blue-1    | zone-1 |         |
      | default-2 | zone-2 | default |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    And the pod "control" labelled "app=web" runs on the PodNetworking "blue"
    When the <kind> "plain" of 2 pods labelled "app=api" that require the zone "zone-2" is created
    Then each of the 2 pods of the <kind> "plain" eventually runs in one of the zones "zone-2"

    Examples:
      | kind        |
      | Deployment  |
      | StatefulSet |
