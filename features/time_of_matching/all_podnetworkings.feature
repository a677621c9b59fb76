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
  Scenario Outline: The only match among 501 PodNetworkings is found, <where>
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
      | before | after | name | where                               |
      | 500    | 0     | aaa  | although it is last by name and age |
      | 0      | 500   | zzz  | although it is first of all         |

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

  @MAT-1
  Scenario Outline: A PodNetworking called <name> is one like any other
    Given the PodNetworking "<name>"
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
      | web   | <name>        |
      | plain | default plane |

    Examples:
      | name        |
      | default     |
      | kube-system |
      | none        |
      | 0           |

  @MAT-1
  Scenario: A PodNetworking that has been there for half an hour is considered like a new one
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    And the pod "early" labelled "app=web" runs on the PodNetworking "blue"
    When 30 minutes pass
    And these pods are created
      | pod   | labels  |
      | late  | app=web |
      | plain | app=api |
    Then the pods eventually use
      | pod   | plane         |
      | late  | blue          |
      | plain | default plane |

  # Whichever place among many is overlooked, one of the pods is not matched.
  @MAT-4
  Scenario: Of thirty PodNetworkings each is found by the pod that it selects
    Given the vSwitches also
      | vSwitch | zone   | room |
      | many-1  | zone-1 | 40   |
    When 30 PodNetworkings with the vSwitch "many-1" are created, and then a pod "web" for each
    Then each of the pods "web" eventually has an address of one of the vSwitches "many-1"

  @MAT-4
  Scenario Outline: Of two PodNetworkings with one selector, the one that is left is known when <deleted> is deleted
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green]
      vSwitchOptions: [blue-1]
      """
    And the PodNetworking "green"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [green, blue]
      vSwitchOptions: [green-1]
      """
    When the PodNetworking "<deleted>" is deleted
    And these pods are created
      | pod   | labels  |
      | web   | app=web |
      | plain | app=api |
    Then the pods eventually use
      | pod   | plane         |
      | web   | <left>        |
      | plain | default plane |

    Examples:
      | deleted | left  |
      | blue    | green |
      | green   | blue  |

  # Whoever looks PodNetworkings up by a part of their selectors must not lose one of those that have it in common.
  @MAT-1
  Scenario Outline: Two PodNetworkings with one podSelector are both considered, "<older>" being the older
    Given the namespaces
      | namespace    | labels     |
      | inside-blue  | team=blue  |
      | inside-green | team=green |
    And the PodNetworking "<older>"
      """
      selector:
        podSelector: {matchLabels: {app: web}}
        namespaceSelector: {matchLabels: {team: <older>}}
      securityGroupIDs: [<older>, default]
      vSwitchOptions: [<older>-1]
      """
    And the PodNetworking "<younger>"
      """
      selector:
        podSelector: {matchLabels: {app: web}}
        namespaceSelector: {matchLabels: {team: <younger>}}
      securityGroupIDs: [<younger>, default]
      vSwitchOptions: [<younger>-1]
      """
    When these pods are created
      | pod | namespace    | labels  |
      | web | inside-blue  | app=web |
      | web | inside-green | app=web |
    Then the pods eventually use
      | pod | namespace    | plane |
      | web | inside-blue  | blue  |
      | web | inside-green | green |

    Examples:
      | older | younger |
      | blue  | green   |
      | green | blue    |

  @MAT-1
  Scenario Outline: Two PodNetworkings with one namespaceSelector are both considered, "<older>" being the older
    Given the namespaces
      | namespace | labels    |
      | inside    | team=both |
    And the PodNetworking "<older>"
      """
      selector:
        podSelector: {matchLabels: {app: <older>}}
        namespaceSelector: {matchLabels: {team: both}}
      securityGroupIDs: [<older>, default]
      vSwitchOptions: [<older>-1]
      """
    And the PodNetworking "<younger>"
      """
      selector:
        podSelector: {matchLabels: {app: <younger>}}
        namespaceSelector: {matchLabels: {team: both}}
      securityGroupIDs: [<younger>, default]
      vSwitchOptions: [<younger>-1]
      """
    When these pods are created
      | pod | namespace | labels    |
      | one | inside    | app=blue  |
      | two | inside    | app=green |
    Then the pods eventually use
      | pod | namespace | plane |
      | one | inside    | blue  |
      | two | inside    | green |

    Examples:
      | older | younger |
      | blue  | green   |
      | green | blue    |
