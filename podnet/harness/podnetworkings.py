"""PodNetworkings of a scenario: written with symbolic names, submitted with the ids of the inventory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from podnet.api.errors import ApiError
from podnet.api.objects import Obj, clone, name_of
from podnet.api.resources import POD_NETWORKINGS
from podnet.harness.manifests import parse_pairs
from podnet.harness.outcome import AuthoringError, Mismatch

if TYPE_CHECKING:
    from podnet.harness.world import World


@dataclass(frozen=True)
class Submission:
    """The last PodNetworking that was submitted without knowing whether it would be accepted."""

    manifest: Obj
    refusal: ApiError | None
    is_change: bool = False


class PodNetworkings:
    """PodNetworkings by the names that the scenario gives them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.last: Submission | None = None
        self.submitted: dict[str, Obj] = {}
        self.refused: set[str] = set()

    def create(self, name: str, *, spec: str) -> None:
        """Create one that must be accepted, and let everybody learn of it."""
        self._write(self.manifest(name, spec=spec))
        self.world.waiting.cluster.settle()

    def change(self, name: str, *, spec: str) -> None:
        """Replace the spec, which must be accepted, and let everybody learn of it."""
        self._write(self.manifest(name, spec=spec), change=True)
        self.world.waiting.cluster.settle()

    def submit(self, manifest: Obj, *, change: bool = False) -> None:
        """Submit one that may be refused; ``last`` tells what became of it."""
        refusal = self.world.attempt(lambda: self._write(manifest, change=change))
        self.last = Submission(manifest, refusal, change)
        if refusal is not None:
            self.refused.add(name_of(manifest))
        self.world.waiting.cluster.settle()

    def delete(self, name: str) -> None:
        """Delete one, wait until it is gone, and let everybody learn of it."""
        self.world.pods.see()
        self.world.api.delete(POD_NETWORKINGS, name)

        def gone() -> None:
            if any(name_of(item) == name for item in self.world.api.list(POD_NETWORKINGS).items):
                raise Mismatch(expected=f"the PodNetworking {name!r} is gone", actual="it is still there")

        self.world.waiting.eventually(gone, within=self.world.waiting.budgets.end)
        self.world.ledger.write(name, None)

    def create_idle(self, count: int, *, prefix: str) -> None:
        """Create many that select no pod of the scenario."""
        self.world.bind()
        group = self.world.binding.security_group("idle")
        vswitch = self.world.binding.any_vswitch("idle")
        for number in range(count):
            self._write(
                {
                    "apiVersion": POD_NETWORKINGS.api_version,
                    "kind": POD_NETWORKINGS.kind,
                    "metadata": {"name": f"{prefix}-{number:04}"},
                    "spec": {
                        "allocationType": {"type": "Elastic"},
                        "selector": {"podSelector": {"matchLabels": {"idle": f"{prefix}-{number}"}}},
                        "securityGroupIDs": [group],
                        "vSwitchOptions": [vswitch],
                    },
                }
            )
        self.world.waiting.cluster.settle()

    def create_with_unknown(self, name: str, *, labels: str, field: str, vswitch: str = "") -> None:
        """Submit one that names a vSwitch or a security group that the inventory does not have."""
        self.world.bind()
        unknown = "podnet-does-not-exist"
        group = unknown if field == "securityGroupIDs" else self.world.binding.security_group(name)
        real = self.world.binding.vswitch(vswitch).id if vswitch else unknown
        spec = {
            "allocationType": {"type": "Elastic"},
            "selector": {"podSelector": {"matchLabels": parse_pairs(labels)}},
            "securityGroupIDs": [group],
            "vSwitchOptions": [real],
        }
        self.submit(self._object(name, spec))

    def manifest(self, name: str, *, spec: str) -> Obj:
        """The manifest of a spec as a step writes it: symbolic ids, Elastic unless it names a type."""
        try:
            written = yaml.safe_load(spec)
        except yaml.YAMLError as error:
            raise AuthoringError(f"the spec of the PodNetworking {name!r} is not YAML: {error}") from None
        if not isinstance(written, dict):
            raise AuthoringError(f"the spec of the PodNetworking {name!r} is not a mapping")
        return self._object(name, self.bound({"allocationType": {"type": "Elastic"}, **written}))

    def bound(self, spec: dict[str, Any]) -> dict[str, Any]:
        """The spec with every symbolic vSwitch and security group replaced by the id that it stands for."""
        self.world.bind()
        bound = clone(spec)
        binding = self.world.binding
        if isinstance(bound.get("vSwitchOptions"), list):
            bound["vSwitchOptions"] = [binding.any_vswitch(str(symbol)) for symbol in bound["vSwitchOptions"]]
        if isinstance(bound.get("securityGroupIDs"), list):
            bound["securityGroupIDs"] = [binding.security_group(str(symbol)) for symbol in bound["securityGroupIDs"]]
        return bound

    def _object(self, name: str, spec: dict[str, Any]) -> Obj:
        return {
            "apiVersion": POD_NETWORKINGS.api_version,
            "kind": POD_NETWORKINGS.kind,
            "metadata": {"name": name},
            "spec": spec,
        }

    def _write(self, manifest: Obj, *, change: bool = False) -> None:
        """Create or replace; note it in the ledger only once the API server has taken it."""
        name = name_of(manifest)
        self.world.pods.see()
        if change:
            current = self.world.api.get(POD_NETWORKINGS, name)
            self.world.api.update(POD_NETWORKINGS, {**current, "spec": clone(manifest["spec"])})
        else:
            self.world.api.create(POD_NETWORKINGS, manifest)
        self.submitted[name] = manifest
        self.world.ledger.write(name, manifest["spec"])
        self.refused.discard(name)
