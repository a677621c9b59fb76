Feature: What is refused when a PodNetworking is created is refused when it is edited
  "In this case, the PodNetworking ConfigMap does not support the releaseStrategy or releaseAfter parameter." The case is
  the type Fixed, whether the PodNetworking has had it from the beginning or since an edit.

  Background:
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |
    And the PodNetworking "blue"
      """
      allocationType: {type: Elastic}
      selector: {podSelector: {matchLabels: {net: blue}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """

  @ALC-6 @feature:FixedRejectsReleaseParams
  Scenario Outline: An edit that brings Fixed and <field> is rejected
    When the change of the PodNetworking "blue" is submitted
      """
      allocationType: {type: Fixed, <setting>}
      selector: {podSelector: {matchLabels: {net: blue}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    Then it is rejected, but accepted without the "<field>"

    Examples:
      | field           | setting                                |
      | releaseStrategy | releaseStrategy: Never                 |
      | releaseAfter    | releaseStrategy: TTL, releaseAfter: 1h |

  @ALC-6 @feature:FixedRejectsReleaseParams
  Scenario Outline: An edit that adds <field> where the type is Fixed is rejected
    When the change of the PodNetworking "blue" is submitted
      """
      allocationType: {type: Fixed}
      selector: {podSelector: {matchLabels: {net: blue}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    Then it is accepted
    When the change of the PodNetworking "blue" is submitted
      """
      allocationType: {type: Fixed, <setting>}
      selector: {podSelector: {matchLabels: {net: blue}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    Then it is rejected, but accepted without the "<field>"

    Examples:
      | field           | setting                                |
      | releaseStrategy | releaseStrategy: Never                 |
      | releaseAfter    | releaseStrategy: TTL, releaseAfter: 1h |
