"""The manifests that steps submit, built from the few things that a sentence says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from podnet.api import names
from podnet.api.objects import Obj
from podnet.harness.outcome import AuthoringError

CONTAINER: Obj = {"name": "main", "image": "nginx"}
TOLERATIONS: list[Obj] = [{"key": "virtual-kubelet.io/provider", "operator": "Exists"}]
"""Virtual nodes of clusters that also have other nodes carry this taint (PRE-1)."""
WORKLOAD_LABEL = "workload"
"""The label by which the suite's workloads select their pods; its value is the workload's name."""


def parse_pairs(text: str) -> dict[str, str]:
    """Labels or annotations as a step writes them: ``app=web, tier=``. Raises AuthoringError for anything else."""
    pairs: dict[str, str] = {}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        key, equals, value = part.partition("=")
        if not equals:
            raise AuthoringError(f"{part!r} is not KEY=VALUE")
        pairs[key.strip()] = value.strip()
    return pairs


def parse_names(text: str) -> tuple[str, ...]:
    """Names as a step writes them: ``blue, green``."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


@dataclass(frozen=True)
class PodShape:
    """What a scenario says about a pod beyond its name. Hostnames are those of nodes.

    ``hostnames`` are required, each tuple an alternative of its own (ORed nodeSelectorTerms); ``preferred`` ones are
    only preferred; ``node_names`` are required by the field of the node's name; ``node_labels`` go into nodeSelector.
    ``near``: the labels of a pod that must be in the same domain of ``near_by``. ``spread_by``: over the domains of
    this label pods of these labels are to be spread evenly, and with ``spread_strictly`` have to be.
    ``stop_seconds``: how long its container sleeps before it stops.
    """

    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)
    hostnames: tuple[tuple[str, ...], ...] = ()
    preferred: tuple[str, ...] = ()
    node_names: tuple[str, ...] = ()
    node_labels: Mapping[str, str] = field(default_factory=dict)
    node: str = ""
    apart_by: str = ""
    near: Mapping[str, str] = field(default_factory=dict)
    near_by: str = ""
    spread_by: str = ""
    spread_strictly: bool = False
    stop_seconds: int = 0

    def template(self) -> Obj:
        """``metadata`` and ``spec`` of a pod, or of a workload's template, without a name."""
        metadata: Obj = {}
        if self.labels:
            metadata["labels"] = dict(self.labels)
        if self.annotations:
            metadata["annotations"] = dict(self.annotations)
        return {"metadata": metadata, "spec": self._spec()}

    def _spec(self) -> Obj:
        container = dict(CONTAINER)
        spec: Obj = {"containers": [container], "tolerations": [dict(entry) for entry in TOLERATIONS]}
        if self.stop_seconds:
            container["lifecycle"] = {"preStop": {"sleep": {"seconds": self.stop_seconds}}}
            spec["terminationGracePeriodSeconds"] = self.stop_seconds + 20
        if self.node:
            spec["nodeName"] = self.node
        if len(self.hostnames) == 1 and len(self.hostnames[0]) == 1:
            spec["nodeSelector"] = {names.HOSTNAME: self.hostnames[0][0]}
        if self.node_labels:
            spec["nodeSelector"] = {**spec.get("nodeSelector", {}), **self.node_labels}
        affinity = self._affinity()
        if affinity:
            spec["affinity"] = affinity
        if self.spread_by:
            spec["topologySpreadConstraints"] = [
                {
                    "maxSkew": 1,
                    "topologyKey": self.spread_by,
                    "whenUnsatisfiable": "DoNotSchedule" if self.spread_strictly else "ScheduleAnyway",
                    "labelSelector": {"matchLabels": dict(self.labels)},
                }
            ]
        return spec

    def _affinity(self) -> Obj:
        node: Obj = {}
        if len(self.hostnames) > 1 or (self.hostnames and len(self.hostnames[0]) > 1):
            node["requiredDuringSchedulingIgnoredDuringExecution"] = {
                "nodeSelectorTerms": [_term(alternative) for alternative in self.hostnames]
            }
        if self.node_names:
            field_term = {"matchFields": [{"key": "metadata.name", "operator": "In", "values": list(self.node_names)}]}
            node["requiredDuringSchedulingIgnoredDuringExecution"] = {"nodeSelectorTerms": [field_term]}
        if self.preferred:
            # Twice the greatest weight: it shall outweigh whatever an implementation prefers beside it.
            node["preferredDuringSchedulingIgnoredDuringExecution"] = [
                {"weight": 100, "preference": _term(self.preferred)} for _ in range(2)
            ]
        affinity: Obj = {"nodeAffinity": node} if node else {}
        if self.apart_by:
            affinity["podAntiAffinity"] = _required_pods(self.labels, key=self.apart_by)
        if self.near_by:
            affinity["podAffinity"] = _required_pods(self.near, key=self.near_by)
        return affinity


def _term(hostnames: Sequence[str]) -> Obj:
    return {"matchExpressions": [{"key": names.HOSTNAME, "operator": "In", "values": list(hostnames)}]}


def _required_pods(labels: Mapping[str, str], *, key: str) -> Obj:
    term = {"topologyKey": key, "labelSelector": {"matchLabels": dict(labels)}}
    return {"requiredDuringSchedulingIgnoredDuringExecution": [term]}


def pod(name: str, *, shape: PodShape) -> Obj:
    """A bare pod."""
    template = shape.template()
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, **template["metadata"]},
        "spec": template["spec"],
    }


def workload(kind: str, name: str, *, count: int, shape: PodShape, labels: Mapping[str, str] | None = None) -> Obj:
    """A Deployment, StatefulSet or Job of ``count`` pods; ``labels`` are its own, not its pods'."""
    template = shape.template()
    template["metadata"]["labels"] = {WORKLOAD_LABEL: name, **template["metadata"].get("labels", {})}
    metadata: Obj = {"name": name, **({"labels": dict(labels)} if labels else {})}
    selector = {"matchLabels": {WORKLOAD_LABEL: name}}
    if kind == "Job":
        template["spec"]["restartPolicy"] = "Never"
        spec: Obj = {"parallelism": count, "completions": count, "template": template}
        return {"apiVersion": "batch/v1", "kind": kind, "metadata": metadata, "spec": spec}
    if kind not in ("Deployment", "StatefulSet"):
        raise AuthoringError(f"the suite creates no {kind}; known: Deployment, StatefulSet, Job")
    spec = {"replicas": count, "selector": selector, "template": template}
    if kind == "StatefulSet":
        spec["serviceName"] = name
    return {"apiVersion": "apps/v1", "kind": kind, "metadata": metadata, "spec": spec}
