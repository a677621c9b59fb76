Feature: Only a PodNetworking that is Ready is used
  In the dialect of Terway a controller looks up the vSwitches of a PodNetworking and writes the status Ready, or Fail if one
  of them is not found. New pods are compared with those that are Ready; the others are passed by in silence.

  Background:
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |
      | blue-2  | zone-2 |
      | green-1 | zone-1 |
    And the PodNetworking "green"
      """
      selector: {podSelector: {matchLabels: {net: green}}}
      securityGroupIDs: [green, blue]
      vSwitchOptions: [green-1]
      """

  @T-STATUS
  Scenario: A PodNetworking whose vSwitches are all found is Ready, and tells their zones
    When the PodNetworking "blue" is created
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue]
      vSwitchOptions: [blue-2, blue-1]
      """
    Then the PodNetworking "blue" eventually has the status "Ready"
    And the status of the PodNetworking "blue" eventually lists its vSwitches with their zones

  @T-STATUS
  Scenario: An unknown vSwitch makes it Fail, at its creation or by an edit, until it is gone from the list
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue]
      vSwitchOptions: [blue-1]
      """
    When a PodNetworking "wrong" for pods labelled "app=api" with an unknown vSwitch is submitted
    Then the PodNetworking "wrong" eventually has the status "Fail"
    And the PodNetworking "blue" eventually has the status "Ready"
    When the PodNetworking "blue" comes to list an unknown vSwitch as well
    Then the PodNetworking "blue" eventually has the status "Fail"
    When the PodNetworking "blue" is changed to
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue]
      vSwitchOptions: [blue-1, blue-2]
      """
    Then the PodNetworking "blue" eventually has the status "Ready"
    And the status of the PodNetworking "blue" eventually lists its vSwitches with their zones

  @T-READY
  Scenario: Pods of a PodNetworking that failed get the default plane
    When a PodNetworking "blue" for pods labelled "app=web" with an unknown vSwitch is submitted
    And these pods are created
      | pod     | labels    |
      | control | net=green |
      | web     | app=web   |
    Then the pods eventually use
      | pod     | plane         |
      | control | green         |
      | web     | default plane |
    And the pod "web" never has the annotation "k8s.aliyun.com/pod-networking"

  @T-READY
  Scenario: Where another one matches as well, the one that failed is never chosen
    When a PodNetworking "blue" for pods labelled "net=green" with an unknown vSwitch is submitted
    And 10 pods "web" labelled "net=green" are created at once
    Then the pods "web" eventually use the PodNetworking "green"

  @T-READY
  Scenario: A PodNetworking that is mended is used by new pods
    When a PodNetworking "blue" for pods labelled "app=web" with an unknown vSwitch is submitted
    And the pod "before" labelled "app=web" is created
    Then the pod "before" eventually uses the default plane
    When the PodNetworking "blue" is changed to
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue]
      vSwitchOptions: [blue-1]
      """
    And the pod "after" labelled "app=web" is created
    Then the pod "after" eventually uses the PodNetworking "blue"
    And the pod "before" eventually uses the default plane

  @T-READY
  Scenario: A PodNetworking that an edit breaks is used no more, and its pods keep what they have
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue]
      vSwitchOptions: [blue-1]
      """
    And the pod "before" labelled "app=web" runs on the PodNetworking "blue"
    And the network of the pod "before" is noted
    When the PodNetworking "blue" comes to list an unknown vSwitch as well
    And the pod "after" labelled "app=web" is created
    Then the pod "after" eventually uses the default plane
    And the network of the pod "before" stays as it was noted
