Feature: What breaks down

  @TST-3
  Scenario: A step raises
    Then it raises

  @TST-3
  Scenario: The scenario itself is wrong
    Then it is written wrongly

  @TST-3
  Scenario: The process is killed midway
    Given all is well
    Then its process ends
