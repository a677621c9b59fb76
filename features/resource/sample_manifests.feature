Feature: The document's sample manifests are valid PodNetworkings
  The document prints two PodNetworkings. It calls them ConfigMaps; their apiVersion and kind say that they are
  custom resources of the group network.alibabacloud.com. Both are submitted here word for word, comments included. Their
  vSwitches and security groups belong to the vendor's account: who rejects ids that do not exist has to take the same
  manifests with ids that do.

  @API-1
  Scenario: The first sample, with both selectors, is accepted as it is printed
    When the manifest "sample-both-selectors.yaml" is submitted verbatim
    Then it is accepted, at the latest when its ids stand for those of the cloud under test
    And the PodNetworking "example" reads back as it was submitted

  @API-1
  Scenario: The second sample, with a podSelector alone, is accepted as it is printed
    When the manifest "sample-pod-selector.yaml" is submitted verbatim
    Then it is accepted, at the latest when its ids stand for those of the cloud under test
    And the PodNetworking "example" reads back as it was submitted

  @API-1
  Scenario Outline: A manifest with a misspelt <field> is not a PodNetworking
    When the manifest "sample-pod-selector.yaml" is submitted with "<field>" set to "<value>"
    Then it is rejected
    But the manifest "sample-pod-selector.yaml" is accepted when it is submitted verbatim

    Examples:
      | field      | value                             |
      | apiVersion | network.alibabacloud.com/v9beta9  |
      | kind       | PodNetworkingConfigMap            |
