Feature: Without an idle address a pod is not created
  "Also make sure the vSwitches have enough idle IP addresses. Otherwise, ACK fails to create pods." How it fails is left
  open: the pod may stay Pending or become Failed. It never runs with an address from anywhere else. The first and the
  last three addresses of a vSwitch are reserved, so a /29 has four for pods. Exhaustion is mostly shown with bare pods,
  because controllers replace failed ones without end, and always beside a pod of another plane that must run.

  Background:
    Given the vSwitches
      | vSwitch | zone   | kind  |
      | tiny-1  | zone-1 | small |
      | roomy-1 | zone-2 |       |
    And the PodNetworking "roomy"
      """
      selector: {podSelector: {matchLabels: {app: control}}}
      securityGroupIDs: [roomy, blue]
      vSwitchOptions: [roomy-1]
      """

  @CAP-2
  Scenario: One pod more than the vSwitch has addresses
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [tiny-1]
      """
    When as many pods "web" labelled "app=web" as "tiny-1" has addresses are created at once
    Then each of the pods "web" eventually runs with an address
    When the pod "extra" labelled "app=web" is created
    And the pod "control" labelled "app=control" is created
    Then the pod "control" eventually uses the PodNetworking "roomy"
    And the pod "extra" never runs and never has an address

  @CAP-2
  Scenario: Three pods more than the vSwitch has addresses, all at once
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [tiny-1]
      """
    When 3 more pods "web" labelled "app=web" than "tiny-1" has addresses are created at once
    And the pod "control" labelled "app=control" is created
    Then the pod "control" eventually uses the PodNetworking "roomy"
    And exactly as many of the pods "web" as "tiny-1" has addresses run, and the others never do

  @CAP-2
  Scenario: Under Fixed nothing else happens
    Given the PodNetworking "blue"
      """
      allocationType: {type: Fixed}
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, roomy, default]
      vSwitchOptions: [tiny-1]
      """
    When 2 more pods "web" labelled "app=web" than "tiny-1" has addresses are created at once
    And the pod "control" labelled "app=control" is created
    Then the pod "control" eventually uses the PodNetworking "roomy"
    And exactly as many of the pods "web" as "tiny-1" has addresses run, and the others never do

  @CAP-2
  Scenario Outline: Whatever becomes of the PodNetworking, its running pods keep their addresses: <what>
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, roomy, default]
      vSwitchOptions: [tiny-1]
      """
    When as many pods "web" labelled "app=web" as "tiny-1" has addresses are created at once
    Then each of the pods "web" eventually runs with an address
    When the PodNetworking "blue" is <what>
    And the pod "extra" labelled "app=web" is created
    And the pod "control" labelled "app=control" is created
    Then the pod "control" eventually uses the PodNetworking "roomy"
    And the pod "extra" never runs and never has an address

    Examples:
      | what                       |
      | edited there and back      |
      | deleted and created again  |

  @CAP-2
  Scenario: A vSwitch that the pods of another PodNetworking have used up
    Given the PodNetworking "blue"
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
    When as many pods "web" labelled "app=web" as "tiny-1" has addresses are created at once
    Then each of the pods "web" eventually runs with an address
    When the pod "api" labelled "app=api" is created
    And the pod "control" labelled "app=control" is created
    Then the pod "control" eventually uses the PodNetworking "roomy"
    And the pod "api" never runs and never has an address

  # That it has no address of the other zone is ZON-2.
  @CAP-2
  Scenario: A full vSwitch among two in two zones, and a pod that can only run in its zone
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [tiny-1, roomy-1]
      """
    When as many pods "web" labelled "app=web" as "tiny-1" has addresses are created at once for the zone "zone-1"
    Then each of the pods "web" eventually runs with an address
    When the pod "extra" labelled "app=web" is created for the zone "zone-1"
    And the pod "control" labelled "app=web" is created for the zone "zone-2"
    Then the pod "control" eventually uses the PodNetworking "blue"
    And the pod "extra" never has an address but of the vSwitches "tiny-1, roomy-1"

  @CAP-2
  Scenario: All listed vSwitches are full
    Given the vSwitches also
      | vSwitch | zone   | kind  | beside |
      | tiny-2  | zone-1 | small | tiny-1 |
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
      securityGroupIDs: [both]
      vSwitchOptions: [tiny-1, tiny-2]
      """
    When as many pods "web" labelled "app=web" as "tiny-1" has addresses are created at once
    And as many pods "api" labelled "app=api" as "tiny-2" has addresses are created at once
    Then each of the pods "web" eventually runs with an address
    And each of the pods "api" eventually runs with an address
    When the pod "extra" labelled "app=both" is created
    And the pod "control" labelled "app=control" is created
    Then the pod "control" eventually uses the PodNetworking "roomy"
    And the pod "extra" never runs and never has an address

  @CAP-2
  Scenario: Addresses that something outside of the cluster uses are not idle
    Given the vSwitches also
      | vSwitch | zone  | kind |
      | busy-1  | any-1 | busy |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [busy-1]
      """
    When 2 more pods "web" labelled "app=web" than "busy-1" has addresses are created at once
    And the pod "control" labelled "app=control" is created
    Then the pod "control" eventually uses the PodNetworking "roomy"
    And exactly as many of the pods "web" as "busy-1" has addresses run, and the others never do

  @CAP-2
  Scenario: Two full vSwitches in two zones, and a pod that may run in either
    Given the vSwitches also
      | vSwitch | zone   | kind  |
      | tiny-2  | zone-3 | small |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [tiny-1, tiny-2]
      """
    When as many pods "web" labelled "app=web" as "tiny-1" has addresses are created at once for the zone "zone-1"
    And as many pods "more" labelled "app=web" as "tiny-2" has addresses are created at once for the zone "zone-3"
    Then each of the pods "web" eventually runs with an address
    And each of the pods "more" eventually runs with an address
    When the pod "extra" labelled "app=web" is created
    And the pod "control" labelled "app=control" is created
    Then the pod "control" eventually uses the PodNetworking "roomy"
    And the pod "extra" never runs and never has an address

  @CAP-2
  Scenario: The labels of running pods do not matter: what they use is not idle
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, roomy, default]
      vSwitchOptions: [tiny-1]
      """
    When as many pods "web" labelled "app=web" as "tiny-1" has addresses are created at once
    Then each of the pods "web" eventually runs with an address
    When the pod "web-1" is labelled "app=gone"
    And the pod "extra" labelled "app=web" is created
    And the pod "control" labelled "app=control" is created
    Then the pod "control" eventually uses the PodNetworking "roomy"
    And the pod "extra" never runs and never has an address

  # Bare pods hold all addresses, so it does not matter how soon a Job ends.
  @CAP-2
  Scenario Outline: The pods of a <kind> find no address elsewhere either
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, roomy, default]
      vSwitchOptions: [tiny-1]
      """
    When as many pods "web" labelled "app=web" as "tiny-1" has addresses are created at once
    Then each of the pods "web" eventually runs with an address
    When the <kind> "extra" of 2 pods labelled "app=web" is created
    And the pod "control" labelled "app=control" is created
    Then the pod "control" eventually uses the PodNetworking "roomy"
    And no pod of the <kind> "extra" ever runs or has an address

    Examples:
      | kind        |
      | Deployment  |
      | StatefulSet |
      | Job         |

  @CAP-2
  Scenario Outline: A <kind> of more pods than the vSwitch has addresses
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, roomy, default]
      vSwitchOptions: [tiny-1]
      """
    When the <kind> "web" of 2 more pods than "tiny-1" has addresses, labelled "app=web", is created
    And the pod "control" labelled "app=control" is created
    Then the pod "control" eventually uses the PodNetworking "roomy"
    And exactly as many of the pods of the <kind> "web" as "tiny-1" has addresses run, and the others never do

    Examples:
      | kind        |
      | Deployment  |
      | StatefulSet |

  @CAP-2
  Scenario: The deletion of a pod frees nothing of its namesake in another namespace
    Given the namespaces
      | namespace |
      | elsewhere |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, roomy, default]
      vSwitchOptions: [tiny-1]
      """
    When as many pods "web" labelled "app=web" as "tiny-1" has addresses are created at once
    Then each of the pods "web" eventually runs with an address
    When these pods are created
      | pod     | namespace | labels      |
      | web-1   | elsewhere | app=control |
      | control |           | app=control |
    Then the pods eventually use
      | pod     | namespace | plane |
      | web-1   | elsewhere | roomy |
      | control |           | roomy |
    When the pod "web-1" is deleted
    And the pod "extra" labelled "app=web" is created
    Then the pod "extra" never runs and never has an address
