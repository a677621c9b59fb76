"""What the API server does to Deployments, ReplicaSets, StatefulSets, DaemonSets and Jobs."""

# ruff: noqa: ARG002, D102  # an overridden method is described by Strategy, and need not look at everything

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from podnet.api.objects import Obj
from podnet.api.selectors import Problem, from_label_selector
from podnet.api.selectors import problems as selector_problems
from podnet.kube import pod_spec
from podnet.kube.answers import bad_value, forbidden_field, required
from podnet.kube.metadata import NameRule, common_problems, label_name
from podnet.kube.shapes import WORKLOAD
from podnet.kube.strategy import Context, Strategy

_TEMPLATE_GENERATION = "deprecated.daemonset.template.generation"
_MISFIT = "`selector` does not match template `labels`"
_COUNTS = ("replicas", "updatedReplicas", "readyReplicas", "availableReplicas", "observedGeneration")
_ROLLING = {"type": "RollingUpdate"}
_PERCENT = re.compile("[0-9]{1,9}%")
_PERCENT_RULE = (
    "a valid percent string must be a numeric string followed by an ending '%'"
    " (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"
)
_STATEFUL_MUTABLE = (
    "replicas",
    "ordinals",
    "template",
    "updateStrategy",
    "revisionHistoryLimit",
    "persistentVolumeClaimRetentionPolicy",
    "minReadySeconds",
)


class WorkloadStrategy(Strategy):
    """What the five kinds have in common: a selector that fits the template and never changes."""

    shape = WORKLOAD
    subresources: tuple[str, ...] = ("status",)
    categories = ("all",)
    generation = True
    keeps_status_on_create = False
    restart_policies: Sequence[str] = ("Always",)
    replicated = True
    first_status: tuple[str, ...] = ()

    def default(self, obj: Obj) -> None:
        spec = obj.setdefault("spec", {})
        template = spec.setdefault("template", {})
        metadata = template.setdefault("metadata", {})
        for key in ("labels", "annotations"):
            if metadata.get(key) == {}:  # Go leaves an empty map out: the template is the same as without it
                del metadata[key]
        pod_spec.default_spec(template.setdefault("spec", {}))
        if self.replicated and spec.get("replicas") is None:
            spec["replicas"] = 1
        self.default_spec(spec)

    def default_spec(self, spec: Obj) -> None:
        """Fill in the fields that only this kind has."""

    def prepare_create(self, obj: Obj, context: Context) -> None:
        super().prepare_create(obj, context)
        obj["status"] = dict.fromkeys(self.first_status, 0)

    def problems(self, obj: Obj) -> Iterator[Problem]:
        spec, template = obj["spec"], obj["spec"]["template"]
        pod_spec.check_quantities(template["spec"], kind=obj["kind"], version=obj["apiVersion"].rpartition("/")[2])
        yield from self.selector_problems(spec)
        yield from common_problems(template["metadata"], "spec.template.metadata")
        yield from pod_spec.problems(template["spec"], "spec.template.spec", restart_policies=self.restart_policies)
        if (spec.get("replicas") or 0) < 0:
            yield bad_value("spec.replicas", spec["replicas"], "must be greater than or equal to 0")
        yield from self.spec_problems(spec)

    def spec_problems(self, spec: Obj) -> Iterator[Problem]:
        """What is wrong with the fields that only this kind has."""
        return iter(())

    def selector_problems(self, spec: Obj) -> Iterator[Problem]:
        """What is wrong with the selector, by itself and towards the template."""
        selector = spec.get("selector")
        labels = spec["template"]["metadata"].get("labels") or {}
        if selector is None:
            yield required("spec.selector")
            yield bad_value("spec.template.metadata.labels", labels or None, _MISFIT)
            return
        found = selector_problems(selector, path="spec.selector")
        yield from found
        if found:
            return
        if not (selector.get("matchLabels") or selector.get("matchExpressions")):
            yield bad_value("spec.selector", selector, self.empty_selector)
        if not from_label_selector(selector).matches(labels):
            yield bad_value("spec.template.metadata.labels", labels or None, _MISFIT)

    empty_selector = "empty selector is invalid for deployment"

    def update_problems(self, obj: Obj, old: Obj) -> Iterator[Problem]:
        if obj["spec"] == old["spec"]:
            return
        yield from self.problems(obj)
        if obj["spec"].get("selector") != old["spec"].get("selector"):
            yield bad_value("spec.selector", obj["spec"].get("selector"), "field is immutable")


class DeploymentStrategy(WorkloadStrategy):
    """Deployments (pkg/apis/apps/v1/defaults.go, pkg/registry/apps/deployment/strategy.go)."""

    subresources = ("status", "scale")
    short_names = ("deploy",)

    def spec_problems(self, spec: Obj) -> Iterator[Problem]:
        yield from _choice_problems(spec["strategy"], "spec.strategy", ("Recreate", "RollingUpdate"))
        rolling = spec["strategy"].get("rollingUpdate") or {}
        yield from _share_problems(rolling, "spec.strategy.rollingUpdate")
        if rolling and spec["strategy"]["type"] == "Recreate":
            why = "may not be specified when strategy `type` is 'Recreate'"
            yield forbidden_field("spec.strategy.rollingUpdate", why)
        elif rolling and all(str(rolling.get(key)) in {"0", "0%"} for key in ("maxSurge", "maxUnavailable")):
            why = "may not be 0 when `maxSurge` is 0"
            yield bad_value("spec.strategy.rollingUpdate.maxUnavailable", rolling["maxUnavailable"], why)
        deadline, least, history = (
            spec.get(key) for key in ("progressDeadlineSeconds", "minReadySeconds", "revisionHistoryLimit")
        )
        if deadline is not None and deadline <= (least or 0):
            yield bad_value("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds")
        if history is not None and history < 0:
            yield bad_value("spec.revisionHistoryLimit", history, "must be greater than or equal to 0")

    def status_problems(self, obj: Obj, old: Obj) -> Iterator[Problem]:
        status = obj.get("status") or {}
        counts = {key: status.get(key) or 0 for key in _COUNTS}
        for key, count in counts.items():
            if count < 0:
                yield bad_value(f"status.{key}", count, "must be greater than or equal to 0")
        for key in ("updatedReplicas", "readyReplicas", "availableReplicas"):
            if counts[key] > counts["replicas"]:
                yield bad_value(f"status.{key}", counts[key], "cannot be greater than status.replicas")
        if counts["availableReplicas"] > counts["readyReplicas"]:
            yield bad_value(
                "status.availableReplicas", counts["availableReplicas"], "cannot be greater than readyReplicas"
            )

    def default_spec(self, spec: Obj) -> None:
        strategy = spec.setdefault("strategy", dict(_ROLLING))
        if not strategy.get("type"):
            strategy["type"] = "RollingUpdate"
        if strategy["type"] == "RollingUpdate":
            strategy["rollingUpdate"] = {
                "maxUnavailable": "25%",
                "maxSurge": "25%",
                **(strategy.get("rollingUpdate") or {}),
            }
        spec.setdefault("revisionHistoryLimit", 10)
        spec.setdefault("progressDeadlineSeconds", 600)

    def is_new_generation(self, obj: Obj, old: Obj) -> bool:
        annotations = (obj["metadata"].get("annotations") or {}) != (old["metadata"].get("annotations") or {})
        return annotations or super().is_new_generation(obj, old)


class ReplicaSetStrategy(WorkloadStrategy):
    """ReplicaSets."""

    subresources = ("status", "scale")
    short_names = ("rs",)
    first_status = ("replicas",)


class StatefulSetStrategy(WorkloadStrategy):
    """StatefulSets."""

    subresources = ("status", "scale")
    short_names = ("sts",)
    first_status = ("replicas", "availableReplicas")
    empty_selector = "empty selector is invalid for statefulset"

    @property
    def name_rule(self) -> NameRule:
        return label_name

    def default_spec(self, spec: Obj) -> None:
        spec.setdefault("podManagementPolicy", "OrderedReady")
        strategy = spec.setdefault("updateStrategy", dict(_ROLLING))
        if not strategy.get("type"):
            strategy["type"] = "RollingUpdate"
        if strategy["type"] == "RollingUpdate":
            strategy["rollingUpdate"] = {"partition": 0, **(strategy.get("rollingUpdate") or {})}
        spec.setdefault("revisionHistoryLimit", 10)
        spec.setdefault("persistentVolumeClaimRetentionPolicy", {"whenDeleted": "Retain", "whenScaled": "Retain"})

    def spec_problems(self, spec: Obj) -> Iterator[Problem]:
        if (policy := spec["podManagementPolicy"]) not in {"OrderedReady", "Parallel"}:
            yield bad_value("spec.podManagementPolicy", policy, "must be 'OrderedReady' or 'Parallel'")
        if (kind := spec["updateStrategy"]["type"]) not in {"RollingUpdate", "OnDelete"}:
            yield bad_value("spec.updateStrategy", kind, "must be 'RollingUpdate' or 'OnDelete'")

    def update_problems(self, obj: Obj, old: Obj) -> Iterator[Problem]:
        if obj["spec"] == old["spec"]:
            return
        yield from self.problems(obj)
        new, was = ({k: v for k, v in each["spec"].items() if k not in _STATEFUL_MUTABLE} for each in (obj, old))
        if new != was:
            *first, last = (f"'{field}'" for field in _STATEFUL_MUTABLE)
            why = f"updates to statefulset spec for fields other than {', '.join(first)} and {last} are forbidden"
            yield forbidden_field("spec", why)


class DaemonSetStrategy(WorkloadStrategy):
    """DaemonSets."""

    short_names = ("ds",)
    replicated = False
    first_status = ("currentNumberScheduled", "numberMisscheduled", "desiredNumberScheduled", "numberReady")
    empty_selector = "empty selector is invalid for daemonset"

    def default_spec(self, spec: Obj) -> None:
        strategy = spec.setdefault("updateStrategy", dict(_ROLLING))
        if not strategy.get("type"):
            strategy["type"] = "RollingUpdate"
        if strategy["type"] == "RollingUpdate":
            rolling = strategy.get("rollingUpdate") or {}
            strategy["rollingUpdate"] = {"maxUnavailable": 1, "maxSurge": 0, **rolling}
        spec.setdefault("revisionHistoryLimit", 10)

    def prepare_create(self, obj: Obj, context: Context) -> None:
        super().prepare_create(obj, context)
        _count_templates(obj)

    def prepare_update(self, obj: Obj, old: Obj, context: Context) -> None:
        super().prepare_update(obj, old, context)
        if obj["spec"]["template"] != old["spec"]["template"]:
            _count_templates(obj, old)

    def spec_problems(self, spec: Obj) -> Iterator[Problem]:
        yield from _choice_problems(spec["updateStrategy"], "spec.updateStrategy", ("RollingUpdate", "OnDelete"))
        yield from _share_problems(
            spec["updateStrategy"].get("rollingUpdate") or {}, "spec.updateStrategy.rollingUpdate"
        )


def _count_templates(obj: Obj, old: Obj | None = None) -> None:
    """Say in an annotation, as ever since extensions/v1beta1, how often the template has changed."""
    known = ((old or {}).get("metadata", {}).get("annotations") or {}).get(_TEMPLATE_GENERATION)
    count = int(known) + 1 if known else 1
    obj["metadata"]["annotations"] = {
        **(obj["metadata"].get("annotations") or {}),
        _TEMPLATE_GENERATION: str(count),
    }


def _share_problems(rolling: Obj, path: str) -> Iterator[Problem]:
    """What is wrong with numbers of pods that may be percentages."""
    for key in ("maxUnavailable", "maxSurge"):
        value = rolling.get(key)
        if isinstance(value, str) and not _PERCENT.fullmatch(value):
            yield bad_value(f"{path}.{key}", value, _PERCENT_RULE)
        if isinstance(value, int) and value < 0:
            yield bad_value(f"{path}.{key}", value, "must be greater than or equal to 0")


def _choice_problems(strategy: Obj, path: str, supported: Sequence[str]) -> Iterator[Problem]:
    if strategy["type"] not in supported:
        named = json.dumps({"Type": strategy["type"], "RollingUpdate": None}, separators=(",", ":"))
        listed = ", ".join(f'"{item}"' for item in supported)
        yield Problem(path, "FieldValueNotSupported", f"Unsupported value: {named}: supported values: {listed}")
