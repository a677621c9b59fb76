Feature: An outline without rows

  @TST-1
  Scenario Outline: All is well with <row>
    Given all is well
    And "<row>" is printed

    Examples:
      | row |
