"""What has to hold before a failure says anything about a requirement, so that one fault is blamed once.

A scenario about edits of a selector says nothing about edits as long as selectors do not work at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from podnet.suite.catalogue import Catalogue
from podnet.suite.located import Located, read_yaml

Presuppositions = Mapping[str, tuple[str, ...]]
"""By the id of a requirement, everything that it presupposes, in the order of the catalogue."""


def load_presuppositions(path: Path, *, catalogue: Catalogue) -> Presuppositions:
    """What each requirement presupposes, at first or any remove; nothing at all if there is no such file.

    Raises CatalogueError for an unknown requirement and for one that presupposes itself in the end.
    """
    if not path.is_file():
        return {}
    entries = read_yaml(path).mapping("presuppositions")
    direct = {
        id_: tuple(_known(one, catalogue) for one in value.items("requirements")) for id_, value in entries.items()
    }
    for id_, value in entries.items():
        if id_ not in catalogue:
            value.fail(f"unknown requirement {id_!r}")
    order = {requirement.id: number for number, requirement in enumerate(catalogue)}
    found = {}
    for id_, value in entries.items():
        everything = set(_closure(id_, direct))
        if id_ in everything:
            value.fail(f"{id_} presupposes itself: {', '.join(sorted(everything, key=order.__getitem__))}")
        found[id_] = tuple(sorted(everything, key=order.__getitem__))
    return found


def _closure(id_: str, direct: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    seen: set[str] = set()
    waiting = list(direct[id_])
    while waiting:
        one = waiting.pop()
        if one not in seen:
            seen.add(one)
            yield one
            waiting += direct.get(one, ())


def _known(entry: Located, catalogue: Catalogue) -> str:
    name = entry.text("a requirement")
    if name not in catalogue:
        entry.fail(f"unknown requirement {name!r}")
    return name
