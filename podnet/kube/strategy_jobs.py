"""What the API server does to Jobs, which unlike other workloads select pods by a label that it makes itself."""

# ruff: noqa: D102  # an overridden method is described by Strategy

from __future__ import annotations

from collections.abc import Iterator

from podnet.api.objects import Obj
from podnet.api.selectors import Problem
from podnet.kube import pod_spec
from podnet.kube.answers import bad_value, required
from podnet.kube.strategy import Context
from podnet.kube.strategy_workloads import WorkloadStrategy


class JobStrategy(WorkloadStrategy):
    """Jobs: the API server itself makes the selector, from the uid (pkg/registry/batch/job/strategy.go)."""

    restart_policies = pod_spec.ANY_RESTART_POLICY  # its own rule has words of its own
    replicated = False
    fields = ("status.successful",)
    orphans_by_default = True

    def default_spec(self, spec: Obj) -> None:
        if spec.get("completions") is None and spec.get("parallelism") is None:
            spec["completions"] = 1
        if spec.get("parallelism") is None:
            spec["parallelism"] = 1
        for key, value in (
            ("backoffLimit", 6),
            ("completionMode", "NonIndexed"),
            ("suspend", False),
            ("manualSelector", False),
            ("podReplacementPolicy", "TerminatingOrFailed"),
        ):
            spec.setdefault(key, value)

    def prepare_create(self, obj: Obj, context: Context) -> None:
        super().prepare_create(obj, context)
        spec, metadata = obj["spec"], obj["metadata"]
        if spec.get("manualSelector"):
            self._label(obj)
            return
        chosen = {"batch.kubernetes.io/controller-uid": metadata["uid"]}
        own = {
            **chosen,
            "controller-uid": metadata["uid"],
            "batch.kubernetes.io/job-name": metadata.get("name", ""),
            "job-name": metadata.get("name", ""),
        }
        template = spec["template"]["metadata"]
        template["labels"] = {**(template.get("labels") or {}), **own}
        selector = spec.setdefault("selector", {})
        selector["matchLabels"] = {**(selector.get("matchLabels") or {}), **chosen}
        self._label(obj)

    def _label(self, obj: Obj) -> None:
        """A job that says nothing of itself has the labels of its pods."""
        if not obj["metadata"].get("labels") and (labels := obj["spec"]["template"]["metadata"].get("labels")):
            obj["metadata"]["labels"] = dict(labels)

    def problems(self, obj: Obj) -> Iterator[Problem]:
        spec, uid = obj["spec"], obj["metadata"].get("uid")
        made = {"matchLabels": {"batch.kubernetes.io/controller-uid": uid}}
        if not spec.get("manualSelector") and spec.get("selector") != made:
            yield bad_value("spec.selector", spec.get("selector"), "`selector` not auto-generated")
        yield from super().problems(obj)

    def spec_problems(self, spec: Obj) -> Iterator[Problem]:
        for key in ("parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished"):
            if (spec.get(key) or 0) < 0:
                yield bad_value(f"spec.{key}", spec[key], "must be greater than or equal to 0")
        if spec["template"]["spec"].get("restartPolicy") not in {"OnFailure", "Never"}:
            yield required("spec.template.spec.restartPolicy", 'valid values: "OnFailure", "Never"')

    def update_problems(self, obj: Obj, old: Obj) -> Iterator[Problem]:
        yield from super().update_problems(obj, old)
        if obj["spec"].get("completions") != old["spec"].get("completions"):
            yield bad_value("spec.completions", obj["spec"].get("completions"), "field is immutable")
        if obj["spec"]["template"] != old["spec"]["template"] and not old["spec"].get("suspend"):
            yield bad_value("spec.template", obj["spec"]["template"], "field is immutable")
