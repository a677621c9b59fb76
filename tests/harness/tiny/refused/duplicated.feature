Feature: Two scenarios of one name

  @TST-1
  Scenario: All is well
    Given all is well

  @TST-1
  Scenario: All is well
    Given all is well
