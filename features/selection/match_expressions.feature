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
