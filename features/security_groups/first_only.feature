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
    Then the pod "web" eventually has exactly the security group "blue"

  @SG-1
  Scenario: A PodNetworking with five security groups takes effect
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, two, three, four, five]
      vSwitchOptions: [blue-1]
      """
    When the pod "web" labelled "app=web" is created
    Then the pod "web" eventually has no security group but of "blue, two, three, four, five"

  @SG-2
  Scenario: Of several security groups the pod has the first and no other
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, two, default]
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

  @SG-2
  Scenario Outline: The first takes effect when it is the <place> by name
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

  # The order decides: whoever sorts the list, or reads it as a set, gives both pods the same.
  @SG-4
  Scenario: The same security groups in another order are another first
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [one, two, three]
      vSwitchOptions: [blue-1]
      """
    And the PodNetworking "green"
      """
      selector: {podSelector: {matchLabels: {app: api}}}
      securityGroupIDs: [two, three, one]
      vSwitchOptions: [green-1]
      """
    When 3 pods "web" labelled "app=web" are created at once
    And 3 pods "api" labelled "app=api" are created at once
    Then the pods "web" and "api" eventually do not all have one and the same of the listed security groups

  @MAT-4
  Scenario: A list that is turned round has another first
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [one, two]
      vSwitchOptions: [blue-1]
      """
    And the PodNetworking "green"
      """
      selector: {podSelector: {matchLabels: {app: api}}}
      securityGroupIDs: [one, two]
      vSwitchOptions: [green-1]
      """
    And the pod "before" labelled "app=web" runs on the PodNetworking "blue"
    When the PodNetworking "blue" is changed to
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [two, one]
      vSwitchOptions: [blue-1]
      """
    And 3 pods "web" labelled "app=web" are created at once
    And 3 pods "api" labelled "app=api" are created at once
    Then the pods "web" and "api" eventually do not all have one and the same of the listed security groups

  @MAT-4
  Scenario: After another security group is listed, new pods have it
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [one]
      vSwitchOptions: [blue-1]
      """
    And the pod "before" labelled "app=web" runs on the PodNetworking "blue"
    When the PodNetworking "blue" is changed to
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [two]
      vSwitchOptions: [blue-1]
      """
    And the pod "after" labelled "app=web" is created
    Then the pod "after" eventually has exactly the security group "two"

  @SG-2
  Scenario Outline: The pods of a <kind> have no other security group of the list than the first, under <type> as well
    Given the PodNetworking "blue"
      """
      allocationType: {type: <type>}
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, two]
      vSwitchOptions: [blue-1]
      """
    When the <kind> "web" of 3 pods labelled "app=web" is created
    Then the 3 pods of the <kind> "web" run, and none of them has any of the security groups "green, two"

    Examples:
      | kind        | type    |
      | Deployment  | Elastic |
      | StatefulSet | Elastic |
      | Deployment  | Fixed   |
      | StatefulSet | Fixed   |

  @SG-2
  Scenario: So do the pods of a PodNetworking that has a namespaceSelector alone
    Given the namespaces
      | namespace | labels    |
      | inside    | team=blue |
    And the PodNetworking "blue"
      """
      selector: {namespaceSelector: {matchLabels: {team: blue}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When 3 pods "web" labelled "app=web" are created at once in the namespace "inside"
    Then each of the pods "web" eventually has exactly the security group "blue"

  @SG-2
  Scenario: Whichever of two vSwitches a pod uses, it has the first security group
    Given the vSwitches also
      | vSwitch | zone   |
      | blue-2  | zone-1 |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, two, default]
      vSwitchOptions: [blue-2, blue-1]
      """
    When 8 pods "web" labelled "app=web" are created at once
    Then each of the pods "web" eventually has exactly the security group "blue"

  @SG-2
  Scenario: An address that is used again comes with the security group of the PodNetworking that its new pod uses
    Given the vSwitches also
      | vSwitch | zone   | kind  |
      | tiny-1  | zone-1 | small |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [tiny-1]
      """
    When as many pods "web" labelled "app=web" as "tiny-1" has addresses are created at once
    Then each of the pods "web" that run has exactly the security group "blue"
    When the pods "web" are deleted
    And the PodNetworking "blue" is deleted
    And the PodNetworking "green" is created
      """
      selector: {podSelector: {matchLabels: {app: api}}}
      securityGroupIDs: [green, blue, default]
      vSwitchOptions: [tiny-1]
      """
    And as many pods "api" labelled "app=api" as "tiny-1" has addresses are created at once
    Then each of the pods "api" that run has exactly the security group "green"

  # Whether an id may be listed twice is not said. If it may, the first is still the one that was written first.
  @SG-4
  Scenario Outline: In a list with duplicates, too, the first is not the <place> by name
    Given the security groups "low, high" in the order of their names
    And the PodNetworking "green"
      """
      selector: {podSelector: {matchLabels: {app: api}}}
      securityGroupIDs: [<other>]
      vSwitchOptions: [green-1]
      """
    When the PodNetworking "blue" is submitted
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [<list>]
      vSwitchOptions: [blue-1]
      """
    And the pod "control" labelled "app=api" is created
    And the pod "web" labelled "app=web" is created
    Then the pod "control" eventually runs with an address
    And the pod "web" never has the security group "<other>" alone

    Examples:
      | place    | list            | other |
      | least    | high, low, high | low   |
      | greatest | low, high, low  | high  |
