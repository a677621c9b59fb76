"""Events of the group events.k8s.io: the same objects as those of the core group, under newer names.

Source: pkg/apis/events/v1/conversion.go of Kubernetes 1.36.
"""

# ruff: noqa: D102  # an overridden method is described by Strategy

from __future__ import annotations

from collections.abc import Mapping, Sequence

from podnet.api.objects import Obj
from podnet.kube.strategy_core import EventStrategy

_CORE_NAMES: Mapping[str, str] = {
    "note": "message",
    "regarding": "involvedObject",
    "deprecatedSource": "source",
    "deprecatedFirstTimestamp": "firstTimestamp",
    "deprecatedLastTimestamp": "lastTimestamp",
    "deprecatedCount": "count",
    "reportingController": "reportingComponent",
}
_NEW_NAMES = {core: new for new, core in _CORE_NAMES.items()}


class NewEventStrategy(EventStrategy):
    """Events as events.k8s.io names their fields; they are stored as the core group does."""

    fields = ("reason", "type")

    def decode(self, obj: Obj, *, strict: bool) -> Sequence[str]:
        _rename(obj, _CORE_NAMES)
        return super().decode(obj, strict=strict)

    def present(self, obj: Obj) -> Obj:
        shown = dict(obj)
        _rename(shown, _NEW_NAMES)
        return shown


def as_stored(obj: Obj) -> Obj:
    """An Event of either group under the names of the core group."""
    stored = dict(obj)
    _rename(stored, _CORE_NAMES)
    return stored


def _rename(obj: Obj, names: Mapping[str, str]) -> None:
    for old, new in names.items():
        if old in obj:
            obj[new] = obj.pop(old)
