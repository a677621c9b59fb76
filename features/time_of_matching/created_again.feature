Feature: A pod that is created again is matched again
  A pod of the same name is another pod: it is compared with the PodNetworkings as they are now.

  Background:
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |
      | green-1 | zone-2 |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """

  @MAT-3
  Scenario: The pod of a StatefulSet moves to the edited plane when it is created again
    Given the StatefulSet "web" of 2 pods labelled "app=web" is created
    And the 2 pods of the StatefulSet "web" use the PodNetworking "blue"
    When the PodNetworking "blue" is changed to
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [green, blue, default]
      vSwitchOptions: [green-1]
      """
    And the pod "web-0" is deleted and created again by its StatefulSet
    Then the pod "web-0" eventually has an address of the vSwitch "green-1"

  @MAT-3
  Scenario: A pod of the same name is on the default plane once the PodNetworking is gone
    Given the pod "web" labelled "app=web" runs on the PodNetworking "blue"
    When the PodNetworking "blue" is deleted
    And the pod "web" is deleted
    And the pod "web" labelled "app=web" is created
    Then the pod "web" eventually uses the default plane

  @MAT-3
  Scenario: A pod of the same name with other labels is matched by those
    Given the pod "web" labelled "app=web" runs on the PodNetworking "blue"
    When the pod "web" is deleted
    And the pod "web" labelled "app=api" is created
    Then the pod "web" eventually uses the default plane
    When the pod "web" is deleted
    And the pod "web" labelled "app=web" is created
    Then the pod "web" eventually uses the PodNetworking "blue"

  @MAT-3
  Scenario: A PodNetworking that is deleted and created again under its name counts as it is now
    Given the pod "web" labelled "app=web" runs on the PodNetworking "blue"
    When the PodNetworking "blue" is deleted
    And the PodNetworking "blue" is created
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [green, blue, default]
      vSwitchOptions: [green-1]
      """
    And the pod "web" is deleted
    And the pod "web" labelled "app=web" is created
    Then the pod "web" eventually has an address of the vSwitch "green-1"

  @MAT-3
  Scenario: The new pods of a restarted Deployment are matched afresh
    Given the Deployment "web" of 3 pods labelled "app=web" is created
    And the 3 pods of the Deployment "web" use the PodNetworking "blue"
    When the PodNetworking "blue" is changed to
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [green, blue, default]
      vSwitchOptions: [green-1]
      """
    And the Deployment "web" is restarted
    Then the 3 pods of the Deployment "web" eventually have addresses of the vSwitch "green-1"

  @MAT-3
  Scenario Outline: The pods of a <kind> are matched by the labels of its template as it is now
    Given the <kind> "web" of 2 pods labelled "app=api" is created
    And the 2 pods of the <kind> "web" use the default plane
    When the template of the <kind> "web" is labelled "app=web"
    Then the 2 pods of the <kind> "web" eventually use the PodNetworking "blue"
    When the template of the <kind> "web" is labelled "app=api"
    Then the 2 pods of the <kind> "web" eventually use the default plane

    Examples:
      | kind        |
      | Deployment  |
      | StatefulSet |

  @MAT-3
  Scenario: Pods that a Deployment adds are matched as of then, and the others stay
    Given the Deployment "api" of 2 pods labelled "app=api" is created
    And the 2 pods of the Deployment "api" use the default plane
    When the PodNetworking "green" is created
      """
      selector: {podSelector: {matchLabels: {app: api}}}
      securityGroupIDs: [green, blue, default]
      vSwitchOptions: [green-1]
      """
    And the Deployment "api" is scaled to 5
    Then of the pods of the Deployment "api", 2 use the default plane and 3 use the PodNetworking "green"

  @MAT-3
  Scenario: A pod of the same name and labels is not matched any more once an edit excludes it
    Given the pod "web" labelled "app=web" runs on the PodNetworking "blue"
    And the StatefulSet "db" of 2 pods labelled "app=web" is created
    And the 2 pods of the StatefulSet "db" use the PodNetworking "blue"
    When the PodNetworking "blue" is changed to
      """
      selector: {podSelector: {matchLabels: {app: api}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    And the pod "web" is deleted
    And the pod "web" labelled "app=web" is created
    And the pod "db-0" is deleted and created again by its StatefulSet
    Then the pod "web" eventually uses the default plane
    And the pod "db-0" eventually uses the default plane

  @MAT-3
  Scenario: The pods of a ReplicaSet that was scaled to nothing are matched afresh when it grows again
    Given the Deployment "web" of 2 pods labelled "app=web" is created
    And the 2 pods of the Deployment "web" use the PodNetworking "blue"
    When the PodNetworking "blue" is changed to
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [green, blue, default]
      vSwitchOptions: [green-1]
      """
    And the Deployment "web" is scaled to 0
    And the Deployment "web" is scaled to 3
    Then the 3 pods of the Deployment "web" eventually have addresses of the vSwitch "green-1"

  # The new pod is there before anybody has tidied up after the old one.
  @MAT-3
  Scenario: A pod that is created at once under the name of one that was deleted by force
    Given the pod "web" labelled "app=web" runs on the PodNetworking "blue"
    And the pod "api" labelled "app=api" runs on the default plane
    When the pod "web" is deleted by force, and created again at once labelled "app=api"
    And the pod "api" is deleted by force, and created again at once labelled "app=web"
    Then the pods eventually use
      | pod | plane         |
      | web | default plane |
      | api | blue          |

  # The zone stays, so that the new pod could be given what the old one had.
  @MAT-3
  Scenario: A pod that is created at once under its name gets the vSwitch that the list has now
    Given the vSwitches also
      | vSwitch | zone   |
      | blue-2  | zone-1 |
    And the pod "web" labelled "app=web" runs on the PodNetworking "blue"
    And the StatefulSet "db" of 2 pods labelled "app=web" is created
    And the 2 pods of the StatefulSet "db" use the PodNetworking "blue"
    When the PodNetworking "blue" is changed to
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-2]
      """
    And the pod "web" is deleted by force, and created again at once labelled "app=web"
    And the pod "db-0" is deleted and created again by its StatefulSet
    Then the pod "web" eventually has an address of the vSwitch "blue-2"
    And the pod "db-0" eventually has an address of the vSwitch "blue-2"

  @MAT-3
  Scenario Outline: The pods that take the place of those of a <kind> are on the default plane once the PodNetworking is gone
    Given the <kind> "web" of 2 pods labelled "app=web" is created
    And the 2 pods of the <kind> "web" use the PodNetworking "blue"
    When the PodNetworking "blue" is deleted
    And the <kind> "web" is restarted
    Then the 2 pods of the <kind> "web" eventually use the default plane

    Examples:
      | kind        |
      | Deployment  |
      | StatefulSet |

  @MAT-3
  Scenario: So are those of a ReplicaSet that was scaled to nothing and grows again
    Given the Deployment "web" of 2 pods labelled "app=web" is created
    And the 2 pods of the Deployment "web" use the PodNetworking "blue"
    When the PodNetworking "blue" is deleted
    And the Deployment "web" is scaled to 0
    And the Deployment "web" is scaled to 3
    Then the 3 pods of the Deployment "web" eventually use the default plane
