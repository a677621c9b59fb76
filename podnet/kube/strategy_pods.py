"""What the API server does to pods: the status they start with, what may change later, how gently they end."""

# ruff: noqa: D102  # an overridden method is described by Strategy

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from podnet.api.objects import Obj, timestamp
from podnet.api.resources import NODES, PODS, SERVICE_ACCOUNTS
from podnet.api.selectors import Problem
from podnet.kube.answers import bad_value, duplicate, forbidden, forbidden_field, required
from podnet.kube.kept_kinds import PRIORITY_CLASSES, SYSTEM_PRIORITIES
from podnet.kube.pod_spec import (
    check_quantities,
    default_level,
    default_requests,
    default_spec,
    problems,
    quality_of_service,
)
from podnet.kube.pod_status import agree, status_problems
from podnet.kube.pod_tokens import project_token
from podnet.kube.shapes import POD
from podnet.kube.strategy import Context, Strategy

TOPOLOGY_LABELS = ("topology.kubernetes.io/zone", "topology.kubernetes.io/region")
_TOLERATED = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")
_IMMUTABLE = (
    "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
    "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
    "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"
)


def topology_labels(context: Context, node_name: str) -> dict[str, str]:
    """The labels that a pod takes over from its node (Kubernetes 1.35 and later); empty if there is no such node."""
    node = context.peek(NODES, "", node_name)
    labels = (node or {"metadata": {}})["metadata"].get("labels") or {}
    return {key: labels[key] for key in TOPOLOGY_LABELS if key in labels}


def _priority_class(context: Context, name: str) -> Obj | None:
    """The PriorityClass; those of every cluster are there also where none are kept."""
    if name in SYSTEM_PRIORITIES:
        return {"value": SYSTEM_PRIORITIES[name][0]}
    return context.peek(PRIORITY_CLASSES, "", name)


class PodStrategy(Strategy):
    """Pods (pkg/registry/core/pod/strategy.go)."""

    shape = POD
    subresources = ("status", "binding", "eviction", "ephemeralcontainers")
    short_names = ("po",)
    categories = ("all",)
    fields = (
        "spec.nodeName",
        "spec.restartPolicy",
        "spec.schedulerName",
        "spec.serviceAccountName",
        "spec.hostNetwork",
        "status.phase",
        "status.podIP",
        "status.nominatedNodeName",
    )
    generation = True
    returns_deleted = True
    graceful = True
    status_keeps = ("ownerReferences",)

    def default(self, obj: Obj) -> None:
        spec = obj.setdefault("spec", {})
        default_spec(spec)
        default_requests(spec)
        if spec.get("resources"):
            default_level(spec)
        if spec.get("enableServiceLinks") is None:
            spec["enableServiceLinks"] = True
        if obj.get("status"):
            agree(obj["status"])

    def admit(self, obj: Obj, context: Context) -> None:
        spec = obj["spec"]
        account = spec.get("serviceAccountName") or spec.get("serviceAccount") or "default"
        spec["serviceAccountName"] = spec["serviceAccount"] = account
        place = obj["metadata"].get("namespace", "")
        if account != "default" and context.peek(SERVICE_ACCOUNTS, place, account) is None:
            why = f'error looking up service account {place}/{account}: serviceaccount "{account}" not found'
            raise forbidden(PODS, obj["metadata"].get("name", ""), why)
        if name := spec.get("priorityClassName"):
            if (found := _priority_class(context, name)) is None:
                why = f"no PriorityClass with name {name} was found"
                raise forbidden(PODS, obj["metadata"].get("name", ""), why)
            spec["priority"] = found["value"]
            if policy := found.get("preemptionPolicy"):
                spec.setdefault("preemptionPolicy", policy)
        spec.setdefault("priority", 0)
        spec.setdefault("preemptionPolicy", "PreemptLowerPriority")
        _tolerate(spec)
        if context.thorough:
            project_token(obj, context)
        if spec.get("nodeName") and (labels := topology_labels(context, spec["nodeName"])):
            obj["metadata"]["labels"] = {**(obj["metadata"].get("labels") or {}), **labels}

    def prepare_create(self, obj: Obj, context: Context) -> None:
        obj["metadata"]["generation"] = 1
        obj["status"] = {"phase": "Pending", "qosClass": quality_of_service(obj["spec"])}
        if obj["spec"].get("schedulingGates"):
            obj["status"]["conditions"] = [
                {
                    "type": "PodScheduled",
                    "status": "False",
                    "reason": "SchedulingGated",
                    "message": "Scheduling is blocked due to non-empty scheduling gates",
                    "lastProbeTime": None,
                    "lastTransitionTime": timestamp(context.now),
                }
            ]

    def prepare_update(self, obj: Obj, old: Obj, context: Context) -> None:
        _tolerate(obj["spec"])
        super().prepare_update(obj, old, context)

    def prepare_status(self, obj: Obj, old: Obj, context: Context) -> None:
        super().prepare_status(obj, old, context)
        status = obj.setdefault("status", {})
        if not status.get("qosClass") and old["status"].get("qosClass"):
            status["qosClass"] = old["status"]["qosClass"]

    def prepare_ephemeral(self, obj: Obj, old: Obj) -> Iterator[Problem]:
        """Reset everything but the ephemeral containers, to which a request may only add; what is wrong with them."""
        wanted = obj["spec"].get("ephemeralContainers") or []
        before = old["spec"].get("ephemeralContainers") or []
        metadata = obj["metadata"]
        obj.clear()
        obj.update({**old, "metadata": metadata, "spec": {**old["spec"]}})
        if wanted:
            obj["spec"]["ephemeralContainers"] = wanted
        if wanted != before:
            metadata["generation"] = old["metadata"].get("generation", 0) + 1
        named = {item.get("name"): item for item in wanted}
        if any(named.get(item.get("name")) != item for item in before):
            why = "existing ephemeral containers may not be changed or removed"
            yield forbidden_field("spec.ephemeralContainers", why)
        others = {item["name"] for field in ("containers", "initContainers") for item in old["spec"].get(field) or ()}
        for index, item in enumerate(wanted):
            path = f"spec.ephemeralContainers[{index}]"
            if item.get("name") in others:
                yield duplicate(f"{path}.name", item["name"])
            for field in ("name", "image"):
                if not item.get(field):
                    yield required(f"{path}.{field}")

    def problems(self, obj: Obj) -> Iterator[Problem]:
        check_quantities(obj["spec"], kind="Pod", version="v1")
        return problems(obj["spec"], "spec")

    def update_problems(self, obj: Obj, old: Obj) -> Iterator[Problem]:
        new_spec, old_spec = obj["spec"], old["spec"]
        if new_spec == old_spec:
            return
        check_quantities(new_spec, kind="Pod", version="v1")
        yield from problems(new_spec, "spec")
        for field in ("containers", "initContainers"):
            if len(new_spec.get(field) or ()) != len(old_spec.get(field) or ()):
                yield forbidden_field(f"spec.{field}", "pod updates may not add or remove containers")
                return
        added, kept = new_spec.get("tolerations") or (), old_spec.get("tolerations") or ()
        if any(toleration not in added for toleration in kept):
            why = "existing toleration can not be modified except its tolerationSeconds"
            yield forbidden_field("spec.tolerations", why)
        gates = old_spec.get("schedulingGates") or ()
        for index, gate in enumerate(new_spec.get("schedulingGates") or ()):
            if gate not in gates:
                why = f"only deletion is allowed, but found new scheduling gate '{gate.get('name')}'"
                yield forbidden_field(f"spec.schedulingGates[{index}].name", why)
        yield from _deadline_problems(new_spec, old_spec)
        munged = _without_mutable_fields(new_spec, old_spec, gated=bool(gates))
        if munged != old_spec:
            yield forbidden_field("spec", f"{_IMMUTABLE}\n{_difference(old_spec, munged)}")

    def status_problems(self, obj: Obj, old: Obj) -> Iterator[Problem]:
        return status_problems(obj["status"], old["status"])

    def grace(self, obj: Obj, requested: int | None) -> int:
        if not obj["spec"].get("nodeName") or obj["status"].get("phase") in {"Failed", "Succeeded"}:
            return 0
        if requested is None:
            requested = int(obj["spec"].get("terminationGracePeriodSeconds") or 0)
        return 1 if requested < 0 else requested


def _tolerate(spec: Obj) -> None:
    """Let a pod stay for a while on a node that is lost, as the admission plugin DefaultTolerationSeconds does."""
    tolerations = list(spec.get("tolerations") or ())
    for key in _TOLERATED:
        if not any(_tolerates_eviction(toleration, key) for toleration in tolerations):
            tolerations.append({"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300})
    spec["tolerations"] = tolerations


def _tolerates_eviction(toleration: Obj, key: str) -> bool:
    return toleration.get("key") in {None, "", key} and toleration.get("effect") in {None, "", "NoExecute"}


def _deadline_problems(new: Obj, old: Obj) -> Iterator[Problem]:
    path = "spec.activeDeadlineSeconds"
    wanted, known = new.get("activeDeadlineSeconds"), old.get("activeDeadlineSeconds")
    if wanted is None and known is not None:
        yield bad_value(path, None, "must not update from a positive integer to nil value")
    elif wanted is not None and known is not None and wanted > known:
        yield bad_value(path, wanted, "must be less than or equal to previous value")


def _without_mutable_fields(new: Obj, old: Obj, *, gated: bool) -> Obj:
    munged = dict(new)
    for field in ("containers", "initContainers"):
        if new.get(field):
            munged[field] = _with_images(new[field], old[field])
    mutable = ["activeDeadlineSeconds", "tolerations", "schedulingGates"]
    if gated and _narrowed_selector(new.get("nodeSelector") or {}, old.get("nodeSelector") or {}):
        mutable += ["nodeSelector"]
    if gated and _narrowed_affinity(new.get("affinity") or {}, old.get("affinity") or {}):
        mutable += ["affinity"]
    for field in mutable:
        munged.pop(field, None)
        if field in old:
            munged[field] = old[field]
    return munged


def _narrowed_selector(new: Obj, old: Obj) -> bool:
    """While a pod is gated, its nodeSelector may only be added to."""
    return all(new.get(key) == value for key, value in old.items())


def _narrowed_affinity(new: Obj, old: Obj) -> bool:
    """While a pod is gated, its required node affinity may be set, or its terms narrowed; preferences are free."""
    if {key: part for key, part in new.items() if key != "nodeAffinity"} != {
        key: part for key, part in old.items() if key != "nodeAffinity"
    }:
        return False
    before = _required_terms(old)
    after = _required_terms(new)
    return not before or (
        len(before) == len(after) and all(_narrowed_term(one, was) for one, was in zip(after, before, strict=True))
    )


def _required_terms(affinity: Obj) -> Sequence[Obj]:
    node = affinity.get("nodeAffinity") or {}
    return (node.get("requiredDuringSchedulingIgnoredDuringExecution") or {}).get("nodeSelectorTerms") or ()


def _narrowed_term(new: Obj, old: Obj) -> bool:
    fields = ("matchExpressions", "matchFields")
    return all(part in (new.get(field) or ()) for field in fields for part in old.get(field) or ())


def _with_images(containers: Sequence[Obj], old: Sequence[Obj]) -> list[Obj]:
    return [{**new, "image": was["image"]} for new, was in zip(containers, old, strict=True)]


def _difference(old: Obj, new: Obj) -> str:
    lines = []
    for field in sorted(old.keys() | new.keys()):
        if old.get(field) != new.get(field):
            lines += [f"-  {field}: {_text(old.get(field))}", f"+  {field}: {_text(new.get(field))}"]
    return "\n".join(lines) + "\n"


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
