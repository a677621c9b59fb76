"""The suite judged by itself: wrong implementations are rejected for the right reason, legal ones pass."""
