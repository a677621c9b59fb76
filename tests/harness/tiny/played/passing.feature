Feature: What passes

  @TST-1
  Scenario: All is well
    Given all is well

  @TST-1
  Scenario Outline: All is well with <row>
    Given all is well
    And "<row>" is printed

    Examples:
      | row |
      | one |
      | two |
