Feature: A scenario without steps

  @TST-1
  Scenario: Nothing happens
