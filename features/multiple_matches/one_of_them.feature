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

  @MUL-3
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
  Scenario: An overlap that arises while pods are being created keeps none of them from running
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue]
      vSwitchOptions: [blue-1]
      """
    # Nobody waits in between: when the second PodNetworking appears, most of the pods do not run yet.
    When 12 pods "web" labelled "app=web, tier=front" are created at once, and in the middle of them the PodNetworking "green"
      """
      selector: {podSelector: {matchLabels: {tier: front}}}
      securityGroupIDs: [green]
      vSwitchOptions: [green-1]
      """
    Then the pods "web" eventually use one of the PodNetworkings "blue, green"
    When 1 minutes pass
    And 4 pods "late" labelled "app=api, tier=front" are created at once
    Then the pods "late" eventually use the PodNetworking "green"

  @MUL-4
  Scenario: Four matching PodNetworkings of both allocation types, two of them with one security group
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green]
      vSwitchOptions: [blue-1]
      """
    And the PodNetworking "green"
      """
      allocationType: {type: Fixed}
      selector: {podSelector: {matchLabels: {tier: front}}}
      securityGroupIDs: [green, blue]
      vSwitchOptions: [green-1]
      """
    And the PodNetworking "red"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, default]
      vSwitchOptions: [red-1]
      """
    And the PodNetworking "zzz-shared"
      """
      allocationType: {type: Fixed}
      selector: {namespaceSelector: {matchLabels: {team: blue}}}
      securityGroupIDs: [four, default]
      vSwitchOptions: [red-1]
      """
    When 8 pods "web" labelled "app=web, tier=front" are created at once in the namespace "shared"
    Then the pods "web" eventually use one of the PodNetworkings "blue, green, red, zzz-shared"

  @MUL-4
  Scenario Outline: Of two matching PodNetworkings the other is used once <deleted> is deleted
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
    When 4 pods "web" labelled "app=web, tier=front" are created at once
    Then the pods "web" eventually use one of the PodNetworkings "blue, green"
    When the PodNetworking "<deleted>" is deleted
    And 4 pods "late" labelled "app=web, tier=front" are created at once
    Then the pods "late" eventually use the PodNetworking "<left>"

    Examples:
      | deleted | left  |
      | blue    | green |
      | green   | blue  |

  @MUL-4
  Scenario Outline: The pods of a <kind> that two PodNetworkings match run on one of them
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
    When the <kind> "web" of 4 pods labelled "app=web, tier=front" is created
    Then the 4 pods of the <kind> "web" eventually use one of the PodNetworkings "blue, green"

    Examples:
      | kind        |
      | Deployment  |
      | StatefulSet |
      | Job         |

  @MUL-4
  Scenario: Of two matching PodNetworkings that are both Fixed one is used as well
    Given the PodNetworking "blue"
      """
      allocationType: {type: Fixed}
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green]
      vSwitchOptions: [blue-1]
      """
    And the PodNetworking "green"
      """
      allocationType: {type: Fixed}
      selector: {podSelector: {matchLabels: {tier: front}}}
      securityGroupIDs: [green, blue]
      vSwitchOptions: [green-1]
      """
    When 4 pods "web" labelled "app=web, tier=front" are created at once
    And the StatefulSet "db" of 2 pods labelled "app=web, tier=front" is created
    Then the pods "web" eventually use one of the PodNetworkings "blue, green"
    And the 2 pods of the StatefulSet "db" eventually use one of the PodNetworkings "blue, green"

  # Which of the two it is may depend on what its user wrote, that it is one of them may not.
  @MUL-4
  Scenario: A pod that two PodNetworkings match uses one of them, though its user wrote another name on it
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
    When these pods are created
      | pod | labels              | annotations                           |
      | web | app=web, tier=front | k8s.aliyun.com/pod-networking=nowhere |
    Then the pods "web" eventually use one of the PodNetworkings "blue, green"
