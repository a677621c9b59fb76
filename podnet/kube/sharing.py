"""Equal parts of stored objects are kept once: pods of one template differ in little but their names."""

from __future__ import annotations

import marshal
from typing import Any

from podnet.api.objects import Obj

GENERATION = 1_000_000
"""Bytes of the parts that are remembered before the oldest are forgotten; up to twice as many are kept."""
LARGEST = 8_000
"""Bytes above which a part is not remembered: what is large is rarely there twice."""
DEPTH = 2
"""How deep the parts of a part are looked at that has not been seen before."""
NAMES = 10_000
"""Names of fields that are remembered."""

_FORMAT = 2  # of marshal: in later ones the bytes depend on who else refers to a value
_CONTAINERS = frozenset((dict, list))


class Pool:
    """Remembers the parts that it has seen lately, and gives the same one for all that are equal.

    What it was given, and what it gives, must never be changed in place. It forgets by generations, so that nothing is
    kept for long only because it was once like something else.
    """

    def __init__(self) -> None:
        self._young: dict[bytes, Any] = {}
        self._old: dict[bytes, Any] = {}
        self._bytes = 0
        self._unshared = 0
        self._names: dict[str, str] = {}

    def compact(self, obj: Obj) -> int:
        """Replace the parts of an object, and the names of its fields, by equal ones that are known already.

        Only the object itself and its ``metadata`` stay its own. Returns about how many bytes its parts have that are
        too large to be shared.
        """
        if len(self._names) > NAMES:
            self._names.clear()
        before = self._unshared
        metadata = obj["metadata"] = self._with_shared_parts(obj["metadata"], DEPTH)
        fields = [(self._names.setdefault(key, key), part) for key, part in obj.items()]
        obj.clear()
        for key, part in fields:
            obj[key] = self._shared(part, DEPTH) if type(part) in _CONTAINERS and part is not metadata else part
        return self._unshared - before

    def _shared(self, part: Any, depth: int) -> Any:
        try:
            key = marshal.dumps(part, _FORMAT)
        except ValueError:  # nested more deeply than marshal can tell
            return part
        found = self._young.get(key)
        if found is None:
            found = self._old.get(key)
            if found is None:
                found = self._with_shared_parts(part, depth - 1) if depth else part
            if len(key) <= LARGEST:
                self._remember(key, found)
            elif depth == DEPTH:
                self._unshared += len(key)
        return found

    def _with_shared_parts(self, part: Any, depth: int) -> Any:
        if type(part) is not dict:
            return [self._shared(item, depth) if type(item) in _CONTAINERS else item for item in part]
        name = self._names.setdefault
        return {
            name(key, key): self._shared(item, depth) if type(item) in _CONTAINERS else item
            for key, item in part.items()
        }

    def _remember(self, key: bytes, part: Any) -> None:
        self._young[key] = part
        self._bytes += len(key)
        if self._bytes > GENERATION:
            self._old, self._young, self._bytes = self._young, {}, 0
