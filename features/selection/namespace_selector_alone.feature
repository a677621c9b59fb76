Feature: A namespaceSelector alone takes all pods of the matching namespaces
  "If a namespace's labels match this selector, all pods in that namespace use the network configurations in this
  PodNetworking ConfigMap."

  Background:
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |
    And the namespaces
      | namespace | labels    |
      | inside    | team=blue |
      | outside   | team=red  |
      | bare      |           |
    And the PodNetworking "blue"
      """
      selector: {namespaceSelector: {matchLabels: {team: blue}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """

  @SEL-4
  Scenario: Pods with labels and pods without any use it, in that namespace only
    When these pods are created
      | pod      | namespace | labels                |
      | naked    | inside    |                       |
      | web      | inside    | app=web               |
      | assorted | inside    | app=api, tier=back    |
      | naked    | outside   |                       |
      | web      | outside   | app=web               |
      | naked    | bare      |                       |
    Then the pods eventually use
      | pod      | namespace | plane         |
      | naked    | inside    | blue          |
      | web      | inside    | blue          |
      | assorted | inside    | blue          |
      | naked    | outside   | default plane |
      | web      | outside   | default plane |
      | naked    | bare      | default plane |

  @SEL-4
  Scenario Outline: The pods of a <kind> use it in that namespace, and only there
    When the <kind> "web" of 2 pods labelled "app=web" is created in the namespace "inside"
    And the <kind> "web" of 2 pods labelled "app=web" is created in the namespace "outside"
    Then the 2 pods of the <kind> "web" in the namespace "inside" eventually use the PodNetworking "blue"
    And the 2 pods of the <kind> "web" in the namespace "outside" eventually use the default plane

    Examples:
      | kind        |
      | Deployment  |
      | StatefulSet |
      | Job         |

  @SEL-4
  Scenario: A namespace that is labelled later is selected from then on
    When the namespace "bare" is labelled "team=blue"
    And the pod "late" is created in the namespace "bare"
    Then the pod "late" in the namespace "bare" eventually uses the PodNetworking "blue"

  @MAT-2
  Scenario: Labelling a namespace leaves the pods alone that are there
    Given the pod "early" runs in the namespace "bare" on the default plane
    And the network of the pod "early" in the namespace "bare" is noted
    When the namespace "bare" is labelled "team=blue"
    And the pod "late" is created in the namespace "bare"
    Then the pod "late" in the namespace "bare" eventually uses the PodNetworking "blue"
    And the network of the pod "early" in the namespace "bare" stays as it was noted

  @SEL-4
  Scenario: A namespace that loses its label, or is created again without it, is not selected any more
    Given the pod "before" runs in the namespace "inside" on the PodNetworking "blue"
    When the namespace "inside" loses the label "team"
    And the pod "after" is created in the namespace "inside"
    Then the pod "after" in the namespace "inside" eventually uses the default plane
    When the namespace "inside" is labelled "team=blue"
    And the pod "labelled-again" is created in the namespace "inside"
    Then the pod "labelled-again" in the namespace "inside" eventually uses the PodNetworking "blue"
    When the namespace "inside" is deleted
    And these namespaces are created
      | namespace | labels   |
      | inside    | team=red |
    And the pod "anew" is created in the namespace "inside"
    Then the pod "anew" in the namespace "inside" eventually uses the default plane

  @SEL-4
  Scenario: A namespace that is newer than the PodNetworking is judged by its labels
    When these namespaces are created
      | namespace | labels                  |
      | newer     | team=blue               |
      | other     | team=red                |
      | more      | env=prod, team=blue     |
    And these pods are created
      | pod | namespace |
      | web | newer     |
      | web | other     |
      | web | more      |
    Then the pods eventually use
      | pod | namespace | plane         |
      | web | newer     | blue          |
      | web | other     | default plane |
      | web | more      | blue          |

  @SEL-4
  Scenario: Annotations of a namespace are not labels
    When these namespaces are created
      | namespace | annotations |
      | annotated | team=blue   |
    And these pods are created
      | pod     | namespace |
      | control | inside    |
      | plain   | annotated |
    Then the pods eventually use
      | pod     | namespace | plane         |
      | control | inside    | blue          |
      | plain   | annotated | default plane |
