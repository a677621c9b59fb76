Feature: Editing a running pod does not change its network
  A pod is matched "when ACK creates a pod", by the labels that it has then. What its user writes on it afterwards,
  labels or annotations, is no second creation.

  Background:
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |
      | green-1 | zone-2 |
    And the PodNetworking "blue"
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
    And the pod "web" labelled "app=web, tier=front" runs on the PodNetworking "blue"
    And the pod "plain" labelled "app=job" runs on the default plane
    And the network of the pod "web" is noted
    And the network of the pod "plain" is noted

  @MAT-2
  Scenario: A label that is removed
    When the pod "web" loses the label "app"
    And the pod "plain" loses the label "app"
    And the pod "new" labelled "tier=front" is created
    Then the pod "new" eventually uses the default plane
    And the network of the pod "web" stays as it was noted
    And the network of the pod "plain" stays as it was noted

  @MAT-2
  Scenario: A label of the one PodNetworking that becomes one of the other
    When the pod "web" is labelled "app=api"
    And the pod "plain" is labelled "app=web"
    And the pod "new" labelled "app=api" is created
    Then the pod "new" eventually uses the PodNetworking "green"
    And the network of the pod "web" stays as it was noted
    And the network of the pod "plain" stays as it was noted

  # What becomes of the annotation itself is left open: it is the user's.
  @MAT-2
  Scenario: The annotation of a PodNetworking that a user writes on it
    When the pod "plain" is annotated "k8s.aliyun.com/pod-networking=green, k8s.aliyun.com/pod-eni=true"
    And the pod "new" labelled "app=api" is created
    Then the pod "new" eventually uses the PodNetworking "green"
    And the network of the pod "plain" stays as it was noted, whatever is annotated
    And the network of the pod "web" stays as it was noted
