"""Miniatures are found by reading: their names, what they break, and what is wrong with their files."""

from __future__ import annotations

from pathlib import Path

import pytest

from podnet.api.problems import UsageProblem
from podnet.suite import locate
from podnet.suite.catalogue import Catalogue, load_catalogue
from podnet.suite.miniatures import find_miniature, kebab, load_miniatures


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(locate.requirements_dir())


@pytest.mark.parametrize(
    ("class_name", "name"),
    [
        ("LastSecurityGroup", "last-security-group"),
        ("VSwitchInOrder", "v-switch-in-order"),
        ("NoENI", "no-eni"),
        ("ENIOfAnother", "eni-of-another"),
        ("Two2One", "two2-one"),
    ],
)
def test_a_class_is_named_in_words_with_hyphens(class_name: str, name: str):
    assert kebab(class_name) == name


def test_what_a_docstring_says_is_what_a_miniature_is(tmp_path: Path, catalogue: Catalogue):
    (tmp_path / "some.py").write_text(
        '''\
class _Helper:
    pass


class Wrong:
    """SEL-2: One of the two
    is enough."""


class Right:
    """Legal (A-10, MUL-2): The first by name: it is as good as any."""


class Other:
    """Dialect (terway): All of them."""
'''
    )
    found = load_miniatures(tmp_path, catalogue=catalogue)
    assert list(found) == ["wrong", "right", "other"]
    told = [(one.kind, one.breaks, one.freedom, one.profile, one.sentence, one.line) for one in found.values()]
    assert told == [
        ("wrong", "SEL-2", "", "", "One of the two is enough.", 5),
        ("legal", "", "A-10, MUL-2", "", "The first by name: it is as good as any.", 10),
        ("dialect", "", "", "terway", "All of them.", 14),
    ]


def test_nothing_in_the_files_is_run(tmp_path: Path, catalogue: Catalogue):
    (tmp_path / "some.py").write_text('raise SystemExit\nclass One:\n    """SEL-2: It is wrong."""\n')
    assert list(load_miniatures(tmp_path, catalogue=catalogue)) == ["one"]


def test_a_file_that_is_not_python_is_refused_with_its_line(tmp_path: Path, catalogue: Catalogue):
    (tmp_path / "some.py").write_text("class One:\n    pass\nclass Two\n")
    with pytest.raises(UsageProblem, match=r"some\.py:3: the miniatures cannot be read: "):
        load_miniatures(tmp_path, catalogue=catalogue)


def test_an_unknown_name_is_refused_with_those_that_are_like_it(tmp_path: Path, catalogue: Catalogue):
    (tmp_path / "some.py").write_text('class LastGroup:\n    """SG-2: The last."""\n')
    known = load_miniatures(tmp_path, catalogue=catalogue)
    assert find_miniature("last-group", miniatures=known).class_name == "LastGroup"
    with pytest.raises(UsageProblem, match=r"there is no miniature 'lastgroup'; did you mean last-group\?"):
        find_miniature("lastgroup", miniatures=known)
    with pytest.raises(UsageProblem, match="`podnet selftest --list` shows them"):
        find_miniature("something else", miniatures=known)


def test_every_core_requirement_has_a_miniature_that_breaks_it_and_every_one_is_short(catalogue: Catalogue):
    found = load_miniatures(locate.miniatures_dir(), catalogue=catalogue).values()
    wrong = [one for one in found if one.kind == "wrong"]
    legal = [one for one in found if one.kind == "legal"]
    assert len(wrong) > 200
    assert len(legal) > 35
    assert all(one.sentence.endswith(".") for one in found)
