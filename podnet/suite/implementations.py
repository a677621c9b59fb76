"""What ``--implementation`` may name besides the reference: a miniature, somebody's class or factory, or a command.

Naming one imports nothing. Making one runs somebody else's code, which may do anything.
"""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from podnet.api.host import Implementation
from podnet.api.problems import Interrupted, UsageProblem
from podnet.suite import locate
from podnet.suite.catalogue import load_catalogue
from podnet.suite.importing import import_file
from podnet.suite.miniatures import Miniature, find_miniature, load_miniatures

REFERENCE = "reference"
MINIATURE = "mini:"
EXEC = "exec:"
INSTALLED = "installed"
FORMS = f"give {REFERENCE!r}, {MINIATURE}NAME or FILE.py:NAME; podnet conformance also takes {EXEC}COMMAND, {INSTALLED}"
SEAM = "name and version (text) and install(host)"


@dataclass(frozen=True)
class FromFile:
    """A factory that imports its file when it is first called in a process. ``path`` is as the user wrote it."""

    path: Path
    name: str

    def __call__(self) -> Implementation:
        """A new implementation. Raises whatever the file raises, and UsageProblem if it has no such factory."""
        implementation: Implementation = _factory(self.path, self.name)()
        return implementation


def find_file(text: str) -> FromFile:
    """The factory that ``FILE.py:NAME`` names. Raises UsageProblem for another form, and if there is no such file."""
    file, colon, name = text.rpartition(":")
    if not colon or not file.endswith(".py") or not name:
        raise UsageProblem(f"unknown implementation {text!r}: {FORMS}")
    source = FromFile(Path(file), name)
    if not source.path.is_file():
        raise UsageProblem("there is no such file", path=file)
    return source


def find_command(text: str) -> tuple[str, ...]:
    """The words of the command that ``exec:COMMAND`` names, the program as a path that can be started.

    Raises UsageProblem if it cannot be split into words, or there is no such program.
    """
    written = text.removeprefix(EXEC)
    try:
        words = [written] if Path(written).is_file() else shlex.split(written)
    except ValueError as error:
        raise UsageProblem(f"the command {written!r} cannot be read as words of a shell: {error}") from None
    if not words:
        raise UsageProblem(f"{text!r} names no command: give {EXEC}COMMAND, as in {EXEC}./operator")
    program = shutil.which(words[0])
    if program is None:
        found = Path(words[0])
        if found.is_dir():
            raise UsageProblem("is a folder, no program", path=found)
        if found.is_file() and "/" in words[0]:
            raise UsageProblem("is not an executable file (chmod +x helps if it is a program)", path=found)
        raise UsageProblem(f"there is no program {words[0]!r}: give its path, or put its folder on the PATH")
    return (str(Path(program).absolute()), *words[1:])


def find_mini(text: str) -> tuple[Miniature, FromFile]:
    """The miniature that ``mini:NAME`` names, and its factory. Raises UsageProblem if there is none."""
    catalogue = load_catalogue(locate.requirements_dir())
    miniatures = load_miniatures(locate.miniatures_dir(), catalogue=catalogue)
    miniature = find_miniature(text.removeprefix(MINIATURE), miniatures=miniatures)
    return miniature, FromFile(miniature.path, miniature.class_name)


def make(source: FromFile) -> Any:
    """A new implementation that fits the seam. Raises UsageProblem if the file or what it makes does not."""
    factory = _factory(source.path, source.name)
    try:
        made = factory()
    except (KeyboardInterrupt, Interrupted):
        raise
    except BaseException as error:  # whatever it raises, it does not fit
        problem = f"{source.name}() without arguments raises {type(error).__name__}: {error}"
        raise UsageProblem(problem, path=source.path) from None
    _refuse_misfit(made, source)
    return made


@cache
def _factory(path: Path, name: str) -> Callable[[], Any]:
    sys.path.append(str(path.resolve().parent))  # it may import its neighbours, but not hide anybody's modules
    module = import_file(path.resolve(), name=f"podnet_implementation_{path.stem}", what="the implementation")
    factory = getattr(module, name, None)
    if callable(factory):
        found: Callable[[], Any] = factory
        return found
    known = sorted(key for key, value in vars(module).items() if callable(value) and not key.startswith("_"))
    problem = "is not callable" if hasattr(module, name) else "is not there"
    raise UsageProblem(f"{name} {problem}; callable in this file: {', '.join(known) or 'nothing'}", path=path)


def _refuse_misfit(candidate: Any, source: FromFile) -> None:
    problem = ""
    if not callable(getattr(candidate, "install", None)):
        problem = f"{type(candidate).__name__} has no method install"
    for attribute in ("version", "name"):
        value = getattr(candidate, attribute, None)
        if not isinstance(value, str) or not value:
            problem = f"its {attribute} is {value!r}"
    if problem:
        raise UsageProblem(f"{source.name}() does not fit the seam: {problem}; it needs {SEAM}", path=source.path)
