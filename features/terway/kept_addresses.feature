Feature: With Fixed an address is kept for a pod of its name
  A pod that is gone leaves its address to the next one of its name: for the time of releaseAfter with the strategy TTL, for
  good with Never. So that no pod has its old address by chance, other pods ask for all addresses in the meantime.

  Background:
    Given the vSwitches
      | vSwitch | zone   | kind  |
      | tiny-1  | zone-1 | small |
      | blue-2  | zone-2 |       |
    And the PodNetworking "others"
      """
      selector: {podSelector: {matchLabels: {net: others}}}
      securityGroupIDs: [others, default]
      vSwitchOptions: [tiny-1]
      """

  Scenario Outline: A bare pod has its address again <when>
    Given the PodNetworking "blue"
      """
      allocationType: {type: Fixed, <strategy>}
      selector: {podSelector: {matchLabels: {net: blue}}}
      securityGroupIDs: [blue, others]
      vSwitchOptions: [tiny-1]
      """
    When 2 pods "web" labelled "net=blue" are created at once
    And the addresses of the pods "web" are noted
    And the pods "web" are deleted
    And <minutes> minutes pass
    And as many pods "greedy" labelled "net=others" as "tiny-1" has addresses are created at once
    Then 2 addresses of "tiny-1" are kept: so many of the pods "greedy" never run, the others do
    When 2 pods "web" labelled "net=blue" are created at once
    Then each of the pods "web" eventually has the address that was noted

    @T-FIX-TTL
    Examples:
      | when            | strategy                               | minutes |
      | within the time | releaseStrategy: TTL, releaseAfter: 2h | 60      |

    @T-FIX-NEVER
    Examples:
      | when                | strategy               | minutes |
      | however late it is  | releaseStrategy: Never | 6000    |

  Scenario Outline: The pods of a StatefulSet that was scaled to nothing have theirs again with <strategy>
    Given the PodNetworking "blue"
      """
      allocationType: {type: Fixed, <parameters>}
      selector: {podSelector: {matchLabels: {net: blue}}}
      securityGroupIDs: [blue, others]
      vSwitchOptions: [tiny-1]
      """
    When the StatefulSet "db" of 2 pods labelled "net=blue" is created
    And the addresses of the 2 pods of the StatefulSet "db" are noted
    And the StatefulSet "db" is scaled to 0
    And as many pods "greedy" labelled "net=others" as "tiny-1" has addresses are created at once
    Then 2 addresses of "tiny-1" are kept: so many of the pods "greedy" never run, the others do
    When the StatefulSet "db" is scaled to 2
    Then each of the 2 pods of the StatefulSet "db" eventually has the address that was noted

    @T-FIX-TTL
    Examples:
      | strategy | parameters                             |
      | TTL      | releaseStrategy: TTL, releaseAfter: 2h |

    @T-FIX-NEVER
    Examples:
      | strategy | parameters             |
      | Never    | releaseStrategy: Never |

  # The collector may need two minutes more.
  @T-FIX-TTL
  Scenario: When the time has passed, the addresses are free for others
    Given the PodNetworking "blue"
      """
      allocationType: {type: Fixed, releaseStrategy: TTL, releaseAfter: 1h30m}
      selector: {podSelector: {matchLabels: {net: blue}}}
      securityGroupIDs: [blue, others]
      vSwitchOptions: [tiny-1]
      """
    When as many pods "web" labelled "net=blue" as "tiny-1" has addresses are created at once
    Then each of the pods "web" eventually runs with an address
    When the pods "web" are deleted
    And 2 pods "early" labelled "net=others" are created at once
    Then none of the pods "early" ever runs or has an address
    When the pods "early" are deleted
    And 100 minutes pass
    Then the vSwitch "tiny-1" can be filled with pods labelled "net=others"

  @T-FIX-TTL
  Scenario: A pod that comes back starts the time anew
    Given the PodNetworking "blue"
      """
      allocationType: {type: Fixed, releaseStrategy: TTL, releaseAfter: 1h}
      selector: {podSelector: {matchLabels: {net: blue}}}
      securityGroupIDs: [blue, others]
      vSwitchOptions: [tiny-1]
      """
    When the pod "web" labelled "net=blue" is created
    And the addresses of the pods "web" are noted
    And the pod "web" is deleted
    And 40 minutes pass
    And the pod "web" labelled "net=blue" is created
    Then each of the pods "web" eventually has the address that was noted
    When 60 minutes pass
    And the pod "web" is deleted
    And 40 minutes pass
    And the pod "web" labelled "net=blue" is created
    Then each of the pods "web" eventually has the address that was noted

  @T-FIX-NEVER
  Scenario: Only a pod of the name gets the address
    Given the PodNetworking "blue"
      """
      allocationType: {type: Fixed, releaseStrategy: Never}
      selector: {podSelector: {matchLabels: {net: blue}}}
      securityGroupIDs: [blue, others]
      vSwitchOptions: [tiny-1]
      """
    When as many pods "web" labelled "net=blue" as "tiny-1" has addresses are created at once
    And the addresses of the pods "web" are noted
    And the pods "web" are deleted
    And 2 pods "new" labelled "net=blue" are created at once
    Then none of the pods "new" ever runs or has an address
    When as many pods "web" labelled "net=blue" as "tiny-1" has addresses are created at once
    Then each of the pods "web" eventually has the address that was noted

  @T-FIX-ZONE
  Scenario: A pod goes to the zone of the address that was kept for it, wherever it would rather be
    Given the PodNetworking "blue"
      """
      allocationType: {type: Fixed, releaseStrategy: Never}
      selector: {podSelector: {matchLabels: {net: blue}}}
      securityGroupIDs: [blue, others]
      vSwitchOptions: [tiny-1, blue-2]
      """
    When the pod "web-1" labelled "net=blue" is created for the zone "zone-1"
    And the addresses of the pods "web-1" are noted
    And the pod "web-1" is deleted
    And 1 pods "web" labelled "net=blue" that prefer the zone "zone-2" are created at once
    Then each of the pods "web" eventually has the address that was noted
    And each of the pods "web" eventually runs in one of the zones "zone-1"

  @T-FIX-PARAMS
  Scenario Outline: The strategy TTL needs a duration, and <given> is none
    When the PodNetworking "blue" is submitted
      """
      allocationType: {type: Fixed, releaseStrategy: TTL<after>}
      selector: {podSelector: {matchLabels: {net: blue}}}
      securityGroupIDs: [blue]
      vSwitchOptions: [tiny-1]
      """
    Then it is rejected, but accepted with "allocationType.releaseAfter" set to "1h30m"

    Examples:
      | given   | after                |
      | nothing |                      |
      | a word  | , releaseAfter: soon |

  @T-FIX-PARAMS
  Scenario: The strategy Never takes no duration
    When the PodNetworking "blue" is submitted
      """
      allocationType: {type: Fixed, releaseStrategy: Never, releaseAfter: 10m}
      selector: {podSelector: {matchLabels: {net: blue}}}
      securityGroupIDs: [blue]
      vSwitchOptions: [tiny-1]
      """
    Then it is rejected, but accepted with "allocationType.releaseStrategy" set to "TTL"
