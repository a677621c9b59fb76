"""Copies of JSON values."""

from collections import OrderedDict, defaultdict

from hypothesis import given
from hypothesis import strategies as st

from podnet.api.objects import clone

ATOMS = st.none() | st.booleans() | st.integers() | st.text(max_size=3)
VALUES = st.recursive(
    ATOMS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3)
)


def containers(value):
    if isinstance(value, dict):
        return [id(value), *(found for item in value.values() for found in containers(item))]
    if isinstance(value, list):
        return [id(value), *(found for item in value for found in containers(item))]
    return []


@given(VALUES)
def test_a_copy_is_equal_and_shares_no_container(value):
    copy = clone(value)
    assert copy == value
    assert not set(containers(copy)) & set(containers(value))


def test_subclasses_become_what_json_has():
    copy = clone({"a": OrderedDict(b=(1, [2])), "c": defaultdict(list, d=[3])})
    assert copy == {"a": {"b": [1, [2]]}, "c": {"d": [3]}}
    assert [type(part) for part in (copy["a"], copy["a"]["b"], copy["c"])] == [dict, list, dict]
