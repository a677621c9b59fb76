"""The two ways in which podnet refuses to go on: every layer raises them, only the command line knows exit codes."""

from __future__ import annotations

from pathlib import Path


def at(message: str, *, path: Path | str | None = None, line: int | None = None) -> str:
    """``file:line: message``, or as much of it as is known."""
    if path is None:
        return message
    return f"{path}: {message}" if line is None else f"{path}:{line}: {message}"


class UsageProblem(Exception):  # noqa: N818  # the fault of whoever wrote the input, not an error of the program
    """What the user or an author wrote cannot be used (exit 2).

    ``path`` and ``line`` say where; the text is ``file:line: message`` then.
    """

    def __init__(self, message: str, *, path: Path | str | None = None, line: int | None = None) -> None:
        super().__init__(at(message, path=path, line=line))


class EnvironmentProblem(Exception):  # noqa: N818  # the state of the surroundings, not an error of the program
    """The machine, the cluster or the installation cannot do what was asked (exit 4)."""


class Interrupted(BaseException):  # what somebody decided, not an error
    """Code that is not ours is stopped from outside: nothing that reports its mistakes may take this for one."""
