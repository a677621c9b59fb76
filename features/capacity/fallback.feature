@feature:VSwitchFallback
Feature: A full vSwitch is passed over for another of the list
  The listed vSwitches stand in an OR relation, so a pod whose first choice is full may use another one of the same zone.
  An implementation that claims this does so; none may use a vSwitch that is not listed.

  @CAP-3
  Scenario Outline: With <what>, pods beyond the small one run on the other
    Given the vSwitches
      | vSwitch | zone   | kind  |
      | tiny-1  | zone-1 | small |
      | roomy-1 | zone-1 |       |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [<list>]
      """
    When 12 more pods "web" labelled "app=web" than "tiny-1" has addresses are created at once
    Then each of the pods "web" eventually has an address of one of the vSwitches "tiny-1, roomy-1"

    Examples:
      | what                    | list            |
      | the small vSwitch first | tiny-1, roomy-1 |
      | the small vSwitch last  | roomy-1, tiny-1 |
