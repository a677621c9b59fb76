Feature: A policy says which vSwitch is taken
  In the dialect of Terway vSwitchSelectOptions may name a policy: the first vSwitch of the list that has an idle address,
  which is the default, or the one that has most of them. It chooses among those in the zone of the node.

  Background:
    Given the vSwitches
      | vSwitch | zone   | kind  | room |
      | tiny-1  | zone-1 | small |      |
      | wide-1  | zone-1 |       | 60   |
      | wide-2  | zone-2 |       | 60   |

  @T-POLICY
  Scenario Outline: The policy <policy> with <list> takes <taken>
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, default]
      vSwitchOptions: [<list>]
      <options>
      """
    When 2 pods "web" labelled "app=web" are created at once
    Then each of the pods "web" eventually has an address of one of the vSwitches "<taken>"

    Examples:
      | policy        | list           | taken  | options                                                   |
      | ordered       | tiny-1, wide-1 | tiny-1 | vSwitchSelectOptions: {vSwitchSelectionPolicy: ordered}   |
      | ordered       | wide-1, tiny-1 | wide-1 | vSwitchSelectOptions: {vSwitchSelectionPolicy: ordered}   |
      | (not written) | tiny-1, wide-1 | tiny-1 |                                                           |
      | (not written) | wide-1, tiny-1 | wide-1 |                                                           |
      | most          | tiny-1, wide-1 | wide-1 | vSwitchSelectOptions: {vSwitchSelectionPolicy: most}      |
      | most          | wide-1, tiny-1 | wide-1 | vSwitchSelectOptions: {vSwitchSelectionPolicy: most}      |

  @T-POLICY
  Scenario Outline: With the policy <policy> the zone of the node comes first
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, default]
      vSwitchOptions: [wide-2, tiny-1]
      vSwitchSelectOptions: {vSwitchSelectionPolicy: <policy>}
      """
    When the pod "here" labelled "app=web" is created for the zone "zone-1"
    And the pod "there" labelled "app=web" is created for the zone "zone-2"
    Then the pod "here" eventually has an address of the vSwitch "tiny-1"
    And the pod "there" eventually has an address of the vSwitch "wide-2"

    Examples:
      | policy  |
      | ordered |
      | random  |
      | most    |

  @T-POLICY
  Scenario: With the policy ordered the next vSwitch is taken when the first is full
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, default]
      vSwitchOptions: [tiny-1, wide-1]
      vSwitchSelectOptions: {vSwitchSelectionPolicy: ordered}
      """
    When as many pods "first" labelled "app=web" as "tiny-1" has addresses are created at once
    Then each of the pods "first" eventually has an address of one of the vSwitches "tiny-1"
    When 3 pods "next" labelled "app=web" are created at once
    Then each of the pods "next" eventually has an address of one of the vSwitches "wide-1"
