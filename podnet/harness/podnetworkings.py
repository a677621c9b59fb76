"""PodNetworkings of a scenario: written with symbolic names, submitted with the ids of the inventory."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any

import yaml

from podnet.api.errors import ApiError, is_conflict
from podnet.api.objects import Obj, clone, is_terminating, name_of
from podnet.api.resources import POD_NETWORKINGS
from podnet.harness.manifests import parse_pairs
from podnet.harness.outcome import AuthoringError, Mismatch, NotApplicable
from podnet.harness.pods import PodKey

if TYPE_CHECKING:
    from podnet.harness.world import World


class _StillThere(Mismatch):
    """A PodNetworking that has not gone yet."""

    def __init__(self, obj: Obj, *, name: str) -> None:
        super().__init__(expected=f"the PodNetworking {name!r} is gone", actual="it is still there")
        self.object = obj


MOST_CONFLICTS = 5
"""So often somebody else may write to a PodNetworking while its spec is replaced."""
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
        self.settle()

    def slip_in(self, name: str, *, spec: str) -> None:
        """Create one without waiting for anything before it or after it."""
        manifest = self.manifest(name, spec=spec)
        self.world.api.create(POD_NETWORKINGS, manifest)
        self.submitted[name] = manifest
        self.world.ledger.write(name, self._admitted(manifest["spec"]))

    def change(self, name: str, *, spec: str) -> None:
        """Replace the spec, which must be accepted, and let everybody learn of it."""
        self.write(self.manifest(name, spec=spec), change=True)
        self.settle()

    def edit_there_and_back(self, name: str) -> None:
        """Let it list any other vSwitch for a while, then what it listed before."""
        before = self.submitted[name]
        other = self.world.binding.any_vswitch("elsewhere")
        for spec in ({**before["spec"], "vSwitchOptions": [other]}, before["spec"]):
            self.write(self.object(name, spec=spec), change=True)
            self.settle()

    def apply(self, manifest: Obj) -> None:
        """Create one from a manifest of the document, its ids standing for those of the inventory."""
        self.write({**manifest, "spec": self.bound(manifest["spec"])})
        self.settle()

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
        self._create_many(count, prefix=prefix, key="idle", vswitch=self.world.binding.any_vswitch("idle"))

    def create_with_a_pod_each(self, count: int, *, vswitch: str, group: str) -> None:
        """Create many that select one pod each, and then those pods."""
        self.world.bind()
        self._create_many(count, prefix=group, key="one-of", vswitch=self.world.binding.vswitch(vswitch).id)
        keys: list[PodKey] = []
        for number in range(count):
            name = f"{group}-{number}"
            self.world.pods.create(name, shape=self.world.pods.shape(f"one-of={name}"))
            keys += self.world.pods.group(name)
        self.world.pods.groups[group] = keys

    def _create_many(self, count: int, *, prefix: str, key: str, vswitch: str) -> None:
        group = self.world.binding.security_group(key)
        for number in range(count):
            spec = {
                "allocationType": {"type": "Elastic"},
                "selector": {"podSelector": {"matchLabels": {key: f"{prefix}-{number}"}}},
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
            self._replace(name, spec=manifest["spec"])
        else:
            self.world.api.create(POD_NETWORKINGS, manifest)
        self.submitted[name] = manifest
        self.world.ledger.write(name, manifest["spec"] if change else self._admitted(manifest["spec"]))

    def _replace(self, name: str, *, spec: dict[str, Any]) -> None:
        """Replace the spec, whoever else writes to the object meanwhile: its status is not ours."""
        self.world.waiting.catch_up()  # before it is read, for nothing to pass between that and the write
        for attempt in range(MOST_CONFLICTS):
            current = self.world.api.get(POD_NETWORKINGS, name)
            try:
                self.world.api.update(POD_NETWORKINGS, {**current, "spec": clone(spec)})
            except ApiError as error:
                if not is_conflict(error) or attempt == MOST_CONFLICTS - 1:
                    raise
            else:
                return

    def _admitted(self, spec: dict[str, Any]) -> dict[str, Any]:
        """What a new PodNetworking says: some dialects fill its empty lists."""
        if not self.world.ledger.rules.fills_empty_lists:
            return spec
        default = self.world.inventory.default
        lists = {"securityGroupIDs": default.security_groups, "vSwitchOptions": default.vswitches}
        return {**spec, **{field: list(ids) for field, ids in lists.items() if not spec.get(field)}}

    def settle(self) -> None:
        """Let everybody learn of what was written, and wait for PodNetworkings that say when they are dealt with."""
        self.world.waiting.rest()
        words = self.world.ledger.rules.settled

        def dealt_with() -> None:
            found = self.world.api.list(POD_NETWORKINGS).items
            left = [name_of(item) for item in found if (item.get("status") or {}).get("status") not in words]
            if left:
                raise Mismatch(expected=f"status.status {' or '.join(words)}", actual=left)

        if words and not self.world.race.open:
            with suppress(Mismatch):  # whether it must say so is another question
                self.world.waiting.eventually(dealt_with, within=self.world.waiting.budgets.late)

    def come_and_go(self, count: int, *, labels: str) -> None:
        """Create and delete a PodNetworking again and again."""
        selector = {"podSelector": {"matchLabels": parse_pairs(labels)}}
        spec = {"selector": selector, "securityGroupIDs": ["passing"], "vSwitchOptions": ["passing"]}
        for _ in range(count):
            self.create("passing", spec=yaml.safe_dump(spec))
            self.delete("passing")
