Feature: All labels of matchLabels are required
  A label selector is a Kubernetes LabelSelector: the entries of matchLabels are ANDed, values are compared exactly, and
  labels that the selector does not name do not matter.

  Background:
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |

  @SEL-5
  Scenario: Of five labels in the podSelector, each one is required
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {a: "1", b: "2", c: "3", d: "4", e: "5"}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When these pods are created
      | pod       | labels                       |
      | all       | a=1, b=2, c=3, d=4, e=5      |
      | and-more  | a=1, b=2, c=3, d=4, e=5, f=6 |
      | without-a | b=2, c=3, d=4, e=5           |
      | without-b | a=1, c=3, d=4, e=5           |
      | without-c | a=1, b=2, d=4, e=5           |
      | without-d | a=1, b=2, c=3, e=5           |
      | without-e | a=1, b=2, c=3, d=4           |
      | wrong-a   | a=0, b=2, c=3, d=4, e=5      |
      | wrong-e   | a=1, b=2, c=3, d=4, e=0      |
      | swapped   | a=2, b=1, c=3, d=4, e=5      |
      | only-a    | a=1                          |
      | key-case  | A=1, b=2, c=3, d=4, e=5      |
    Then the pods eventually use
      | pod       | plane         |
      | all       | blue          |
      | and-more  | blue          |
      | without-a | default plane |
      | without-b | default plane |
      | without-c | default plane |
      | without-d | default plane |
      | without-e | default plane |
      | wrong-a   | default plane |
      | wrong-e   | default plane |
      | swapped   | default plane |
      | only-a    | default plane |
      | key-case  | default plane |

  @SEL-5
  Scenario: Of two labels in the namespaceSelector, each one is required
    Given the namespaces
      | namespace | labels              |
      | both      | team=blue, env=prod |
      | team-only | team=blue           |
      | env-only  | env=prod            |
      | wrong-env | team=blue, env=Prod |
    And the PodNetworking "blue"
      """
      selector: {namespaceSelector: {matchLabels: {team: blue, env: prod}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When these pods are created
      | pod | namespace | labels  |
      | web | both      | app=web |
      | web | team-only | app=web |
      | web | env-only  | app=web |
      | web | wrong-env | app=web |
    Then the pods eventually use
      | pod | namespace | plane         |
      | web | both      | blue          |
      | web | team-only | default plane |
      | web | env-only  | default plane |
      | web | wrong-env | default plane |
