@feature:InvalidReference
Feature: A PodNetworking that names what does not exist
  The vSwitches and security groups must be in the cluster's VPC. What becomes of a PodNetworking that names others is not
  said: it may be rejected, it may be marked as failed, its pods may wait. But a pod that it selects never runs with an
  address or a security group that the PodNetworking does not list.

  @PRE-2
  Scenario: Pods of a PodNetworking with an unknown vSwitch do not run elsewhere
    Given the vSwitches
      | vSwitch | zone   |
      | green-1 | zone-1 |
    And the PodNetworking "green"
      """
      selector: {podSelector: {matchLabels: {app: api}}}
      securityGroupIDs: [green, blue, default]
      vSwitchOptions: [green-1]
      """
    When a PodNetworking "blue" for pods labelled "app=web" with an unknown vSwitch is submitted
    And these pods are created
      | pod     | labels  |
      | control | app=api |
      | web     | app=web |
    Then the pod "control" eventually uses the PodNetworking "green"
    And the PodNetworking "blue" is rejected, or the pod "web" never runs

  @PRE-3
  Scenario: Pods of a PodNetworking with an unknown security group do not run with another
    Given the vSwitches
      | vSwitch | zone   |
      | green-1 | zone-1 |
    And the PodNetworking "green"
      """
      selector: {podSelector: {matchLabels: {app: api}}}
      securityGroupIDs: [green, blue, default]
      vSwitchOptions: [green-1]
      """
    When a PodNetworking "blue" for pods labelled "app=web" with an unknown security group and the vSwitch "green-1" is submitted
    And these pods are created
      | pod     | labels  |
      | control | app=api |
      | web     | app=web |
    Then the pod "control" eventually uses the PodNetworking "green"
    And the PodNetworking "blue" is rejected, or the pod "web" never runs
