"""Namespaces of a scenario, among them the one that is meant where none is named."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from podnet.api.errors import ApiError
from podnet.api.resources import NAMESPACES
from podnet.harness.manifests import parse_pairs
from podnet.harness.outcome import Mismatch

if TYPE_CHECKING:
    from podnet.harness.world import World

OWN = "podnet-scenario"
"""The namespace of a scenario that names none."""
STANDARD = ("default",)
"""Namespaces that every cluster has."""


class Namespaces:
    """Namespaces by the names that the scenario gives them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.made: set[str] = set()

    def create(self, name: str, *, labels: str = "", annotations: str = "") -> None:
        """Create a namespace with labels such as ``team=blue``."""
        written = {"labels": parse_pairs(labels), "annotations": parse_pairs(annotations)}
        metadata = {"name": name, **{field: pairs for field, pairs in written.items() if pairs}}
        self.world.api.create(NAMESPACES, {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})
        self.made.add(name)
        self.world.waiting.rest()

    def use(self, name: str = "") -> str:
        """The namespace of this name, or the scenario's own, which is created when it is first needed."""
        name = name or OWN
        if name not in self.made and name not in STANDARD:
            self.create(name)
        return name

    def label(self, name: str, *, labels: str) -> None:
        """Set labels of a namespace, and let everybody learn of it."""
        self._patch(name, labels=parse_pairs(labels))

    def unlabel(self, name: str, *, key: str) -> None:
        """Remove a label of a namespace, and let everybody learn of it."""
        self._patch(name, labels={key: None})

    def _patch(self, name: str, *, labels: Mapping[str, str | None]) -> None:
        self.world.pods.see()
        self.world.api.patch(NAMESPACES, name, {"metadata": {"labels": dict(labels)}})
        self.world.waiting.rest()

    def begin_deletion(self, name: str) -> None:
        """Begin to delete a namespace."""
        self.world.audit()
        self.world.api.delete(NAMESPACES, name)
        self.made.discard(name)

    def delete(self, name: str) -> None:
        """Delete a namespace and wait until it is gone."""
        self.begin_deletion(name)

        def gone() -> None:
            try:
                self.world.api.get(NAMESPACES, name)
            except ApiError as error:
                if error.code == 404:
                    return
                raise
            raise Mismatch(expected=f"the namespace {name!r} is gone", actual="it is still there")

        self.world.waiting.eventually(gone, within=self.world.waiting.budgets.end)
