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

  @SEL-9 @feature:MatchExpressions
  Scenario Outline: The label <label> tells the pods of a <kind> from others
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}, matchExpressions: [{key: <label>, operator: Exists}]}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When the <kind> "web" of 2 pods labelled "app=web" is created
    And the <other> "decoy" of 2 pods labelled "app=web" is created
    And the pod "bare" labelled "app=web" is created
    Then the 2 pods of the <kind> "web" eventually use the PodNetworking "blue"
    And the 2 pods of the <other> "decoy" eventually use the default plane
    And the pod "bare" eventually uses the default plane

    Examples:
      | label                              | kind        | other       |
      | pod-template-hash                  | Deployment  | StatefulSet |
      | controller-revision-hash           | StatefulSet | Job         |
      | statefulset.kubernetes.io/pod-name | StatefulSet | Deployment  |
      | batch.kubernetes.io/job-name       | Job         | Deployment  |

  @SEL-9
  Scenario: The pods of one Job can be selected by its name
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {job-name: batch}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When the Job "batch" of 2 pods labelled "app=web" is created
    And the Job "other" of 2 pods labelled "app=web" is created
    Then the 2 pods of the Job "batch" eventually use the PodNetworking "blue"
    And the 2 pods of the Job "other" eventually use the default plane

  @SEL-9
  Scenario: One replica of a StatefulSet can be selected by its number
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web, apps.kubernetes.io/pod-index: "1"}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When the StatefulSet "web" of 3 pods labelled "app=web" is created
    Then the pods eventually use
      | pod   | plane         |
      | web-0 | default plane |
      | web-1 | blue          |
      | web-2 | default plane |
