@feature:SGLimitEnforced
Feature: More than five security groups
  "You can specify up to five security groups." What becomes of a sixth is not said; an implementation that claims to
  enforce the limit rejects the PodNetworking, or lets it have no effect.

  @SG-3
  Scenario: A PodNetworking with six security groups is rejected or has no effect
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |
      | green-1 | zone-2 |
    And the PodNetworking "green"
      """
      selector: {podSelector: {matchLabels: {app: api}}}
      securityGroupIDs: [one, two, three, four, five]
      vSwitchOptions: [green-1]
      """
    When the PodNetworking "blue" is submitted
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [one, two, three, four, five, six]
      vSwitchOptions: [blue-1]
      """
    And these pods are created
      | pod     | labels  |
      | control | app=api |
      | web     | app=web |
    Then the pod "control" eventually uses the PodNetworking "green"
    And the PodNetworking "blue" is rejected, or the pod "web" never uses it

  @SG-3
  Scenario: A sixth security group that comes with an edit is rejected or has no effect
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |
      | green-1 | zone-2 |
    And the PodNetworking "green"
      """
      selector: {podSelector: {matchLabels: {app: api}}}
      securityGroupIDs: [one, two, three, four, five]
      vSwitchOptions: [green-1]
      """
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [one, two, three, four, five]
      vSwitchOptions: [blue-1]
      """
    When the change of the PodNetworking "blue" is submitted
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [one, two, three, four, five, six]
      vSwitchOptions: [blue-1]
      """
    And these pods are created
      | pod     | labels  |
      | control | app=api |
      | web     | app=web |
    Then the pod "control" eventually uses the PodNetworking "green"
    And the PodNetworking "blue" is rejected, or the pod "web" never uses it
