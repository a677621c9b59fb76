Feature: Each selector reads its own labels
  podSelector is "a label selector that matches pod labels", namespaceSelector "a label selector that matches namespace
  labels". Neither sees the other's.

  Background:
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |
    And the namespaces
      | namespace | labels             |
      | inside    | team=blue          |
      | bare      |                    |
      | swapped   | app=web            |
      | red       | team=red, app=web  |

  @SEL-8
  Scenario: A pod cannot lend its namespace a label, nor the namespace the pod
    Given the PodNetworking "blue"
      """
      selector:
        podSelector: {matchLabels: {app: web}}
        namespaceSelector: {matchLabels: {team: blue}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When these pods are created
      | pod                       | namespace | labels             |
      | control                   | inside    | app=web            |
      | pod-has-both              | bare      | app=web, team=blue |
      | namespace-has-pod-label   | swapped   |                    |
      | both-swapped              | swapped   | team=blue          |
      | overrides-namespace-value | red       | app=web, team=blue |
    Then the pods eventually use
      | pod                       | namespace | plane         |
      | control                   | inside    | blue          |
      | pod-has-both              | bare      | default plane |
      | namespace-has-pod-label   | swapped   | default plane |
      | both-swapped              | swapped   | default plane |
      | overrides-namespace-value | red       | default plane |

  @SEL-8
  Scenario: A podSelector alone is not satisfied by the namespace's label
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When these pods are created
      | pod     | namespace | labels  |
      | control | bare      | app=web |
      | plain   | swapped   |         |
    Then the pods eventually use
      | pod     | namespace | plane         |
      | control | bare      | blue          |
      | plain   | swapped   | default plane |

  @SEL-8
  Scenario: A namespaceSelector alone is not satisfied by the pod's label
    Given the PodNetworking "blue"
      """
      selector: {namespaceSelector: {matchLabels: {team: blue}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When these pods are created
      | pod     | namespace | labels    |
      | control | inside    | team=red  |
      | plain   | bare      | team=blue |
    Then the pods eventually use
      | pod     | namespace | plane         |
      | control | inside    | blue          |
      | plain   | bare      | default plane |

  @SEL-8
  Scenario Outline: The labels of a <kind> itself are not those of its pods
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When the pod "control" labelled "app=web" is created
    And the <kind> "decoy" of 2 pods labelled "tier=front", itself labelled "app=web", is created
    Then the pod "control" eventually uses the PodNetworking "blue"
    And the 2 pods of the <kind> "decoy" eventually use the default plane

    Examples:
      | kind        |
      | StatefulSet |
      | Job         |
