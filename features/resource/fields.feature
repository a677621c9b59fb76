Feature: What a PodNetworking says is kept as it was written
  The order of securityGroupIDs carries meaning, because only the first takes effect: a list that came back sorted or
  without its duplicates would say something else.

  @API-4
  Scenario Outline: A PodNetworking with <what> reads back as it was submitted
    When the PodNetworking "wide" is submitted
      """
      <spec>
      """
    Then it is accepted
    And the PodNetworking "wide" reads back as it was submitted

    Examples:
      | what                                | spec                                                                                                                                                                                     |
      | four security groups out of order   | {selector: {podSelector: {matchLabels: {app: wide}}}, securityGroupIDs: [sg-3, sg-1, sg-4, sg-2], vSwitchOptions: [vsw-1]}                                                               |
      | ten vSwitches out of order          | {selector: {podSelector: {matchLabels: {app: wide}}}, securityGroupIDs: [sg-1], vSwitchOptions: [vsw-7, vsw-2, vsw-9, vsw-4, vsw-1, vsw-8, vsw-3, vsw-10, vsw-6, vsw-5]}                 |
      | both selectors                      | {selector: {podSelector: {matchLabels: {app: wide, tier: web}}, namespaceSelector: {matchLabels: {team: blue}}}, securityGroupIDs: [sg-1], vSwitchOptions: [vsw-1]}                      |
      | matchExpressions                    | {selector: {podSelector: {matchExpressions: [{key: app, operator: In, values: [b, a]}, {key: old, operator: DoesNotExist}]}}, securityGroupIDs: [sg-1], vSwitchOptions: [vsw-1]}         |
      | allocation type Fixed               | {allocationType: {type: Fixed}, selector: {namespaceSelector: {matchLabels: {team: blue}}}, securityGroupIDs: [sg-1], vSwitchOptions: [vsw-1]}                                           |

  @API-4
  Scenario: An edit is kept as it was written
    Given the PodNetworking "wide"
      """
      selector: {podSelector: {matchLabels: {app: wide}}}
      securityGroupIDs: [one, two]
      vSwitchOptions: [vsw-1]
      """
    When the PodNetworking "wide" is changed to
      """
      selector: {podSelector: {matchLabels: {app: wide}}}
      securityGroupIDs: [two, one]
      vSwitchOptions: [vsw-2, vsw-1]
      """
    Then the PodNetworking "wide" reads back as it was submitted

  # Whether an id may be listed twice is not said. If it may, the list is kept as it is.
  @API-4
  Scenario: Lists with duplicates are rejected, or they are kept as they were written
    When the PodNetworking "plain" is submitted
      """
      selector: {podSelector: {matchLabels: {app: plain}}}
      securityGroupIDs: [one, two]
      vSwitchOptions: [vsw-1, vsw-2]
      """
    Then it is accepted
    When the PodNetworking "wide" is submitted
      """
      selector: {podSelector: {matchLabels: {app: wide}}}
      securityGroupIDs: [one, one, two, one]
      vSwitchOptions: [vsw-1, vsw-2, vsw-1]
      """
    Then it is rejected, or the PodNetworking "wide" reads back as it was submitted

  # Whether an id that the cloud does not have may be listed is not said either. If it may, the list is kept as it is.
  @API-4
  Scenario Outline: A list with an unknown <what> among known ones is rejected, or it is kept as it was written
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |
      | green-1 | zone-2 |
    When the PodNetworking "plain" is submitted
      """
      selector: {podSelector: {matchLabels: {app: plain}}}
      securityGroupIDs: [green, blue]
      vSwitchOptions: [green-1, blue-1]
      """
    Then it is accepted
    When the PodNetworking "wide" is submitted
      """
      selector: {podSelector: {matchLabels: {app: wide}}}
      securityGroupIDs: <groups>
      vSwitchOptions: <vSwitches>
      """
    Then it is rejected, or the PodNetworking "wide" reads back as it was submitted

    Examples:
      | what           | groups                 | vSwitches                  |
      | vSwitch        | [green, blue]          | [green-1, unknown, blue-1] |
      | security group | [green, unknown, blue] | [green-1, blue-1]          |
