Feature: With both selectors set, a pod must match both
  "If both podSelector and namespaceSelector are set, a pod must match both selectors." The document says so twice. Its
  sample uses the same label in both selectors; here the keys differ, so that no label can stand in for the other.

  Background:
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |
    And the namespaces
      | namespace | labels    |
      | inside    | team=blue |
      | outside   | team=red  |
      | bare      |           |

  @SEL-2
  Scenario: Only the pod that matches both selectors uses the PodNetworking
    Given the PodNetworking "blue"
      """
      selector:
        podSelector: {matchLabels: {app: web}}
        namespaceSelector: {matchLabels: {team: blue}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When these pods are created
      | pod                   | namespace | labels  |
      | both                  | inside    | app=web |
      | namespace-only        | inside    | app=api |
      | namespace-only-naked  | inside    |         |
      | pod-only              | outside   | app=web |
      | neither               | outside   | app=api |
      | pod-only-in-bare      | bare      | app=web |
      | neither-in-bare       | bare      |         |
    Then the pods eventually use
      | pod                   | namespace | plane         |
      | both                  | inside    | blue          |
      | namespace-only        | inside    | default plane |
      | namespace-only-naked  | inside    | default plane |
      | pod-only              | outside   | default plane |
      | neither               | outside   | default plane |
      | pod-only-in-bare      | bare      | default plane |
      | neither-in-bare       | bare      | default plane |

  @SEL-2
  Scenario: Namespaces that are newer than the PodNetworking are judged in the same way
    Given the PodNetworking "blue"
      """
      selector:
        podSelector: {matchLabels: {app: web}}
        namespaceSelector: {matchLabels: {team: blue}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When these namespaces are created
      | namespace   | labels    |
      | new-inside  | team=blue |
      | new-outside | team=red  |
    And these pods are created
      | pod      | namespace   | labels  |
      | both     | new-inside  | app=web |
      | pod-only | new-outside | app=web |
    Then the pods eventually use
      | pod      | namespace   | plane         |
      | both     | new-inside  | blue          |
      | pod-only | new-outside | default plane |

  @SEL-8
  Scenario: One key in both selectors, with a value for each
    Given the PodNetworking "blue"
      """
      selector:
        podSelector: {matchLabels: {team: web}}
        namespaceSelector: {matchLabels: {team: blue}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When these pods are created
      | pod             | namespace | labels    |
      | both            | inside    | team=web  |
      | namespace-value | inside    | team=blue |
      | pod-value       | outside   | team=web  |
    Then the pods eventually use
      | pod             | namespace | plane         |
      | both            | inside    | blue          |
      | namespace-value | inside    | default plane |
      | pod-value       | outside   | default plane |

  @SEL-2
  Scenario: A Deployment in the right namespace needs the right pod labels too
    Given the PodNetworking "blue"
      """
      selector:
        podSelector: {matchLabels: {app: web}}
        namespaceSelector: {matchLabels: {team: blue}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When the Deployment "web" of 2 pods labelled "app=web" is created in the namespace "inside"
    And the Deployment "api" of 2 pods labelled "app=api" is created in the namespace "inside"
    Then the 2 pods of the Deployment "web" in the namespace "inside" eventually use the PodNetworking "blue"
    And the 2 pods of the Deployment "api" in the namespace "inside" eventually use the default plane

  @SEL-2
  Scenario: Under Fixed, too, a pod must match both
    Given the PodNetworking "blue"
      """
      allocationType: {type: Fixed}
      selector:
        podSelector: {matchLabels: {app: web}}
        namespaceSelector: {matchLabels: {team: blue}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When 2 pods "both" labelled "app=web" are created at once in the namespace "inside"
    And these pods are created
      | pod            | namespace | labels  |
      | namespace-only | inside    | app=api |
      | pod-only       | outside   | app=web |
    Then each of the pods "both" eventually runs with an address
    And the pods eventually use
      | pod            | namespace | plane         |
      | namespace-only | inside    | default plane |
      | pod-only       | outside   | default plane |

  @SEL-2
  Scenario: A namespace that comes to match, or ceases to, is judged as it is when the pod is created
    Given the PodNetworking "blue"
      """
      selector:
        podSelector: {matchLabels: {app: web}}
        namespaceSelector: {matchLabels: {team: blue}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When these pods are created
      | pod          | namespace | labels  |
      | web-before   | inside    | app=web |
      | plain-before | bare      | app=web |
    Then the pods eventually use
      | pod          | namespace | plane         |
      | web-before   | inside    | blue          |
      | plain-before | bare      | default plane |
    When the pod "plain-before" is deleted
    And the namespace "bare" is labelled "team=blue"
    And the namespace "inside" is labelled "team=red"
    And these pods are created
      | pod         | namespace | labels  |
      | web-after   | bare      | app=web |
      | api-after   | bare      | app=api |
      | plain-after | inside    | app=web |
    Then the pods eventually use
      | pod         | namespace | plane         |
      | web-after   | bare      | blue          |
      | api-after   | bare      | default plane |
      | plain-after | inside    | default plane |

  @SEL-2
  Scenario Outline: Pods of one name and with the same labels are told apart by their namespaces, the first one being <first>
    Given the PodNetworking "blue"
      """
      selector:
        podSelector: {matchLabels: {app: web}}
        namespaceSelector: {matchLabels: {team: blue}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When the pod "web" labelled "app=web" is created in the namespace "<first>"
    Then the pod "web" in the namespace "<first>" eventually uses <plane of the first>
    When the pod "web" labelled "app=web" is created in the namespace "<second>"
    Then the pod "web" in the namespace "<second>" eventually uses <plane of the second>

    Examples:
      | first   | plane of the first       | second  | plane of the second      |
      | inside  | the PodNetworking "blue" | outside | the default plane        |
      | outside | the default plane        | inside  | the PodNetworking "blue" |

  # What an expression means is not the question here: each of the pods fails the selector that has none.
  @SEL-2 @feature:MatchExpressions
  Scenario Outline: With expressions in the <selector>, the other selector must match as well
    Given the PodNetworking "blue"
      """
      selector: {podSelector: <podSelector>, namespaceSelector: <namespaceSelector>}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When 2 pods "both" labelled "app=web, tier=front" are created at once in the namespace "inside"
    And these pods are created
      | pod   | namespace   | labels   |
      | other | <namespace> | <labels> |
    Then each of the pods "both" eventually runs with an address
    And the pods eventually use
      | pod   | namespace   | plane         |
      | other | <namespace> | default plane |

    Examples:
      | selector          | podSelector                                               | namespaceSelector                                               | namespace | labels              |
      | podSelector       | {matchExpressions: [{key: tier, operator: Exists}]}       | {matchLabels: {team: blue}}                                     | outside   | app=web, tier=front |
      | podSelector       | {matchExpressions: [{key: old, operator: DoesNotExist}]}  | {matchLabels: {team: blue}}                                     | bare      | app=web, tier=front |
      | namespaceSelector | {matchLabels: {app: web}}                                 | {matchExpressions: [{key: team, operator: In, values: [blue]}]} | inside    | app=api, tier=front |
      | namespaceSelector | {matchLabels: {app: web}}                                 | {matchExpressions: [{key: team, operator: NotIn, values: [red]}]} | inside    | app=api, tier=front |
