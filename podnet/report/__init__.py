"""The report of a run: its model, its files and the views on it."""
