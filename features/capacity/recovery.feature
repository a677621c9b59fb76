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
