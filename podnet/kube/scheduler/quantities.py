"""Quantities of resources (``100m``, ``1Gi``) as numbers, because the scheduler must add and compare them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import lru_cache
from math import ceil
from typing import Any

from podnet.api.objects import Obj

_QUANTITY = re.compile(
    r"([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+))(?:[eE]([+-]?[0-9]+)|(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei))?"
)
_DECIMAL = {"n": -9, "u": -6, "m": -3, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}

Requests = Mapping[str, int]
"""Resource name (``cpu``, ``memory``, ``example.com/device`` ...) to an amount in thousandths of its base unit."""

NONE: Requests = {}


@lru_cache(maxsize=4096)
def milli(quantity: str | int | float) -> int:
    """A quantity in thousandths of its base unit (cores, bytes), rounded up. Raises ValueError for anything else.

    Source: https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
    """
    match = _QUANTITY.fullmatch(str(quantity))
    if match is None:
        raise ValueError(f"not a quantity: {quantity!r}")
    number, exponent, suffix = match.groups()
    if suffix in _BINARY:
        return ceil(Fraction(number) * 1000 * (1 << _BINARY[suffix]))
    power = int(exponent) if exponent else _DECIMAL.get(suffix, 0)
    return ceil(Fraction(f"{number}e{power}") * 1000)


def requests_of(pod: Obj) -> Requests:
    """What a pod asks of its node: what it says for the whole of it, else what its containers say.

    The containers together, or the largest stage of initialisation if that is more, and the overhead. Init
    containers that always restart keep running and count on.
    Source: https://kubernetes.io/docs/concepts/workloads/pods/init-containers/#resource-sharing-within-containers
    """
    spec: dict[str, Any] = pod.get("spec") or {}
    containers, init_containers = spec.get("containers") or (), spec.get("initContainers") or ()
    overhead, level = spec.get("overhead"), (spec.get("resources") or {}).get("requests")
    if (
        not overhead
        and not level
        and not any(container.get("resources") for container in (*containers, *init_containers))
    ):
        return NONE
    sidecars: Requests = {}
    stages: list[Requests] = []
    for container in init_containers:
        if container.get("restartPolicy") == "Always":
            sidecars = total((sidecars, _of_container(container)))
            stages.append(sidecars)
        else:
            stages.append(total((sidecars, _of_container(container))))
    stages.append(total((sidecars, *(_of_container(container) for container in containers))))
    names = {name for stage in stages for name in stage}
    largest = {name: max(stage.get(name, 0) for stage in stages) for name in names}
    if level:
        largest |= {name: amount for name, amount in amounts(level).items() if _is_of_pods(name)}
    return total((largest, amounts(overhead)))


def _is_of_pods(name: str) -> bool:
    """Whether a whole pod may ask for the resource, instead of its containers."""
    return name in {"cpu", "memory"} or name.startswith("hugepages-")


def amounts(quantities: Mapping[str, Any] | None) -> Requests:
    """A map of quantities (``requests``, ``allocatable`` ...) as numbers."""
    return {name: milli(quantity) for name, quantity in (quantities or {}).items()}


def _of_container(container: Obj) -> Requests:
    resources = container.get("resources") or {}
    return amounts({**(resources.get("limits") or {}), **(resources.get("requests") or {})})


def total(parts: Iterable[Requests]) -> Requests:
    """All of them together."""
    found: dict[str, int] = {}
    for part in parts:
        for name, amount in part.items():
            found[name] = found.get(name, 0) + amount
    return found
