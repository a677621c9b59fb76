"""An implementation that fails just what another profile contradicts: said of those alone, and only if it is known."""

from dataclasses import replace

from report_samples import PROFILE, make, with_state

from podnet.report.check import inconsistencies
from podnet.report.model import RequirementResult, RequirementVerdict
from podnet.report.verdict import looks_like
from podnet.report.view import render_summary
from podnet.suite.dialect import Dialect


def result(id: str, verdict: RequirementVerdict, *, scored: bool = True) -> RequirementResult:
    return RequirementResult(id, "MUST", "core", scored=scored, verdict=verdict)


CONTRADICTED = ("SG-2", "SEL-6")


def looks(because: str = "", **verdicts: RequirementVerdict) -> bool:
    """Of four requirements that count, all pass but for what is said; ``SEL_7`` does not count."""
    names: dict[str, RequirementVerdict] = dict.fromkeys(("SG-2", "SEL-6", "SEL-1", "CAP-4"), "passed")
    names |= {name.replace("_", "-"): verdict for name, verdict in verdicts.items()}
    found = [result(name, verdict, scored=name != "SEL-7") for name, verdict in names.items()]
    found = [replace(one, because=tuple(because.split())) if one.verdict == "undecided" else one for one in found]
    return looks_like(CONTRADICTED, requirements=found, complete=True)


def test_an_implementation_that_fails_just_what_a_dialect_contradicts_looks_like_it() -> None:
    assert looks(SG_2="failed", SEL_6="failed")
    assert looks(SG_2="failed", SEL_6="undecided")
    assert looks(SG_2="failed", SEL_6="failed", CAP_4="warned")
    assert looks(SG_2="failed", SEL_6="failed", SEL_1="undecided", because="SG-2")
    assert looks(SG_2="failed", SEL_6="failed", SEL_7="not-applicable")


def test_whoever_keeps_a_part_of_what_is_contradicted_or_fails_anything_else_has_faults() -> None:
    assert not looks()
    assert not looks(SG_2="failed")
    assert not looks(SG_2="failed", SEL_6="failed", SEL_1="failed")
    assert not looks(SG_2="failed", SEL_6="failed", SEL_1="failed", CAP_4="undecided", because="SEL-1")
    assert not looks(SG_2="failed", SEL_6="failed", SEL_1="undecided", because="SG-2 CAP-4")


def test_what_is_not_known_is_no_sign_of_a_dialect() -> None:
    for unknown in ("errored", "not-observable", "untested", "incomplete", "not-applicable"):
        assert not looks(SG_2="failed", SEL_6="failed", SEL_1=unknown)
        assert not looks(SG_2="failed", SEL_6=unknown)
    failed = [result(name, "failed") for name in CONTRADICTED]
    assert not looks_like(CONTRADICTED, requirements=failed, complete=False)
    assert not looks_like((), requirements=failed, complete=True)
    assert not looks_like(CONTRADICTED, requirements=[], complete=True)
    assert not looks_like(CONTRADICTED, requirements=[result("SG-2", "failed", scored=False)], complete=True)


def test_a_report_says_of_every_dialect_whether_it_looks_like_it_and_show_it_only_then() -> None:
    profile = replace(PROFILE, dialects=(Dialect("other", ("SG-2",)), Dialect("third", ("SEL-1", "SG-2"))))
    alike = make(with_state(("groups/first/one", {"state": "failed"})), profile=profile)
    assert [(one.profile, one.likely) for one in alike.dialects] == [("other", True), ("third", False)]
    *_, before, last = render_summary(alike).splitlines()
    assert before.startswith(
        "dialect         a different dialect, it seems: other contradicts SG-2, and nothing else fails"
    )
    assert before.endswith("--profile other")
    assert last.split() == ["verdict", "non-conformant"]
    assert "dialect" not in render_summary(make(profile=profile))
    assert list(inconsistencies(alike)) == []
    lie = replace(alike, dialects=(alike.dialects[0], replace(alike.dialects[1], likely=True)))
    assert list(inconsistencies(lie)) == ["the implementation does not look like the dialect third"]
