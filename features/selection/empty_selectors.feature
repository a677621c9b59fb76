@feature:EmptySelector
Feature: Empty selectors
  The document is silent on empty selectors. In Kubernetes an empty LabelSelector matches everything and an absent one
  matches nothing. A PodNetworking that sets neither selector selects no pod.

  Background:
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |
      | green-1 | zone-2 |
    And the namespaces
      | namespace | labels    |
      | inside    | team=blue |
      | outside   | team=red  |

  # It takes the pods of everybody in the cluster.
  @SEL-7 @alone
  Scenario: An empty podSelector matches every pod
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When these pods are created
      | pod   | namespace | labels  |
      | naked | inside    |         |
      | web   | outside   | app=web |
    Then the pods eventually use
      | pod   | namespace | plane |
      | naked | inside    | blue  |
      | web   | outside   | blue  |

  @SEL-7
  Scenario: An empty podSelector beside a namespaceSelector leaves the choice to the namespace
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {}, namespaceSelector: {matchLabels: {team: blue}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When these pods are created
      | pod   | namespace | labels  |
      | naked | inside    |         |
      | web   | inside    | app=web |
      | web   | outside   | app=web |
    Then the pods eventually use
      | pod   | namespace | plane         |
      | naked | inside    | blue          |
      | web   | inside    | blue          |
      | web   | outside   | default plane |

  @SEL-7
  Scenario: An empty namespaceSelector beside a podSelector leaves the choice to the pod
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}, namespaceSelector: {}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When these pods are created
      | pod   | namespace | labels  |
      | web   | inside    | app=web |
      | web   | outside   | app=web |
      | plain | inside    | app=api |
    Then the pods eventually use
      | pod   | namespace | plane         |
      | web   | inside    | blue          |
      | web   | outside   | blue          |
      | plain | inside    | default plane |

  @SEL-7
  Scenario: Without either selector nobody is selected
    Given the PodNetworking "nobody"
      """
      selector: {}
      securityGroupIDs: [green, blue, default]
      vSwitchOptions: [green-1]
      """
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When these pods are created
      | pod     | labels  |
      | control | app=web |
      | naked   |         |
      | plain   | app=api |
    Then the pods eventually use
      | pod     | plane         |
      | control | blue          |
      | naked   | default plane |
      | plain   | default plane |

  # The lists are there, and they ask for nothing.
  @SEL-7
  Scenario Outline: A selector that is written as <empty> is as empty as any
    Given the PodNetworking "blue"
      """
      selector: {podSelector: <empty>, namespaceSelector: {matchLabels: {team: blue}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    And the PodNetworking "green"
      """
      selector: {podSelector: {matchLabels: {app: web}}, namespaceSelector: <empty>}
      securityGroupIDs: [green, blue, default]
      vSwitchOptions: [green-1]
      """
    When these pods are created
      | pod   | namespace | labels  |
      | naked | inside    |         |
      | api   | inside    | app=api |
      | web   | outside   | app=web |
      | plain | outside   | app=api |
    Then the pods eventually use
      | pod   | namespace | plane         |
      | naked | inside    | blue          |
      | api   | inside    | blue          |
      | web   | outside   | green         |
      | plain | outside   | default plane |

    Examples:
      | empty                                   |
      | {matchLabels: {}}                       |
      | {matchExpressions: []}                  |
      | {matchLabels: {}, matchExpressions: []} |
