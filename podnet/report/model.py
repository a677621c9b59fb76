"""The report as values: what a run found, and nothing that would differ if it had been written elsewhere.

Wall-clock time stands only in ``took`` and in ``run.started``: with these set apart, the same run gives the same text.
Lists are in a fixed order: requirements as in the catalogue, scenarios by place, features by name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from podnet.suite.catalogue import Level
from podnet.suite.profile import ClaimSource

SCHEMA = "podnet-report/1"

State = Literal["passed", "not-applicable", "deselected", "warned", "not-observable", "errored", "failed"]
"""What became of a scenario, from good to bad. not-applicable: it needs a feature that is not claimed. deselected: it
was not to run, or the run ended before it. warned: it failed, and all of its requirements are SHOULD. not-observable:
what it looks at cannot be seen on this target. errored: the harness, the environment or the implementation broke down.
"""

RequirementVerdict = Literal[
    "passed",
    "failed",
    "warned",
    "undecided",
    "errored",
    "not-observable",
    "not-applicable",
    "incomplete",
    "untested",
    "excluded",
]
"""undecided: it failed, and so did what it presupposes. incomplete: what ran passed, but some of its scenarios were
deselected. untested: nothing ran."""

FeatureVerdict = Literal["supported", "unsupported", "untested", "not-claimed"]

Verdict = Literal["conformant", "non-conformant", "incomplete"]

Check = Literal["X1", "X2", "X3", "X4", "X5", "X6", "X7", "X8"]
"""The cross-checks that look at every pod, whatever its scenario is about."""

STATES: tuple[State, ...] = get_args(State)


@dataclass(frozen=True)
class Suite:
    """Which suite judged."""

    version: str
    catalogue_digest: str


@dataclass(frozen=True)
class Run:
    """How the run was started. ``complete``: it reached its end and left nothing out. ``started``: RFC 3339, UTC.

    ``seeds``: how many each scenario was played with, from ``seed`` upwards. ``faults``: what was injected into the
    cluster, as ``NAME=RATE``. ``problem``: why nothing could be played, in one sentence; empty otherwise. ``left``:
    what the implementation had left on the cluster when it was ended, by kind and name; only a command of its own is
    looked after so.
    """

    complete: bool
    argv: tuple[str, ...]
    seed: int
    selection: tuple[str, ...] = ()
    jobs: int = 1
    seeds: int = 1
    faults: tuple[str, ...] = ()
    started: str = ""
    interrupted: bool = False
    problem: str = ""
    left: tuple[str, ...] = ()


@dataclass(frozen=True)
class Implementation:
    """Who was judged. ``source``: where its code is.

    ``kind``: ``reference``, ``miniature``, ``python``, ``exec`` or ``installed``.
    """

    name: str
    version: str
    kind: str
    source: str = ""


@dataclass(frozen=True)
class InventoryFile:
    """The inventory that the run was bound to."""

    digest: str
    path: str = ""


@dataclass(frozen=True)
class Environment:
    """Where it ran. ``kubernetes`` and ``python`` are versions. ``notes``: what was found there beforehand."""

    target: str
    kubernetes: str
    python: str
    inventory: InventoryFile | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Failure:
    """Why a scenario did not pass, in the words that a reader needs.

    ``message`` is one sentence; ``step`` with ``keyword`` and ``line`` say where it stopped. ``expected`` and
    ``actual`` list all mismatches, not the first. ``because`` quotes the document, ``source`` names the evidence,
    ``details`` holds a traceback or the like, ``rerun`` the command that repeats it, ``saved`` the state of the
    cluster, relative to the directory of the report.
    """

    message: str
    keyword: str = ""
    step: str = ""
    line: int | None = None
    expected: tuple[str, ...] = ()
    actual: tuple[str, ...] = ()
    source: tuple[str, ...] = ()
    because: tuple[str, ...] = ()
    details: str = ""
    rerun: str = ""
    saved: str = ""


@dataclass(frozen=True)
class Finding:
    """A requirement that a pod violated in a scenario about something else: seen by a cross-check in the background."""

    requirement: str
    check: Check
    pod: str
    message: str


@dataclass(frozen=True)
class Attempt:
    """One of several attempts at a scenario: in the order of a seed, or in as many as ``schedules`` says.

    ``reason``: why these may not be all that can make a difference; empty if they are.
    """

    seed: int
    state: State
    took: float
    schedules: int = 0
    reason: str = ""


@dataclass(frozen=True)
class Wait:
    """A wait on a real clock that came to a good end: what it was given and took, in seconds.

    ``seen``: the wrong states on the way, each once, the last of them last.
    """

    budget: float
    took: float
    seen: tuple[str, ...] = ()


@dataclass(frozen=True)
class ScenarioResult:
    """One scenario of the suite, whether it ran or not.

    ``line`` is that of the row for a row of an outline. ``features`` must all be claimed for the scenario to apply.
    ``took`` is in seconds. ``reason`` says why it is not-observable, not-applicable or deselected. ``failure`` is there
    for a scenario that failed, warned or errored.
    """

    id: str
    name: str
    path: str
    line: int
    requirements: tuple[str, ...]
    features: tuple[str, ...]
    state: State
    took: float = 0.0
    reason: str = ""
    failure: Failure | None = None
    findings: tuple[Finding, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    waits: tuple[Wait, ...] = ()


@dataclass(frozen=True)
class RequirementFinding:
    """A finding, seen from its requirement."""

    scenario: str
    check: Check
    pod: str
    message: str


@dataclass(frozen=True)
class RequirementResult:
    """The verdict on one requirement. ``scored``: it is core in this profile, or belongs to a claimed feature.

    ``presupposes``: what has to hold before a failure says anything about it; ``because``: what of that failed, for one
    that is undecided.
    """

    id: str
    level: Level
    feature: str
    scored: bool
    verdict: RequirementVerdict
    scenarios: tuple[str, ...] = ()
    findings: tuple[RequirementFinding, ...] = ()
    presupposes: tuple[str, ...] = ()
    because: tuple[str, ...] = ()


@dataclass(frozen=True)
class FeatureResult:
    """The verdict on one feature. ``scenarios`` is how many need it."""

    name: str
    claimed: bool
    source: ClaimSource
    verdict: FeatureVerdict
    scenarios: int


@dataclass(frozen=True)
class DialectResult:
    """Another profile that contradicts the one of the run: its implementations fail ``contradicts`` here.

    ``likely``: this implementation fails just these, so that it looks like one of them.
    """

    profile: str
    contradicts: tuple[str, ...]
    likely: bool


@dataclass(frozen=True)
class Footer:
    """How many scenarios are in which state; every state is named, and ``total`` counts them all."""

    total: int
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Report:
    """Everything that a run found."""

    suite: Suite
    run: Run
    implementation: Implementation
    environment: Environment
    profile: str
    verdict: Verdict
    features: tuple[FeatureResult, ...]
    requirements: tuple[RequirementResult, ...]
    scenarios: tuple[ScenarioResult, ...]
    footer: Footer
    dialects: tuple[DialectResult, ...] = ()
    schema: str = SCHEMA


def footer_of(scenarios: Iterable[ScenarioResult]) -> Footer:
    """The counts of these scenarios."""
    counter = Counter(scenario.state for scenario in scenarios)
    return Footer(total=counter.total(), counts={state: counter[state] for state in sorted(STATES)})
