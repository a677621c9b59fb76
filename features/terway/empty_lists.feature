Feature: Empty lists are filled from the default plane
  The document does not say what an empty list means. In the dialect of Terway a new PodNetworking gets the vSwitches or the
  security groups of the default plane in its place, and is used like any other.

  Background:
    Given the vSwitches
      | vSwitch | zone   |
      | blue-1  | zone-1 |

  @T-DEFAULTFILL
  Scenario Outline: <state> security groups are those of the default plane
    When the PodNetworking "blue" is submitted
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      vSwitchOptions: [blue-1]
      <field>
      """
    And the pod "web" labelled "app=web" is created
    Then it is accepted
    And the PodNetworking "blue" lists the security groups of the default plane
    And the pod "web" eventually uses the PodNetworking "blue"
    And the pod "web" eventually has all security groups of the default plane

    Examples:
      | state   | field                |
      | Missing |                      |
      | Empty   | securityGroupIDs: [] |

  @T-DEFAULTFILL
  Scenario Outline: <state> vSwitches are those of the default plane
    When the PodNetworking "blue" is submitted
      """
      selector: {podSelector: {matchLabels: {app: web}}}
      securityGroupIDs: [blue, green]
      <field>
      """
    And the pod "web" labelled "app=web" is created
    Then it is accepted
    And the PodNetworking "blue" lists the vSwitches of the default plane
    And the pod "web" eventually has the annotation "k8s.aliyun.com/pod-networking" with the value "blue"
    And the pod "web" eventually has exactly the security groups "blue, green"

    Examples:
      | state   | field              |
      | Missing |                    |
      | Empty   | vSwitchOptions: [] |
