"""The ways in which a step can end a scenario, told apart so that the blame is never put on the wrong side."""

from __future__ import annotations

from collections.abc import Sequence

from podnet.api.problems import Interrupted


class Mismatch(AssertionError):  # noqa: N818 - a finding about the implementation, not an error
    """The implementation does something else than the step says. All differences of the step, not the first."""

    def __init__(self, *, expected: str | Sequence[str], actual: str | Sequence[str], note: str = "") -> None:
        self.expected = (expected,) if isinstance(expected, str) else tuple(expected)
        self.actual = (actual,) if isinstance(actual, str) else tuple(actual)
        self.note = note
        super().__init__(f"expected {'; '.join(self.expected)}; actual {'; '.join(self.actual)}")


class NotObservable(Exception):  # noqa: N818 - a state of knowledge, not an error
    """What the step asks for cannot be seen on this implementation: never a pass, never a failure."""


class NotApplicable(Exception):  # noqa: N818 - a state of affairs, not an error
    """The inventory cannot play a role that the scenario needs, or the document's alternative was taken."""


class AuthoringError(Exception):
    """The scenario itself is wrong: an unknown name in a step, an absence without a control."""


class Stuck(Interrupted):
    """The scenario went beyond its deadline on the wall clock."""
