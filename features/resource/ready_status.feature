@feature:ReadyStatus
Feature: A PodNetworking says whether it is ready
  The document names no status. Implementations that have one write Ready into status.status once the PodNetworking can be
  used; then there is no need to guess how long to wait before its first pod.

  @MAT-5
  Scenario: The status of a usable PodNetworking becomes Ready
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |
    When the PodNetworking "blue" is created
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    Then the PodNetworking "blue" eventually has the status "Ready"
