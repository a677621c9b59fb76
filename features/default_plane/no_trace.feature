Feature: An unmatched pod bears no sign of a PodNetworking
  The annotation k8s.aliyun.com/pod-networking "confirms that the pod uses the network configurations from a
  PodNetworking ConfigMap". On a pod that uses none it would confirm what is not so, even with an empty value.

  Background:
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |
      | green-1 | zone-1 |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """

  @DEF-3
  Scenario: The annotation is absent, not merely empty
    Given the pod "control" labelled "app=web" runs on the PodNetworking "blue"
    When the pod "plain" labelled "app=api" is created
    Then the pod "plain" eventually uses the default plane
    And the pod "plain" never has the annotation "k8s.aliyun.com/pod-networking"

  @DEF-3
  Scenario: A pod stays without it although its sibling matches
    When these pods are created
      | pod   | labels               |
      | match | app=web, set=sibling |
      | plain | app=api, set=sibling |
    Then the pods eventually use
      | pod   | plane         |
      | match | blue          |
      | plain | default plane |
    And the pod "plain" never has the annotation "k8s.aliyun.com/pod-networking"

  @DEF-3
  Scenario: A pod stays without it when a PodNetworking that would match is created after it
    Given the pod "plain" labelled "app=api" runs on the default plane
    When the PodNetworking "green" is created
      """
      selector: {podSelector: {matchLabels: {app: api}}}
      securityGroupIDs: [green, blue, default]
      vSwitchOptions: [green-1]
      """
    And the pod "late" labelled "app=api" is created
    Then the pod "late" eventually uses the PodNetworking "green"
    And the pod "plain" never has the annotation "k8s.aliyun.com/pod-networking"
