Feature: A PodENI records what a pod has
  In the dialect of Terway a PodENI of the pod's name is the record of its network interface. Its phase tells whether the pod
  is there.

  Background:
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |
      | blue-2  | zone-2 |

  @T-PODENI
  Scenario Outline: The record of a pod under <type> says what the pod has
    Given the PodNetworking "blue"
      """
      allocationType: {type: <type>}
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1, blue-2]
      """
    When 6 pods "web" labelled "app=web" are created at once
    Then the PodENI of each of the pods "web" eventually records what the pod has

    Examples:
      | type    |
      | Elastic |
      | Fixed   |

  @T-PODENI
  Scenario: Under Elastic it goes with the pod
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue]
      vSwitchOptions: [blue-1]
      """
    When the pod "web" labelled "app=web" is created
    Then the PodENI of each of the pods "web" eventually records what the pod has
    When the pod "web" is deleted
    Then the PodENI of the pod "web" is eventually gone

  @T-PODENI
  Scenario: Under Fixed it stays, unbound, and is bound to the next pod of the name
    Given the PodNetworking "blue"
      """
      allocationType: {type: Fixed, releaseStrategy: Never}
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green]
      vSwitchOptions: [blue-1]
      """
    When the pod "web" labelled "app=web" is created
    Then the PodENI of the pod "web" eventually has the phase "Bind"
    When the pod "web" is deleted
    Then the PodENI of the pod "web" eventually has the phase "Unbind"
    When the pod "web" labelled "app=web" is created
    Then the PodENI of each of the pods "web" eventually records what the pod has
