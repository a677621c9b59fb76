"""Colour for terminals, so that the views stay plain text everywhere else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

Colour = Literal["red", "green", "yellow", "cyan", "bold", "dim"]
Paint = Callable[[str, Colour], str]
"""Gives a text the colour of a terminal, or leaves it as it is."""

_CODES = {"red": 31, "green": 32, "yellow": 33, "cyan": 36, "bold": 1, "dim": 2}


def plain(text: str, _: Colour) -> str:
    """No colour."""
    return text


def coloured(text: str, colour: Colour) -> str:
    """The text between the escape sequences of ECMA-48."""
    return f"\x1b[{_CODES[colour]}m{text}\x1b[0m"


def paint(*, colour: bool) -> Paint:
    """The one or the other."""
    return coloured if colour else plain
