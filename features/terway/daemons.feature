Feature: The pods of a DaemonSet are not held to zones
  A DaemonSet has a pod on every node. In the dialect of Terway such pods are matched like all others, but stay on their
  nodes: where the PodNetworking lists no vSwitch of the zone, they find no address.

  @T-DS
  Scenario: The pods of a matched DaemonSet stand on all nodes, and run in the zones of the list
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |
      | other-2 | zone-2 |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: agent}}}
      securityGroupIDs: [blue, default]
      vSwitchOptions: [blue-1]
      """
    When the DaemonSet "agent" of pods labelled "app=agent" is created
    Then the pod of the DaemonSet "agent" in the zone "zone-1" eventually uses the PodNetworking "blue"
    And a pod of the DaemonSet "agent" stands in the zone "zone-2", and never runs or has an address
