"""A PodNetworking as a value: what counts as set, and that nonsense never raises."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from podnet.api.podnetworking import from_object

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["", "a", "b"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["", "a", "b"]), inner, max_size=3),
    max_leaves=5,
)


def test_every_field_of_the_document_is_read_in_order():
    seen = from_object(
        {
            "metadata": {"name": "plane", "uid": "u"},
            "spec": {
                "allocationType": {"type": "Fixed", "releaseStrategy": "TTL", "releaseAfter": "5m"},
                "selector": {"podSelector": {"matchLabels": {"a": "b"}}, "namespaceSelector": {}},
                "securityGroupIDs": ["sg-2", "sg-1"],
                "vSwitchOptions": ["vsw-2", "vsw-1"],
            },
        }
    )
    assert (seen.name, seen.uid, seen.allocation_type) == ("plane", "u", "Fixed")
    assert (seen.release_strategy, seen.release_after) == ("TTL", "5m")
    assert (seen.security_groups, seen.vswitches) == (("sg-2", "sg-1"), ("vsw-2", "vsw-1"))
    assert seen.pod_selector == {"matchLabels": {"a": "b"}}
    assert seen.namespace_selector == {}


def test_an_omitted_type_is_elastic():
    assert from_object({"metadata": {"name": "p"}, "spec": {}}).allocation_type == "Elastic"


@given(
    spec=st.fixed_dictionaries(
        {},
        optional={
            "allocationType": JSON,
            "selector": JSON | st.fixed_dictionaries({}, optional={"podSelector": JSON, "namespaceSelector": JSON}),
            "securityGroupIDs": JSON,
            "vSwitchOptions": JSON,
        },
    )
)
@settings(max_examples=150)
def test_nonsense_is_read_without_an_error(spec):
    seen = from_object({"metadata": {"name": "p"}, "spec": spec})
    assert seen.pods.matches({}) in {True, False}
    assert seen.namespaces.matches({}) in {True, False}
    assert all(isinstance(item, str) for item in (*seen.vswitches, *seen.security_groups))
