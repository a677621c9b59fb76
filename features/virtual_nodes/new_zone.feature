@feature:VirtualNodeAutoCreate
Feature: A zone that has no virtual node yet gets one
  "When the zones of the vSwitches in vSwitchOptions do not support ACK Serverless clusters, virtual nodes are
  automatically created in those zones, and pods are then scheduled to these virtual nodes." Whether the node comes with
  the PodNetworking or with the first pod that needs it is left open, and so is whether it ever goes.

  @NOD-1
  Scenario Outline: A virtual node appears in the zone of the vSwitch of a PodNetworking of type <type>
    Given the vSwitches
      | vSwitch | zone     |
      | blue-n  | new-zone |
    And the PodNetworking "blue"
      """
      allocationType: {type: <type>}
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-n]
      """
    When the pod "web" labelled "app=web" is created
    Then a virtual node eventually stands in the zone "new-zone"

    Examples:
      | type    |
      | Elastic |
      | Fixed   |

  @NOD-2
  Scenario: The pods run on the virtual node of the new zone
    Given the vSwitches
      | vSwitch | zone     |
      | blue-n  | new-zone |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-n]
      """
    When 3 pods "web" labelled "app=web" are created at once
    Then each of the pods "web" eventually runs in one of the zones "new-zone"

  @NOD-2
  Scenario: Two PodNetworkings need the same new zone at once
    Given the vSwitches
      | vSwitch | zone     | kind |
      | blue-n  | new-zone |      |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-n]
      """
    And the PodNetworking "green"
      """
      selector: {podSelector: {matchLabels: {app: api}}}
      securityGroupIDs: [green, blue, default]
      vSwitchOptions: [blue-n]
      """
    When these pods are created
      | pod | labels  |
      | web | app=web |
      | api | app=api |
    Then each of the pods "web" eventually runs in one of the zones "new-zone"
    And each of the pods "api" eventually runs in one of the zones "new-zone"

  @NOD-2
  Scenario: A pod still runs on the new zone's node after another PodNetworking of that zone is deleted
    Given the vSwitches
      | vSwitch | zone     |
      | blue-n  | new-zone |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-n]
      """
    And the PodNetworking "green"
      """
      selector: {podSelector: {matchLabels: {app: api}}}
      securityGroupIDs: [green, blue, default]
      vSwitchOptions: [blue-n]
      """
    And the pod "web" labelled "app=web" runs on the PodNetworking "blue"
    When the PodNetworking "blue" is deleted
    And the pod "api" labelled "app=api" is created
    Then the pod "api" eventually uses the PodNetworking "green"

  # The node may go one day, but not under the pods that run on it.
  @MAT-2
  Scenario: A pod on the new zone's node runs on after its PodNetworking, the only one of that zone, is deleted
    Given the vSwitches
      | vSwitch | zone     |
      | blue-n  | new-zone |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-n]
      """
    And the pod "web" labelled "app=web" runs on the PodNetworking "blue"
    And the network of the pod "web" is noted
    When the PodNetworking "blue" is deleted
    Then the network of the pod "web" stays as it was noted

  @NOD-1
  Scenario: Two PodNetworkings in two new zones get a node in each
    Given the vSwitches
      | vSwitch | zone      |
      | blue-n  | new-zone  |
      | green-n | new-other |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-n]
      """
    And the PodNetworking "green"
      """
      selector: {podSelector: {matchLabels: {app: api}}}
      securityGroupIDs: [green, blue, default]
      vSwitchOptions: [green-n]
      """
    When these pods are created
      | pod | labels  |
      | web | app=web |
      | api | app=api |
    Then a virtual node eventually stands in the zone "new-zone"
    And a virtual node eventually stands in the zone "new-other"

  @NOD-1
  Scenario: A PodNetworking that comes to list a vSwitch of a new zone by an edit gets a node there
    Given the vSwitches
      | vSwitch | zone     |
      | blue-1  | zone-1   |
      | blue-n  | new-zone |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, default]
      vSwitchOptions: [blue-1]
      """
    When the PodNetworking "blue" is changed to
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, default]
      vSwitchOptions: [blue-n]
      """
    And 2 pods "web" labelled "app=web" are created at once
    Then a virtual node eventually stands in the zone "new-zone"

  # Only both zones together have room for pods that keep away from each other.
  @NOD-1
  Scenario: A new zone beside one that is served gets its node as well
    Given the vSwitches
      | vSwitch | zone     |
      | blue-1  | zone-1   |
      | blue-n  | new-zone |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1, blue-n]
      """
    When 2 pods "web" labelled "app=web" that must be in different zones are created at once
    Then a virtual node eventually stands in the zone "new-zone"

  @NOD-2
  Scenario: The pods of a Deployment run on the virtual node of the new zone
    Given the vSwitches
      | vSwitch | zone     |
      | blue-n  | new-zone |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-n]
      """
    When the Deployment "web" of 3 pods labelled "app=web" is created
    Then each of the 3 pods of the Deployment "web" eventually runs in one of the zones "new-zone"
