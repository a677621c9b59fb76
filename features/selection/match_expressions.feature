@feature:MatchExpressions
Feature: matchExpressions mean what they mean in Kubernetes
  A label selector may hold matchExpressions. They are ANDed with one another and with matchLabels. NotIn and
  DoesNotExist match where the key is absent.

  Background:
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |

  @SEL-6
  Scenario Outline: <operator> in a podSelector
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {set: mine}, matchExpressions: [<expression>]}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When these pods are created
      | pod     | labels              |
      | absent  | set=mine            |
      | empty   | set=mine, tier=     |
      | front   | set=mine, tier=front |
      | middle  | set=mine, tier=middle |
      | back    | set=mine, tier=back |
      | foreign | set=other, tier=front |
      | orphan  | tier=middle         |
      | nothing |                     |
    Then the pods eventually use
      | pod     | plane         |
      | absent  | <absent>      |
      | empty   | <empty>       |
      | front   | <front>       |
      | middle  | <middle>      |
      | back    | <back>        |
      | foreign | default plane |
      | orphan  | default plane |
      | nothing | default plane |

    Examples:
      | operator               | expression                                                | absent        | empty         | front         | middle        | back          |
      | In with one value      | {key: tier, operator: In, values: [front]}                | default plane | default plane | blue          | default plane | default plane |
      | In with three values   | {key: tier, operator: In, values: [front, middle, back]}  | default plane | default plane | blue          | blue          | blue          |
      | In with an empty value | {key: tier, operator: In, values: [""]}                   | default plane | blue          | default plane | default plane | default plane |
      | NotIn                  | {key: tier, operator: NotIn, values: [front, back]}       | blue          | blue          | default plane | blue          | default plane |
      | Exists                 | {key: tier, operator: Exists}                             | default plane | blue          | blue          | blue          | blue          |
      | DoesNotExist           | {key: tier, operator: DoesNotExist}                       | blue          | default plane | default plane | default plane | default plane |

  @SEL-6
  Scenario: Several expressions are all required
    Given the PodNetworking "blue"
      """
      selector:
        podSelector:
          matchExpressions:
          - {key: app, operator: In, values: [web, api]}
          - {key: legacy, operator: DoesNotExist}
          - {key: tier, operator: Exists}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When these pods are created
      | pod       | labels                       |
      | all       | app=api, tier=front          |
      | wrong-app | app=job, tier=front          |
      | is-legacy | app=api, tier=front, legacy= |
      | no-tier   | app=web                      |
    Then the pods eventually use
      | pod       | plane         |
      | all       | blue          |
      | wrong-app | default plane |
      | is-legacy | default plane |
      | no-tier   | default plane |

  @SEL-6
  Scenario: Expressions in a namespaceSelector read the namespace's labels
    Given the namespaces
      | namespace | labels              |
      | prod      | env=prod, team=blue |
      | stage     | env=stage           |
      | frozen    | env=prod, frozen=   |
      | bare      |                     |
    And the PodNetworking "blue"
      """
      selector:
        namespaceSelector:
          matchExpressions:
          - {key: env, operator: In, values: [prod, stage]}
          - {key: frozen, operator: DoesNotExist}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When these pods are created
      | pod | namespace | labels   |
      | web | prod      | frozen=  |
      | web | stage     |          |
      | web | frozen    |          |
      | web | bare      | env=prod |
    Then the pods eventually use
      | pod | namespace | plane         |
      | web | prod      | blue          |
      | web | stage     | blue          |
      | web | frozen    | default plane |
      | web | bare      | default plane |

  @SEL-6
  Scenario Outline: <operator> in a namespaceSelector
    Given the namespaces
      | namespace | labels               |
      | absent    | set=mine             |
      | front     | set=mine, tier=front |
      | back      | set=mine, tier=back  |
      | foreign   | tier=middle          |
      | bare      |                      |
    And the PodNetworking "blue"
      """
      selector: {namespaceSelector: {matchLabels: {set: mine}, matchExpressions: [<expression>]}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When these pods are created
      | pod | namespace | labels     |
      | web | absent    |            |
      | web | front     | tier=back  |
      | web | back      | tier=front |
      | web | foreign   | set=mine   |
      | web | bare      | set=mine   |
    Then the pods eventually use
      | pod | namespace | plane         |
      | web | absent    | <absent>      |
      | web | front     | <front>       |
      | web | back      | <back>        |
      | web | foreign   | default plane |
      | web | bare      | default plane |

    Examples:
      | operator     | expression                                    | absent        | front         | back          |
      | In           | {key: tier, operator: In, values: [front, x]} | default plane | blue          | default plane |
      | NotIn        | {key: tier, operator: NotIn, values: [front]} | blue          | default plane | blue          |
      | Exists       | {key: tier, operator: Exists}                 | default plane | blue          | blue          |
      | DoesNotExist | {key: tier, operator: DoesNotExist}           | blue          | default plane | default plane |

  @SEL-6
  Scenario: Several expressions about one key are all required, beside a namespaceSelector too
    Given the namespaces
      | namespace | labels    |
      | inside    | team=blue |
    And the PodNetworking "blue"
      """
      selector:
        podSelector:
          matchExpressions:
          - {key: tier, operator: Exists}
          - {key: tier, operator: NotIn, values: [back]}
          - {key: tier, operator: NotIn, values: [middle]}
        namespaceSelector:
          matchExpressions:
          - {key: team, operator: In, values: [blue, green]}
          - {key: team, operator: NotIn, values: [green]}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When these pods are created
      | pod    | namespace | labels      |
      | front  | inside    | tier=front  |
      | middle | inside    | tier=middle |
      | back   | inside    | tier=back   |
      | none   | inside    |             |
    Then the pods eventually use
      | pod    | namespace | plane         |
      | front  | inside    | blue          |
      | middle | inside    | default plane |
      | back   | inside    | default plane |
      | none   | inside    | default plane |

  # It takes the pods of everybody in the cluster that bear no such label.
  @SEL-6 @alone
  Scenario Outline: <operator> matches where there are no labels at all
    Given the namespaces
      | namespace | labels     |
      | bare      |            |
      | labelled  | tier=front |
    And the PodNetworking "blue"
      """
      selector:
        podSelector: {matchExpressions: [<expression>]}
        namespaceSelector: {matchExpressions: [<expression>]}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When these pods are created
      | pod   | namespace | labels     |
      | naked | bare      |            |
      | web   | bare      | app=web    |
      | front | bare      | tier=front |
      | naked | labelled  |            |
    Then the pods eventually use
      | pod   | namespace | plane         |
      | naked | bare      | blue          |
      | web   | bare      | blue          |
      | front | bare      | default plane |
      | naked | labelled  | default plane |

    Examples:
      | operator     | expression                                    |
      | NotIn        | {key: tier, operator: NotIn, values: [front]} |
      | DoesNotExist | {key: tier, operator: DoesNotExist}           |

  @SEL-6
  Scenario Outline: Two expressions about one key are both required, <order>
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchExpressions: [<one>, <two>]}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When these pods are created
      | pod    | labels      |
      | front  | tier=front  |
      | middle | tier=middle |
      | back   | tier=back   |
      | none   |             |
    Then the pods eventually use
      | pod    | plane         |
      | front  | blue          |
      | middle | default plane |
      | back   | default plane |
      | none   | default plane |

    Examples:
      | order         | one                                              | two                                              |
      | In before     | {key: tier, operator: In, values: [front, back]} | {key: tier, operator: NotIn, values: [back]}     |
      | In after      | {key: tier, operator: NotIn, values: [back]}     | {key: tier, operator: In, values: [front, back]} |
      | two times In  | {key: tier, operator: In, values: [front, back]} | {key: tier, operator: In, values: [x, front]}    |

  @SEL-6
  Scenario Outline: An expression about a key that matchLabels has, too, takes nothing away from it: <operator>
    Given the vSwitches also
      | vSwitch | zone   |
      | green-1 | zone-2 |
    And the namespaces
      | namespace | labels             |
      | one       | tier=one, set=mine |
      | two       | tier=two, set=mine |
    And the PodNetworking "pods"
      """
      selector: {podSelector: {matchLabels: {tier: one, set: mine}, matchExpressions: [<expression>]}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    And the PodNetworking "namespaces"
      """
      selector: {namespaceSelector: {matchLabels: {tier: one, set: mine}, matchExpressions: [<expression>]}}
      securityGroupIDs: [green, blue, default]
      vSwitchOptions: [green-1]
      """
    When these pods are created
      | pod      | namespace | labels             |
      | web      | one       | app=web            |
      | web      | two       | app=web            |
      | pod-one  | two       | tier=one, set=mine |
      | pod-two  | two       | tier=two, set=mine |
    Then the pods eventually use
      | pod      | namespace | plane         |
      | web      | one       | namespaces    |
      | web      | two       | default plane |
      | pod-one  | two       | pods          |
      | pod-two  | two       | default plane |

    Examples:
      | operator | expression                                    |
      | Exists   | {key: tier, operator: Exists}                 |
      | In       | {key: tier, operator: In, values: [one, two]} |
      | NotIn    | {key: tier, operator: NotIn, values: [three]} |
