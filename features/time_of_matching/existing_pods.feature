Feature: What happens after its creation does not move a pod
  PodNetworkings are matched "when ACK creates a pod". A pod keeps its vSwitch, its address, its security group and its
  annotations, whatever becomes of its labels, of its namespace's labels and of the PodNetworkings. Every scenario has a
  new pod that shows the change to be in force.

  Background:
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |
      | green-1 | zone-2 |
    And the namespaces
      | namespace | labels    |
      | inside    | team=blue |
    And the PodNetworking "blue"
      """
      selector:
        podSelector: {matchLabels: {app: web}}
        namespaceSelector: {matchLabels: {team: blue}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    And the pod "web" labelled "app=web" runs in the namespace "inside" on the PodNetworking "blue"
    And the pod "api" labelled "app=api" runs in the namespace "inside" on the default plane
    And the network of the pod "web" in the namespace "inside" is noted
    And the network of the pod "api" in the namespace "inside" is noted

  @MAT-2
  Scenario: Changing the labels of running pods
    When the pod "web" in the namespace "inside" is labelled "app=gone"
    And the pod "api" in the namespace "inside" is labelled "app=web"
    And the pod "new" labelled "app=web" is created in the namespace "inside"
    Then the pod "new" in the namespace "inside" eventually uses the PodNetworking "blue"
    And the network of the pod "web" in the namespace "inside" stays as it was noted
    And the network of the pod "api" in the namespace "inside" stays as it was noted

  @MAT-2
  Scenario: Changing the labels of their namespace
    When the namespace "inside" is labelled "team=red"
    And the pod "new" labelled "app=web" is created in the namespace "inside"
    Then the pod "new" in the namespace "inside" eventually uses the default plane
    And the network of the pod "web" in the namespace "inside" stays as it was noted
    And the network of the pod "api" in the namespace "inside" stays as it was noted

  @MAT-2
  Scenario: Changing the selector of the PodNetworking
    When the PodNetworking "blue" is changed to
      """
      selector: {podSelector: {matchLabels: {app: api}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    And these pods are created
      | pod     | namespace | labels  |
      | new-web | inside    | app=web |
      | new-api | inside    | app=api |
    Then the pods eventually use
      | pod     | namespace | plane         |
      | new-web | inside    | default plane |
      | new-api | inside    | blue          |
    And the network of the pod "web" in the namespace "inside" stays as it was noted
    And the network of the pod "api" in the namespace "inside" stays as it was noted

  @MAT-2
  Scenario: Changing the security group and the vSwitch of the PodNetworking
    When the PodNetworking "blue" is changed to
      """
      selector:
        podSelector: {matchLabels: {app: web}}
        namespaceSelector: {matchLabels: {team: blue}}
      securityGroupIDs: [green, blue, default]
      vSwitchOptions: [green-1]
      """
    And the pod "new" labelled "app=web" is created in the namespace "inside"
    Then the pod "new" in the namespace "inside" eventually has an address of the vSwitch "green-1"
    And the network of the pod "web" in the namespace "inside" stays as it was noted

  @MAT-2
  Scenario: Deleting the PodNetworking
    When the PodNetworking "blue" is deleted
    And the pod "new" labelled "app=web" is created in the namespace "inside"
    Then the pod "new" in the namespace "inside" eventually uses the default plane
    And the network of the pod "web" in the namespace "inside" stays as it was noted

  @MAT-2
  Scenario: Creating another PodNetworking that would have matched
    When the PodNetworking "green" is created
      """
      selector: {podSelector: {matchLabels: {app: api}}}
      securityGroupIDs: [green, blue, default]
      vSwitchOptions: [green-1]
      """
    And the pod "new" labelled "app=api" is created in the namespace "inside"
    Then the pod "new" in the namespace "inside" eventually uses the PodNetworking "green"
    And the network of the pod "web" in the namespace "inside" stays as it was noted
    And the network of the pod "api" in the namespace "inside" stays as it was noted

  @MAT-2
  Scenario: Touching pods in ways that have nothing to do with networking
    When the pod "web" in the namespace "inside" is labelled "release=two"
    And the pod "api" in the namespace "inside" is labelled "release=two"
    And the pod "new" labelled "app=web" is created in the namespace "inside"
    Then the pod "new" in the namespace "inside" eventually uses the PodNetworking "blue"
    And the network of the pod "web" in the namespace "inside" stays as it was noted
    And the network of the pod "api" in the namespace "inside" stays as it was noted

  @MAT-2
  Scenario: Labelling another namespace so that its pods would match
    Given the namespaces
      | namespace | labels   |
      | outside   | team=red |
    And the pod "outsider" labelled "app=web" runs in the namespace "outside" on the default plane
    And the network of the pod "outsider" in the namespace "outside" is noted
    When the namespace "outside" is labelled "team=blue"
    And the pod "new" labelled "app=web" is created in the namespace "outside"
    Then the pod "new" in the namespace "outside" eventually uses the PodNetworking "blue"
    And the network of the pod "outsider" in the namespace "outside" stays as it was noted
    And the network of the pod "web" in the namespace "inside" stays as it was noted

  @MAT-2
  Scenario: Deleting the PodNetworking and creating it again under its name with another content
    When the PodNetworking "blue" is deleted
    And the PodNetworking "blue" is created
      """
      selector: {namespaceSelector: {matchLabels: {team: blue}}}
      securityGroupIDs: [green, blue, default]
      vSwitchOptions: [green-1]
      """
    And the pod "new" labelled "app=job" is created in the namespace "inside"
    Then the pod "new" in the namespace "inside" eventually has an address of the vSwitch "green-1"
    And the network of the pod "web" in the namespace "inside" stays as it was noted
    And the network of the pod "api" in the namespace "inside" stays as it was noted
