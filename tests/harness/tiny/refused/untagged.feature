Feature: A scenario without a requirement

  Scenario: For its own sake
    Given all is well
