Feature: Fixed applies to all matching pods, and keeps nothing
  "When type is set to Fixed, the PodNetworking ConfigMap takes effect on all matching pods, including pods created by
  StatefulSets. In this case, the PodNetworking ConfigMap does not support the releaseStrategy or releaseAfter parameter."
  Static addresses are not supported in ACK Serverless clusters: an address of a deleted pod is free for any other. That
  a pod happens to get the same address again proves nothing and is no fault.

  @ALC-5
  Scenario Outline: A Fixed PodNetworking applies to the pods of a <kind>
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |
    And the PodNetworking "blue"
      """
      allocationType: {type: Fixed}
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When the <kind> "web" of 2 pods labelled "app=web" is created
    Then the 2 pods of the <kind> "web" eventually use the PodNetworking "blue"

    Examples:
      | kind        |
      | StatefulSet |
      | Deployment  |
      | Job         |

  @ALC-5
  Scenario: A Fixed PodNetworking applies to bare pods
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |
    And the PodNetworking "blue"
      """
      allocationType: {type: Fixed}
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When these pods are created
      | pod   | labels  |
      | web   | app=web |
      | plain | app=api |
    Then the pods eventually use
      | pod   | plane         |
      | web   | blue          |
      | plain | default plane |

  @ALC-5
  Scenario: A Fixed PodNetworking with a namespaceSelector alone applies to all pods of the namespace
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |
    And the namespaces
      | namespace | labels    |
      | inside    | team=blue |
    And the PodNetworking "blue"
      """
      allocationType: {type: Fixed}
      selector: {namespaceSelector: {matchLabels: {team: blue}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When the pod "bare" is created in the namespace "inside"
    And the StatefulSet "db" of 2 pods labelled "app=db" is created in the namespace "inside"
    And the Deployment "web" of 2 pods labelled "app=web" is created in the namespace "inside"
    Then the pod "bare" in the namespace "inside" eventually uses the PodNetworking "blue"
    And the 2 pods of the StatefulSet "db" in the namespace "inside" eventually use the PodNetworking "blue"
    And the 2 pods of the Deployment "web" in the namespace "inside" eventually use the PodNetworking "blue"

  @ALC-5
  Scenario: A Fixed PodNetworking with both selectors applies where both match
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |
    And the namespaces
      | namespace | labels    |
      | inside    | team=blue |
      | outside   |           |
    And the PodNetworking "blue"
      """
      allocationType: {type: Fixed}
      selector:
        podSelector: {matchLabels: {app: web}}
        namespaceSelector: {matchLabels: {team: blue}}
      securityGroupIDs: [blue, default]
      vSwitchOptions: [blue-1]
      """
    When the StatefulSet "web" of 2 pods labelled "app=web" is created in the namespace "inside"
    And the StatefulSet "web" of 2 pods labelled "app=web" is created in the namespace "outside"
    And these pods are created
      | pod   | namespace | labels  |
      | match | inside    | app=web |
      | plain | inside    | app=api |
    Then the 2 pods of the StatefulSet "web" in the namespace "inside" eventually use the PodNetworking "blue"
    And the 2 pods of the StatefulSet "web" in the namespace "outside" eventually use the default plane
    And the pods eventually use
      | pod   | namespace | plane         |
      | match | inside    | blue          |
      | plain | inside    | default plane |

  @ALC-5
  Scenario: A PodNetworking that becomes Fixed by an edit applies as before
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    And the pod "before" labelled "app=web" runs on the PodNetworking "blue"
    When the PodNetworking "blue" is changed to
      """
      allocationType: {type: Fixed}
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    And the pod "after" labelled "app=web" is created
    And the StatefulSet "db" of 2 pods labelled "app=web" is created
    Then the pod "after" eventually uses the PodNetworking "blue"
    And the 2 pods of the StatefulSet "db" eventually use the PodNetworking "blue"

  @ALC-7
  Scenario: The addresses of a StatefulSet that was scaled to nothing serve other pods
    Given the vSwitches
      | vSwitch | zone   | kind  |
      | tiny-1  | zone-1 | small |
    And the PodNetworking "blue"
      """
      allocationType: {type: Fixed}
      selector: {podSelector: {matchLabels: {net: blue}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [tiny-1]
      """
    When the StatefulSet "db" of as many pods as "tiny-1" has addresses, labelled "net=blue", is created
    Then all pods of the StatefulSet "db" eventually run with an address
    When the StatefulSet "db" is scaled to 0
    Then the vSwitch "tiny-1" can be filled with pods labelled "net=blue"

  @ALC-7
  Scenario: The addresses of a Deployment under Fixed serve other pods
    Given the vSwitches
      | vSwitch | zone   | kind  |
      | tiny-1  | zone-1 | small |
    And the PodNetworking "blue"
      """
      allocationType: {type: Fixed}
      selector: {podSelector: {matchLabels: {net: blue}}}
      securityGroupIDs: [blue, default]
      vSwitchOptions: [tiny-1]
      """
    When the Deployment "web" of as many pods as "tiny-1" has addresses, labelled "net=blue", is created
    Then all pods of the Deployment "web" eventually run with an address
    When the Deployment "web" is scaled to 0
    Then the vSwitch "tiny-1" can be filled with pods labelled "net=blue"

  @ALC-7
  Scenario: The addresses of bare pods under Fixed serve other pods
    Given the vSwitches
      | vSwitch | zone   | kind  |
      | tiny-1  | zone-1 | small |
    And the PodNetworking "blue"
      """
      allocationType: {type: Fixed}
      selector: {podSelector: {matchLabels: {net: blue}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [tiny-1]
      """
    When the vSwitch "tiny-1" is filled with pods labelled "net=blue" that are deleted, 2 rounds
    Then the vSwitch "tiny-1" can be filled with pods labelled "net=blue"

  @ALC-7
  Scenario: A StatefulSet of another name takes over the addresses
    Given the vSwitches
      | vSwitch | zone   | kind  |
      | tiny-1  | zone-1 | small |
    And the PodNetworking "blue"
      """
      allocationType: {type: Fixed}
      selector: {podSelector: {matchLabels: {net: blue}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [tiny-1]
      """
    When the StatefulSet "db" of as many pods as "tiny-1" has addresses, labelled "net=blue", is created
    Then all pods of the StatefulSet "db" eventually run with an address
    When the StatefulSet "db" is deleted
    And the StatefulSet "database" of as many pods as "tiny-1" has addresses, labelled "net=blue", is created
    Then all pods of the StatefulSet "database" eventually run with an address

  @ALC-7
  Scenario Outline: <field> is rejected or has no effect
    Given the vSwitches
      | vSwitch | zone   | kind  |
      | tiny-1  | zone-1 | small |
    When the PodNetworking "blue" is submitted
      """
      allocationType: {type: Fixed, <setting>}
      selector: {podSelector: {matchLabels: {net: blue}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [tiny-1]
      """
    Then it is rejected, but accepted without the "<field>", or it is accepted
    When the StatefulSet "db" of as many pods as "tiny-1" has addresses, labelled "net=blue", is created
    Then all pods of the StatefulSet "db" eventually run with an address
    When the StatefulSet "db" is scaled to 0
    Then the vSwitch "tiny-1" can be filled with pods labelled "net=blue"

    Examples:
      | field           | setting                                |
      | releaseStrategy | releaseStrategy: Never                 |
      | releaseAfter    | releaseStrategy: TTL, releaseAfter: 1h |

  @ALC-6 @feature:FixedRejectsReleaseParams
  Scenario Outline: <field> with Fixed is rejected
    When the PodNetworking "blue" is submitted
      """
      allocationType: {type: Fixed, <setting>}
      selector: {podSelector: {matchLabels: {net: blue}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    Then it is rejected, but accepted without the "<field>"

    Examples:
      | field           | setting                                |
      | releaseStrategy | releaseStrategy: Never                 |
      | releaseAfter    | releaseStrategy: TTL, releaseAfter: 1h |
