"""What the API server does to PodDisruptionBudgets, which say how many pods may be away at a time."""

# ruff: noqa: D102  # an overridden method is described by Strategy

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from podnet.api.objects import Obj
from podnet.api.selectors import Problem
from podnet.api.selectors import problems as selector_problems
from podnet.kube.answers import bad_value, unsupported
from podnet.kube.field_types import Shape
from podnet.kube.shapes import METADATA, SELECTOR
from podnet.kube.strategy import Context, Strategy

BUDGET: Shape = {**METADATA, "spec": {"selector": SELECTOR, "unhealthyPodEvictionPolicy": str}}
COUNTS = ("currentHealthy", "desiredHealthy", "disruptionsAllowed", "expectedPods")
_POLICIES = ("AlwaysAllow", "IfHealthyBudget")
_GO_FIELDS = tuple(
    (field[0].upper() + field[1:], field)
    for field in ("minAvailable", "selector", "maxUnavailable", "unhealthyPodEvictionPolicy")
)
"""The fields in the order and with the names of Go's type, as a refusal shows them."""
_PERCENTAGE = re.compile(r"[0-9]+%")
_PERCENTAGE_RULE = (
    "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for"
    " validation is '[0-9]+%')"
)


class BudgetStrategy(Strategy):
    """PodDisruptionBudgets (pkg/registry/policy/poddisruptionbudget/strategy.go)."""

    shape = BUDGET
    subresources = ("status",)
    short_names = ("pdb",)
    generation = True
    unconditional_update = False
    keeps_status_on_create = False

    def default(self, obj: Obj) -> None:
        obj.setdefault("spec", {})

    def prepare_create(self, obj: Obj, context: Context) -> None:
        super().prepare_create(obj, context)
        obj["status"] = dict.fromkeys(COUNTS, 0)

    def problems(self, obj: Obj) -> Iterator[Problem]:
        spec = obj["spec"]
        if spec.get("minAvailable") is not None and spec.get("maxUnavailable") is not None:
            shown = json.dumps({name: spec.get(field) for name, field in _GO_FIELDS}, separators=(",", ":"))
            why = "minAvailable and maxUnavailable cannot be both set"
            yield Problem("spec", "FieldValueInvalid", f"Invalid value: {shown}: {why}")
        for field in ("minAvailable", "maxUnavailable"):
            if spec.get(field) is not None:
                yield from _amount_problems(spec[field], f"spec.{field}")
        if spec.get("selector"):
            yield from selector_problems(spec["selector"], path="spec.selector")
        policy = spec.get("unhealthyPodEvictionPolicy")
        if policy is not None and policy not in _POLICIES:
            yield unsupported("spec.unhealthyPodEvictionPolicy", policy, _POLICIES)

    def update_problems(self, obj: Obj, old: Obj) -> Iterator[Problem]:  # noqa: ARG002  # nothing is immutable
        return self.problems(obj)

    def status_problems(self, obj: Obj, old: Obj) -> Iterator[Problem]:  # noqa: ARG002  # what was does not matter
        for field in COUNTS:
            if ((obj.get("status") or {}).get(field) or 0) < 0:
                yield bad_value(f"status.{field}", obj["status"][field], "must be greater than or equal to 0")


def _amount_problems(amount: int | str, path: str) -> Iterator[Problem]:
    if isinstance(amount, int):
        if amount < 0:
            yield bad_value(path, amount, "must be greater than or equal to 0")
    elif not _PERCENTAGE.fullmatch(amount):
        yield bad_value(path, amount, _PERCENTAGE_RULE)
    elif int(amount[:-1]) > 100:
        yield bad_value(path, amount, "must not be greater than 100%")
