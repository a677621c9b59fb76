"""Cases that nobody wrote: label selectors in all small combinations, and whole worlds at random, judged by models."""
