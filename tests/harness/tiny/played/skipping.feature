Feature: What cannot be told

  @TST-1
  Scenario: It does not apply here
    Then it does not apply

  @TST-4
  Scenario: Nothing shows it
    Then it cannot be seen

  @OPT-1
  Scenario: Nobody claims it
    Then it fails
