"""Rules of what a pod's ``spec`` says about nodes: selectors, tolerations, affinity, spreading.

Source: pkg/apis/core/validation/validation.go of Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from podnet.api.label_syntax import key_problems, value_problems
from podnet.api.objects import Obj
from podnet.api.selectors import Problem
from podnet.api.selectors import problems as selector_problems
from podnet.kube.answers import bad_value, forbidden_field, required, unsupported

_EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
_REQUIRED, _PREFERRED = (
    "requiredDuringSchedulingIgnoredDuringExecution",
    "preferredDuringSchedulingIgnoredDuringExecution",
)


def problems(spec: Obj, path: str) -> Iterator[Problem]:
    """What is wrong with where a pod at ``path`` wants to be."""
    if selector := spec.get("nodeSelector"):
        for key, value in selector.items():
            yield from (bad_value(f"{path}.nodeSelector", key, why) for why in key_problems(key))
            yield from (bad_value(f"{path}.nodeSelector", value, why) for why in value_problems(value))
    if affinity := spec.get("affinity"):
        yield from _affinity_problems(affinity, f"{path}.affinity")
    for index, toleration in enumerate(spec.get("tolerations") or ()):
        yield from _toleration_problems(toleration, f"{path}.tolerations[{index}]")
    for index, constraint in enumerate(spec.get("topologySpreadConstraints") or ()):
        yield from _spread_problems(constraint, f"{path}.topologySpreadConstraints[{index}]")


def _toleration_problems(toleration: Obj, path: str) -> Iterator[Problem]:
    key, operator, value = (toleration.get(field) or "" for field in ("key", "operator", "value"))
    effect = toleration.get("effect") or ""
    if key:
        yield from (bad_value(f"{path}.key", key, why) for why in key_problems(key))
    elif operator != "Exists":
        why = 'operator must be Exists when `key` is empty, which means "match all values and all keys"'
        yield bad_value(f"{path}.operator", operator, why)
    if toleration.get("tolerationSeconds") is not None and effect != "NoExecute":
        yield bad_value(f"{path}.effect", effect, "effect must be 'NoExecute' when `tolerationSeconds` is set")
    if operator in {"", "Equal"}:
        yield from (bad_value(f"{path}.operator", value, why) for why in value_problems(value))
    elif operator == "Exists":
        if value:
            yield bad_value(f"{path}.operator", value, "value must be empty when `operator` is 'Exists'")
    else:
        yield unsupported(f"{path}.operator", operator, ("Equal", "Exists"))
    if effect and effect not in _EFFECTS:
        yield unsupported(f"{path}.effect", effect, _EFFECTS)


def _affinity_problems(affinity: Obj, path: str) -> Iterator[Problem]:
    node = affinity.get("nodeAffinity") or {}
    if (needed := node.get(_REQUIRED)) is not None:
        where = f"{path}.nodeAffinity.{_REQUIRED}.nodeSelectorTerms"
        terms = needed.get("nodeSelectorTerms") or ()
        if not terms:
            yield required(where, "must have at least one node selector term")
        for index, term in enumerate(terms):
            yield from _node_term_problems(term, f"{where}[{index}]")
    for index, preferred in enumerate(node.get(_PREFERRED) or ()):
        where = f"{path}.nodeAffinity.{_PREFERRED}[{index}]"
        yield from _weight_problems(preferred, where)
        yield from _node_term_problems(preferred.get("preference") or {}, f"{where}.preference")
    for kind in ("podAffinity", "podAntiAffinity"):
        part = affinity.get(kind) or {}
        for index, term in enumerate(part.get(_REQUIRED) or ()):
            yield from _pod_term_problems(term, f"{path}.{kind}.{_REQUIRED}[{index}]")
        for index, preferred in enumerate(part.get(_PREFERRED) or ()):
            where = f"{path}.{kind}.{_PREFERRED}[{index}]"
            yield from _weight_problems(preferred, where)
            yield from _pod_term_problems(preferred.get("podAffinityTerm") or {}, f"{where}.podAffinityTerm")


def _weight_problems(preferred: Obj, path: str) -> Iterator[Problem]:
    weight = preferred.get("weight") or 0
    if not 1 <= weight <= 100:
        yield bad_value(f"{path}.weight", weight, "must be in the range 1-100")


def _node_term_problems(term: Obj, path: str) -> Iterator[Problem]:
    for index, requirement in enumerate(term.get("matchExpressions") or ()):
        yield from _requirement_problems(requirement, f"{path}.matchExpressions[{index}]")


def _requirement_problems(requirement: Obj, path: str) -> Iterator[Problem]:
    operator, values = requirement.get("operator"), requirement.get("values") or ()
    if operator in {"In", "NotIn"}:
        if not values:
            yield required(f"{path}.values", "must be specified when `operator` is 'In' or 'NotIn'")
    elif operator in {"Exists", "DoesNotExist"}:
        if values:
            yield forbidden_field(
                f"{path}.values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
            )
    elif operator in {"Gt", "Lt"}:
        if len(values) != 1:
            yield required(f"{path}.values", "must be specified single value when `operator` is 'Lt' or 'Gt'")
    else:
        yield bad_value(f"{path}.operator", operator or "", "not a valid selector operator")
    key = requirement.get("key") or ""
    yield from (bad_value(f"{path}.key", key, why) for why in key_problems(key))


def _pod_term_problems(term: Obj, path: str) -> Iterator[Problem]:
    for field in ("labelSelector", "namespaceSelector"):
        if term.get(field) is not None:
            yield from selector_problems(term[field], path=f"{path}.{field}")
    key = term.get("topologyKey") or ""
    if not key:
        yield required(f"{path}.topologyKey", "can not be empty")
    yield from (bad_value(f"{path}.topologyKey", key, why) for why in key_problems(key))


def _spread_problems(constraint: Obj, path: str) -> Iterator[Problem]:
    if (skew := constraint.get("maxSkew") or 0) <= 0:
        yield bad_value(f"{path}.maxSkew", skew, "must be greater than zero")
    key = constraint.get("topologyKey") or ""
    if not key:
        yield required(f"{path}.topologyKey", "can not be empty")
    else:
        yield from (bad_value(f"{path}.topologyKey", key, why) for why in key_problems(key))
    choices: Sequence[str] = ("DoNotSchedule", "ScheduleAnyway")
    if not (action := constraint.get("whenUnsatisfiable") or ""):
        yield required(f"{path}.whenUnsatisfiable", "can not be empty")
    elif action not in choices:
        yield unsupported(f"{path}.whenUnsatisfiable", action, choices)
    if constraint.get("labelSelector") is not None:
        yield from selector_problems(constraint["labelSelector"], path=f"{path}.labelSelector")
