"""Colour for terminals, so that the views stay plain text everywhere else."""

from __future__ import annotations

import re
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


_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_OWN = re.compile(r"\x1b\[(?:0|1|2|31|32|33|36)m")


def visible(text: str, *, colour: bool) -> str:
    """The text with control characters spelt out: what an implementation prints must not steer a terminal."""

    def spelt(found: re.Match[str]) -> str:
        own = colour and _OWN.match(text, found.start())
        return found[0] if own else f"\\x{ord(found[0]):02x}"

    return _UNSEEN.sub(spelt, text)


def paint(*, colour: bool) -> Paint:
    """The one or the other."""
    return coloured if colour else plain
