"""What the API server does to volumes, quotas, limits and priorities, which nobody here provides or enforces."""

# ruff: noqa: ARG002, D102  # an overridden method is described by Strategy, and need not look at everything

from __future__ import annotations

from collections.abc import Iterator

from podnet.api.objects import Obj
from podnet.api.selectors import Problem
from podnet.kube.answers import forbidden_field, required
from podnet.kube.strategy import Context
from podnet.kube.strategy_kept import KeptStrategy

_VOLUMES = "podnet's in-process cluster has no volumes: claims are kept and never bound"


class ClaimStrategy(KeptStrategy):
    """PersistentVolumeClaims: they stay pending."""

    caveat = _VOLUMES
    subresources = ("status",)
    short_names = ("pvc",)
    keeps_status_on_create = False

    def default(self, obj: Obj) -> None:
        obj.setdefault("spec", {}).setdefault("volumeMode", "Filesystem")
        obj["spec"].setdefault("resources", {})
        obj.setdefault("status", {}).setdefault("phase", "Pending")

    def prepare_create(self, obj: Obj, context: Context) -> None:
        super().prepare_create(obj, context)
        obj["status"] = {"phase": "Pending"}

    def problems(self, obj: Obj) -> Iterator[Problem]:
        if not obj["spec"].get("accessModes"):
            yield required("spec.accessModes", "at least 1 access mode is required")
        if not (obj["spec"]["resources"].get("requests") or {}).get("storage"):
            yield required("spec.resources[storage]")

    def update_problems(self, obj: Obj, old: Obj) -> Iterator[Problem]:
        kept = {**obj["spec"], "resources": old["spec"].get("resources")}
        if kept != {**old["spec"], "resources": old["spec"].get("resources")}:
            why = "spec is immutable after creation except resources.requests and volumeAttributesClassName"
            yield forbidden_field("spec", f"{why} for bound claims")


class VolumeStrategy(KeptStrategy):
    """PersistentVolumes: nobody claims them."""

    caveat = _VOLUMES
    subresources = ("status",)
    short_names = ("pv",)
    keeps_status_on_create = False

    def default(self, obj: Obj) -> None:
        obj.setdefault("spec", {}).setdefault("volumeMode", "Filesystem")
        obj["spec"].setdefault("persistentVolumeReclaimPolicy", "Retain")
        if path := obj["spec"].get("hostPath"):
            path.setdefault("type", "")
        obj.setdefault("status", {}).setdefault("phase", "Pending")

    def prepare_create(self, obj: Obj, context: Context) -> None:
        super().prepare_create(obj, context)
        obj["status"] = {"phase": "Available"}

    def problems(self, obj: Obj) -> Iterator[Problem]:
        if not obj["spec"].get("accessModes"):
            yield required("spec.accessModes")
        if not obj["spec"].get("capacity"):
            yield required("spec.capacity")


class StorageClassStrategy(KeptStrategy):
    """StorageClasses."""

    caveat = _VOLUMES
    short_names = ("sc",)

    def default(self, obj: Obj) -> None:
        obj.setdefault("reclaimPolicy", "Delete")
        obj.setdefault("volumeBindingMode", "Immediate")

    def problems(self, obj: Obj) -> Iterator[Problem]:
        if not obj.get("provisioner"):
            yield required("provisioner")

    def update_problems(self, obj: Obj, old: Obj) -> Iterator[Problem]:
        for field in ("parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"):
            if obj.get(field) != old.get(field):
                yield forbidden_field(field, f"updates to {field} are forbidden.")


class QuotaStrategy(KeptStrategy):
    """ResourceQuotas: nobody counts."""

    caveat = "podnet's in-process cluster enforces no ResourceQuotas"
    subresources = ("status",)
    short_names = ("quota",)
    keeps_status_on_create = False

    def default(self, obj: Obj) -> None:
        obj.setdefault("spec", {})
        obj.setdefault("status", {})


class LimitRangeStrategy(KeptStrategy):
    """LimitRanges: what they leave open follows from what they say."""

    caveat = "podnet's in-process cluster enforces no LimitRanges"
    short_names = ("limits",)

    def default(self, obj: Obj) -> None:
        for item in obj.setdefault("spec", {}).setdefault("limits", None) or ():
            if item.get("type") != "Container":
                continue
            limits = {**(item.get("max") or {}), **(item.get("default") or {})}
            requests = {**(item.get("min") or {}), **limits, **(item.get("defaultRequest") or {})}
            item.update({key: found for key, found in (("default", limits), ("defaultRequest", requests)) if found})


class PriorityClassStrategy(KeptStrategy):
    """PriorityClasses: pods take their values over when they are created."""

    caveat = "podnet's in-process scheduler goes by no PriorityClasses: pods get their priority, and nobody makes way"
    short_names = ("pc",)
    generation = True

    def default(self, obj: Obj) -> None:
        obj.setdefault("value", 0)
        obj.setdefault("preemptionPolicy", "PreemptLowerPriority")

    def problems(self, obj: Obj) -> Iterator[Problem]:
        if obj["metadata"].get("name", "").startswith("system-"):
            yield forbidden_field(
                "metadata.name",
                "priority class names with 'system-' prefix are reserved for system use only."
                " error: is not in the list of allowed priority classes",
            )
        elif obj["value"] > _HIGHEST:
            yield forbidden_field("value", f"maximum allowed value of a user defined priority is {_HIGHEST}")

    def is_new_generation(self, obj: Obj, old: Obj) -> bool:
        return False

    def update_problems(self, obj: Obj, old: Obj) -> Iterator[Problem]:
        for field in ("value", "preemptionPolicy"):
            if obj[field] != old[field]:
                yield forbidden_field(field, "may not be changed in an update.")


_HIGHEST = 1_000_000_000
