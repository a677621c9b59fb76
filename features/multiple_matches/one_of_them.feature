Feature: A pod that several PodNetworkings match uses one of them, whichever
  "If a pod matches multiple PodNetworking ConfigMaps, the pod uses the network configurations from an arbitrary one."
  Any choice is right: by name, by age, at random, the same for all replicas or another for each. But it is one of those
  that match, it is one and not a mixture, and the pod does run.

  Background:
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |
      | green-1 | zone-2 |
      | red-1   | zone-3 |
      | other-1 | zone-1 |
    And the namespaces
      | namespace | labels    |
      | shared    | team=blue |
    # It is the first by name, by age and in the list, and it matches none of the pods.
    And the PodNetworking "aaa-other"
      """
      selector: {podSelector: {matchLabels: {app: other}}}
      securityGroupIDs: [other]
      vSwitchOptions: [other-1]
      """

  @MUL-2 @MUL-4
  Scenario: Whichever of two matching PodNetworkings is used, the pods run on one that matches
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green]
      vSwitchOptions: [blue-1]
      """
    And the PodNetworking "green"
      """
      selector: {podSelector: {matchLabels: {tier: front}}}
      securityGroupIDs: [green, blue]
      vSwitchOptions: [green-1]
      """
    When 12 pods "web" labelled "app=web, tier=front" are created at once
    Then the pods "web" eventually use one of the PodNetworkings "blue, green"

  @MUL-3
  Scenario: Two matching PodNetworkings are never mixed
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue]
      vSwitchOptions: [blue-1]
      """
    And the PodNetworking "green"
      """
      selector: {podSelector: {matchLabels: {tier: front}}}
      securityGroupIDs: [green]
      vSwitchOptions: [green-1]
      """
    When 12 pods "web" labelled "app=web, tier=front" are created at once
    Then the network of each of the pods "web" comes wholly from one of the PodNetworkings "blue, green"

  @MUL-3 @MUL-4
  Scenario: Three matching PodNetworkings are never mixed
    Given the PodNetworking "red"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [red]
      vSwitchOptions: [red-1]
      """
    And the PodNetworking "green"
      """
      selector: {podSelector: {matchLabels: {tier: front}}}
      securityGroupIDs: [green]
      vSwitchOptions: [green-1]
      """
    And the PodNetworking "blue"
      """
      selector: {namespaceSelector: {matchLabels: {team: blue}}}
      securityGroupIDs: [blue]
      vSwitchOptions: [blue-1]
      """
    When 12 pods "web" labelled "app=web, tier=front" are created at once in the namespace "shared"
    Then the network of each of the pods "web" comes wholly from one of the PodNetworkings "blue, green, red"

  @MUL-3
  Scenario: PodNetworkings that overlap by pod and by namespace are never mixed
    Given the PodNetworking "blue"
      """
      selector: {namespaceSelector: {matchLabels: {team: blue}}}
      securityGroupIDs: [blue]
      vSwitchOptions: [blue-1]
      """
    And the PodNetworking "green"
      """
      selector:
        podSelector: {matchLabels: {app: web}}
        namespaceSelector: {matchLabels: {team: blue}}
      securityGroupIDs: [green]
      vSwitchOptions: [green-1]
      """
    When the Deployment "web" of 10 pods labelled "app=web" is created in the namespace "shared"
    Then the network of each of the 10 pods of the Deployment "web" in the namespace "shared" comes wholly from one of the PodNetworkings "blue, green"

  @MUL-3
  Scenario: Overlapping PodNetworkings with a vSwitch in common are told apart by security group and annotation
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue]
      vSwitchOptions: [red-1, blue-1]
      """
    And the PodNetworking "green"
      """
      selector: {podSelector: {matchLabels: {tier: front}}}
      securityGroupIDs: [green]
      vSwitchOptions: [red-1, green-1]
      """
    When 12 pods "web" labelled "app=web, tier=front" are created at once
    Then the network of each of the pods "web" comes wholly from one of the PodNetworkings "blue, green"

  @MUL-4
  Scenario: An overlap that arises while pods are being created refuses none of them
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue]
      vSwitchOptions: [blue-1]
      """
    When 5 pods "early" labelled "app=web, tier=front" are created at once
    And the PodNetworking "green" is created
      """
      selector: {podSelector: {matchLabels: {tier: front}}}
      securityGroupIDs: [green]
      vSwitchOptions: [green-1]
      """
    And 5 pods "late" labelled "app=web, tier=front" are created at once
    Then the pods "early" eventually use one of the PodNetworkings "blue, green"
    And the pods "late" eventually use one of the PodNetworkings "blue, green"
