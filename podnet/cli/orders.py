"""The options that say in which order things happen, and what goes wrong meanwhile."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from podnet.api.problems import UsageProblem
from podnet.harness.plan import Plan
from podnet.harness.run import Order
from podnet.kube.injection import DEFAULT_RATE, FAULTS, WEBHOOK_FAULTS, Injection
from podnet.suite.tags import EVERY_ORDER

HIGHEST_RATE = 0.5
"""Beyond that there is little work left to look at."""

_SCHEDULE = re.compile(r"\d+(\.\d+)*")
_INJECTED = ", ".join(name for name in FAULTS if name not in WEBHOOK_FAULTS)


def read_order(options: Mapping[str, Any], *, plan: Plan, jobs: int) -> Order:
    """How to play. Raises UsageProblem for a schedule that is none, or that no one scenario can follow."""
    seeds = options["seeds"]
    schedule = _schedule(options["schedule"], plan=plan) if options["schedule"] else None
    if schedule is not None and seeds:
        raise UsageProblem("--schedule is one order of work, --seeds are many: give one of the two")
    # Which occasions faults strike changes with the order, so that no number of schedules would be all of them.
    enumerated = seeds is not None and not options["faults"]
    return Order(
        options["seed"],
        seeds=seeds or 1,
        jobs=jobs,
        max_fail=options["max_fail"] or 0,
        every_order=enumerated,
        schedule=schedule,
    )


def _schedule(text: str, *, plan: Plan) -> tuple[int, ...]:
    if not _SCHEDULE.fullmatch(text):
        raise UsageProblem(f"--schedule {text!r} is no schedule: numbers with dots in between, as a failure shows them")
    if len(plan.to_run) != 1 or EVERY_ORDER not in plan.to_run[0].spec.tags:
        raise UsageProblem(f"--schedule needs one scenario with the tag @{EVERY_ORDER}: add --select FILE:LINE")
    return tuple(map(int, text.split(".")))


def read_faults(texts: Sequence[str]) -> tuple[Injection, ...]:
    """The faults to inject, from ``NAME`` or ``NAME=RATE``. Raises UsageProblem for what is neither."""
    found: dict[str, Injection] = {}
    for text in texts:
        name, _, rate = text.partition("=")
        if name in WEBHOOK_FAULTS:
            raise UsageProblem(
                f"--fault {name}: what becomes of a pod then is decided by the failurePolicy of the webhook and not by"
                f" the document, so there is nothing to judge; known faults are {_INJECTED}"
            )
        if name not in FAULTS:
            raise UsageProblem(f"--fault {text}: unknown fault {name!r}; known are {_INJECTED}")
        if name in found:
            raise UsageProblem(f"--fault {name} is given twice")
        found[name] = Injection(name, _rate(text, rate) if "=" in text else DEFAULT_RATE)
    return tuple(found.values())


def _rate(text: str, rate: str) -> float:
    try:
        value = float(rate)
    except ValueError:
        value = -1.0
    if not 0 < value <= HIGHEST_RATE:
        raise UsageProblem(f"--fault {text}: the rate is a share of all occasions, above 0 and at most {HIGHEST_RATE}")
    return value


def written_faults(faults: Sequence[Injection]) -> tuple[str, ...]:
    """The faults as the report and the command line name them."""
    return tuple(f"{fault.name}={fault.rate:g}" for fault in faults)
