"""YAML with line numbers, because an error in a file of the suite must say where it is.

``yaml.compose`` keeps the marks that ``yaml.load`` throws away. The C parser is used where PyYAML has it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn

import yaml

from podnet.api.problems import UsageProblem

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_SCALARS: Mapping[str, Callable[[str], Any]] = {
    "tag:yaml.org,2002:str": str,
    "tag:yaml.org,2002:int": int,
    "tag:yaml.org,2002:bool": lambda text: text.lower() in {"yes", "true", "on"},
    "tag:yaml.org,2002:null": lambda _: None,
    "tag:yaml.org,2002:timestamp": str,
}


class CatalogueError(UsageProblem):
    """A file under ``conformance/`` says something that cannot be; the text is ``file:line: message``."""


@dataclass(frozen=True)
class Located:
    """A YAML value and where it stands.

    ``value`` is a scalar (str, int, bool, None), a tuple of Located, or a dict of str to Located.
    """

    value: Any
    path: Path
    line: int

    def fail(self, message: str) -> NoReturn:
        """Raise CatalogueError at this place."""
        raise CatalogueError(message, path=self.path, line=self.line)

    def text(self, what: str) -> str:
        """The value as text that is not empty, white space folded."""
        if not isinstance(self.value, str) or not self.value.strip():
            self.fail(f"{what} must be text")
        return " ".join(self.value.split())

    def number(self, what: str) -> int:
        """The value as an integer."""
        if not isinstance(self.value, int) or isinstance(self.value, bool):
            self.fail(f"{what} must be an integer")
        return self.value

    def flag(self, what: str) -> bool:
        """The value as on or off."""
        if not isinstance(self.value, bool):
            self.fail(f"{what} must be on or off")
        return self.value

    def items(self, what: str) -> tuple[Located, ...]:
        """The value as a list that is not empty."""
        if not isinstance(self.value, tuple) or not self.value:
            self.fail(f"{what} must be a list with at least one entry")
        return self.value

    def mapping(self, what: str) -> dict[str, Located]:
        """The value as a mapping."""
        if not isinstance(self.value, dict):
            self.fail(f"{what} must be a mapping")
        return self.value

    def fields(self, what: str, *, required: Collection[str], optional: Collection[str] = ()) -> dict[str, Located]:
        """The value as a mapping that has the required fields, maybe the optional ones, and no others."""
        fields = self.mapping(what)
        for name, field in fields.items():
            if name not in required and name not in optional:
                field.fail(f"{what} has an unknown field {name!r}; known are {', '.join((*required, *optional))}")
        missing = [name for name in required if name not in fields]
        if missing:
            self.fail(f"{what} lacks {', '.join(missing)}")
        return fields


def read_yaml(path: Path) -> Located:
    """The one document of a YAML file. Raises CatalogueError for what is unreadable, not UTF-8, not YAML, or empty."""
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=_LOADER)
    except OSError as error:
        raise CatalogueError(f"cannot be read: {error.strerror}", path=path) from error
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise CatalogueError("is not UTF-8", path=path, line=line) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
        raise CatalogueError(f"is not YAML: {problem}", path=path, line=mark.line + 1 if mark else None) from error
    if node is None:
        raise CatalogueError("is empty", path=path, line=1)
    return _located(node, path)


def _located(node: yaml.Node, path: Path) -> Located:
    line = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        return Located(tuple(_located(child, path) for child in node.value), path, line)
    if isinstance(node, yaml.MappingNode):
        fields: dict[str, Located] = {}
        for key, child in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise CatalogueError("a field name must be text", path=path, line=key.start_mark.line + 1)
            if key.value in fields:
                raise CatalogueError(f"field {key.value!r} is there twice", path=path, line=key.start_mark.line + 1)
            # The line of the field, not of its value, which may begin further down.
            fields[key.value] = replace(_located(child, path), line=key.start_mark.line + 1)
        return Located(fields, path, line)
    try:
        return Located(_SCALARS[node.tag](node.value), path, line)
    except (KeyError, ValueError) as error:
        raise CatalogueError(
            f"value {node.value!r} is of a kind that is not used here", path=path, line=line
        ) from error
