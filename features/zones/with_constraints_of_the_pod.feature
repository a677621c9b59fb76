Feature: The zones of the plane and the pod's own constraints hold together
  "Make sure the zones of the vSwitches in vSwitchOptions match the zones of the nodes to which pods are scheduled [...]
  Otherwise, ACK fails to create pods." Where both can be met, the pod runs there. Where they cannot, it does not run:
  neither of the two is dropped.

  Background:
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |
      | blue-2  | zone-2 |
      | other-3 | zone-3 |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1, blue-2]
      """

  @ZON-3
  Scenario: A pod that asks for a zone of the list runs there
    When the pod "web" labelled "app=web" is created for the zone "zone-2"
    Then each of the pods "web" eventually runs in one of the zones "zone-2"

  @ZON-3
  Scenario: A pod that asks for a zone outside of the list does not run
    When the pod "control" labelled "app=web" is created for the zone "zone-1"
    And the pod "web" labelled "app=web" is created for the zone "zone-3"
    Then the pod "control" eventually runs with an address
    And the pod "web" never runs and never has an address

  @ZON-3
  Scenario: Of two alternatives in the pod's node affinity, only the one inside of the list is left
    When 8 pods "web" labelled "app=web" that require the zone "zone-3" or "zone-2" are created at once
    Then each of the pods "web" eventually runs in one of the zones "zone-2"

  @ZON-3
  Scenario: Of two alternatives outside of the list none is left
    Given the PodNetworking "green"
      """
      selector: {podSelector: {matchLabels: {app: api}}}
      securityGroupIDs: [green, blue, default]
      vSwitchOptions: [blue-1]
      """
    When the pod "control" labelled "app=api" is created for the zone "zone-1"
    And 2 pods "api" labelled "app=api" that require the zone "zone-3" or "zone-2" are created at once
    Then the pod "control" eventually runs with an address
    And none of the pods "api" ever runs or has an address

  @ZON-3
  Scenario: A pod that names its node runs there if the node is in a zone of the list
    When the pod "web" labelled "app=web" is created on the node of the zone "zone-1"
    Then each of the pods "web" eventually runs in one of the zones "zone-1"

  @ZON-3
  Scenario: A pod that names a node outside of the zones does not run
    When the pod "control" labelled "app=web" is created on the node of the zone "zone-1"
    And the pod "web" labelled "app=web" is created on the node of the zone "zone-3"
    Then the pod "control" eventually runs with an address
    And the pod "web" never runs and never has an address

  @ZON-3
  Scenario: Pods that must be in different zones fill the zones of the list, and no others
    When 3 pods "web" labelled "app=web" that must be in different zones are created at once
    Then never more than 2 of the pods "web" run
    And the pods "web" eventually run in no zone but "zone-1, zone-2"

  @ZON-3
  Scenario: What the pods of a Deployment ask for holds, too
    When the Deployment "inside" of 3 pods labelled "app=web" that require the zone "zone-2" is created
    And the Deployment "outside" of 3 pods labelled "app=web" that require the zone "zone-3" is created
    Then each of the 3 pods of the Deployment "inside" eventually runs in one of the zones "zone-2"
    And no pod of the Deployment "outside" ever runs or has an address

  @ZON-3
  Scenario: A pod that asks for its node by the field of its name is held to both
    When the pod "inside" labelled "app=web" is created for the node of the zone "zone-2" by its name
    And the pod "outside" labelled "app=web" is created for the node of the zone "zone-3" by its name
    Then each of the pods "inside" eventually runs in one of the zones "zone-2"
    And the pod "outside" never runs and never has an address

  @ZON-3
  Scenario: A pod that selects its zone by the label of nodes is held to both
    When the pod "inside" labelled "app=web" is created with the label of the zone "zone-2" as its nodeSelector
    And the pod "outside" labelled "app=web" is created with the label of the zone "zone-3" as its nodeSelector
    Then each of the pods "inside" eventually runs in one of the zones "zone-2"
    And the pod "outside" never runs and never has an address

  @ZON-3
  Scenario: Also where the list has one zone only
    Given the PodNetworking "green"
      """
      selector: {podSelector: {matchLabels: {app: api}}}
      securityGroupIDs: [green, blue, default]
      vSwitchOptions: [blue-2]
      """
    When the pod "inside" labelled "app=api" is created with the label of the zone "zone-2" as its nodeSelector
    And the pod "outside" labelled "app=api" is created with the label of the zone "zone-1" as its nodeSelector
    Then each of the pods "inside" eventually runs in one of the zones "zone-2"
    And the pod "outside" never runs and never has an address

  @ZON-3
  Scenario: Pods that must be in the zone of another pod run in no other zone of the list
    When the pod "anchor" labelled "app=web, role=anchor" is created for the zone "zone-2"
    Then each of the pods "anchor" eventually runs in one of the zones "zone-2"
    When 6 pods "web" labelled "app=web" that must be in the zone of a pod labelled "role=anchor" are created at once
    Then the pods "web" eventually run in no zone but "zone-2"

  # Whoever leaves the third zone to the scheduler may have fewer of them run, but never more in one zone.
  @ZON-3
  Scenario: Pods that must be spread over the zones are, whatever they prefer
    When 6 pods "web" labelled "app=web" that prefer the zone "zone-1", but must be spread over the zones, are created at once
    Then no zone has more than 3 of the pods "web"

  @ZON-3
  Scenario: What the pods of a StatefulSet and of a Job ask for holds, too
    When the StatefulSet "inside" of 2 pods labelled "app=web" that require the zone "zone-1" is created
    And the Job "outside" of 2 pods labelled "app=web" that require the zone "zone-3" is created
    Then each of the 2 pods of the StatefulSet "inside" eventually runs in one of the zones "zone-1"
    And no pod of the Job "outside" ever runs or has an address
