"""What has to hold before a failure says anything: read from a file that cannot contradict itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from podnet.suite import locate
from podnet.suite.catalogue import Catalogue, load_catalogue
from podnet.suite.located import CatalogueError
from podnet.suite.presuppositions import load_presuppositions


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(locate.requirements_dir())


def load(tmp_path: Path, text: str, *, catalogue: Catalogue) -> dict[str, tuple[str, ...]]:
    path = tmp_path / "presuppositions.yaml"
    path.write_text(text)
    return dict(load_presuppositions(path, catalogue=catalogue))


def test_what_is_presupposed_at_any_remove_counts(tmp_path: Path, catalogue: Catalogue):
    found = load(tmp_path, "SEL-2: [SEL-1]\nMAT-3: [SEL-2, ANN-2]\n", catalogue=catalogue)
    assert found == {"SEL-2": ("SEL-1",), "MAT-3": ("SEL-1", "SEL-2", "ANN-2")}


def test_without_a_file_nothing_is_presupposed(tmp_path: Path, catalogue: Catalogue):
    assert load_presuppositions(tmp_path / "missing.yaml", catalogue=catalogue) == {}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("SEL-99: [SEL-1]\n", ":1: unknown requirement 'SEL-99'"),
        ("SEL-2:\n  - SEL-1\n  - SEL-99\n", ":3: unknown requirement 'SEL-99'"),
        ("SEL-2: [SEL-1]\nSEL-1: [SEL-2]\n", ":1: SEL-2 presupposes itself: SEL-1, SEL-2"),
        ("SEL-2: SEL-1\n", ":1: "),
        ("- SEL-1\n", ":1: "),
    ],
)
def test_what_cannot_be_is_refused_with_its_place(text: str, words: str, tmp_path: Path, catalogue: Catalogue):
    with pytest.raises(CatalogueError) as refused:
        load(tmp_path, text, catalogue=catalogue)
    assert f"presuppositions.yaml{words}" in str(refused.value)


def test_the_suites_own_file_names_testable_requirements_only(catalogue: Catalogue):
    found = load_presuppositions(locate.presuppositions(), catalogue=catalogue)
    assert len(found) > 40
    named = {*found, *(id_ for presupposed in found.values() for id_ in presupposed)}
    assert [id_ for id_ in named if (one := catalogue.get(id_)) is None or one.excluded] == []
