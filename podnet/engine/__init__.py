"""The decisions: who is selected, where it may run, which address it gets, what is refused. Pure functions."""
