from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kube_samples import PLANE_SCHEMA

from podnet.api.objects import Obj, clone
from podnet.kube.schema import compile_schema, fill_defaults, prune
from podnet.kube.schema_validation import validate

NODE = compile_schema(PLANE_SCHEMA)

words = st.sampled_from(["Elastic", "Fixed", "Other", "vsw-1", "vsw-", "x", ""])
scalars = words | st.integers(-2, 12) | st.booleans() | st.floats(0, 3, allow_nan=False)
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=3), max_leaves=6
)
specs = st.fixed_dictionaries(
    {},
    optional={
        "allocationType": anything | st.fixed_dictionaries({}, optional={"type": scalars, "releaseAfter": scalars}),
        "zones": anything | st.lists(words, max_size=4),
        "selector": anything | st.fixed_dictionaries({}, optional={"labels": st.dictionaries(words, scalars)}),
        "port": anything,
        "weight": scalars,
        "unknown": anything,
    },
)
SPEC = PLANE_SCHEMA["properties"]["spec"]
# What the flags of Kubernetes mean in plain JSON Schema, for the oracle.
PLAIN = clone(PLANE_SCHEMA)
PLAIN["properties"]["spec"]["properties"]["selector"]["type"] = ["object", "null"]
PLAIN["properties"]["spec"]["properties"]["port"] = {"type": ["integer", "string"]}
ORACLE = jsonschema_rs.validator_for(PLAIN)


def body(spec: Any) -> Obj:
    return {"apiVersion": "example.com/v1", "kind": "Plane", "metadata": {"name": "a"}, "spec": clone(spec)}


@settings(max_examples=80, deadline=None)
@given(specs | anything)
def test_a_plain_json_schema_validator_agrees_on_what_is_valid(spec: Any) -> None:
    obj = body(spec)
    prune(obj, NODE)
    fill_defaults(obj, NODE)
    found = [problem.field for problem in validate(obj, NODE)]
    assert (not found) == ORACLE.is_valid(obj), found


@settings(max_examples=80, deadline=None)
@given(specs)
def test_pruning_and_defaulting_are_idempotent(spec: Obj) -> None:
    obj = body(spec)
    prune(obj, NODE)
    fill_defaults(obj, NODE)
    again = clone(obj)
    assert prune(again, NODE) == []
    fill_defaults(again, NODE)
    assert again == obj


@settings(max_examples=80, deadline=None)
@given(specs)
def test_every_dropped_path_is_named_once_and_nothing_else_is_lost(spec: Obj) -> None:
    obj = body(spec)
    dropped = prune(obj, NODE)
    assert len(dropped) == len(set(dropped))
    if not dropped:
        assert obj["spec"] == spec


UNPLACED = '<nil>: Invalid value: "": "spec.x" must validate'


def problems(value: Any, schema: Obj) -> list[str]:
    return [str(problem) for problem in validate(value, compile_schema(schema), "spec.x")]


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        ({"type": "string", "maxLength": 1}, "ab", ["spec.x: Too long: may not be more than 1 byte"]),
        ({"type": "object", "maxProperties": 1}, {"a": 1, "b": 2}, ["spec.x: Too many: 2: must have at most 1 item"]),
        (
            {"type": "object", "minProperties": 1},
            {},
            ["spec.x: Invalid value: 0: spec.x in body should have at least 1 properties"],
        ),
        (
            {"type": "array", "uniqueItems": True},
            [1, 1],
            ['spec.x: Invalid value: "": spec.x in body shouldn\'t contain duplicates'],
        ),
        (
            {"type": "integer", "multipleOf": 5},
            7,
            ["spec.x: Invalid value: 7: spec.x in body should be a multiple of 5"],
        ),
        (
            {"type": "integer", "minimum": 3, "exclusiveMinimum": True},
            3,
            ["spec.x: Invalid value: 3: spec.x in body should be greater than 3"],
        ),
        (
            {"type": "integer", "maximum": 3, "exclusiveMaximum": True},
            3,
            ["spec.x: Invalid value: 3: spec.x in body should be less than 3"],
        ),
        (
            {"type": "object"},
            None,
            ['spec.x: Invalid value: "null": spec.x in body must be of type object: "null"'],
        ),
        ({"type": "object", "nullable": True}, None, []),
        ({"enum": [1, True]}, 2, ['spec.x: Unsupported value: 2: supported values: "1", "true"']),
        ({"enum": [1]}, True, ['spec.x: Unsupported value: true: supported values: "1"']),
        (
            {"anyOf": [{"type": "string"}, {"type": "integer"}]},
            [],
            [
                '<nil>: Invalid value: "": "spec.x" must validate at least one schema (anyOf)',
                'spec.x: Invalid value: "array": spec.x in body must be of type string: "array"',
            ],
        ),
        (
            {"oneOf": [{"type": "integer"}, {"minimum": 1}]},
            2,
            [f"{UNPLACED} one and only one schema (oneOf). Found 2 valid alternatives"],
        ),
        ({"not": {"enum": ["x"]}}, "x", ['<nil>: Invalid value: "": "spec.x" must not validate the schema (not)']),
        ({"allOf": [{"type": "string"}, {"minLength": 1}]}, "x", []),
    ],
)
def test_each_keyword_speaks_as_the_server_does(schema: Obj, value: Any, expected: list[str]) -> None:
    assert problems(value, schema) == expected


@pytest.mark.parametrize(
    ("format_", "good", "bad"),
    [
        ("date-time", "2026-01-01T00:00:00.5+02:00", "2026-13-01T00:00:00Z"),
        ("date-time", "2026-01-01T00:00:00Z", "2026-01-01"),
        ("date", "2026-01-31", "2026-02-31"),
        ("ipv4", "10.0.0.1", "10.0.0.256"),
        ("ipv6", "fe80::1", "10.0.0.1"),
        ("cidr", "10.0.0.0/8", "10.0.0.0"),
        ("uuid", "123e4567-e89b-12d3-a456-426614174000", "123e4567"),
        ("int-or-something", "anything", None),
    ],
)
def test_known_formats_are_checked_and_others_ignored(format_: str, good: str, bad: str | None) -> None:
    schema = {"type": "string", "format": format_}
    assert problems(good, schema) == []
    if bad is not None:
        text = f'spec.x: Invalid value: "{bad}": spec.x in body must be of type {format_}: "{bad}"'
        assert problems(bad, schema) == [text]


def test_defaults_reach_into_lists_maps_and_what_was_defaulted() -> None:
    item = {"type": "object", "properties": {"n": {"type": "integer", "default": 1}}}
    schema = {
        "type": "object",
        "properties": {
            "list": {"type": "array", "items": item},
            "map": {"type": "object", "additionalProperties": item},
            "whole": {**item, "default": {}},
        },
    }
    obj: Obj = {"list": [{}, {"n": 2}], "map": {"a": {}, "b": None}}
    fill_defaults(obj, compile_schema(schema))
    assert obj == {"list": [{"n": 1}, {"n": 2}], "map": {"a": {"n": 1}}, "whole": {"n": 1}}


def test_a_default_is_copied_for_every_object() -> None:
    schema = compile_schema({"type": "object", "properties": {"a": {"type": "object", "default": {"b": []}}}})
    first: Obj = {}
    fill_defaults(first, schema)
    first["a"] = {"b": ["changed"]}
    second: Obj = {}
    fill_defaults(second, schema)
    assert second == {"a": {"b": []}}


def test_embedded_resources_keep_their_metadata() -> None:
    schema = {
        "type": "object",
        "properties": {"template": {"type": "object", "x-kubernetes-embedded-resource": True, "properties": {}}},
    }
    obj: Obj = {"template": {"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "a"}, "spec": {}}}
    assert prune(obj, compile_schema(schema)) == ["template.spec"]
