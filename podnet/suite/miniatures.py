"""The miniatures of the suite: small implementations of which it is known what is wrong with them, or that nothing is.

They are found by reading, not by importing, so that naming one costs nothing and a broken file has a line.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Literal

from podnet.api.problems import UsageProblem
from podnet.suite.catalogue import Catalogue

Kind = Literal["wrong", "legal", "dialect"]
ABOUT = re.compile(r"(?:(?P<word>Legal|Dialect) \((?P<what>[^()]+)\)|(?P<ids>[A-Z]+(?:-[A-Z0-9]+)+)): (?P<sentence>.+)")
FORM = 'one sentence behind "SEL-2: ", "Legal (A-10): " or "Dialect (terway): "'
WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass(frozen=True)
class Miniature:
    """One class of ``conformance/miniatures/``.

    ``breaks``: the requirement that a wrong one violates; ``freedom``: what a legal one makes use of; ``profile``: of a
    dialect, the profile that it conforms to.
    """

    name: str
    class_name: str
    path: Path
    line: int
    kind: Kind
    sentence: str
    breaks: str = ""
    freedom: str = ""
    profile: str = ""


def kebab(class_name: str) -> str:
    """``LastSecurityGroup`` as the command line names it: ``last-security-group``."""
    return "-".join(WORD.split(class_name)).lower()


def load_miniatures(directory: Path, *, catalogue: Catalogue) -> dict[str, Miniature]:
    """All miniatures by name, in the order of files and lines.

    A miniature is a class whose name does not begin with an underscore. Raises UsageProblem for a docstring that is
    not of the form, an unknown requirement, and a name that is there twice.
    """
    found: dict[str, Miniature] = {}
    for path in sorted(directory.glob("*.py")):
        for one in _in_file(path, catalogue=catalogue):
            if one.name in found:
                other = found[one.name]
                raise UsageProblem(f"{one.name} is also at {other.path}:{other.line}", path=path, line=one.line)
            found[one.name] = one
    return found


def find_miniature(name: str, *, miniatures: dict[str, Miniature]) -> Miniature:
    """The miniature of this name. Raises UsageProblem, with names that are like it."""
    if name in miniatures:
        return miniatures[name]
    near = get_close_matches(name, miniatures, n=3)
    hint = f"did you mean {', '.join(near)}?" if near else "`podnet selftest --list` shows them"
    raise UsageProblem(f"there is no miniature {name!r}; {hint}")


def _in_file(path: Path, *, catalogue: Catalogue) -> Iterator[Miniature]:
    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except SyntaxError as error:
        raise UsageProblem(f"the miniatures cannot be read: {error.msg}", path=path, line=error.lineno) from None
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            yield _miniature(node, path, catalogue=catalogue)


def _miniature(node: ast.ClassDef, path: Path, *, catalogue: Catalogue) -> Miniature:
    text = " ".join((ast.get_docstring(node) or "").split())
    match = ABOUT.fullmatch(text)
    if match is None:
        raise UsageProblem(f"the docstring of {node.name} is not {FORM}", path=path, line=node.lineno)
    breaks, word, what = match["ids"] or "", match["word"], match["what"] or ""
    requirement = catalogue.get(breaks) if breaks else None
    if breaks and (requirement is None or requirement.excluded):
        raise UsageProblem(f"{node.name} breaks {breaks}, which nothing tests", path=path, line=node.lineno)
    return Miniature(
        name=kebab(node.name),
        class_name=node.name,
        path=path,
        line=node.lineno,
        kind="wrong" if breaks else "legal" if word == "Legal" else "dialect",
        sentence=match["sentence"],
        breaks=breaks,
        freedom=what if word == "Legal" else "",
        profile=what if word == "Dialect" else "",
    )
