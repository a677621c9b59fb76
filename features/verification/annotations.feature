Feature: Two annotations confirm that a PodNetworking is applied
  "If the PodNetworking ConfigMap is applied, the pod has the following annotations": k8s.aliyun.com/pod-eni with the
  value "true", and k8s.aliyun.com/pod-networking. The document's sample shows the value podnetworking, which is the name
  of that sample's PodNetworking, not a constant. Nothing is said of the moment at which they come: they may be there
  from the beginning, and they are there soon after the pod runs.

  Background:
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |
      | green-1 | zone-2 |

  @ANN-1
  Scenario: A matched pod has the annotation k8s.aliyun.com/pod-eni
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When the pod "web" labelled "app=web" is created
    Then the pod "web" eventually has the annotation "k8s.aliyun.com/pod-eni" with the value "true"

  @ANN-4
  Scenario: Once a matched pod runs, both annotations are there or follow soon
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When 4 pods "web" labelled "app=web" are created at once
    Then each of the pods "web" has the annotation "k8s.aliyun.com/pod-eni" soon after it runs
    And each of the pods "web" has the annotation "k8s.aliyun.com/pod-networking" soon after it runs

  @ANN-2
  Scenario: The annotation k8s.aliyun.com/pod-networking names the PodNetworking that is used
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    And the PodNetworking "green"
      """
      selector: {podSelector: {matchLabels: {app: api}}}
      securityGroupIDs: [green, blue, default]
      vSwitchOptions: [green-1]
      """
    When these pods are created
      | pod | labels  |
      | web | app=web |
      | api | app=api |
    Then the pod "web" eventually has the annotation "k8s.aliyun.com/pod-networking" with the value "blue"
    And the pod "api" eventually has the annotation "k8s.aliyun.com/pod-networking" with the value "green"

  @ANN-2
  Scenario Outline: <what> is written in full
    Given the PodNetworking "<name>"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When the pod "web" labelled "app=web" is created
    Then the pod "web" eventually has the annotation "k8s.aliyun.com/pod-networking" with the value "<name>"

    Examples:
      | what                     | name |
      | A name with dots         | plane.blue.example |
      | A name like a number     | 007  |
      | A name like a boolean    | true |
      | A name of 253 characters | network-plane-of-the-payment-department-in-the-second-building.network-plane-of-the-payment-department-in-the-second-building.network-plane-of-the-payment-department-in-the-second-building.network-plane-of-the-payment-department-in-the-second-building |

  @ANN-3
  Scenario: The annotation is there if, and only if, the plane is in use
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When 4 pods "web" labelled "app=web" are created at once
    And 4 pods "plain" labelled "app=api" are created at once
    Then the annotation of each of the pods "web, plain" tells whether and which PodNetworking it uses

  @ANN-3
  Scenario: Of two matching PodNetworkings the annotation names the one that is used
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    And the PodNetworking "green"
      """
      selector: {podSelector: {matchLabels: {tier: front}}}
      securityGroupIDs: [green, blue, default]
      vSwitchOptions: [green-1]
      """
    When 8 pods "web" labelled "app=web, tier=front" are created at once
    Then the annotation of each of the pods "web" tells whether and which PodNetworking it uses

  @ANN-3
  Scenario Outline: A user cannot choose a plane by writing <what>
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When these pods are created
      | pod     | labels  | annotations   |
      | control | app=web |               |
      | spoof   | app=api | <annotations> |
    Then the pods eventually use
      | pod     | plane         |
      | control | blue          |
      | spoof   | default plane |

    Examples:
      | what                              | annotations                                                     |
      | the name of a PodNetworking       | k8s.aliyun.com/pod-networking=blue                              |
      | both annotations                  | k8s.aliyun.com/pod-networking=blue, k8s.aliyun.com/pod-eni=true |
      | a name that no PodNetworking has  | k8s.aliyun.com/pod-networking=nowhere                           |

  @ANN-3
  Scenario: On a pod that matches, the annotation that the user wrote is replaced
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    And the PodNetworking "green"
      """
      selector: {podSelector: {matchLabels: {app: api}}}
      securityGroupIDs: [green, blue, default]
      vSwitchOptions: [green-1]
      """
    When these pods are created
      | pod | labels  | annotations                         |
      | web | app=web | k8s.aliyun.com/pod-networking=green |
    Then the pods eventually use
      | pod | plane |
      | web | blue  |
    And the pod "web" eventually has the annotation "k8s.aliyun.com/pod-networking" with the value "blue"

  @ANN-2
  Scenario: Annotations that the pod bears already take nothing away
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When these pods are created
      | pod | labels  | annotations                           |
      | web | app=web | example.com/owner=me, app=api         |
    Then the pod "web" eventually has the annotation "k8s.aliyun.com/pod-networking" with the value "blue"

  @ANN-1
  Scenario: So does k8s.aliyun.com/pod-eni stand on a pod that bears annotations already
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When these pods are created
      | pod   | labels  | annotations                         |
      | web   | app=web | example.com/owner=me                |
      | spoof | app=web | k8s.aliyun.com/pod-eni=false        |
    Then the pod "web" eventually has the annotation "k8s.aliyun.com/pod-eni" with the value "true"
    And the pod "spoof" eventually has the annotation "k8s.aliyun.com/pod-eni" with the value "true"

  @ANN-2
  Scenario Outline: Every pod of a <kind> names its PodNetworking
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When the <kind> "web" of 3 pods labelled "app=web" is created
    Then each of the 3 pods of the <kind> "web" eventually has the annotation "k8s.aliyun.com/pod-networking" with the value "blue"

    Examples:
      | kind        |
      | Deployment  |
      | StatefulSet |

  @ANN-1
  Scenario Outline: Every pod of a <kind> has the annotation k8s.aliyun.com/pod-eni
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When the <kind> "web" of 3 pods labelled "app=web" is created
    Then each of the 3 pods of the <kind> "web" eventually has the annotation "k8s.aliyun.com/pod-eni" with the value "true"

    Examples:
      | kind        |
      | Deployment  |
      | StatefulSet |

  @ANN-3
  Scenario Outline: A user cannot choose a plane for the pods of a <kind> by an annotation in its template
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    And the pod "control" labelled "app=web" runs on the PodNetworking "blue"
    When the <kind> "spoof" of 2 pods labelled "app=api" and annotated "k8s.aliyun.com/pod-networking=blue" is created
    Then the 2 pods of the <kind> "spoof" eventually use the default plane

    Examples:
      | kind        |
      | Deployment  |
      | StatefulSet |
      | Job         |

  @ANN-3
  Scenario: It still confirms the use after half an hour
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When 2 pods "web" labelled "app=web" are created at once
    And 2 pods "plain" labelled "app=api" are created at once
    And 30 minutes pass
    Then the annotation of each of the pods "web, plain" tells whether and which PodNetworking it uses

  @ANN-3
  Scenario: Nor can a user choose a plane by annotating the namespace
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    And the namespaces
      | namespace | annotations                                                     |
      | annotated | k8s.aliyun.com/pod-networking=blue, k8s.aliyun.com/pod-eni=true |
    When these pods are created
      | pod     | namespace | labels  |
      | control | annotated | app=web |
      | plain   | annotated | app=api |
    Then the pods eventually use
      | pod     | namespace | plane         |
      | control | annotated | blue          |
      | plain   | annotated | default plane |
