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
    Then the pod "plain" eventually uses the default plane
    And each of the pods "plain" eventually runs in one of the zones "zone-2"
