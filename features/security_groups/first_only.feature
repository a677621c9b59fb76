Feature: Only the first security group takes effect
  "A list of security group IDs. You can specify up to five security groups. In an ACK serverless cluster, only the first
  security group ID takes effect." First is first as written, not in any order of names.

  Background:
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |
      | green-1 | zone-2 |

  @SG-1
  Scenario: A PodNetworking with one security group takes effect
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue]
      vSwitchOptions: [blue-1]
      """
    When the pod "web" labelled "app=web" is created
    Then the pod "web" eventually uses the PodNetworking "blue"

  @SG-1
  Scenario: A PodNetworking with five security groups takes effect
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, two, three, four, five]
      vSwitchOptions: [blue-1]
      """
    When the pod "web" labelled "app=web" is created
    Then the pod "web" eventually uses the PodNetworking "blue"

  @SG-2
  Scenario: Of several security groups the pod has the first and no other
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, two, three, default]
      vSwitchOptions: [blue-1]
      """
    # What stands first here stands second there, and the other way round.
    And the PodNetworking "green"
      """
      selector: {podSelector: {matchLabels: {app: api}}}
      securityGroupIDs: [green, blue]
      vSwitchOptions: [green-1]
      """
    When these pods are created
      | pod | labels  |
      | web | app=web |
      | api | app=api |
    Then the pod "web" eventually has exactly the security group "blue"
    And the pod "api" eventually has exactly the security group "green"

  @SG-2
  Scenario: The default security group takes effect where it stands first, and only there
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [default, blue]
      vSwitchOptions: [blue-1]
      """
    And the PodNetworking "green"
      """
      selector: {podSelector: {matchLabels: {app: api}}}
      securityGroupIDs: [green, default]
      vSwitchOptions: [green-1]
      """
    When these pods are created
      | pod | labels  |
      | web | app=web |
      | api | app=api |
    Then the pod "web" eventually has exactly the security group "default"
    And the pod "api" eventually has exactly the security group "green"

  @SG-4
  Scenario Outline: First means first as written, when the first is the <place> by name
    Given the security groups "low, middle, high" in the order of their names
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [<list>]
      vSwitchOptions: [blue-1]
      """
    When the pod "web" labelled "app=web" is created
    Then the pod "web" eventually has exactly the security group "<first>"

    Examples:
      | place    | list              | first  |
      | greatest | high, low, middle | high   |
      | middle   | middle, high, low | middle |
      | least    | low, high, middle | low    |

  @SG-4
  Scenario: After the list is turned round, new pods have the new first
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [one, two]
      vSwitchOptions: [blue-1]
      """
    And the pod "before" labelled "app=web" runs on the PodNetworking "blue"
    When the PodNetworking "blue" is changed to
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [two, one]
      vSwitchOptions: [blue-1]
      """
    And the pod "after" labelled "app=web" is created
    Then the pod "before" eventually has exactly the security group "one"
    And the pod "after" eventually has exactly the security group "two"
