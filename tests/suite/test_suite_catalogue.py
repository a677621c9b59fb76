import os
from collections import Counter
from pathlib import Path

import pytest

from podnet.suite import locate
from podnet.suite.catalogue import CORE, Catalogue, Requirement, load_catalogue
from podnet.suite.located import CatalogueError
from podnet.suite.profile import known_profiles, load_profile

HOW_MANY = {
    "PRE": 3, "API": 5, "DEF": 4, "SEL": 9, "MUL": 5, "MAT": 5, "SG": 6, "VSW": 6, "ZON": 5, "NOD": 2, "CAP": 5,
    "IPA": 2, "ALC": 8, "ANN": 4, "EXM": 3, "FAQ": 1,
}  # fmt: skip

ENTRY = """
  - id: SEL-1
    level: MUST
    text: A pod that matches uses the plane.
    source:
      lines: [64]
      quote: the pod uses
    observe: [annotations]
    feature: core
"""
AREA = "title: Selectors\nposition: 1\nrequirements:" + ENTRY


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(locate.requirements_dir())


def written(directory: Path, **files: str) -> Path:
    for name, content in files.items():
        (directory / f"{name}.yaml").write_text(content, encoding="utf-8")
    return directory


def test_every_statement_of_the_document_is_there_in_order(catalogue: Catalogue) -> None:
    expected = [f"{prefix}-{number}" for prefix, count in HOW_MANY.items() for number in range(1, count + 1)]
    assert [requirement.id for requirement in catalogue if not requirement.dialect] == expected


def test_statements_of_a_dialect_have_names_and_files_those_of_the_document_numbers_and_words(
    catalogue: Catalogue,
) -> None:
    for requirement in catalogue:
        assert bool(requirement.files) is bool(requirement.dialect), requirement.id
        assert bool(requirement.quote) is bool(requirement.lines) is not bool(requirement.dialect), requirement.id
        assert requirement.id.startswith("T-") is (requirement.dialect == "terway")


def test_each_text_is_one_sentence_without_a_chain_of_ands(catalogue: Catalogue) -> None:
    for requirement in catalogue:
        assert requirement.text.endswith("."), requirement.id
        assert ". " not in requirement.text, requirement.id
        assert requirement.text.count(" and ") <= 1, requirement.id


@pytest.mark.parametrize("name", known_profiles())
def test_whatever_can_be_tested_is_core_or_belongs_to_a_feature_of_the_profile_or_is_departed_from(
    catalogue: Catalogue, name: str
) -> None:
    profile = load_profile(name, catalogue=catalogue)
    offered = {name for feature in profile.features.values() for name in feature.requirements}
    for requirement in catalogue:
        if requirement.excluded or not profile.knows(requirement):
            assert requirement.id not in {*profile.requirements, *offered}, requirement.id
        elif requirement.feature == CORE:
            assert requirement.id in profile.requirements, requirement.id
        else:
            assert requirement.id in profile.features[requirement.feature].requirements, requirement.id


@pytest.mark.skipif("PODNET_DOCUMENT" not in os.environ, reason="PODNET_DOCUMENT does not name a copy of the document")
def test_the_quotes_are_the_words_of_the_document(catalogue: Catalogue) -> None:
    document = Path(os.environ["PODNET_DOCUMENT"]).read_text(encoding="utf-8").splitlines()
    for requirement in (one for one in catalogue if not one.dialect):
        for start, end in _blocks(requirement):
            said = " ".join(" ".join(document[start - 1 : end]).split())
            assert requirement.quote in said, f"{requirement.id}, line {start}"


def _blocks(requirement: Requirement) -> list[tuple[int, int]]:
    """Neighbouring lines are one place; a sentence that is said twice stands in two."""
    first, last = min(requirement.lines), max(requirement.lines)
    if last - first + 1 == len(requirement.lines):
        return [(first, last)]
    return [(line, line) for line in requirement.lines]


def test_an_id_selects_itself_and_nothing_that_begins_like_it(tmp_path: Path) -> None:
    entries = ENTRY + ENTRY.replace("SEL-1", "SEL-10") + ENTRY.replace("SEL-1", "SELF-1")
    found = load_catalogue(written(tmp_path, a="title: T\nposition: 1\nrequirements:" + entries))
    assert [one.id for one in found.select("SEL-1")] == ["SEL-1"]
    assert [one.id for one in found.select("SEL")] == ["SEL-1", "SEL-10"]
    assert found.select("SE") == found.select("SEL-") == found.select("sel") == found.select("") == ()


def test_areas_come_in_the_order_of_their_positions_not_of_their_names(tmp_path: Path) -> None:
    second = AREA.replace("position: 1", "position: 2").replace("SEL-1", "ANN-1")
    found = load_catalogue(written(tmp_path, z=AREA, a=second))
    assert [one.id for one in found] == ["SEL-1", "ANN-1"]


def test_the_digest_is_that_of_the_content_not_of_the_formatting(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "changed").mkdir()
    plain = load_catalogue(written(tmp_path, a=AREA))
    formatted = "# a comment\n" + AREA.replace("the pod uses", "the   pod\n        uses")
    same = load_catalogue(written(tmp_path / "other", b=formatted))
    changed = load_catalogue(written(tmp_path / "changed", a=AREA.replace("the pod uses", "the pod")))
    assert plain.digest == same.digest
    assert plain.digest != changed.digest
    assert plain.digest.startswith("sha256:")


def test_get_and_membership_go_by_the_id(catalogue: Catalogue) -> None:
    found = catalogue.get("SEL-2")
    assert found is not None
    assert found.prefix == "SEL"
    assert "SEL-2" in catalogue
    assert "SEL-99" not in catalogue
    assert catalogue.get("SEL-99") is None


DIALECT = ENTRY.replace("SEL-1", "T-SEL").replace("lines: [64]\n      quote: the pod uses", "files: [a.go, b.md]")


def test_a_dialect_names_files_instead_of_lines(tmp_path: Path) -> None:
    (found,) = load_catalogue(written(tmp_path, a=f"title: T\nposition: 1\ndialect: small\nrequirements:{DIALECT}"))
    assert (found.id, found.dialect, found.files) == ("T-SEL", "small", ("a.go", "b.md"))
    assert (found.lines, found.quote, found.prefix) == ((), "", "T")


@pytest.mark.parametrize(
    ("dialect", "entry", "message"),
    [
        ("dialect: small\n", ENTRY, r"a\.yaml:9: source has an unknown field 'lines'; known are files"),
        ("", DIALECT, r"a\.yaml:8: source has an unknown field 'files'; known are lines, quote"),
        ("", ENTRY.replace("SEL-1", "T-"), "'T-' is not an id"),
        ("", ENTRY.replace("SEL-1", "T-1"), "'T-1' is not an id"),
        ("", ENTRY.replace("SEL-1", "S-ALL"), "'S-ALL' is not an id"),
    ],
)
def test_the_source_and_the_id_fit_who_says_it(tmp_path: Path, dialect: str, entry: str, message: str) -> None:
    with pytest.raises(CatalogueError, match=message):
        load_catalogue(written(tmp_path, a=f"title: T\nposition: 1\n{dialect}requirements:{entry}"))


@pytest.mark.parametrize(
    ("change", "line", "message"),
    [
        (("level: MUST", "level: SHALL"), 5, "level 'SHALL' is unknown; known are MUST, MUST-d"),
        (("id: SEL-1", "id: sel-1"), 4, "'sel-1' is not an id"),
        (("id: SEL-1", "id: 7"), 4, "7 is not an id"),
        (("    level: MUST\n", ""), 4, "a requirement lacks level"),
        (("    feature: core\n", "    feature: core\n    colour: red\n"), 12, "unknown field 'colour'"),
        (("    feature: core\n", "    feature: core\n    level: MAY\n"), 12, "field 'level' is there twice"),
        (("feature: core", "feature: matchExpressions"), 11, "'matchExpressions' is not core or a feature"),
        (("observe: [annotations]", "observe: []"), 10, "observe must be a list with at least one entry"),
        (("observe: [annotations]", "observe: [colour]"), 10, "observe 'colour' is unknown"),
        (("lines: [64]", "lines: [sixty]"), 8, "a line must be an integer"),
        (("lines: [64]", "lines: [true]"), 8, "a line must be an integer"),
        (("      quote: the pod uses\n", ""), 7, "source lacks quote"),
        (("quote: the pod uses", "quote: ''"), 9, "quote must be text"),
        (("text: A pod that matches uses the plane.", "text: [a, b]"), 6, "text must be text"),
        (("feature: core", "feature: core\n    ambiguity: [B-1]"), 12, "'B-1' is not an ambiguity"),
        (("title: Selectors", "title: Selectors\ntitle: Again"), 2, "field 'title' is there twice"),
        (("title: Selectors\n", ""), 1, "an area lacks title"),
        (("position: 1", "position: first"), 2, "position must be an integer"),
        (("position: 1", "position: 1.5"), 2, "'1.5' is of a kind that is not used here"),
        (("position: 1", "position: 0x1G"), 2, "position must be an integer"),
        (("level: MUST", "level: [MUST"), 6, "is not YAML"),
        (("title: Selectors", "? [a]\n: b\ntitle: Selectors"), 1, "a field name must be text"),
    ],
)
def test_a_mistake_is_told_with_file_and_line(tmp_path: Path, change: tuple[str, str], line: int, message: str) -> None:
    wrong = AREA.replace(change[0], change[1], 1)
    assert wrong != AREA
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(written(tmp_path, selectors=wrong))
    assert str(caught.value).startswith(f"{tmp_path / 'selectors.yaml'}:{line}: ")
    assert message in str(caught.value)


def test_an_id_in_two_files_is_told_with_the_other_file(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"b\.yaml:4: SEL-1 is in a\.yaml already"):
        load_catalogue(written(tmp_path, a=AREA, b=AREA.replace("position: 1", "position: 2")))


def test_a_position_that_is_taken_is_told(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match=r"b\.yaml:2: position 1 is taken by a\.yaml"):
        load_catalogue(written(tmp_path, a=AREA, b=AREA.replace("SEL-1", "SEL-2")))


def test_text_that_is_not_utf_8_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(AREA.encode().replace(b"the plane", b"the pl\xffne"))
    with pytest.raises(CatalogueError, match=r"a\.yaml:6: is not UTF-8"):
        load_catalogue(tmp_path)


@pytest.mark.parametrize(("content", "message"), [("", "is empty"), ("- a\n", "an area must be a mapping")])
def test_a_file_without_an_area_is_told(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(CatalogueError, match=rf"a\.yaml:1: {message}"):
        load_catalogue(written(tmp_path, a=content))


def test_a_folder_without_requirements_is_no_catalogue(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="holds no requirements"):
        load_catalogue(tmp_path)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").mkdir()
    with pytest.raises(CatalogueError, match=r"a\.yaml: cannot be read: Is a directory"):
        load_catalogue(tmp_path)


def test_the_excluded_ones_are_those_that_no_scenario_can_judge(catalogue: Catalogue) -> None:
    excluded = [requirement.id for requirement in catalogue if requirement.excluded and not requirement.dialect]
    expected = "PRE-1 API-5 MUL-1 MUL-5 SG-5 SG-6 VSW-5 VSW-6 ZON-4 CAP-1 ALC-3 ALC-4 ALC-8 FAQ-1"
    assert excluded == expected.split()
    levels = Counter(one.level for one in catalogue if one.excluded and not one.dialect)
    assert levels["MUST"] == 0, "what the document states as a fact is tested"
