"""``podnet selftest``: what it calls good and what it does not, each with its exit code."""

from __future__ import annotations

import json
import shutil

import pytest
from processes import ROOT
from small_selftest import IN_ORDER, LAST, Small, judgements

SURVIVOR = '''\
class Harmless(Reference):
    """SG-2: It does what it should."""

    def effective_security_groups(self, podnetworking):
        return podnetworking.security_groups[:1]


'''
MISBLAMED = LAST.replace("SG-2: The", "SEL-1: The")
FALSE_ALARM = LAST.replace("SG-2: The", "Legal (A-5): The")
RAISES = '''\
class Raises(Reference):
    """SG-2: It raises at first."""

    def choose_vswitch(self, candidates, *, pod):
        if self.__dict__.setdefault("raised", pod["metadata"]["name"]) == pod["metadata"]["name"]:
            self.raised = ""
            raise ValueError("no idea")
        return super().choose_vswitch(candidates, pod=pod)


'''
ENDS = '''\
class Ends(Reference):
    """SG-2: It ends its process."""

    def effective_security_groups(self, podnetworking):
        __import__("os")._exit(0)


'''


def test_everything_as_it_should_be(small: Small):
    small.miniatures(LAST, IN_ORDER)
    small.matrix(last="SG-2")
    code, told = small.told("last", "in-order")
    assert (code, told["passed"], told["reference_failed"]) == (0, True, [])
    assert judgements(told) == {"last": "killed", "in-order": "passed"}
    assert told["miniatures"][0]["failed"] == {"0": ["SG-2"]}


@pytest.mark.parametrize(
    ("miniature", "row", "judgement", "words"),
    [
        (SURVIVOR, "SG-2", "survived", "SURVIVED  harmless"),
        (MISBLAMED, "SG-2", "misblamed", "KILLED FOR SOMETHING ELSE  last"),
        (FALSE_ALARM, "", "false alarm", "FALSE ALARM  last"),
        (LAST, "SG-2, SG-4", "changed", "NOT AS THE MATRIX SAYS  last"),
        (LAST, "", "changed", "NOT AS THE MATRIX SAYS  last"),
        (RAISES, "SG-2", "errored", "ERRORED  raises"),
    ],
)
def test_what_is_not_as_it_should_be_is_named(miniature: str, row: str, judgement: str, words: str, small: Small):
    small.miniatures(miniature)
    name = words.rpartition(" ")[2]
    small.matrix(**({name: row} if row else {}))
    code, told = small.told(name)
    assert (code, told["passed"], judgements(told)) == (1, False, {name: judgement})
    done = small.run(name)
    assert done.code == 1
    assert words in done.out
    assert f"small.py:{4}" in done.out
    assert done.out.rstrip().endswith("failed")


def test_a_requirement_without_a_killer_is_named(small: Small):
    small.miniatures(LAST)
    small.matrix(last="SG-2")
    done = small.run()
    assert done.code == 1
    assert "WITHOUT A KILLER  SEL-2: " in done.out
    assert "WITHOUT A KILLER  SG-2" not in done.out


def test_a_reference_that_fails_is_named(small: Small):
    small.miniatures(IN_ORDER)
    feature = small.root / "features" / "security_groups" / "first_only.feature"
    feature.write_text(feature.read_text().replace('security group "blue"', 'security group "default"'))
    code, told = small.told("in-order")
    assert code == 1
    assert "SG-2" in told["reference_failed"]


def test_the_matrix_is_written_as_it_was_found_and_then_it_fits(small: Small):
    small.miniatures(LAST, IN_ORDER)
    assert small.run("last", "in-order", "--update").code == 1
    written = small.matrix_file.read_text()
    assert written.endswith("ack-serverless:\n  last: [SG-2]\n")
    assert small.run("last", "in-order").code == 0
    small.run("in-order", "--update")
    assert small.matrix_file.read_text() == written, "rows of others stay where only some are played"


def test_several_seeds_are_compared_with_each_other(small: Small):
    small.miniatures(LAST)
    small.matrix(last="SG-2")
    code, told = small.told("last", "--seeds", 3, "--seed", 7)
    assert code == 0
    assert set(told["miniatures"][0]["failed"]) == {"7", "8", "9"}


def test_a_miniature_is_found_by_its_name_and_a_wrong_name_gets_help(small: Small):
    small.miniatures(LAST, IN_ORDER)
    done = small.run("in-ordr")
    assert (done.code, done.out) == (2, "")
    assert done.err == "error: there is no miniature 'in-ordr'; did you mean in-order?\n"


@pytest.mark.parametrize(
    ("docstring", "words"),
    [
        ("Does something.", "the docstring of Own is not one sentence behind"),
        ("XYZ-1: Does something.", "Own breaks XYZ-1, which nothing tests"),
        ("MUL-5: Does something.", "Own breaks MUL-5, which nothing tests"),
    ],
)
def test_a_docstring_that_says_nothing_usable_is_refused_with_its_place(docstring: str, words: str, small: Small):
    small.miniatures(f'class Own(Reference):\n    """{docstring}"""\n')
    done = small.run()
    assert (done.code, done.out) == (2, "")
    assert f"small.py:4: {words}" in done.err


def test_two_miniatures_of_one_name_are_refused(small: Small):
    small.miniatures(LAST, LAST)
    done = small.run()
    assert done.code == 2
    assert "last is also at " in done.err


def test_the_list_names_every_miniature_with_its_sentence(small: Small):
    small.miniatures(LAST, IN_ORDER)
    done = small.run("--list")
    assert (done.code, done.out.splitlines()) == (
        0,
        [
            "last      SG-2      The last security group takes effect.",
            "in-order  legal     The vSwitches are taken in the order of the list.",
        ],
    )
    told = json.loads(small.run("--list", "--json").out)
    assert [one["kind"] for one in told] == ["wrong", "legal"]


def test_one_that_ends_its_process_is_named_and_takes_nobody_with_it(small: Small):
    small.miniatures(LAST, ENDS)
    small.matrix(last="SG-2")
    code, told = small.told("last", "ends")
    assert (code, judgements(told)) == (1, {"last": "killed", "ends": "errored"})
    (reason, *_) = told["miniatures"][1]["errored"]["0"]
    assert reason.endswith("its process ended with exit status 0 in the middle of it")


def test_sharing_results_changes_nothing_but_the_number_of_plays(small: Small):
    real = ("least-security-group", "either-selector", "annotation-none", "chooses-by-name", "starts-late")
    folder = small.root / "conformance" / "miniatures"
    shutil.copytree(ROOT / "conformance" / "miniatures", folder, dirs_exist_ok=True)
    (_, shared), (_, alone) = small.told(*real), small.told(*real, "--every-play")
    for told in (shared, alone):
        told.pop("seconds")
    (plays_shared,), (plays_alone,) = ([one.pop("plays") for one in told["rounds"]] for told in (shared, alone))
    assert shared == alone
    assert plays_shared < plays_alone
