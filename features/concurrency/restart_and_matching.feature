Feature: After a restart the pods that run keep what they have, and new ones are matched by what there is
  A pod is matched "when ACK creates a pod". An implementation that starts again finds pods whose PodNetworking is gone
  meanwhile: they keep their network and what confirms it, and leave nothing to those that come after them.

  Background:
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |
      | blue-2  | zone-1 |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """

  @MAT-2
  Scenario: A pod whose PodNetworking is deleted before the restart keeps its network
    Given the pod "web" labelled "app=web" runs on the PodNetworking "blue"
    And the network of the pod "web" is noted
    When the PodNetworking "blue" is deleted
    And the implementation restarts
    And the pod "new" labelled "app=web" is created
    Then the pod "new" eventually uses the default plane
    And the network of the pod "web" stays as it was noted

  @MAT-2
  Scenario Outline: So do the pods of a <kind>
    Given the <kind> "web" of 2 pods labelled "app=web" is created
    And the network of the pods of the <kind> "web" is noted
    When the PodNetworking "blue" is deleted
    And the implementation restarts
    And the pod "new" labelled "app=web" is created
    Then the pod "new" eventually uses the default plane
    And the pods of the <kind> "web" are the same, and their network stays as it was noted

    Examples:
      | kind        |
      | Deployment  |
      | StatefulSet |

  # The new pods are there before anybody has tidied up after the old ones: after some of them, if not after all.
  @MAT-3
  Scenario: Pods that are created again at once after the restart are on the default plane once the PodNetworking is gone
    When 6 pods "db" labelled "app=web" are created at once
    Then the pods "db" eventually use the PodNetworking "blue"
    When the PodNetworking "blue" is deleted
    And the implementation restarts
    And the pod "db-1" is deleted by force, and created again at once labelled "app=web"
    And the pod "db-2" is deleted by force, and created again at once labelled "app=web"
    And the pod "db-3" is deleted by force, and created again at once labelled "app=web"
    And the pod "db-4" is deleted by force, and created again at once labelled "app=web"
    And the pod "db-5" is deleted by force, and created again at once labelled "app=web"
    And the pod "db-6" is deleted by force, and created again at once labelled "app=web"
    Then the pods "db" eventually use the default plane

  # The zone stays, so that the new pods could be given what the old ones had.
  @MAT-3
  Scenario: Pods that are created again at once after the restart get the vSwitch that the list has now
    When 6 pods "db" labelled "app=web" are created at once
    Then the pods "db" eventually use the PodNetworking "blue"
    When the PodNetworking "blue" is changed to
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-2]
      """
    And the implementation restarts
    And the pod "db-1" is deleted by force, and created again at once labelled "app=web"
    And the pod "db-2" is deleted by force, and created again at once labelled "app=web"
    And the pod "db-3" is deleted by force, and created again at once labelled "app=web"
    And the pod "db-4" is deleted by force, and created again at once labelled "app=web"
    And the pod "db-5" is deleted by force, and created again at once labelled "app=web"
    And the pod "db-6" is deleted by force, and created again at once labelled "app=web"
    Then each of the pods "db" eventually has an address of one of the vSwitches "blue-2"
