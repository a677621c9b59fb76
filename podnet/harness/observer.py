"""What pods really got, read from everything that implementations publish, each value with where it was seen.

Sources, best first: the PodENI of the pod, the ``k8s.aliyun.com/eci-*`` annotations (unless the user wrote them), what
``--observer`` says, the inventory (which vSwitch an address belongs to). A source that is missing is not held against
anybody; sources that contradict each other are (cross-check X8).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from podnet.api import names
from podnet.api.client import Api
from podnet.api.errors import ApiError
from podnet.api.inventory import Inventory
from podnet.api.objects import Obj, annotations_of, key_of, labels_of, uid_of
from podnet.api.resources import NODES, POD_ENIS, PODS
from podnet.harness.witness import Answer

Ask = Callable[[Obj, Obj], Answer]
Seen = TypeVar("Seen")

TERMINAL = ("Succeeded", "Failed")


@dataclass(frozen=True)
class Evidence(Generic[Seen]):
    """One value and where it was read."""

    value: Seen
    source: str


@dataclass(frozen=True)
class EffectivePlane:
    """What one pod got. Empty evidence means that nothing publishes it.

    ``told_addresses``: those that ``--observer`` tells.
    """

    pod: Obj
    node_zone: str
    vswitches: tuple[Evidence[str], ...]
    security_group_sets: tuple[Evidence[frozenset[str]], ...]
    zones: tuple[Evidence[str], ...]
    told_addresses: tuple[str, ...] = ()

    @property
    def uid(self) -> str:
        """UID of the pod."""
        return uid_of(self.pod)

    @property
    def key(self) -> tuple[str, str]:
        """Namespace and name of the pod."""
        return key_of(self.pod)

    @property
    def phase(self) -> str:
        """``status.phase``."""
        return str(self.pod.get("status", {}).get("phase") or "")

    @property
    def node(self) -> str:
        """``spec.nodeName``, empty while the pod is not scheduled."""
        return str(self.pod.get("spec", {}).get("nodeName") or "")

    @property
    def ips(self) -> tuple[str, ...]:
        """The pod's addresses, by its status, or else as they are told."""
        status = self.pod.get("status", {})
        listed = [entry.get("ip") for entry in status.get("podIPs") or ()] or [status.get("podIP")]
        return tuple(str(ip) for ip in listed if ip) or self.told_addresses

    @property
    def annotations(self) -> Mapping[str, str]:
        """The pod's annotations."""
        return annotations_of(self.pod)

    @property
    def named(self) -> str | None:
        """The value of the annotation ``k8s.aliyun.com/pod-networking``, None if it is absent."""
        return self.annotations.get(names.POD_NETWORKING)

    @property
    def running(self) -> bool:
        """Whether it runs, or has run to its end."""
        return self.phase in ("Running", "Succeeded")

    @property
    def live(self) -> bool:
        """Whether it exists and is neither Succeeded nor Failed: only then its address is its own."""
        return self.phase not in TERMINAL

    @property
    def vswitch(self) -> str:
        """The vSwitch by the best source; empty if unknown."""
        return self.vswitches[0].value if self.vswitches else ""

    @property
    def security_groups(self) -> frozenset[str] | None:
        """The security groups by the best source; None if nothing publishes them."""
        return self.security_group_sets[0].value if self.security_group_sets else None

    def describe(self) -> str:
        """Everything that is known, on one line."""
        parts = [f"pod {'/'.join(self.key)}: {self.phase or 'no phase'}"]
        if self.ips:
            parts.append(f"address {', '.join(self.ips)}")
        if self.vswitches:
            parts.append("vSwitch " + " / ".join(f"{seen.value} ({seen.source})" for seen in self.vswitches))
        if self.security_group_sets:
            parts.append(
                "security groups "
                + " / ".join(f"{', '.join(sorted(seen.value))} ({seen.source})" for seen in self.security_group_sets)
            )
        if self.node:
            parts.append(f"node {self.node}" + (f" in {self.node_zone}" if self.node_zone else ""))
        parts.append(
            "no annotation pod-networking" if self.named is None else f"annotation pod-networking={self.named!r}"
        )
        parts.extend(_complaints(self.pod) if not self.running else ())
        return "; ".join(parts)


def _complaints(pod: Obj) -> Iterable[str]:
    status = pod.get("status", {})
    if status.get("reason"):
        yield f"reason {status['reason']}"
    for condition in status.get("conditions") or ():
        if condition.get("status") == "False" and condition.get("message"):
            yield f"{condition.get('type')}: {condition['message']}"


class Observer:
    """Reads pods, PodENIs and nodes of one cluster.

    ``submitted``: the annotations that the suite itself wrote, by the pod's namespace and name; they prove nothing.
    ``ask``: what ``--observer`` says of a pod that is on this node.
    """

    def __init__(
        self,
        api: Api,
        *,
        inventory: Inventory,
        submitted: Mapping[tuple[str, str], Mapping[str, str]],
        ask: Ask | None = None,
    ) -> None:
        self._ask = ask
        self.api = api
        self.inventory = inventory
        self.submitted = submitted

    def observe(self, *, namespace: str = "") -> list[EffectivePlane]:
        """The effective plane of every pod, of one namespace or of all."""
        pods = self.api.list(PODS, namespace=namespace).items
        if not pods:
            return []
        nodes = {node["metadata"]["name"]: node for node in self.api.list(NODES).items}
        records = self._pod_enis(namespace)
        return [self._plane(pod, nodes=nodes, record=_record_of(pod, records)) for pod in pods]

    def _pod_enis(self, namespace: str) -> dict[tuple[str, str], Obj]:
        try:
            return {key_of(item): item for item in self.api.list(POD_ENIS, namespace=namespace).items}
        except ApiError as error:
            if error.code == 404:
                return {}
            raise

    def _plane(self, pod: Obj, *, nodes: Mapping[str, Obj], record: Obj | None) -> EffectivePlane:
        vswitches: list[Evidence[str]] = []
        groups: list[Evidence[frozenset[str]]] = []
        zones: list[Evidence[str]] = []
        if record is not None:
            _from_record(record, vswitches=vswitches, groups=groups, zones=zones)
        self._from_annotations(pod, vswitches=vswitches, groups=groups, zones=zones)
        node = nodes.get(str(pod.get("spec", {}).get("nodeName") or ""))
        told = self._ask(pod, node) if self._ask is not None and node is not None else Answer()
        self._from_answer(told, vswitches=vswitches, groups=groups, zones=zones)
        if not vswitches:
            owner = self._vswitch_of_address(pod)
            if owner:
                vswitches.append(Evidence(owner, "address in its CIDR block"))
        return EffectivePlane(pod, zone_of_node(node), tuple(vswitches), tuple(groups), tuple(zones), told.addresses)

    def _from_answer(
        self,
        told: Answer,
        *,
        vswitches: list[Evidence[str]],
        groups: list[Evidence[frozenset[str]]],
        zones: list[Evidence[str]],
    ) -> None:
        if told.vswitch:
            vswitches.append(Evidence(told.vswitch, "observer"))
        owner = self.inventory.vswitch_of_address(told.addresses[0]) if told.addresses else None
        if owner:
            vswitches.append(Evidence(owner.id, "observer, by the address"))
        if told.security_groups:
            groups.append(Evidence(told.security_groups, "observer"))
        if told.zone:
            zones.append(Evidence(told.zone, "observer"))

    def _from_annotations(
        self,
        pod: Obj,
        *,
        vswitches: list[Evidence[str]],
        groups: list[Evidence[frozenset[str]]],
        zones: list[Evidence[str]],
    ) -> None:
        written = self.submitted.get(key_of(pod), {})
        found = {key: value for key, value in annotations_of(pod).items() if written.get(key) != value}
        vswitch = str(found.get(names.ECI_VSWITCH) or "")
        if vswitch and "," not in vswitch:
            vswitches.append(Evidence(vswitch, "annotation eci-vswitch"))
        listed = _ids(found.get(names.ECI_SECURITY_GROUP))
        if listed:
            groups.append(Evidence(listed, "annotation eci-security-group"))
        if found.get(names.ECI_INSTANCE_ZONE):
            zones.append(Evidence(str(found[names.ECI_INSTANCE_ZONE]), "annotation eci-instance-zone"))

    def _vswitch_of_address(self, pod: Obj) -> str:
        ip = str(pod.get("status", {}).get("podIP") or "")
        owner = self.inventory.vswitch_of_address(ip) if ip else None
        return owner.id if owner else ""


def _from_record(
    record: Obj,
    *,
    vswitches: list[Evidence[str]],
    groups: list[Evidence[frozenset[str]]],
    zones: list[Evidence[str]],
) -> None:
    spec = record.get("spec") or {}
    allocations = [entry for entry in spec.get("allocations") or () if isinstance(entry, dict)]
    first = next((entry for entry in allocations if entry.get("interface") == "eth0"), None) or next(
        iter(allocations), {}
    )
    eni = first.get("eni") or {}
    for allocation in (first, *(entry for entry in allocations if entry is not first)):
        vswitch = (allocation.get("eni") or {}).get("vSwitchID")
        if vswitch:
            place = "PodENI" if allocation is first else f"PodENI {allocation.get('interface')}"
            vswitches.append(Evidence(str(vswitch), place))
    if eni.get("securityGroupIDs"):
        groups.append(Evidence(frozenset(map(str, eni["securityGroupIDs"])), "PodENI"))
    zone = eni.get("zone") or spec.get("zone")
    if zone:
        zones.append(Evidence(str(zone), "PodENI"))


def _record_of(pod: Obj, records: Mapping[tuple[str, str], Obj]) -> Obj | None:
    """The PodENI of a pod: of its name, and of its UID where the PodENI names one."""
    record = records.get(key_of(pod))
    if record is None or annotations_of(record).get(names.POD_UID, uid_of(pod)) != uid_of(pod):
        return None
    return record


def _ids(text: object) -> frozenset[str]:
    return frozenset(part.strip() for part in str(text or "").split(",") if part.strip())


def zone_of_node(node: Obj | None) -> str:
    """The zone that a node's label names, by today's label or by the one before it; empty without either."""
    if node is None:
        return ""
    labels = labels_of(node)
    return str(labels.get(names.TOPOLOGY_ZONE) or labels.get(names.LEGACY_ZONE) or "")
