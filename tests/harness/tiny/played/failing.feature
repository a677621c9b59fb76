Feature: What fails

  @TST-2
  Scenario: The implementation does something else
    Given all is well
    Then it fails

  @TST-2
  Scenario: An assertion does not hold
    Then it asserts
