Feature: The document's example: one PodNetworking and a Deployment of three pods
  "The Deployment creates three pods with the label foo: bar, which matches the PodNetworking ConfigMap's pod selector. ACK
  then allocates network resources to these pods based on the PodNetworking ConfigMap." The manifest is the document's,
  word for word; only the ids of its vSwitch and its security group, which belong to the vendor's account, stand for a
  vSwitch and a security group of the cloud under test.

  Background:
    Given the vSwitches
      | vSwitch                   | zone   |
      | vsw-2zewh0vanjx3vmjisna6z | zone-1 |

  @EXM-1
  Scenario: All three replicas use the PodNetworking
    When the manifest "example.yaml" is applied
    Then the 3 pods of the Deployment "elastic-podnetworking" eventually use the PodNetworking "example"

  @EXM-2
  Scenario: The label that counts is the template's, not the Deployment's
    When the manifest "example.yaml" is applied
    And the Deployment "labelled-itself" of 2 pods labelled "app=my-other-app", itself labelled "foo=bar", is created
    Then the 3 pods of the Deployment "elastic-podnetworking" eventually use the PodNetworking "example"
    And the 2 pods of the Deployment "labelled-itself" eventually use the default plane

  @EXM-3
  Scenario: The three replicas have three addresses of one plane
    When the manifest "example.yaml" is applied
    Then the 3 pods of the Deployment "elastic-podnetworking" eventually use the PodNetworking "example"
    And the network of each of the 3 pods of the Deployment "elastic-podnetworking" comes wholly from one of the PodNetworkings "example"
    And the addresses of all pods are different

  @EXM-1
  Scenario: Scaling up and down keeps every replica on the plane
    When the manifest "example.yaml" is applied
    Then the 3 pods of the Deployment "elastic-podnetworking" eventually use the PodNetworking "example"
    When the Deployment "elastic-podnetworking" is scaled to 6
    Then the 6 pods of the Deployment "elastic-podnetworking" eventually use the PodNetworking "example"
    When the Deployment "elastic-podnetworking" is scaled to 1
    Then the 1 pods of the Deployment "elastic-podnetworking" eventually use the PodNetworking "example"

  @EXM-1
  Scenario: A restart replaces the replicas by others on the same plane
    When the manifest "example.yaml" is applied
    Then the 3 pods of the Deployment "elastic-podnetworking" eventually use the PodNetworking "example"
    When the Deployment "elastic-podnetworking" is restarted
    Then the 3 pods of the Deployment "elastic-podnetworking" eventually use the PodNetworking "example"
