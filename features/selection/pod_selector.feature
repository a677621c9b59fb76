Feature: A pod whose labels match the podSelector uses the PodNetworking
  "A label selector that matches pod labels. If a pod's labels match this selector, the pod uses the network
  configurations in this PodNetworking ConfigMap."

  Background:
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |

  @SEL-1
  Scenario: A pod with exactly the label, and one with more labels, both match
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When these pods are created
      | pod   | labels                            |
      | exact | app=web                           |
      | more  | app=web, tier=front, release=blue |
    Then the pods eventually use
      | pod   | plane |
      | exact | blue  |
      | more  | blue  |

  @SEL-1
  Scenario: A pod without the label, or with another value of it, does not match
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When these pods are created
      | pod       | labels         |
      | control   | app=web        |
      | no-label  |                |
      | other-key | web=app        |
      | other     | app=webserver  |
      | shorter   | app=we         |
      | case      | app=Web        |
    Then the pods eventually use
      | pod       | plane         |
      | control   | blue          |
      | no-label  | default plane |
      | other-key | default plane |
      | other     | default plane |
      | shorter   | default plane |
      | case      | default plane |

  @SEL-1
  Scenario: Annotations are not labels
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When these pods are created
      | pod       | labels  | annotations |
      | control   | app=web |             |
      | annotated |         | app=web     |
    Then the pods eventually use
      | pod       | plane         |
      | control   | blue          |
      | annotated | default plane |

  @SEL-1
  Scenario Outline: A selector on <what> tells pods apart
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {<key>: "<value>"}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When these pods are created
      | pod   | labels        |
      | match | <key>=<value> |
      | other | <other>       |
    Then the pods eventually use
      | pod   | plane         |
      | match | blue          |
      | other | default plane |

    Examples:
      | what                               | key                     | value                                                           | other                                                               |
      | an empty value                     | app                     |                                                                 | app=web                                                             |
      | an empty value, the key is absent  | app                     |                                                                 | tier=web                                                            |
      | a key with a prefix                | example.com/app         | web                                                             | app=web                                                             |
      | a key that begins another          | app                     | web                                                             | app-name=web                                                        |
      | a key that another begins          | app-name                | web                                                             | app=web                                                             |
      | a key that another has as its name | app                     | web                                                             | example.com/app=web                                                 |
      | a value that looks like a number   | app                     | 1                                                               | app=01                                                              |
      | a value that looks like a boolean  | app                     | true                                                            | app=false                                                           |
      | a value of 63 characters           | app                     | a23456789-123456789-123456789-123456789-123456789-123456789-12z | app=a23456789-123456789-123456789-123456789-123456789-123456789-12y |

  @SEL-1
  Scenario Outline: The pods of two Deployments in one namespace are told apart by their labels, those of "<first>" coming first
    Given the PodNetworking "blue"
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green, default]
      vSwitchOptions: [blue-1]
      """
    When the Deployment "<first>" of 2 pods labelled "app=<first>" is created
    And the Deployment "<second>" of 2 pods labelled "app=<second>" is created
    Then the 2 pods of the Deployment "web" eventually use the PodNetworking "blue"
    And the 2 pods of the Deployment "api" eventually use the default plane

    Examples:
      | first | second |
      | web   | api    |
      | api   | web    |
