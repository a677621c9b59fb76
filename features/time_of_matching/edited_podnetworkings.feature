Feature: A new pod is compared with the PodNetworkings as they are after their last edit
  "When ACK creates a pod, it matches the pod's labels against all PodNetworking ConfigMaps." An edit replaces what was
  there: what it adds counts, what it takes away does not, and the second edit counts like the first. Each scenario lets
  an edit settle before it creates pods.

  Background:
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |
      | green-1 | zone-2 |

  @MAT-4
  Scenario: A PodNetworking whose selector was edited is known by its new selector
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    And the pod "web-before" labelled "app=web" runs on the PodNetworking "blue"
    And the pod "api-before" labelled "app=api" runs on the default plane
    When the PodNetworking "blue" is changed to
      """
      selector: {podSelector: {matchLabels: {app: api}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    And these pods are created
      | pod       | labels  |
      | web-after | app=web |
      | api-after | app=api |
    Then the pods eventually use
      | pod       | plane         |
      | web-after | default plane |
      | api-after | blue          |

  @MAT-4
  Scenario: A selector that an edit sets beside the first, and takes away again
    Given the namespaces
      | namespace | labels    |
      | inside    | team=blue |
      | outside   | team=red  |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    And the pod "before" labelled "app=web" runs on the PodNetworking "blue"
    When the PodNetworking "blue" is changed to
      """
      selector:
        podSelector: {matchLabels: {app: web}}
        namespaceSelector: {matchLabels: {team: blue}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    And these pods are created
      | pod | namespace | labels  |
      | web | inside    | app=web |
      | web | outside   | app=web |
    Then the pods eventually use
      | pod | namespace | plane         |
      | web | inside    | blue          |
      | web | outside   | default plane |
    When the PodNetworking "blue" is changed to
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    And these pods are created
      | pod   | namespace | labels  |
      | again | inside    | app=web |
      | again | outside   | app=web |
      | plain | inside    | app=api |
    Then the pods eventually use
      | pod   | namespace | plane         |
      | again | inside    | blue          |
      | again | outside   | blue          |
      | plain | inside    | default plane |

  @MAT-4
  Scenario: One selector that an edit puts in the place of the other
    Given the namespaces
      | namespace | labels    |
      | inside    | team=blue |
      | outside   | team=red  |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    And the pod "before" labelled "app=web" runs on the PodNetworking "blue"
    When the PodNetworking "blue" is changed to
      """
      selector: {namespaceSelector: {matchLabels: {team: blue}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    And these pods are created
      | pod | namespace | labels  |
      | web | outside   | app=web |
      | api | inside    | app=api |
    Then the pods eventually use
      | pod | namespace | plane         |
      | web | outside   | default plane |
      | api | inside    | blue          |

  @MAT-4
  Scenario: A selector that is widened, narrowed and widened again, with pods after each edit
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web, tier: front}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When these pods are created
      | pod     | labels              |
      | narrow  | app=web, tier=front |
      | wide    | app=web             |
    Then the pods eventually use
      | pod     | plane         |
      | narrow  | blue          |
      | wide    | default plane |
    When the PodNetworking "blue" is changed to
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    And the pod "wide-2" labelled "app=web" is created
    Then the pod "wide-2" eventually uses the PodNetworking "blue"
    When the PodNetworking "blue" is changed to
      """
      selector: {podSelector: {matchLabels: {app: web, tier: back}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    And these pods are created
      | pod      | labels              |
      | front-3  | app=web, tier=front |
      | back-3   | app=web, tier=back  |
      | wide-3   | app=web             |
    Then the pods eventually use
      | pod      | plane         |
      | front-3  | default plane |
      | back-3   | blue          |
      | wide-3   | default plane |
    When the PodNetworking "blue" is changed to
      """
      selector: {podSelector: {matchLabels: {tier: back}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    And the pod "other-4" labelled "app=api, tier=back" is created
    Then the pod "other-4" eventually uses the PodNetworking "blue"

  @MAT-4
  Scenario: Every edit of a selector counts, not only the first
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: one, set: mine}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When the PodNetworking "blue" is changed to
      """
      selector: {podSelector: {matchLabels: {app: two}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    And the PodNetworking "blue" is changed to
      """
      selector: {podSelector: {matchLabels: {app: three}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    And these pods are created
      | pod        | labels             |
      | one        | app=one, set=mine  |
      | two        | app=two            |
      | three      | app=three          |
    Then the pods eventually use
      | pod   | plane         |
      | one   | default plane |
      | two   | default plane |
      | three | blue          |

  @MAT-4
  Scenario: New pods use the vSwitches that the edits left in the list, after each edit
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    And the pod "first" labelled "app=web" runs on the PodNetworking "blue"
    When the PodNetworking "blue" is changed to
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [green-1]
      """
    And 4 pods "second" labelled "app=web" are created at once
    Then each of the pods "second" eventually has an address of one of the vSwitches "green-1"
    When the PodNetworking "blue" is changed to
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    And 4 pods "third" labelled "app=web" are created at once
    Then each of the pods "third" eventually has an address of one of the vSwitches "blue-1"

  @MAT-4
  Scenario: A PodNetworking that is deleted and created again under its name is known by its new selector
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    And the pod "before" labelled "app=web" runs on the PodNetworking "blue"
    When the PodNetworking "blue" is deleted
    And the PodNetworking "blue" is created
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
      | api | blue          |
