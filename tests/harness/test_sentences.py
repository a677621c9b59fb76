"""A sentence takes what it says and nothing more: a value never runs over its quotes, and parts may be left out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from processes import ROOT

from podnet.harness.sentences import sentence
from podnet.harness.vocabulary import load_vocabulary

OPTIONAL = sentence('the pod "{pod}"[ labelled "{labels}"] runs[ in the namespace "{namespace}"]')
UNQUOTED = st.text(st.characters(exclude_characters='"', exclude_categories=("Cs",)), max_size=8)


@given(UNQUOTED)
def test_a_placeholder_in_quotes_takes_any_text_without_quotes(text: str):
    assert sentence('the pod "{pod}" runs').parse_arguments(f'the pod "{text}" runs') == {"pod": text}


@given(UNQUOTED, UNQUOTED)
def test_a_value_never_runs_over_its_quotes(one: str, two: str):
    text = f'the pod "{one}" and the pod "{two}" run'
    assert sentence('the pod "{pod}" run').parse_arguments(text) is None
    assert sentence('the pod "{a}" and the pod "{b}" run').parse_arguments(text) == {"a": one, "b": two}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ('the pod "a" runs', {"pod": "a"}),
        ('the pod "a" labelled "x=y" runs', {"pod": "a", "labels": "x=y"}),
        ('the pod "a" runs in the namespace "n"', {"pod": "a", "namespace": "n"}),
        ('the pod "a" labelled "" runs in the namespace "n"', {"pod": "a", "labels": "", "namespace": "n"}),
        ('the pod "a" in the namespace "n" runs', None),
        ('the pod "a" labelled runs', None),
        ("the pod a runs", None),
        ('the pod "a" runs ', None),
        ('then the pod "a" runs', None),
    ],
)
def test_what_stands_in_brackets_may_be_left_out(text: str, values: dict[str, str] | None):
    assert OPTIONAL.parse_arguments(text) == values
    assert OPTIONAL.is_matching(text) is (values is not None)


def test_a_number_arrives_as_one():
    pods = sentence('{count} pods "{group}" are created')
    assert pods.parse_arguments('12 pods "web" are created') == {"count": 12, "group": "web"}
    assert pods.parse_arguments('"12" pods "web" are created') is None
    assert pods.parse_arguments('-1 pods "web" are created') is None


def test_a_number_in_quotes_stays_text():
    assert sentence('the value "{count}"').parse_arguments('the value "12"') == {"count": "12"}


def test_a_workload_is_one_of_three_kinds():
    scaled = sentence('the {kind:Workload} "{name}" is scaled to {count}')
    assert scaled.parse_arguments('the Job "a" is scaled to 3') == {"kind": "Job", "name": "a", "count": 3}
    assert scaled.parse_arguments('the DaemonSet "a" is scaled to 3') is None


def test_words_are_words_in_lower_case():
    ends = sentence("pods that are {ending:Words}, {rounds} rounds")
    assert ends.parse_arguments("pods that are deleted by force, 3 rounds") == {
        "ending": "deleted by force",
        "rounds": 3,
    }
    assert ends.parse_arguments("pods that are Deleted, 3 rounds") is None


def test_signs_that_mean_something_to_regular_expressions_mean_nothing_here():
    assert sentence("is it (so)? a+b. *").is_matching("is it (so)? a+b. *")
    assert not sentence("a.b").is_matching("axb")


def test_no_two_sentences_of_the_suite_fit_the_same_words():
    vocabulary = load_vocabulary(ROOT / "steps")
    assert vocabulary.problems == []
    definitions = [one for type_ in ("given", "when", "then") for one in vocabulary._by_type[type_]]
    assert len(definitions) > 50
    for one in definitions:
        example = filled(one.sentence)
        fitting = [
            other.sentence
            for other in definitions
            if other.keyword_type == one.keyword_type and other.arguments(example) is not None
        ]
        assert fitting == [one.sentence]


def filled(text: str) -> str:
    """A sentence with everything in brackets, and a value for every placeholder."""
    import re

    text = re.sub(r'"\{\w+\}"', '"x"', text).replace("[", "").replace("]", "")
    text = re.sub(r"\{\w+:Workload\}", "Job", text)
    text = re.sub(r"\{\w+:Words\}", "words", text)
    return re.sub(r"\{\w+\}", "3", text)
