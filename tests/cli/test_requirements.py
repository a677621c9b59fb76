import json

import pytest

from podnet.cli.main import main
from podnet.suite import locate
from podnet.suite.catalogue import load_catalogue


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> "Say":
    return Say(capsys)


class Say:
    """Runs ``podnet requirements`` and gives back what it prints."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def __call__(self, *args: str) -> str:
        assert main(["requirements", *args]) == 0
        captured = self.capsys.readouterr()
        assert captured.err == ""
        return captured.out


def test_list_has_a_line_for_each_requirement(said: Say) -> None:
    lines = said("list").splitlines()
    assert [line.split()[0] for line in lines] == [one.id for one in load_catalogue(locate.requirements_dir())]
    assert lines[0] == (
        "PRE-1          PRE     excluded                   "
        "The cluster is an ACK Serverless cluster, whose pods run on virtual nodes."
    )


def test_list_as_json_has_every_field(said: Say) -> None:
    entries = {entry["id"]: entry for entry in json.loads(said("list", "--json"))}
    assert entries["SEL-2"] == {
        "id": "SEL-2",
        "level": "MUST",
        "area": "Selectors",
        "text": "Where both selectors are set, a pod must satisfy both to be matched.",
        "source": {
            "lines": [64, 68],
            "quote": "If both podSelector and namespaceSelector are set, a pod must match both selectors.",
        },
        "observe": ["vswitch", "security-groups", "annotations"],
        "feature": "core",
        "ambiguity": [],
        "note": None,
        "excluded": None,
        "dialect": None,
    }
    assert entries["MUL-1"]["excluded"]
    assert entries["T-SG-ALL"]["dialect"] == "terway"
    assert entries["T-SG-ALL"]["source"] == {"files": ["docs/multi-network.md", "pkg/controller/pod/pod_controller.go"]}


def test_show_gives_the_words_of_the_document_and_the_scenarios(said: Say) -> None:
    text = said("show", "CAP-2")
    assert text.startswith(
        """\
CAP-2  MUST  Idle addresses
  A matched pod for which no listed vSwitch has an idle address does not come into being.
  document   "Otherwise, ACK fails to create pods." (line 92)
  observe    phase, ip, capacity
  feature    core
  profiles   ack-serverless; terway
  ambiguity  A-20
  note       Pending, failed and refused are all right; running on the default plane, on a vSwitch
             that is not listed or with an address that another pod has is not.
"""
    )
    assert "  features/capacity/" in text


def test_show_says_why_a_requirement_is_not_tested(said: Say) -> None:
    assert said("show", "MUL-1").endswith(
        "  excluded   An obligation of the user, which the system is not said to enforce.\n"
    )


@pytest.mark.parametrize(
    ("name", "hint"),
    [("SEL-22", "; did you mean SEL-2"), ("sel-2", "; did you mean SEL-2"), ("SEL", ""), ("quux", "")],
)
def test_an_unknown_id_is_refused_with_the_nearest_ones(
    capsys: pytest.CaptureFixture[str], name: str, hint: str
) -> None:
    assert main(["requirements", "show", name]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(f"error: unknown requirement '{name}'{hint}")


def test_trace_names_the_scenarios_of_each_requirement_and_what_nobody_tests(said: Say) -> None:
    text = said("trace")
    catalogue = load_catalogue(locate.requirements_dir())
    blocks = [line.split()[0] for line in text.splitlines() if line and not line.startswith((" ", "9", "without"))]
    assert blocks == [one.id for one in catalogue]
    assert "MUL-1         SHOULD  excluded: An obligation of the user" in text
    assert "\n        features/selection/both_selectors.feature:" in text
    assert "without a scenario: " in text.splitlines()[-1]


def test_trace_as_json_agrees_with_the_text(said: Say) -> None:
    entries = json.loads(said("trace", "--json"))
    text = said("trace")
    unmapped = [entry["id"] for entry in entries if entry["unmapped"]]
    assert text.splitlines()[-1] == f"without a scenario: {' '.join(unmapped) or 'none'}"
    for entry in entries:
        for scenario in entry["scenarios"]:
            assert f"{scenario['path']}:{scenario['line']}  {scenario['name']}" in text


def test_every_statement_that_can_be_tested_is_tested(said: Say) -> None:
    assert [entry["id"] for entry in json.loads(said("trace", "--json")) if entry["unmapped"]] == []


def test_a_profile_lists_what_is_part_of_it_and_then_what_it_departs_from_and_why(said: Say) -> None:
    listed, departed = said("list", "--profile", "terway").split("\n\n")
    ids = [line.split()[0] for line in listed.splitlines()]
    assert {"SEL-2", "T-SG-ALL", "ALC-2"} <= set(ids)
    assert not {"SG-2", "ALC-5", "NOD-1", "PRE-1"} & set(ids)
    assert departed.startswith("no part of it, as against ack-serverless:\n  ALC-4  Addresses can be kept")
    assert "  SG-2   All security groups of the list take effect (T-SG-ALL)." in departed


def test_the_profile_of_the_document_lists_what_the_document_says(said: Say) -> None:
    ids = [line.split()[0] for line in said("list", "--profile", "ack-serverless").splitlines()]
    assert ids == [one.id for one in load_catalogue(locate.requirements_dir()) if not one.dialect]
    assert [entry["id"] for entry in json.loads(said("list", "--profile", "ack-serverless", "--json"))] == ids


def test_show_tells_what_each_profile_makes_of_a_requirement(said: Say) -> None:
    assert "  source     Terway (github.com/AliyunContainerService/terway)" in said("show", "T-SG-ALL")
    assert "  profiles   terway\n" in said("show", "T-SG-ALL")
    assert "  files      docs/multi-network.md, pkg/controller/pod/pod_controller.go\n" in said("show", "T-SG-ALL")
    departed = "  profiles   ack-serverless; not terway: All security groups of the list take effect (T-SG-ALL).\n"
    assert departed in said("show", "SG-2")


@pytest.mark.parametrize("profile", ["ack-serverless", "terway"])
def test_the_trace_of_a_profile_has_its_scenarios_alone_and_nothing_untested(said: Say, profile: str) -> None:
    entries = json.loads(said("trace", "--profile", profile, "--json"))
    assert [entry["id"] for entry in entries if entry["unmapped"]] == []
    of_terway = [one["path"].startswith("features/terway/") for entry in entries for one in entry["scenarios"]]
    assert any(of_terway) is (profile == "terway")
    assert not all(of_terway)


def test_an_unknown_profile_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["requirements", "list", "--profile", "acs"]) == 2
    assert capsys.readouterr().err == "error: unknown profile 'acs'; known profiles: ack-serverless, terway\n"
