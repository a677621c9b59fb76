Feature: Pods that want the same address at once
  "Also make sure the vSwitches have enough idle IP addresses. Otherwise, ACK fails to create pods." And addresses are
  "released after the pods are deleted". No two pods share an address at any time, and none is lost, in whatever order
  the cluster comes to its work. Which of the pods gets what there is, is not said.

  Background:
    Given the vSwitches
      | vSwitch | zone   | kind  |
      | tiny-1  | zone-1 | small |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [tiny-1]
      """

  @CAP-2 @every-order
  Scenario: Two pods are created for the last address, and one gets it
    Given all addresses of the vSwitch "tiny-1" but 1 are in use by the pods "early"
    When all of this happens at once
    And the pod "one" labelled "app=web" is created
    And the pod "two" labelled "app=web" is created
    Then exactly 1 of "one, two" run, and the others never do
    And no two pods have ever had the same address at the same time

  @IPA-2 @every-order
  Scenario: Two pods are created for the last two addresses, and each gets one
    Given all addresses of the vSwitch "tiny-1" but 2 are in use by the pods "early"
    When all of this happens at once
    And the pod "one" labelled "app=web" is created
    And the pod "two" labelled "app=web" is created
    Then each of "one, two" eventually runs with an address
    And no two pods have ever had the same address at the same time

  @ALC-2 @every-order
  Scenario: A pod is deleted before it runs, or soon after
    When all of this happens at once
    And the pod "web" labelled "app=web" is created
    And after that the deletion of the pod "web" begins
    Then the pod "web" is eventually gone
    And the vSwitch "tiny-1" can be filled with pods labelled "app=web"

  @ALC-2 @every-order
  Scenario: A pod is deleted by force while another one is created for its address
    Given all addresses of the vSwitch "tiny-1" are in use by the pods "early"
    When all of this happens at once
    And the pod "early-1" is deleted by force
    And the pod "next" labelled "app=web" is created
    Then no two pods have ever had the same address at the same time
    When the pod "next" is deleted
    And the pods "early" are deleted
    Then the vSwitch "tiny-1" can be filled with pods labelled "app=web"

  @IPA-2 @every-order
  Scenario: A pod is created again under its name while another one may get its address
    Given all addresses of the vSwitch "tiny-1" but 1 are in use by the pods "early"
    When the pod "early-1" is deleted
    And 10 minutes pass
    And all of this happens at once
    And the pod "early-1" labelled "app=web" is created
    And the pod "next" labelled "app=web" is created
    Then each of "early-1, next" eventually runs with an address
    And no two pods have ever had the same address at the same time

  # Whether the new pod runs at once, later or never is left open; if it runs, its address is its own.
  @IPA-2
  Scenario: What is done late for a pod that is gone does not take the address of the next one of its name
    Given all addresses of the vSwitch "tiny-1" are in use by the pods "early"
    When the pod "early-1" is deleted by force, and created again at once labelled "app=web"
    And 10 minutes pass
    And 2 pods "late" labelled "app=web" are created at once
    And 10 minutes pass
    Then the addresses of all pods are different
