@feature:AutomaticLabels
Feature: Labels that Kubernetes sets by itself count like any other
  A namespace carries kubernetes.io/metadata.name; the controllers of workloads put labels of their own on their pods.

  Background:
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |

  @SEL-9
  Scenario: A namespace can be selected by its name
    Given the namespaces
      | namespace |
      | chosen    |
      | other     |
    And the PodNetworking "blue"
      """
      selector: {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: chosen}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When these pods are created
      | pod | namespace |
      | web | chosen    |
      | web | other     |
    Then the pods eventually use
      | pod | namespace | plane         |
      | web | chosen    | blue          |
      | web | other     | default plane |

  @SEL-9
  Scenario: One replica of a StatefulSet can be selected by its name
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {statefulset.kubernetes.io/pod-name: web-1}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When the StatefulSet "web" of 3 pods labelled "app=web" is created
    Then the pods eventually use
      | pod   | plane         |
      | web-0 | default plane |
      | web-1 | blue          |
      | web-2 | default plane |
