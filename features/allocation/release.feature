Feature: An address is released after its pod is deleted
  "Elastic IP addresses (EIPs) are allocated to pods and released after the pods are deleted." How soon is not said. A
  leak shows on a small vSwitch: when it has been filled and emptied often enough, nothing is left for the next pods.

  Background:
    Given the vSwitches
      | vSwitch | zone   | kind  |
      | tiny-1  | zone-1 | small |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [tiny-1]
      """

  @ALC-2
  Scenario Outline: The vSwitch can be filled again and again when its pods are <ended>
    When the vSwitch "tiny-1" is filled with pods labelled "app=web" that are <ended>, 3 rounds
    Then the vSwitch "tiny-1" can be filled with pods labelled "app=web"

    Examples:
      | ended             |
      | deleted           |
      | deleted by force  |
      | evicted           |

  @ALC-2
  Scenario: Pods that are deleted while they wait for an address leave nothing behind
    When as many pods "web" labelled "app=web" as "tiny-1" has addresses are created at once
    Then each of the pods "web" eventually runs with an address
    When 5 pods "waiting" labelled "app=web" are created at once
    Then none of the pods "waiting" ever runs or has an address
    When the pods "waiting" are deleted
    And the pods "web" are deleted
    Then the vSwitch "tiny-1" can be filled with pods labelled "app=web"

  @ALC-2
  Scenario: Pods that are deleted before they run leave nothing behind
    When the vSwitch "tiny-1" is filled with pods labelled "app=web" that are deleted before they run, 3 rounds
    Then the vSwitch "tiny-1" can be filled with pods labelled "app=web"

  @ALC-2
  Scenario: Deleting the namespace releases the addresses of its pods
    Given the namespaces
      | namespace |
      | passing   |
    When as many pods "web" labelled "app=web" as "tiny-1" has addresses are created at once in the namespace "passing"
    Then each of the pods "web" eventually runs with an address
    When the namespace "passing" is deleted
    Then the vSwitch "tiny-1" can be filled with pods labelled "app=web"

  @ALC-2
  Scenario: Deleting the PodNetworking first changes nothing about the release
    When as many pods "web" labelled "app=web" as "tiny-1" has addresses are created at once
    Then each of the pods "web" eventually runs with an address
    When the PodNetworking "blue" is deleted
    And the pods "web" are deleted
    And the PodNetworking "blue" is created
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [tiny-1]
      """
    Then the vSwitch "tiny-1" can be filled with pods labelled "app=web"

  @ALC-2
  Scenario: A vSwitch that an edit takes out of the list gets back the addresses of the pods that used it
    Given the vSwitches also
      | vSwitch | zone   |
      | roomy-1 | zone-1 |
    When as many pods "web" labelled "app=web" as "tiny-1" has addresses are created at once
    Then each of the pods "web" eventually runs with an address
    When the PodNetworking "blue" is changed to
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [roomy-1]
      """
    And the pods "web" are deleted
    And the PodNetworking "blue" is changed to
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [tiny-1]
      """
    Then the vSwitch "tiny-1" can be filled with pods labelled "app=web"

  @ALC-2
  Scenario: Pods that the selector matches no more when they are deleted leave nothing behind
    When as many pods "web" labelled "app=web" as "tiny-1" has addresses are created at once
    Then each of the pods "web" eventually runs with an address
    When the pod "web-1" is labelled "app=gone"
    And the pod "web-2" loses the label "app"
    And the pods "web" are deleted
    Then the vSwitch "tiny-1" can be filled with pods labelled "app=web"

  @ALC-2
  Scenario: Pods that take their time to stop leave nothing behind
    When as many pods "web" labelled "app=web" as "tiny-1" has addresses, which take 40 seconds to stop, are created at once
    Then each of the pods "web" eventually runs with an address
    When the pods "web" are deleted
    Then the vSwitch "tiny-1" can be filled with pods labelled "app=web"

  # A grace period alone holds nothing, because a container ends on SIGTERM: the pods sleep before they stop.
  Scenario Outline: A pod that is being deleted keeps its <type> address as long as it runs
    Given the PodNetworking "blue" is changed to
      """
      allocationType: {type: <type>}
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [tiny-1]
      """
    When as many pods "web" labelled "app=web" as "tiny-1" has addresses, which take 40 seconds to stop, are created at once
    Then each of the pods "web" eventually runs with an address
    When the deletion of the pod "web-1" begins
    And the pod "next" labelled "app=web" is created
    Then the pod "next" has no address as long as the pod "web-1" runs
    And the pod "web-1" is eventually gone
    When the pod "next" is deleted
    And the pod "last" labelled "app=web" is created
    Then the pod "last" eventually runs with an address

    @ALC-2
    Examples:
      | type    |
      | Elastic |

    @ALC-7
    Examples:
      | type    |
      | Fixed   |

  @ALC-2
  Scenario: So does a pod whose labels change while it is being deleted
    When as many pods "web" labelled "app=web" as "tiny-1" has addresses, which take 40 seconds to stop, are created at once
    Then each of the pods "web" eventually runs with an address
    When the deletion of the pod "web-1" begins
    And the pod "web-1" is labelled "app=gone" while it stops
    And the pod "next" labelled "app=web" is created
    Then the pod "next" has no address as long as the pod "web-1" runs
    And the pod "web-1" is eventually gone
    When the pod "next" is deleted
    And the pod "last" labelled "app=web" is created
    Then the pod "last" eventually runs with an address

  @ALC-2
  Scenario: A pod that is created again under its name gets an address again, many times over
    When the pod "web" labelled "app=web" is created and deleted 12 times, and each time it runs
    Then the vSwitch "tiny-1" can be filled with pods labelled "app=web"

  @ALC-2 @feature:TerminalPhaseRelease
  Scenario: The addresses of a Job that has completed are free while its pods are still there
    When the Job "batch" of as many pods as "tiny-1" has addresses, labelled "app=web", is created
    Then the Job "batch" eventually completes
    And the vSwitch "tiny-1" can be filled with pods labelled "app=web"

  @CAP-4 @feature:TerminalPhaseRelease
  Scenario: A Job that is larger than the vSwitch finishes
    When the Job "batch" of 3 more pods than "tiny-1" has addresses, labelled "app=web", is created
    Then the Job "batch" eventually completes
