Feature: What happens after its creation does not move or restart a pod of a workload
  Controllers replace pods that are deleted, so a pod that was moved by force would come back on another plane, under
  another name or the same. Its workload still has the very pods that it had, and their network is what it was.

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

  @MAT-2
  Scenario Outline: The pods of a <kind> stay when the selector of their PodNetworking changes
    Given the <kind> "web" of 2 pods labelled "app=web" is created
    And the <kind> "api" of 2 pods labelled "app=api" is created
    And the network of the pods of the <kind> "web" is noted
    And the network of the pods of the <kind> "api" is noted
    When the PodNetworking "blue" is changed to
      """
      selector: {podSelector: {matchLabels: {app: api}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    And the pod "new" labelled "app=api" is created
    Then the pod "new" eventually uses the PodNetworking "blue"
    And the pods of the <kind> "web" are the same, and their network stays as it was noted
    And the pods of the <kind> "api" are the same, and their network stays as it was noted

    Examples:
      | kind        |
      | Deployment  |
      | StatefulSet |

  @MAT-2
  Scenario Outline: The pods of a <kind> stay when security groups and vSwitches of their PodNetworking change
    Given the <kind> "web" of 2 pods labelled "app=web" is created
    And the network of the pods of the <kind> "web" is noted
    When the PodNetworking "blue" is changed to
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [green, blue, default]
      vSwitchOptions: [green-1]
      """
    And the pod "new" labelled "app=web" is created
    Then the pod "new" eventually has an address of the vSwitch "green-1"
    And the pods of the <kind> "web" are the same, and their network stays as it was noted

    Examples:
      | kind        |
      | Deployment  |
      | StatefulSet |

  # The vSwitch stays, so that nothing but the group could change.
  @MAT-2
  Scenario: The pods of a Deployment keep their security group when that alone changes
    Given the Deployment "web" of 2 pods labelled "app=web" is created
    And the network of the pods of the Deployment "web" is noted
    When the PodNetworking "blue" is changed to
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [green, blue, default]
      vSwitchOptions: [blue-1]
      """
    And the pod "new" labelled "app=web" is created
    Then the pod "new" eventually runs with an address
    And the pods of the Deployment "web" are the same, and their network stays as it was noted

  @MAT-2
  Scenario Outline: The pods of a <kind> stay when their PodNetworking is deleted, and when another one appears
    Given the <kind> "web" of 2 pods labelled "app=web" is created
    And the <kind> "api" of 2 pods labelled "app=api" is created
    And the network of the pods of the <kind> "web" is noted
    And the network of the pods of the <kind> "api" is noted
    When the PodNetworking "blue" is deleted
    And the PodNetworking "green" is created
      """
      selector: {podSelector: {matchLabels: {app: api}}}
      securityGroupIDs: [green, blue, default]
      vSwitchOptions: [green-1]
      """
    And these pods are created
      | pod | labels  |
      | web | app=web |
      | api | app=api |
    Then the pods eventually use
      | pod | plane         |
      | web | default plane |
      | api | green         |
    And the pods of the <kind> "web" are the same, and their network stays as it was noted
    And the pods of the <kind> "api" are the same, and their network stays as it was noted

    Examples:
      | kind        |
      | Deployment  |
      | StatefulSet |

  @MAT-2
  Scenario: The pods of a StatefulSet stay when their PodNetworking is deleted and created again with another content
    Given the StatefulSet "web" of 2 pods labelled "app=web" is created
    And the network of the pods of the StatefulSet "web" is noted
    When the PodNetworking "blue" is deleted
    And the PodNetworking "blue" is created
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [green, blue, default]
      vSwitchOptions: [blue-1]
      """
    And the pod "new" labelled "app=web" is created
    Then the pod "new" eventually runs with an address
    And the pods of the StatefulSet "web" are the same, and their network stays as it was noted
