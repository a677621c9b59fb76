"""PodNetworkings of a scenario: written with symbolic names, submitted with the ids of the inventory."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import yaml

from podnet.api.objects import Obj, clone, is_terminating, name_of
from podnet.api.resources import POD_NETWORKINGS
from podnet.harness.manifests import parse_pairs
from podnet.harness.outcome import AuthoringError, Mismatch, NotApplicable

if TYPE_CHECKING:
    from podnet.harness.world import World


class _StillThere(Mismatch):
    """A PodNetworking that has not gone yet."""

    def __init__(self, obj: Obj, *, name: str) -> None:
        super().__init__(expected=f"the PodNetworking {name!r} is gone", actual="it is still there")
        self.object = obj


FAST_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@cache
def _parsed(spec: str) -> Any:
    """The YAML of a spec, shared: outlines and repeated attempts read the same text again and again."""
    return yaml.load(spec, Loader=FAST_LOADER)  # noqa: S506 - the safe loader, in C where there is one


class PodNetworkings:
    """PodNetworkings by the names that the scenario gives them."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.submitted: dict[str, Obj] = {}

    def create(self, name: str, *, spec: str) -> None:
        """Create one that must be accepted, and let everybody learn of it."""
        self.write(self.manifest(name, spec=spec))
        self.world.waiting.rest()

    def change(self, name: str, *, spec: str) -> None:
        """Replace the spec, which must be accepted, and let everybody learn of it."""
        self.write(self.manifest(name, spec=spec), change=True)
        self.world.waiting.rest()

    def edit_there_and_back(self, name: str) -> None:
        """Let it list any other vSwitch for a while, then what it listed before."""
        before = self.submitted[name]
        other = self.world.binding.any_vswitch("elsewhere")
        for spec in ({**before["spec"], "vSwitchOptions": [other]}, before["spec"]):
            self.write(self.object(name, spec=spec), change=True)
            self.world.waiting.rest()

    def apply(self, manifest: Obj) -> None:
        """Create one from a manifest of the document, its ids standing for those of the inventory."""
        self.write({**manifest, "spec": self.bound(manifest["spec"])})
        self.world.waiting.rest()

    def delete(self, name: str) -> None:
        """Delete one, wait until it is gone, and let everybody learn of it."""
        self.world.pods.see()
        self.world.api.delete(POD_NETWORKINGS, name)

        def gone() -> None:
            left = [item for item in self.world.api.list(POD_NETWORKINGS).items if name_of(item) == name]
            if left:
                raise _StillThere(left[0], name=name)

        try:
            self.world.waiting.eventually(gone, within=self.world.waiting.budgets.end)
        except _StillThere as held:
            if not is_terminating(held.object):
                raise
            reason = f"the deletion of the PodNetworking {name!r} is held back by a finalizer, which nothing forbids"
            raise NotApplicable(reason) from None
        self.world.ledger.write(name, None)
        self.world.waiting.rest()

    def create_idle(self, count: int, *, prefix: str) -> None:
        """Create many that select no pod of the scenario."""
        self.world.bind()
        group = self.world.binding.security_group("idle")
        vswitch = self.world.binding.any_vswitch("idle")
        for number in range(count):
            spec = {
                "allocationType": {"type": "Elastic"},
                "selector": {"podSelector": {"matchLabels": {"idle": f"{prefix}-{number}"}}},
                "securityGroupIDs": [group],
                "vSwitchOptions": [vswitch],
            }
            self.write(self.object(f"{prefix}-{number:04}", spec=spec))
        self.world.waiting.rest()

    def manifest(self, name: str, *, spec: str) -> Obj:
        """The manifest of a spec as a step writes it: symbolic ids, Elastic unless it names a type."""
        try:
            written = _parsed(spec)
        except yaml.YAMLError as error:
            raise AuthoringError(f"the spec of the PodNetworking {name!r} is not YAML: {error}") from None
        if not isinstance(written, dict):
            raise AuthoringError(f"the spec of the PodNetworking {name!r} is not a mapping")
        return self.object(name, spec=self.bound({"allocationType": {"type": "Elastic"}, **written}))

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

    def object(self, name: str, *, spec: dict[str, Any]) -> Obj:
        """A PodNetworking with this spec."""
        return {
            "apiVersion": POD_NETWORKINGS.api_version,
            "kind": POD_NETWORKINGS.kind,
            "metadata": {"name": name},
            "spec": spec,
        }

    def write(self, manifest: Obj, *, change: bool = False) -> None:
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

    def come_and_go(self, count: int, *, labels: str) -> None:
        """Create and delete a PodNetworking again and again."""
        selector = {"podSelector": {"matchLabels": parse_pairs(labels)}}
        spec = {"selector": selector, "securityGroupIDs": ["passing"], "vSwitchOptions": ["passing"]}
        for _ in range(count):
            self.create("passing", spec=yaml.safe_dump(spec))
            self.delete("passing")
