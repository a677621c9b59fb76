"""Two pods that show whether the inventory is that of somebody else's cluster, before a scenario is judged by it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from podnet.api import names
from podnet.api.client import Api
from podnet.api.errors import ApiError
from podnet.api.inventory import Inventory
from podnet.api.objects import Obj, annotations_of, condition_of, labels_of, name_of
from podnet.api.problems import EnvironmentProblem
from podnet.api.resources import NAMESPACES, NODES, POD_ENIS, POD_NETWORKINGS, PODS
from podnet.targets.renaming import PROBE, RUN

POLL_SECONDS = 0.2
ACCOUNT_SECONDS = 20.0
"""How long a new namespace may be without its ServiceAccount."""
TOLERATIONS: list[Obj] = [{"key": "virtual-kubelet.io/provider", "operator": "Exists"}]


@dataclass(frozen=True)
class Probed:
    """How it went. ``seconds``: how long the slower pod took to run; ``labels``: what others put on pods and namespace.

    ``told`` is what the user should know.
    """

    seconds: float
    labels: frozenset[str]
    told: tuple[str, ...]


@dataclass(frozen=True)
class Probe:
    """One pod on the default plane, one of a PodNetworking. ``meanwhile`` is called while these start."""

    inventory: Inventory
    namespace: str
    run: str
    image: str
    within: float
    meanwhile: Callable[[], None]

    def carry_out(self, api: Api) -> Probed:
        """Create them and look at what they get; whoever called removes them.

        Raises EnvironmentProblem if they are refused, do not run, or get what the inventory does not have.
        """
        told = [
            f"the inventory has a node in the zone {zone}, and the cluster has none there"
            for zone in self._zones_without_nodes(api)
        ]
        space = self._created(api)
        begun = time.monotonic()
        default = self._wait_for(api, "default")
        plane = self._wait_for(api, "plane")
        seconds = time.monotonic() - begun
        wrong = [*self._contradictions(api, default), *self._contradictions(api, plane)]
        if wrong:
            listed = "\n".join(f"  {text}" for text in wrong)
            raise EnvironmentProblem(f"the inventory is not that of this cluster:\n{listed}")
        own = {RUN, PROBE, names.NAMESPACE_NAME}
        labels = {key for one in (space, default, plane) for key in labels_of(one)} - own
        return Probed(seconds, frozenset(labels), tuple(told))

    def _zones_without_nodes(self, api: Api) -> list[str]:
        there = {_zone(node) for node in api.list(NODES).items}
        return [zone.name for zone in self.inventory.zones if zone.node and zone.name not in there]

    def _created(self, api: Api) -> Obj:
        """Create everything; returns the namespace."""
        labels = {RUN: self.run}
        space: Obj = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": self.namespace, "labels": labels}}
        selector = {"podSelector": {"matchLabels": {PROBE: self.run}}}
        spec = {
            "allocationType": {"type": "Elastic"},
            "selector": selector,
            "securityGroupIDs": [self.inventory.security_groups[0]],
            "vSwitchOptions": self._one_vswitch_of_each_zone(),
        }
        metadata = {"name": f"podnet-probe-{self.run}", "labels": labels}
        plane = {"apiVersion": POD_NETWORKINGS.api_version, "kind": POD_NETWORKINGS.kind, "metadata": metadata}
        try:
            made = api.create(NAMESPACES, space)
            api.create(POD_NETWORKINGS, {**plane, "spec": spec})
            self._create_pod(api, self._pod("default", labels={}))
            self._create_pod(api, self._pod("plane", labels={PROBE: self.run}))
        except ApiError as error:
            if error.code >= 500:
                raise EnvironmentProblem(f"the cluster cannot create what the suite needs: {error.message}") from None
            raise EnvironmentProblem(f"the cluster refuses what the suite needs: {error.message}") from None
        return made

    def _one_vswitch_of_each_zone(self) -> list[str]:
        zones = {zone.name for zone in self.inventory.zones if zone.node}
        found: dict[str, str] = {}
        for vswitch in self.inventory.vswitches:
            if vswitch.zone in zones and vswitch.capacity:
                found.setdefault(vswitch.zone, vswitch.id)
        return list(found.values())

    def _pod(self, name: str, *, labels: Mapping[str, str]) -> Obj:
        containers = [{"name": "main", "image": self.image}]
        metadata = {"name": name, **({"labels": dict(labels)} if labels else {})}
        spec = {"containers": containers, "tolerations": TOLERATIONS}
        return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec}

    def _create_pod(self, api: Api, pod: Obj) -> None:
        deadline = time.monotonic() + ACCOUNT_SECONDS
        while True:
            try:
                api.create(PODS, pod, namespace=self.namespace)
                return
            except ApiError as error:
                if "serviceaccount" not in error.message or time.monotonic() > deadline:
                    raise
            self._pause()

    def _pause(self) -> None:
        self.meanwhile()
        time.sleep(POLL_SECONDS)

    def _wait_for(self, api: Api, name: str) -> Obj:
        """The pod once it runs and has an address."""
        deadline = time.monotonic() + self.within
        while True:
            try:
                pod = api.get(PODS, name, namespace=self.namespace)
            except ApiError as error:
                if error.code != 404:
                    raise
                raise EnvironmentProblem(f"the probe pod {name!r} was removed by somebody else") from None
            status = pod.get("status", {})
            if status.get("phase") == "Running" and status.get("podIP"):
                return pod
            if time.monotonic() > deadline:
                raise EnvironmentProblem(
                    f"the probe pod {name!r} does not run within {self.within:g} s ({'; '.join(_why(pod))}): is the"
                    " inventory that of this cluster, the implementation at work, and --pod-image to be had there?"
                )
            self._pause()

    def _contradictions(self, api: Api, pod: Obj) -> Iterator[str]:
        """What the pod got and the inventory does not have."""
        who, address = f"the probe pod {name_of(pod)!r}", str(pod["status"]["podIP"])
        if self.inventory.vswitch_of_address(address) is None:
            yield f"{who} has the address {address}, which is in no vSwitch of the inventory"
        node = str(pod.get("spec", {}).get("nodeName") or "")
        zone = next((_zone(one) for one in api.list(NODES).items if name_of(one) == node), "")
        if zone and not self.inventory.has_zone(zone):
            yield f"{who} runs on the node {node} in the zone {zone}, which is not in the inventory"
        for vswitch, source in self._vswitches(api, pod):
            if self.inventory.vswitch(vswitch) is None:
                yield f"{who} has the vSwitch {vswitch} ({source}), which is not in the inventory"

    def _vswitches(self, api: Api, pod: Obj) -> Iterator[tuple[str, str]]:
        written = annotations_of(pod).get(names.ECI_VSWITCH)
        if written:
            yield written, "annotation eci-vswitch"
        try:
            record = api.get(POD_ENIS, name_of(pod), namespace=self.namespace)
        except ApiError:  # not everybody publishes it
            return
        for allocation in (record.get("spec") or {}).get("allocations") or ():
            found = (allocation.get("eni") or {}).get("vSwitchID") if isinstance(allocation, dict) else None
            if found:
                yield str(found), "PodENI"


def _zone(node: Obj) -> str:
    labels = labels_of(node)
    return labels.get(names.TOPOLOGY_ZONE) or labels.get(names.LEGACY_ZONE) or ""


def _why(pod: Obj) -> Iterator[str]:
    """What the pod itself says about it."""
    status = pod.get("status", {})
    yield f"its phase is {status.get('phase')}"
    for kind in ("PodScheduled", "Ready", names.CONTAINER_INSTANCE_CREATED):
        condition = condition_of(pod, kind) or {}
        if condition.get("status") == "False" and condition.get("message"):
            yield str(condition["message"])
    for container in status.get("containerStatuses") or ():
        waiting = (container.get("state") or {}).get("waiting") or {}
        if waiting.get("message") or waiting.get("reason"):
            yield str(waiting.get("message") or waiting["reason"])
