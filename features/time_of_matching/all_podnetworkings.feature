Feature: A new pod is compared with all PodNetworkings
  "When ACK creates a pod, it matches the pod's labels against all PodNetworking ConfigMaps." How many there are, how they
  are called and how old they are does not matter. Between the creation of a PodNetworking and its first use some time
  may pass, so each scenario lets things settle before it creates pods.

  Background:
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |
      | green-1 | zone-2 |

  @MAT-1
  Scenario: A PodNetworking that exists before the pod is considered
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When the pod "web" labelled "app=web" is created
    Then the pod "web" eventually uses the PodNetworking "blue"

  @MAT-1
  Scenario Outline: The only match is found although it is the <place> of three
    Given the PodNetworking "<first>"
      """
      selector: {podSelector: {matchLabels: {app: <first>}}}
      securityGroupIDs: [green, blue, default]
      vSwitchOptions: [green-1]
      """
    And the PodNetworking "<second>"
      """
      selector: {podSelector: {matchLabels: {app: <second>}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    And the PodNetworking "<third>"
      """
      selector: {podSelector: {matchLabels: {app: <third>}}}
      securityGroupIDs: [red, blue]
      vSwitchOptions: [green-1]
      """
    When the pod "web" labelled "app=<second>" is created
    Then the pod "web" eventually uses the PodNetworking "<second>"

    Examples:
      | place                       | first | second | third |
      | middle one by name and age  | aaa   | mmm    | zzz   |
      | first by name               | zzz   | aaa    | mmm   |
      | last by name                | mmm   | zzz    | aaa   |

  @MAT-4
  Scenario Outline: The only match among <count> PodNetworkings is found, <where>
    Given <before> PodNetworkings that select no pod, called "<name>-before"
    And the PodNetworking "mmm-blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    And <after> PodNetworkings that select no pod, called "<name>-after"
    When these pods are created
      | pod   | labels  |
      | web   | app=web |
      | plain | app=api |
    Then the pods eventually use
      | pod   | plane         |
      | web   | mmm-blue      |
      | plain | default plane |

    Examples:
      | count | before | after | name | where                               |
      | 121   | 120    | 0     | aaa  | although it is last by name and age |
      | 51    | 0      | 50    | zzz  | although it is first of all         |
      | 51    | 25     | 25    | zzz  | in the middle                       |

  @MAT-4 @feature:ManyPodNetworkings
  Scenario: The only match among 501 PodNetworkings is found
    Given 500 PodNetworkings that select no pod, called "aaa-before"
    And the PodNetworking "zzz-blue"
      """
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
      | web   | zzz-blue      |
      | plain | default plane |

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
  Scenario: A namespaceSelector that is added by an edit is obeyed
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

  @MAT-4
  Scenario: PodNetworkings that appear one after the other are each considered
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    And the pod "web" labelled "app=web" runs on the PodNetworking "blue"
    When the PodNetworking "green" is created
      """
      selector: {podSelector: {matchLabels: {app: api}}}
      securityGroupIDs: [green, blue, default]
      vSwitchOptions: [green-1]
      """
    And these pods are created
      | pod     | labels  |
      | api     | app=api |
      | web-two | app=web |
    Then the pods eventually use
      | pod     | plane |
      | api     | green |
      | web-two | blue  |

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
