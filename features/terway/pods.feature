Feature: What the webhook does to pods, and to which
  In the dialect of Terway a matched pod asks its node for a network interface as an extended resource. A pod can be kept out
  of all this by a label of its own or of its namespace. One that says in two ways what it wants is refused.

  Background:
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |
    And the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, default]
      vSwitchOptions: [blue-1]
      """

  @T-RES
  Scenario: A matched pod asks for an ENI, another one does not
    When these pods are created
      | pod   | labels  |
      | web   | app=web |
      | plain | app=api |
    Then the pods eventually use
      | pod   | plane         |
      | web   | blue          |
      | plain | default plane |
    And a container of the pod "web" asks for an ENI of its node
    And no container of the pod "plain" asks for an ENI of its node

  @T-SKIP
  Scenario: A pod that is labelled ignore-by-terway gets the default plane
    When these pods are created
      | pod     | labels                                         |
      | ignored | app=web, k8s.aliyun.com/ignore-by-terway=true  |
      | other   | app=web, k8s.aliyun.com/ignore-by-terway=false |
      | plain   | app=web                                        |
    Then the pods eventually use
      | pod     | plane         |
      | ignored | default plane |
      | other   | blue          |
      | plain   | blue          |
    And the pod "ignored" never has the annotation "k8s.aliyun.com/pod-networking"

  @T-SKIP
  Scenario: The pods of a namespace that is labelled pod-eni=false get the default plane
    Given the namespaces
      | namespace | labels                       |
      | out       | k8s.aliyun.com/pod-eni=false |
      | in        | k8s.aliyun.com/pod-eni=true  |
    When these pods are created
      | pod | namespace | labels  |
      | web | out       | app=web |
      | web | in        | app=web |
    Then the pods eventually use
      | pod | namespace | plane         |
      | web | out       | default plane |
      | web | in        | blue          |

  @T-EXCL
  Scenario Outline: A pod that bears <one> and <other> is refused
    When these pods are created
      | pod   | labels  | annotations                                                        |
      | both  | app=web | k8s.aliyun.com/<one>=<first>, k8s.aliyun.com/<other>=<second>      |
      | plain | app=web |                                                                    |
    Then the pod "plain" eventually uses the PodNetworking "blue"
    And the creation of the pod "both" is refused

    Examples:
      | one                  | first                                      | other                | second                 |
      | pod-networks         | {"podNetworks":[{"interface":"eth0"}]}     | pod-networking       | blue                   |
      | pod-networks         | {"podNetworks":[{"interface":"eth0"}]}     | pod-networks-request | [{"network":"blue"}]   |
      | pod-networks-request | [{"network":"blue"}]                       | pod-networking       | blue                   |
