Feature: The addresses of the pods of a workload are released after they are deleted
  "Elastic IP addresses (EIPs) are allocated to pods and released after the pods are deleted." Whoever made the pods, and
  however they go: with their workload, by scaling, by force or with their namespace. Static addresses are not supported,
  so under Fixed it is the same.

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
  Scenario Outline: The vSwitch can be filled again and again with the pods of a <kind> that is <ended>
    When the vSwitch "tiny-1" is filled with the pods of a <kind> labelled "app=web" that is <ended>, 2 rounds
    Then the vSwitch "tiny-1" can be filled with pods labelled "app=web"

    Examples:
      | kind        | ended             |
      | Deployment  | scaled to nothing |
      | Deployment  | deleted           |
      | StatefulSet | scaled to nothing |
      | StatefulSet | deleted           |
      | Job         | deleted           |

  @ALC-2
  Scenario Outline: When a <kind> is deleted, the addresses of its pods are free, also of those that have ended
    When the <kind> "web" of as many pods as "tiny-1" has addresses, labelled "app=web", is created
    Then all pods of the <kind> "web" eventually run with an address
    When 10 minutes pass
    And the <kind> "web" is deleted
    Then the vSwitch "tiny-1" can be filled with pods labelled "app=web"

    Examples:
      | kind        |
      | StatefulSet |
      | Job         |

  @ALC-2
  Scenario Outline: Pods of a <kind> that are deleted by force give their addresses back
    When the <kind> "web" of 1 pods labelled "app=web" is created
    Then all pods of the <kind> "web" eventually run with an address
    When all pods of the <kind> "web" are deleted by force 2 times, and each time others run in their place
    And the <kind> "web" is deleted
    Then the vSwitch "tiny-1" can be filled with pods labelled "app=web"

    Examples:
      | kind        |
      | Deployment  |
      | StatefulSet |

  # What replaces them may come before the addresses are idle again, and then has to wait for them.
  @feature:CapacityRecovery
  Scenario Outline: Pods of a <kind> under <type> that are deleted by force leave their addresses to those that replace them
    Given the PodNetworking "blue" is changed to
      """
      allocationType: {type: <type>}
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [tiny-1]
      """
    When the <kind> "web" of as many pods as "tiny-1" has addresses, labelled "app=web", is created
    Then all pods of the <kind> "web" eventually run with an address
    When all pods of the <kind> "web" are deleted by force 2 times, and each time others run in their place
    And the <kind> "web" is deleted
    Then the vSwitch "tiny-1" can be filled with pods labelled "app=web"

    @ALC-2
    Examples:
      | kind        | type    |
      | Deployment  | Elastic |
      | StatefulSet | Elastic |

    @ALC-7
    Examples:
      | kind        | type    |
      | Deployment  | Fixed   |
      | StatefulSet | Fixed   |

  @ALC-2
  Scenario: A Deployment that is deleted while some of its pods wait for an address leaves nothing behind
    When the Deployment "web" of 3 more pods than "tiny-1" has addresses, labelled "app=web", is created
    Then exactly as many of the pods of the Deployment "web" as "tiny-1" has addresses run, and the others never do
    When the Deployment "web" is deleted
    Then the vSwitch "tiny-1" can be filled with pods labelled "app=web"

  @ALC-2
  Scenario Outline: Deleting the namespace releases the addresses of the pods of a <kind>
    Given the namespaces
      | namespace |
      | passing   |
    When the <kind> "web" of as many pods as "tiny-1" has addresses, labelled "app=web", is created in the namespace "passing"
    Then all pods of the <kind> "web" in the namespace "passing" eventually run with an address
    When the namespace "passing" is deleted
    Then the vSwitch "tiny-1" can be filled with pods labelled "app=web"

    Examples:
      | kind        |
      | Deployment  |
      | StatefulSet |
      | Job         |

  # The pods sleep before they stop: only that holds them.
  Scenario Outline: The pod of a StatefulSet that is being deleted keeps its <type> address as long as it runs
    Given the PodNetworking "blue" is changed to
      """
      allocationType: {type: <type>}
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [tiny-1]
      """
    When the StatefulSet "web" of as many pods as "tiny-1" has addresses, which take 40 seconds to stop, labelled "app=web", is created
    Then all pods of the StatefulSet "web" eventually run with an address
    When the deletion of the pod "web-0" begins
    And the pod "next" labelled "app=web" is created
    Then the pod "next" has no address as long as the pod "web-0" runs

    @ALC-2
    Examples:
      | type    |
      | Elastic |

    @ALC-7
    Examples:
      | type    |
      | Fixed   |

  @ALC-2
  Scenario: Pods that go with their namespace keep their addresses as long as they run
    Given the namespaces
      | namespace |
      | passing   |
    When as many pods "web" labelled "app=web" as "tiny-1" has addresses, which take 40 seconds to stop, are created at once in the namespace "passing"
    Then each of the pods "web" eventually runs with an address
    When the deletion of the namespace "passing" begins
    And the pod "next" labelled "app=web" is created
    Then the pod "next" has no address as long as the pod "web-1" runs
