from pathlib import Path

import pytest

from podnet.api.problems import UsageProblem
from podnet.suite import locate
from podnet.suite.catalogue import Catalogue, load_catalogue
from podnet.suite.located import CatalogueError
from podnet.suite.profile import Claim, Profile, claims, known_profiles, load_profile, needed_features

CORE_IDS = """
    API-1 API-2 API-3 API-4 DEF-1 DEF-2 DEF-3 DEF-4 SEL-1 SEL-2 SEL-3 SEL-4 SEL-5 SEL-8 MUL-2 MUL-3 MUL-4
    MAT-1 MAT-2 MAT-3 MAT-4 SG-1 SG-2 SG-4 VSW-1 VSW-2 VSW-3 VSW-4 ZON-1 ZON-2 ZON-3 ZON-5 CAP-2 CAP-5 IPA-1 IPA-2
    ALC-1 ALC-2 ALC-5 ALC-7 ANN-1 ANN-2 ANN-3 ANN-4 EXM-1 EXM-2 EXM-3
"""

SMALL = """\
name: small
title: A small profile
document:
  title: The document
  last_updated: Feb 28, 2026
requirements:
  - SEL-1
  - SEL-2
features:
  MatchExpressions:
    description: matchExpressions work.
    default: on
    requirements: [SEL-6]
  ManyPodNetworkings:
    description: Very many of them.
    default: off
    requirements: [MAT-4]
parameters:
  security_group_limit: 5
"""


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(locate.requirements_dir())


def load(directory: Path, catalogue: Catalogue, content: str = SMALL) -> Profile:
    (directory / "small.yaml").write_text(content, encoding="utf-8")
    return load_profile("small", catalogue=catalogue, directory=directory)


def test_the_core_of_ack_serverless_is_what_the_document_promises_to_everybody(catalogue: Catalogue) -> None:
    assert list(load_profile("ack-serverless", catalogue=catalogue).requirements) == CORE_IDS.split()


def test_ack_serverless_offers_the_optional_features_and_claims_those_that_are_facts(catalogue: Catalogue) -> None:
    profile = load_profile("ack-serverless", catalogue=catalogue)
    on = {name for name, feature in profile.features.items() if feature.default}
    assert on == {"MatchExpressions", "AutomaticLabels", "VirtualNodeAutoCreate"}
    assert set(profile.features) - on == {
        "EmptySelector", "SGLimitEnforced", "VSwitchFallback", "CapacityRecovery", "FixedRejectsReleaseParams",
        "InvalidReference", "ReadyStatus", "ManyPodNetworkings", "DualStack", "TerminalPhaseRelease",
    }  # fmt: skip
    assert profile.parameters == {"security_group_limit": 5}
    assert profile.last_updated == "Feb 28, 2026"


def test_an_unknown_profile_is_refused_with_the_known_ones(catalogue: Catalogue) -> None:
    with pytest.raises(UsageProblem, match="unknown profile 'acs'; known profiles: ack-serverless, terway"):
        load_profile("acs", catalogue=catalogue)


@pytest.mark.parametrize("name", ["../profiles/ack-serverless", "ack-serverless.yaml", ""])
def test_a_path_is_not_a_name(catalogue: Catalogue, name: str) -> None:
    with pytest.raises(UsageProblem, match="unknown profile"):
        load_profile(name, catalogue=catalogue)


def test_profiles_are_known_by_their_files(tmp_path: Path, catalogue: Catalogue) -> None:
    load(tmp_path, catalogue)
    (tmp_path / "notes.txt").write_text("not a profile")
    assert known_profiles(tmp_path) == ("small",)


@pytest.mark.parametrize(
    ("change", "line", "message"),
    [
        (("- SEL-2", "- SEL-99"), 8, "unknown requirement 'SEL-99'"),
        (("- SEL-2", "- SEL-1"), 8, "SEL-1 is there twice"),
        (("- SEL-2", "- SEL-6"), 8, "SEL-6 belongs to the feature MatchExpressions, so it cannot be core"),
        (("- SEL-2", "- MUL-1"), 8, "MUL-1 is excluded from testing"),
        (("- SEL-2", "- [SEL-2]"), 8, "a requirement must be text"),
        (("[SEL-6]", "[SEL-7]"), 13, "SEL-7 belongs to the feature EmptySelector, not to MatchExpressions"),
        (("[SEL-6]", "[SEL-60]"), 13, "unknown requirement 'SEL-60'"),
        (("default: on", "default: maybe"), 12, "default must be on or off"),
        (("MatchExpressions:", "match-expressions:"), 10, "'match-expressions' is not a name of a feature"),
        (("name: small", "name: large"), 1, "name must be that of the file, 'small'"),
        (("security_group_limit: 5", "security_group_limit: five"), 19, "security_group_limit must be an integer"),
        (("title: A small profile\n", ""), 1, "a profile lacks title"),
        (("features:\n", "features: []\nothers:\n"), 10, "a profile has an unknown field 'others'"),
    ],
)
def test_a_mistake_is_told_with_file_and_line(
    tmp_path: Path, catalogue: Catalogue, change: tuple[str, str], line: int, message: str
) -> None:
    wrong = SMALL.replace(change[0], change[1], 1)
    assert wrong != SMALL
    with pytest.raises(CatalogueError) as caught:
        load(tmp_path, catalogue, wrong)
    assert str(caught.value).startswith(f"{tmp_path / 'small.yaml'}:{line}: {message}")


def test_the_command_line_wins_over_the_implementation_and_that_over_the_profile(
    tmp_path: Path, catalogue: Catalogue
) -> None:
    profile = load(tmp_path, catalogue)
    both = {"MatchExpressions": False, "ManyPodNetworkings": True}
    assert claims(profile) == (
        Claim("ManyPodNetworkings", False, "default"),
        Claim("MatchExpressions", True, "default"),
    )
    assert claims(profile, declared=both) == (
        Claim("ManyPodNetworkings", True, "declared"),
        Claim("MatchExpressions", False, "declared"),
    )
    assert claims(profile, declared=both, flags={"MatchExpressions": True}) == (
        Claim("ManyPodNetworkings", True, "declared"),
        Claim("MatchExpressions", True, "flag"),
    )


@pytest.mark.parametrize("by", ["declared", "flags"])
def test_an_unknown_feature_is_refused_with_the_known_ones(tmp_path: Path, catalogue: Catalogue, by: str) -> None:
    profile = load(tmp_path, catalogue)
    with pytest.raises(UsageProblem, match="unknown feature Teleport; profile small has ManyPodNetworkings, Match"):
        claims(profile, **{by: {"Teleport": True}})


def test_a_scenario_needs_the_features_of_its_requirements_and_of_its_tags(catalogue: Catalogue) -> None:
    assert needed_features(("SEL-1", "SG-2"), (), catalogue) == ()
    assert needed_features(("SEL-1", "SEL-6"), (), catalogue) == ("MatchExpressions",)
    assert needed_features(("VSW-4",), ("DualStack",), catalogue) == ("DualStack",)
    assert needed_features(("SEL-6",), ("DualStack",), catalogue) == ("DualStack", "MatchExpressions")
