Feature: All security groups take effect
  In the dialect of Terway the whole list is attached to the network interface of a pod; it may be ten long. The document
  for ACK Serverless clusters says otherwise: there only the first takes effect.

  Background:
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |

  @T-SG-ALL
  Scenario Outline: A pod has all of <count> security groups, and no other
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [<list>]
      vSwitchOptions: [blue-1]
      """
    When the pod "web" labelled "app=web" is created
    Then the pod "web" eventually has exactly the security groups "<list>"

    Examples:
      | count | list                                        |
      | one   | blue                                        |
      | two   | blue, default                               |
      | five  | five, three, default, one, four             |
      | eight | six, five, two, three, default, one, eight, four |

  @T-SG-ALL
  Scenario: Each PodNetworking has its own, also where they share some
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, shared]
      vSwitchOptions: [blue-1]
      """
    And the PodNetworking "green"
      """
      selector: {podSelector: {matchLabels: {app: api}}}
      securityGroupIDs: [shared, green, default]
      vSwitchOptions: [blue-1]
      """
    When these pods are created
      | pod | labels  |
      | web | app=web |
      | api | app=api |
    Then the pod "web" eventually has exactly the security groups "blue, shared"
    And the pod "api" eventually has exactly the security groups "shared, green, default"

  @T-SG-ALL
  Scenario: After an edit new pods have the new list, whole, and old ones keep theirs
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
      securityGroupIDs: [three, two, default]
      vSwitchOptions: [blue-1]
      """
    And the pod "after" labelled "app=web" is created
    Then the pod "after" eventually has exactly the security groups "three, two, default"
    And the pod "before" eventually has exactly the security groups "one, two"

  @T-SG-MAX
  Scenario: Eleven security groups are too many, ten are not
    When the PodNetworking "wide" with 11 security groups is submitted
    Then it is rejected, but accepted with the first 10 of them
