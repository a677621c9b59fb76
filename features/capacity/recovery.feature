@feature:CapacityRecovery
Feature: A pod that waits for an address runs once there is one
  The document does not say what becomes of a pod that found no idle address. An implementation may claim that it waits.

  @CAP-4
  Scenario: A waiting pod runs after another one is deleted
    Given the vSwitches
      | vSwitch | zone   | kind  |
      | tiny-1  | zone-1 | small |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [tiny-1]
      """
    When as many pods "web" labelled "app=web" as "tiny-1" has addresses are created at once
    Then each of the pods "web" eventually runs with an address
    When the pod "extra" labelled "app=web" is created
    Then the pod "extra" never runs and never has an address
    When the pod "web-1" is deleted
    Then the pod "extra" eventually runs with an address

  @CAP-4
  Scenario: A pod that was waiting when the implementation restarts runs as well
    Given the vSwitches
      | vSwitch | zone   | kind  |
      | tiny-1  | zone-1 | small |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [tiny-1]
      """
    And all addresses of the vSwitch "tiny-1" are in use by the pods "web"
    When the pod "extra" labelled "app=web" is created
    Then the pod "extra" never runs and never has an address
    When the implementation restarts
    And the pod "web-1" is deleted
    Then the pod "extra" eventually runs with an address

  @CAP-4
  Scenario: A waiting pod runs after a pod of another PodNetworking on its vSwitch is deleted
    Given the vSwitches
      | vSwitch | zone   | kind  |
      | tiny-1  | zone-1 | small |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [tiny-1]
      """
    And the PodNetworking "green"
      """
      selector: {podSelector: {matchLabels: {app: api}}}
      securityGroupIDs: [green, blue, default]
      vSwitchOptions: [tiny-1]
      """
    And all addresses of the vSwitch "tiny-1" are in use by the pods "web"
    When the pod "extra" labelled "app=api" is created
    Then the pod "extra" never runs and never has an address
    When the pod "web-1" is deleted
    Then the pod "extra" eventually runs with an address

  # Whichever of the two it found full first, or last.
  @CAP-4 @feature:VSwitchFallback
  Scenario Outline: A pod that waits for either of two vSwitches runs when a pod of the <place> is deleted
    Given the vSwitches
      | vSwitch | zone   | kind  |
      | tiny-1  | zone-1 | small |
      | tiny-2  | zone-1 | small |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [tiny-1]
      """
    And the PodNetworking "green"
      """
      selector: {podSelector: {matchLabels: {app: api}}}
      securityGroupIDs: [green, blue, default]
      vSwitchOptions: [tiny-2]
      """
    And the PodNetworking "both"
      """
      selector: {podSelector: {matchLabels: {app: both}}}
      securityGroupIDs: [both, blue]
      vSwitchOptions: [tiny-1, tiny-2]
      """
    And all addresses of the vSwitch "tiny-1" are in use by the pods "web"
    When as many pods "api" labelled "app=api" as "tiny-2" has addresses are created at once
    Then each of the pods "api" eventually runs with an address
    When the pod "extra" labelled "app=both" is created
    Then the pod "extra" never runs and never has an address
    When the pod "<pod>-1" is deleted
    Then the pod "extra" eventually runs with an address

    Examples:
      | place  | pod |
      | first  | web |
      | second | api |
