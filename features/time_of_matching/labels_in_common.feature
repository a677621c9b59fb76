Feature: PodNetworkings whose selectors have labels in common are all considered
  A pod is compared with "all PodNetworking ConfigMaps". Whoever looks them up by one label of their selectors must not
  lose one of those that have it in common, be it the first label by name or the last, in the older or in the younger.

  Background:
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |
      | green-1 | zone-2 |

  @MAT-1
  Scenario Outline: One label in common and <own> for each, "<older>" being the older
    Given the PodNetworking "<older>"
      """
      selector: {podSelector: {matchLabels: {app: web, <own>: <older>}}}
      securityGroupIDs: [<older>, default]
      vSwitchOptions: [<older>-1]
      """
    And the PodNetworking "<younger>"
      """
      selector: {podSelector: {matchLabels: {app: web, <own>: <younger>}}}
      securityGroupIDs: [<younger>, default]
      vSwitchOptions: [<younger>-1]
      """
    When these pods are created
      | pod | labels               |
      | one | app=web, <own>=blue  |
      | two | app=web, <own>=green |
    Then the pods eventually use
      | pod | plane |
      | one | blue  |
      | two | green |

    Examples:
      | own  | older | younger |
      | tier | blue  | green   |
      | tier | green | blue    |
      | aaa  | blue  | green   |
      | aaa  | green | blue    |

  # A pod with both labels would match both.
  @MAT-1
  Scenario Outline: The labels of "blue" are some of those of "green", and "<older>" is the older
    Given the PodNetworking "<older>"
      """
      selector: {podSelector: {matchLabels: <labels of the older>}}
      securityGroupIDs: [<older>, default]
      vSwitchOptions: [<older>-1]
      """
    And the PodNetworking "<younger>"
      """
      selector: {podSelector: {matchLabels: <labels of the younger>}}
      securityGroupIDs: [<younger>, default]
      vSwitchOptions: [<younger>-1]
      """
    When these pods are created
      | pod  | labels              |
      | web  | app=web             |
      | back | app=web, tier=back  |
      | api  | app=api, tier=front |
    Then the pods eventually use
      | pod  | plane         |
      | web  | blue          |
      | back | blue          |
      | api  | default plane |

    Examples:
      | older | labels of the older     | younger | labels of the younger   |
      | blue  | {app: web}              | green   | {app: web, tier: front} |
      | green | {app: web, tier: front} | blue    | {app: web}              |

  @MAT-1
  Scenario Outline: The namespaces of two PodNetworkings have one label in common, "<older>" being the older
    Given the namespaces
      | namespace    | labels              |
      | inside-blue  | env=prod, team=blue |
      | inside-green | env=prod, team=green |
    And the PodNetworking "<older>"
      """
      selector: {namespaceSelector: {matchLabels: {env: prod, team: <older>}}}
      securityGroupIDs: [<older>, default]
      vSwitchOptions: [<older>-1]
      """
    And the PodNetworking "<younger>"
      """
      selector: {namespaceSelector: {matchLabels: {env: prod, team: <younger>}}}
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
