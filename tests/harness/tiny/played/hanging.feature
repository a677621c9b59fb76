Feature: What hangs

  @TST-3
  Scenario: A step comes to no end
    Given all is well
    Then it hangs
