Feature: Two annotations confirm that a PodNetworking is applied
  "If the PodNetworking ConfigMap is applied, the pod has the following annotations": k8s.aliyun.com/pod-eni with the
  value "true", and k8s.aliyun.com/pod-networking. The document's sample shows the value podnetworking, which is the name
  of that sample's PodNetworking, not a constant. They are there at the latest when the pod runs, or soon after.

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
    Then each of the pods "web" eventually has the annotation "k8s.aliyun.com/pod-eni"
    And each of the pods "web" eventually has the annotation "k8s.aliyun.com/pod-networking"

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
