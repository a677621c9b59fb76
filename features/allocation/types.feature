Feature: The allocation type is Elastic or Fixed
  "The IP address allocation method. Valid values: Elastic [...] Fixed."

  @ALC-1
  Scenario Outline: The type <type> is valid
    When the PodNetworking "blue" is submitted
      """
      allocationType: {type: <type>}
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue]
      vSwitchOptions: [blue-1]
      """
    Then it is accepted
    And the PodNetworking "blue" reads back as it was submitted

    Examples:
      | type    |
      | Elastic |
      | Fixed   |

  @ALC-1
  Scenario Outline: The type <type> is not
    When the PodNetworking "blue" is submitted
      """
      allocationType: {type: <type>}
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue]
      vSwitchOptions: [blue-1]
      """
    Then it is rejected, but accepted with "allocationType.type" set to "Elastic"

    Examples:
      | type    |
      | Static  |
      | elastic |
      | FIXED   |

  @ALC-1
  Scenario: An edit to an invalid type is rejected
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue]
      vSwitchOptions: [blue-1]
      """
    When the change of the PodNetworking "blue" is submitted
      """
      allocationType: {type: Static}
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue]
      vSwitchOptions: [blue-1]
      """
    Then it is rejected, but accepted with "allocationType.type" set to "Fixed"
