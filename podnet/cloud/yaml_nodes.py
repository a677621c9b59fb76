"""YAML read as nodes that know their lines, because a file written by hand deserves an answer with a line in it."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from podnet.api.problems import UsageProblem

_LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DEEPEST = 50
_TRUE = {"true", "yes", "on"}


class InventoryError(UsageProblem):
    """What is wrong with an inventory file, where, and what to do. ``line`` counts from one."""

    def __init__(self, path: str, line: int, message: str) -> None:
        super().__init__(message, path=path, line=line)
        self.path = path
        self.line = line
        self.message = message


def _line(mark: Any) -> int:
    """The line of a mark of either of PyYAML's two parsers, from one."""
    return int(mark.line) + 1


@dataclass(frozen=True)
class Field:
    """A YAML node, with the file that it is in and the way to it (``vSwitches[3].zone``) for error messages."""

    node: yaml.Node
    path: str
    where: str

    @property
    def line(self) -> int:
        """The line where the node begins."""
        return _line(self.node.start_mark)

    def error(self, message: str) -> InventoryError:
        """An error at this node."""
        return InventoryError(self.path, self.line, f"{self.where}: {message}" if self.where else message)

    def fields(self, *, required: Sequence[str], optional: Sequence[str] = ()) -> dict[str, Field]:
        """The fields of a mapping. Raises InventoryError for unknown, repeated and missing ones."""
        if not isinstance(self.node, yaml.MappingNode):
            raise self.error(f"must be a mapping with {_listed(required)}, not {self._kind()}")
        found: dict[str, Field] = {}
        for key, value in self.node.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else ""
            field = Field(key, self.path, f"{self.where}.{name}" if self.where else name)
            if name not in required and name not in optional:
                raise field.error(f'unknown field "{name}"{_hint(name, [*required, *optional])}')
            if name in found:
                raise field.error(f"is given twice (first on line {found[name].line}); keep one")
            found[name] = Field(value, self.path, field.where)
        missing = [name for name in required if name not in found]
        if missing:
            raise self.error(f"{_listed(missing)} missing: add {'it' if len(missing) == 1 else 'them'}")
        return found

    def items(self) -> list[Field]:
        """The entries of a list that is not empty."""
        if not isinstance(self.node, yaml.SequenceNode):
            raise self.error(f"must be a list, not {self._kind()}")
        if not self.node.value:
            raise self.error("is empty: name at least one")
        return [Field(item, self.path, f"{self.where}[{index}]") for index, item in enumerate(self.node.value)]

    def text(self) -> str:
        """A string that is not empty."""
        if not isinstance(self.node, yaml.ScalarNode) or self._tag() != "str":
            raise self.error(f"must be a string, not {self._kind()}{self._quotes()}")
        if not self.node.value.strip():
            raise self.error("must not be empty")
        return str(self.node.value)

    def flag(self) -> bool:
        """A boolean."""
        if self._tag() != "bool":
            raise self.error(f"must be true or false, not {self._kind()}")
        return str(self.node.value).lower() in _TRUE

    def count(self) -> int:
        """A number of things: an integer that is not negative."""
        if self._tag() != "int" or not re.fullmatch(r"[0-9]{1,18}", str(self.node.value)):
            raise self.error(f"must be a whole number, zero or more, not {self._kind()}")
        return int(self.node.value)

    def _tag(self) -> str:
        return str(self.node.tag).rpartition(":")[2]

    def _kind(self) -> str:
        if isinstance(self.node, yaml.MappingNode):
            return "a mapping"
        if isinstance(self.node, yaml.SequenceNode):
            return "a list"
        return "nothing" if self._tag() == "null" else f"{self.node.value!r}"

    def _quotes(self) -> str:
        plain = isinstance(self.node, yaml.ScalarNode) and self._tag() != "null"
        return f' (YAML reads it as {self._tag()}: write "{self.node.value}")' if plain else ""


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names)


def _hint(name: str, known: Sequence[str]) -> str:
    by_lower = {item.lower(): item for item in known}
    close = difflib.get_close_matches(name.lower(), by_lower, n=1)
    return f"; did you mean {by_lower[close[0]]}?" if close else f"; the fields here are {_listed(known)}"


def read(text: str, *, path: str) -> Field:
    """The one document in ``text``. Raises InventoryError if it is not YAML, or not exactly one document."""
    try:
        _refuse_depth(text, path=path)
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = min(mark.line, text.count("\n", 0, len(text.rstrip()))) + 1 if mark else 1
        raise InventoryError(path, line, f"is not valid YAML: {error.problem or error.context}") from None
    except yaml.YAMLError as error:
        line = text.count("\n", 0, getattr(error, "position", 0) or 0) + 1
        raise InventoryError(path, line, f"is not valid YAML: {str(error).splitlines()[0]}") from None
    except UnicodeError as error:
        raise InventoryError(path, 1, f"is not Unicode text: {error}") from None
    if node is None:
        raise InventoryError(path, 1, "is empty: an inventory begins with apiVersion: podnet/v1")
    return Field(node, path, "")


def _refuse_depth(text: str, *, path: str) -> None:
    """The composer of libyaml recurses on the C stack and dies of deep nesting, where its event parser does not."""
    depth = 0
    for event in yaml.parse(text, Loader=_LOADER):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > _DEEPEST:
                raise InventoryError(path, _line(event.start_mark), "is nested too deeply to be an inventory")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
