Feature: A step that nobody defines

  @TST-1
  Scenario: Something unheard of
    Given all is well
    Then pigs fly
