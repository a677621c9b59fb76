Feature: The implementation restarts
  Whoever implements the document may stop at any moment and start again. The document makes no exception for that: a
  pod keeps its plane, no two pods share an address, and the addresses of pods that are gone come back.

  Background:
    Given the vSwitches
      | vSwitch | zone   | kind  |
      | tiny-1  | zone-1 | small |
      | green-1 | zone-2 |       |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [tiny-1]
      """

  @MAT-2
  Scenario: Pods that run keep plane and address
    Given the pod "web" labelled "app=web" runs on the PodNetworking "blue"
    And the pod "plain" labelled "app=api" runs on the default plane
    And the network of the pod "web" is noted
    And the network of the pod "plain" is noted
    When the PodNetworking "blue" is changed to
      """
      selector: {podSelector: {matchLabels: {app: api}}}
      securityGroupIDs: [green, blue, default]
      vSwitchOptions: [green-1]
      """
    And the implementation restarts
    Then the network of the pod "web" stays as it was noted
    And the network of the pod "plain" stays as it was noted
    When the pod "new" labelled "app=api" is created
    Then the pod "new" eventually uses the PodNetworking "blue"

  @MAT-1
  Scenario: New pods are matched as before
    When the implementation restarts
    And the pod "web" labelled "app=web" is created
    Then the pod "web" eventually uses the PodNetworking "blue"

  @IPA-2
  Scenario: A new pod gets no address that is in use
    Given all addresses of the vSwitch "tiny-1" but 2 are in use by the pods "early"
    When the implementation restarts
    And 3 pods "late" labelled "app=web" are created at once
    Then exactly 2 of the pods "late" run, and the others never do
    And the addresses of all pods are different

  @CAP-5
  Scenario: Nor do pods of the default plane share an address with those from before
    When 6 pods "early" labelled "app=api" are created at once
    Then each of the pods "early" eventually runs with an address
    When the implementation restarts
    And 6 pods "late" labelled "app=api" are created at once
    Then each of the pods "late" eventually runs with an address
    And the addresses of all pods are different

  @ALC-2
  Scenario: A pod that is being deleted meanwhile keeps its address as long as it runs
    When as many pods "web" labelled "app=web" as "tiny-1" has addresses, which take 40 seconds to stop, are created at once
    Then each of the pods "web" eventually runs with an address
    When the deletion of the pod "web-1" begins
    And the implementation restarts
    And the pod "next" labelled "app=web" is created
    Then the pod "next" has no address as long as the pod "web-1" runs
    And the pod "web-1" is eventually gone
    When the pod "next" is deleted
    And the pod "last" labelled "app=web" is created
    Then the pod "last" eventually runs with an address

  @ALC-2
  Scenario: The addresses of pods from before come back
    Given all addresses of the vSwitch "tiny-1" but 2 are in use by the pods "early"
    When the implementation restarts
    And the pods "early" are deleted
    Then the vSwitch "tiny-1" can be filled with pods labelled "app=web"

  @ALC-2
  Scenario: The addresses of pods that go while it is stopped come back
    Given all addresses of the vSwitch "tiny-1" are in use by the pods "early"
    When the implementation stops
    And the deletion of the pods "early" by force begins
    And the implementation starts again
    Then the vSwitch "tiny-1" can be filled with pods labelled "app=web"

  @IPA-2 @every-order
  Scenario: It restarts while a pod is created beside another one
    Given the pod "old" labelled "app=web" runs on the PodNetworking "blue"
    And the network of the pod "old" is noted
    When all of this happens at once
    And the pod "new" labelled "app=web" is created
    And the implementation restarts
    Then each of "new" eventually runs with an address
    And no two pods have ever had the same address at the same time
    And the network of the pod "old" stays as it was noted

  @ALC-2 @every-order
  Scenario: It restarts while a pod is deleted
    Given the pod "old" labelled "app=web" runs on the PodNetworking "blue"
    When all of this happens at once
    And the deletion of the pod "old" begins
    And the implementation restarts
    Then the pod "old" is eventually gone
    And the vSwitch "tiny-1" can be filled with pods labelled "app=web"

  @ALC-2 @every-order
  Scenario: It restarts while a pod comes and goes
    When all of this happens at once
    And the pod "one" labelled "app=web" is created
    And after that the deletion of the pod "one" begins
    And the implementation restarts
    Then the pod "one" is eventually gone
    And the vSwitch "tiny-1" can be filled with pods labelled "app=web"
