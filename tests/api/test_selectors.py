"""Label selectors against the documentation of Kubernetes, and the words of the API server about bad ones."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from podnet.api.label_syntax import key_problems, subdomain_problems, value_problems
from podnet.api.selectors import (
    EVERYTHING,
    NOTHING,
    Requirement,
    Selector,
    SelectorError,
    from_label_selector,
    from_query,
    problems,
)

KEYS = st.sampled_from(["a", "b", "example.com/c"])
VALUES = st.sampled_from(["", "x", "y", "z"])
LABELS = st.dictionaries(KEYS, VALUES, max_size=3)


@st.composite
def expressions(draw):
    operator = draw(st.sampled_from(["In", "NotIn", "Exists", "DoesNotExist"]))
    expression = {"key": draw(KEYS), "operator": operator}
    if operator in {"In", "NotIn"}:
        expression["values"] = draw(st.lists(VALUES, min_size=1, max_size=3))
    return expression


SELECTORS = st.fixed_dictionaries(
    {}, optional={"matchLabels": LABELS, "matchExpressions": st.lists(expressions(), max_size=3)}
)


def documented(selector, labels):
    """The truth table of the documentation, written for single keys: no code of podnet in it."""
    verdicts = [key in labels and labels[key] == value for key, value in selector.get("matchLabels", {}).items()]
    for expression in selector.get("matchExpressions", []):
        key, values = expression["key"], set(expression.get("values", []))
        present = {labels[key]} if key in labels else set()
        verdicts.append(
            {
                "In": bool(present & values),
                "NotIn": not present & values,
                "Exists": bool(present),
                "DoesNotExist": not present,
            }[expression["operator"]]
        )
    return False not in verdicts


@given(selector=SELECTORS, labels=LABELS)
@settings(max_examples=300)
def test_a_label_selector_means_what_the_documentation_says(selector, labels):
    assert from_label_selector(selector).matches(labels) is documented(selector, labels)


def as_query(selector):
    parts = [f"{key}={value}" for key, value in selector.get("matchLabels", {}).items()]
    for expression in selector.get("matchExpressions", []):
        key, values = expression["key"], ",".join(expression.get("values", []))
        parts.append(
            {
                "In": f"{key} in ({values})",
                "NotIn": f"{key} notin ({values})",
                "Exists": key,
                "DoesNotExist": f"!{key}",
            }[expression["operator"]]
        )
    return ",".join(parts)


@given(selector=SELECTORS, labels=LABELS)
@settings(max_examples=300)
def test_a_query_means_the_same_as_the_label_selector_that_it_spells(selector, labels):
    assert from_query(as_query(selector)).matches(labels) is documented(selector, labels)


def test_no_selector_matches_nothing_and_an_empty_one_everything():
    assert from_label_selector(None) == NOTHING
    assert not NOTHING.matches({})
    assert not NOTHING.matches({"a": "b"})
    for empty in ({}, {"matchLabels": {}}, {"matchExpressions": []}, {"matchLabels": None, "matchExpressions": None}):
        assert from_label_selector(empty) == EVERYTHING
    assert EVERYTHING.matches({})


def test_an_empty_value_is_not_an_absent_key():
    selector = from_label_selector({"matchLabels": {"a": ""}})
    assert selector.matches({"a": ""})
    assert not selector.matches({})


def test_comparison_is_case_sensitive_and_exact():
    selector = from_label_selector({"matchLabels": {"app": "web"}})
    assert not selector.matches({"app": "Web"})
    assert not selector.matches({"App": "web"})
    assert not selector.matches({"app": "web2"})


@pytest.mark.parametrize(
    ("query", "requirements"),
    [
        ("", ()),
        ("  ", ()),
        ("a=b", (("a", "In", ("b",)),)),
        ("a==b", (("a", "In", ("b",)),)),
        ("a!=b", (("a", "NotIn", ("b",)),)),
        (" a = b , c ", (("a", "In", ("b",)), ("c", "Exists", ()))),
        ("a=", (("a", "In", ("",)),)),
        ("a=,b", (("a", "In", ("",)), ("b", "Exists", ()))),
        ("!a", (("a", "DoesNotExist", ()),)),
        ("! a", (("a", "DoesNotExist", ()),)),
        ("a in (b, c)", (("a", "In", ("b", "c")),)),
        ("a in(b)", (("a", "In", ("b",)),)),
        ("a notin ()", (("a", "NotIn", ("",)),)),
        ("a in (,)", (("a", "In", ("",)),)),
        ("a in (b,,c)", (("a", "In", ("", "b", "c")),)),
        ("a in (b,)", (("a", "In", ("", "b")),)),
        ("in in (in,notin)", (("in", "In", ("in", "notin")),)),
        ("notin", (("notin", "Exists", ()),)),
        ("example.com/a>5", (("example.com/a", "Gt", ("5",)),)),
    ],
)
def test_the_query_grammar(query, requirements):
    assert from_query(query) == Selector(tuple(Requirement(*item) for item in requirements))


@pytest.mark.parametrize(
    ("query", "message"),
    [
        (",", "found ',', expected: !, identifier, or 'end of string'"),
        ("a,", "found '', expected: identifier after ','"),
        ("a b", "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"),
        ("a=b c", "found 'c', expected: ',' or 'end of string'"),
        ("a in b", "unable to parse requirement: found 'b' expected: '('"),
        ("a in (b", "unable to parse requirement: found '', expected: ',' or ')'"),
        ("a in (b c)", "unable to parse requirement: found 'c', expected: ',' or ')'"),
        ("a=(b)", "unable to parse requirement: found '(', expected: identifier"),
        ("!", "unable to parse requirement: found '', expected: identifier"),
        ("!a=b", "found '=', expected: ',' or 'end of string'"),
    ],
)
def test_a_bad_query_is_refused_in_the_words_of_the_api_server(query, message):
    with pytest.raises(SelectorError) as caught:
        from_query(query)
    assert str(caught.value) == message


@pytest.mark.parametrize("query", ["-a=b", "a=-b", "a in (b-)", "a/b/c", "a>x", "/a", "é"])
def test_a_query_with_a_bad_key_or_value_is_refused(query):
    with pytest.raises(SelectorError):
        from_query(query)


@given(st.text(alphabet="ab=!(),<> innot/.-_", max_size=12))
@settings(max_examples=300)
def test_any_query_is_understood_or_refused(text):
    with contextlib.suppress(SelectorError):
        assert from_query(text).matches({"a": "b"}) in {True, False}


def test_greater_and_less_compare_numbers():
    assert from_query("n>9").matches({"n": "10"})
    assert not from_query("n<9").matches({"n": "10"})
    assert not from_query("n>9").matches({"n": "many"})
    assert not from_query("n<9").matches({})


PATH = "spec.selector.podSelector"


def said(selector):
    return [(problem.field, problem.reason, problem.message) for problem in problems(selector, path=PATH)]


@pytest.mark.parametrize("operator", ["In", "NotIn"])
@pytest.mark.parametrize("values", [{}, {"values": []}, {"values": None}])
def test_in_without_values_is_required_to_have_some(operator, values):
    selector = {"matchExpressions": [{"key": "a", "operator": operator, **values}]}
    assert said(selector) == [
        (
            f"{PATH}.matchExpressions[0].values",
            "FieldValueRequired",
            "Required value: must be specified when `operator` is 'In' or 'NotIn'",
        )
    ]
    with pytest.raises(SelectorError, match="matchExpressions"):
        from_label_selector(selector)


@pytest.mark.parametrize("operator", ["Exists", "DoesNotExist"])
def test_exists_with_values_is_forbidden(operator):
    assert said({"matchExpressions": [{"key": "a", "operator": operator, "values": ["x"]}]}) == [
        (
            f"{PATH}.matchExpressions[0].values",
            "FieldValueForbidden",
            "Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
        )
    ]


@pytest.mark.parametrize("operator", ["Foo", "in", "Equals", "Gt", ""])
def test_an_unknown_operator_is_named(operator):
    assert said({"matchExpressions": [{"key": "a", "operator": operator}]}) == [
        (
            f"{PATH}.matchExpressions[0].operator",
            "FieldValueInvalid",
            f'Invalid value: "{operator}": not a valid selector operator',
        )
    ]


def test_a_bad_key_and_a_bad_value_are_told_at_their_fields():
    expression = {"key": "a", "operator": "In", "values": ["good", "bad value"]}
    found = problems({"matchLabels": {"-x": "y", "z": "_"}, "matchExpressions": [expression]}, path=PATH)
    assert [problem.field for problem in found] == [
        f"{PATH}.matchLabels",
        f"{PATH}.matchLabels",
        f"{PATH}.matchExpressions[0].values[1]",
    ]
    assert str(found[0]) == (
        f"{PATH}.matchLabels: Invalid value: \"-x\": name part must consist of alphanumeric characters, '-', '_' or"
        " '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc',"
        " regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
    )
    assert found[1].message.startswith('Invalid value: "_": a valid label must be an empty string or consist of')


@pytest.mark.parametrize(
    "nonsense",
    [
        [],
        "text",
        3,
        {"matchLabels": []},
        {"matchLabels": {"a": 1}},
        {"matchLabels": {"a": None}},
        {"matchExpressions": {}},
        {"matchExpressions": ["x"]},
        {"matchExpressions": [{"key": 1, "operator": "Exists"}]},
        {"matchExpressions": [{"key": "a", "operator": []}]},
        {"matchExpressions": [{"key": "a", "operator": "In", "values": "x"}]},
        {"matchExpressions": [{"key": "a", "operator": "In", "values": [1]}]},
        {"matchExpressions": [{}]},
    ],
)
def test_values_of_the_wrong_type_are_problems_and_never_errors_of_another_kind(nonsense):
    assert problems(nonsense, path=PATH)
    with pytest.raises(SelectorError):
        from_label_selector(nonsense)


@pytest.mark.parametrize("key", ["a", "A.b_c-1", "example.com/a", "x" * 63, f"{'a.' * 120}b/c"])
def test_qualified_names_are_keys(key):
    assert key_problems(key) == ()


@pytest.mark.parametrize(
    ("key", "first"),
    [
        ("", "name part must be non-empty"),
        ("example.com/", "name part must be non-empty"),
        ("x" * 64, "name part must be no more than 63 bytes"),
        ("a b", "name part must consist of"),
        ("/a", "prefix part must be non-empty"),
        ("Example.com/a", "prefix part a lowercase RFC 1123 subdomain must consist of"),
        (f"{'a.' * 130}b/c", "prefix part must be no more than 253 characters"),
        ("a/b/c", "a valid label key must consist of"),
        ("a\n", "name part must consist of"),
    ],
)
def test_what_is_no_qualified_name_is_told_why(key, first):
    assert key_problems(key)[0].startswith(first)


def test_label_values_may_be_empty_but_not_long_or_odd():
    assert value_problems("") == ()
    assert value_problems("x" * 63) == ()
    assert value_problems("x" * 64) == ("must be no more than 63 bytes",)
    assert len(value_problems("-" * 64)) == 2
    assert value_problems("a\n")


def test_subdomains_are_lower_case():
    assert subdomain_problems("a.b-c") == ()
    assert subdomain_problems("A")
