import pytest
from kube_samples import PLANE_SCHEMA, PLANES, Bench, crd, define_planes, plane, refused

from podnet.api.objects import Obj, clone, condition_of
from podnet.api.resources import CUSTOM_RESOURCE_DEFINITIONS, Resource
from podnet.kube.backend import WriteOptions
from podnet.kube.schema import compile_schema


def test_a_definition_is_established_and_its_resource_served(bench: Bench) -> None:
    with refused(404, "NotFound", "the server could not find the requested resource"):
        bench.api.list(PLANES)
    created = bench.api.create(CUSTOM_RESOURCE_DEFINITIONS, crd())
    for type_ in ("NamesAccepted", "Established"):
        condition = condition_of(created, type_)
        assert condition is not None
        assert condition["status"] == "True"
    assert created["status"]["storedVersions"] == ["v1"]
    assert created["spec"]["names"]["listKind"] == "PlaneList"
    assert bench.api.list(PLANES).items == []


def test_a_custom_resource_gets_defaults_and_no_status(bench: Bench) -> None:
    define_planes(bench)
    created = bench.api.create(PLANES, {**plane(), "status": {"phase": "Ready"}})
    assert created["spec"]["allocationType"] == {"type": "Elastic", "releaseAfter": "10m"}
    assert "status" not in created
    assert created["metadata"]["generation"] == 1


def test_unknown_fields_are_dropped_or_with_strict_validation_refused(bench: Bench) -> None:
    define_planes(bench)
    heard: list[str] = []
    obj = plane(zone="typo", allocationType={"type": "Fixed", "deep": {"er": 1}})
    created = bench.server.create(PLANES, clone(obj), options=WriteOptions(warn=heard.append))
    assert created["spec"] == {
        "zones": ["vsw-1"],
        "allocationType": {"type": "Fixed", "releaseAfter": "10m"},
    }
    assert heard == ['unknown field "spec.allocationType.deep"', 'unknown field "spec.zone"']
    text = (
        'Plane in version "v1" cannot be handled as a Plane: strict decoding error:'
        ' unknown field "spec.allocationType.deep", unknown field "spec.zone"'
    )
    with refused(400, "BadRequest", text):
        bench.server.create(PLANES, obj, options=WriteOptions(field_validation="Strict"))


def test_unknown_fields_stay_where_the_schema_says_so(bench: Bench) -> None:
    define_planes(bench)
    created = bench.api.create(PLANES, plane(extra={"any": {"thing": [1, None]}}))
    assert created["spec"]["extra"] == {"any": {"thing": [1, None]}}


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (
            {"allocationType": {"type": "X"}},
            'spec.allocationType.type: Unsupported value: "X": supported values: "Elastic", "Fixed"',
        ),
        ({"zones": "vsw-1"}, 'spec.zones: Invalid value: "string": spec.zones in body must be of type array: "string"'),
        ({"zones": None}, "spec.zones: Required value"),
        ({"zones": []}, "spec.zones: Invalid value: 0: spec.zones in body should have at least 1 items"),
        ({"zones": ["vsw-1"] * 4}, "spec.zones: Too many: 4: must have at most 3 items"),
        ({"zones": ["v-123"]}, "spec.zones[0]: Invalid value: \"v-123\": spec.zones[0] in body should match '^vsw-'"),
        ({"zones": ["vsw-"]}, 'spec.zones[0]: Invalid value: "vsw-": spec.zones[0] in body should be at least 5 chars'),
        ({"zones": [7]}, 'spec.zones[0]: Invalid value: "integer": spec.zones[0] in body must be of type string:'),
        ({"weight": 0}, "spec.weight: Invalid value: 0: spec.weight in body should be greater than or equal to 1"),
        ({"weight": 11}, "spec.weight: Invalid value: 11: spec.weight in body should be less than or equal to 10"),
        ({"weight": True}, 'spec.weight: Invalid value: "boolean": spec.weight in body must be of type integer:'),
        ({"port": []}, 'spec.port: Invalid value: "array": spec.port in body must be of type integer,string: "array"'),
        (
            {"selector": {"labels": {"a": 1}}},
            'spec.selector.labels.a: Invalid value: "integer": spec.selector.labels.a in body must be of type string:',
        ),
    ],
)
def test_a_value_that_the_schema_forbids_is_refused_in_the_servers_words(bench: Bench, spec: Obj, message: str) -> None:
    define_planes(bench)
    with refused(422, "Invalid", f'Plane.example.com "a" is invalid: {message}') as seen:
        bench.api.create(PLANES, plane(**spec))
    [cause] = seen[0].causes
    assert cause["field"] == message.partition(":")[0]
    assert seen[0].details["group"] == "example.com"
    assert seen[0].details["kind"] == "Plane"


def test_several_faults_are_listed_in_brackets(bench: Bench) -> None:
    define_planes(bench)
    with refused(422, "Invalid") as seen:
        bench.api.create(PLANES, plane(zones=[], allocationType={"type": "X"}))
    assert seen[0].message == (
        'Plane.example.com "a" is invalid: [spec.allocationType.type: Unsupported value: "X": supported values:'
        ' "Elastic", "Fixed", spec.zones: Invalid value: 0: spec.zones in body should have at least 1 items]'
    )
    assert [cause["reason"] for cause in seen[0].causes] == ["FieldValueNotSupported", "FieldValueInvalid"]


@pytest.mark.parametrize("spec", [{"port": 80}, {"port": "http"}, {"weight": 10}, {"weight": 3.0}, {"selector": None}])
def test_what_the_schema_allows_is_kept_as_it_is(bench: Bench, spec: Obj) -> None:
    define_planes(bench)
    assert spec.items() <= bench.api.create(PLANES, plane(**spec))["spec"].items()


def test_a_null_that_is_not_allowed_counts_as_missing(bench: Bench) -> None:
    define_planes(bench)
    created = bench.api.create(PLANES, plane(allocationType=None, weight=None))
    assert created["spec"]["allocationType"] == {"type": "Elastic", "releaseAfter": "10m"}
    assert "weight" not in created["spec"]


def test_the_body_must_name_its_kind(bench: Bench) -> None:
    define_planes(bench)
    for missing in ("kind",):
        with refused(400, "BadRequest", "Object 'Kind' is missing"):
            bench.api.create(PLANES, {key: value for key, value in plane().items() if key != missing})


def test_status_and_spec_are_written_apart(bench: Bench) -> None:
    define_planes(bench)
    created = bench.api.create(PLANES, plane())
    created["status"] = {"phase": "Ready"}
    created["spec"]["weight"] = 5
    created["metadata"]["labels"] = {"a": "b"}
    after = bench.api.update(PLANES, created, subresource="status")
    assert after["status"] == {"phase": "Ready"}
    assert "weight" not in after["spec"]
    assert "labels" not in after["metadata"]
    assert after["metadata"]["generation"] == 1
    after["status"] = {"phase": "Fail"}
    after["spec"]["weight"] = 5
    final = bench.api.update(PLANES, after)
    assert final["status"] == {"phase": "Ready"}
    assert (final["spec"]["weight"], final["metadata"]["generation"]) == (5, 2)
    with refused(422, "Invalid", 'status.phase: Unsupported value: "Odd"'):
        bench.api.patch(PLANES, "a", {"status": {"phase": "Odd"}}, subresource="status")
    with refused(422, "Invalid", 'updatedAt in body must be of type date-time: "yesterday"'):
        bench.api.patch(PLANES, "a", {"status": {"updatedAt": "yesterday"}}, subresource="status")
    bench.api.patch(PLANES, "a", {"status": {"updatedAt": "2026-01-01T00:00:00Z"}}, subresource="status")


def test_without_a_status_subresource_there_is_one_path(bench: Bench) -> None:
    define_planes(bench, status=False)
    created = bench.api.create(PLANES, {**plane(), "status": {"phase": "Ready"}})
    assert created["status"] == {"phase": "Ready"}
    with refused(404):
        bench.api.patch(PLANES, "a", {"status": {}}, subresource="status")
    assert bench.api.patch(PLANES, "a", {"status": {"phase": "Fail"}})["metadata"]["generation"] == 2


def test_an_update_must_say_which_version_it_replaces(bench: Bench) -> None:
    define_planes(bench)
    bench.api.create(PLANES, plane())
    text = (
        'planes.example.com "a" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update'
    )
    with refused(422, "Invalid", text):
        bench.api.update(PLANES, plane(weight=2))
    assert bench.api.patch(PLANES, "a", {"spec": {"weight": 2}})["spec"]["weight"] == 2


def test_a_terminating_definition_takes_no_new_objects(bench: Bench) -> None:
    define_planes(bench)
    bench.api.create(PLANES, plane())
    left = bench.api.delete(CUSTOM_RESOURCE_DEFINITIONS, "planes.example.com")
    assert left["metadata"]["deletionTimestamp"]
    with refused(405, text="create not allowed while custom resource definition is terminating"):
        bench.api.create(PLANES, plane("b"))


def test_a_definition_without_its_finalizer_is_no_longer_served(bench: Bench) -> None:
    define_planes(bench)
    bench.api.delete(CUSTOM_RESOURCE_DEFINITIONS, "planes.example.com")
    bench.api.patch(CUSTOM_RESOURCE_DEFINITIONS, "planes.example.com", {"metadata": {"finalizers": None}})
    with refused(404, "NotFound"):
        bench.api.list(PLANES)


def test_all_served_versions_show_the_same_objects(bench: Bench) -> None:
    two = crd()
    two["spec"]["versions"].append({**clone(two["spec"]["versions"][0]), "name": "v2", "storage": False})
    bench.api.create(CUSTOM_RESOURCE_DEFINITIONS, two)
    newer = Resource("example.com", "v2", "planes", "Plane", namespaced=False)
    bench.api.create(newer, {**plane(), "apiVersion": "example.com/v2"})
    assert bench.api.get(PLANES, "a")["apiVersion"] == "example.com/v1"
    assert bench.api.get(newer, "a")["apiVersion"] == "example.com/v2"
    assert [item["apiVersion"] for item in bench.api.list(newer).items] == ["example.com/v2"]


def test_a_changed_schema_rules_the_next_write(bench: Bench) -> None:
    define_planes(bench)
    changed = bench.api.get(CUSTOM_RESOURCE_DEFINITIONS, "planes.example.com")
    schema = changed["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    schema["properties"]["spec"]["properties"]["zone"] = {"type": "string"}
    bench.api.update(CUSTOM_RESOURCE_DEFINITIONS, changed)
    assert bench.api.create(PLANES, plane(zone="z"))["spec"]["zone"] == "z"


@pytest.mark.parametrize(
    ("path", "value", "text"),
    [
        (("metadata", "name"), "wrong", 'must be spec.names.plural+"."+spec.group'),
        (("spec", "scope"), "Galaxy", 'spec.scope: Unsupported value: "Galaxy"'),
        (("spec", "versions"), [], "must have exactly one version marked as storage version"),
    ],
)
def test_malformed_definitions_are_refused(bench: Bench, path: tuple[str, str], value: object, text: str) -> None:
    wrong = crd()
    wrong[path[0]][path[1]] = value
    with refused(422, "Invalid", text):
        bench.api.create(CUSTOM_RESOURCE_DEFINITIONS, wrong)


def test_a_schema_must_be_structural(bench: Bench) -> None:
    wrong = crd()
    spec = wrong["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]
    del spec["properties"]["weight"]["type"]
    with refused(422, "Invalid", "properties[weight].type: Required value: must not be empty for specified object"):
        bench.api.create(CUSTOM_RESOURCE_DEFINITIONS, wrong)


def test_rules_that_cannot_be_evaluated_are_refused_with_their_definition(bench: Bench) -> None:
    wrong = crd()
    schema = wrong["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    schema["properties"]["spec"]["x-kubernetes-validations"] = [{"rule": "unheardOf(self)"}]
    with refused(422, "Invalid", "compilation failed: ERROR: <input>:1:10: undeclared reference to 'unheardOf'"):
        bench.api.create(CUSTOM_RESOURCE_DEFINITIONS, wrong)


def test_equal_schemas_are_compiled_once() -> None:
    assert compile_schema(clone(PLANE_SCHEMA)) is compile_schema(PLANE_SCHEMA)
