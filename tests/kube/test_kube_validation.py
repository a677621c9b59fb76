from typing import Any

import pytest
from kube_samples import Bench, config_map, deployment, pod, refused

from podnet.api.objects import Obj
from podnet.api.resources import (
    DEPLOYMENTS,
    PODS,
)


def _with(changes: Obj, **metadata: Any) -> Obj:
    obj = pod(**changes)
    obj["metadata"].update(metadata)
    return obj


@pytest.mark.parametrize(
    ("obj", "field", "text"),
    [
        (_with({}, name="Web"), "metadata.name", "a lowercase RFC 1123 subdomain must consist of"),
        (_with({}, name="x" * 254), "metadata.name", "must be no more than 253 characters"),
        (_with({}, name=""), "metadata.name", "Required value: name or generateName is required"),
        (_with({}, labels={"a b": "c"}), "metadata.labels", "name part must consist of alphanumeric characters"),
        (_with({}, labels={"a": "-"}), "metadata.labels", "a valid label must be an empty string or consist of"),
        (_with({}, annotations={"a/b/c": ""}), "metadata.annotations", "must consist of alphanumeric"),
        (_with({"containers": []}), "spec.containers", "Required value"),
        (_with({"containers": [{"image": "x"}]}), "spec.containers[0].name", "Required value"),
        (_with({"containers": [{"name": "a"}]}), "spec.containers[0].image", "Required value"),
        (_with({"containers": [{"name": "A", "image": "x"}]}), "spec.containers[0].name", "RFC 1123 label"),
        (
            _with({"restartPolicy": "Maybe"}),
            "spec.restartPolicy",
            'Unsupported value: "Maybe": supported values: "Always", "OnFailure", "Never"',
        ),
        (_with({"nodeName": "Bad_Node"}), "spec.nodeName", "RFC 1123 subdomain"),
    ],
)
def test_an_invalid_pod_is_refused_with_the_field_at_fault(bench: Bench, obj: Obj, field: str, text: str) -> None:
    with refused(422, "Invalid", f'Pod "{obj["metadata"]["name"]}" is invalid: ') as seen:
        bench.api.create(PODS, obj)
    assert field in {cause["field"] for cause in seen[0].causes}
    assert text in seen[0].message


def test_all_faults_are_reported_at_once(bench: Bench) -> None:
    two = [{"name": "a", "image": "x"}, {"name": "a"}]
    with refused(422) as seen:
        bench.api.create(PODS, pod("web", containers=two))
    assert seen[0].message == (
        'Pod "web" is invalid: [spec.containers[1].name: Duplicate value: "a",'
        " spec.containers[1].image: Required value]"
    )
    assert seen[0].details["kind"] == "Pod"
    assert [cause["reason"] for cause in seen[0].causes] == ["FieldValueDuplicate", "FieldValueRequired"]


@pytest.mark.parametrize(
    "obj",
    [
        {**pod(), "spec": "nothing"},
        {**pod(), "metadata": []},
        pod(containers={"name": "a"}),
        pod(containers=["a"]),
        pod(terminationGracePeriodSeconds="soon"),
        {**pod(), "metadata": {"name": "web", "labels": {"a": 1}}},
        {**pod(), "metadata": {"name": "web", "labels": ["a"]}},
        {**pod(), "metadata": {"name": 7}},
    ],
)
def test_a_body_of_the_wrong_shape_is_a_bad_request(bench: Bench, obj: Obj) -> None:
    with refused(400, "BadRequest", 'Pod in version "v1" cannot be handled as a Pod: json: cannot unmarshal'):
        bench.api.create(PODS, obj, namespace="default")


def test_a_quantity_that_is_none_is_a_bad_request(bench: Bench) -> None:
    container = {"name": "c", "image": "nginx", "resources": {"limits": {"cpu": "many"}}}
    with refused(400, "BadRequest", "quantities must match the regular expression"):
        bench.api.create(PODS, pod(containers=[container]))


def test_kind_and_version_of_the_body_must_fit_the_path(bench: Bench) -> None:
    with refused(400, "BadRequest", 'no kind "Pod" is registered for version "v2"'):
        bench.api.create(PODS, {**pod(), "apiVersion": "v2"})
    with refused(400, "BadRequest", "cannot be handled as a Pod"):
        bench.api.create(PODS, config_map(), namespace="default")


def test_a_selector_must_fit_the_template(bench: Bench) -> None:
    wrong = deployment()
    wrong["spec"]["template"]["metadata"]["labels"] = {"app": "other"}
    text = 'spec.template.metadata.labels: Invalid value: {"app":"other"}: `selector` does not match template `labels`'
    with refused(422, "Invalid", text) as seen:
        bench.api.create(DEPLOYMENTS, wrong)
    assert seen[0].message.startswith('Deployment.apps "web" is invalid: ')
    without = deployment()
    del without["spec"]["selector"]
    with refused(422, "Invalid", "spec.selector: Required value"):
        bench.api.create(DEPLOYMENTS, without)
    never = deployment()
    never["spec"]["template"]["spec"]["restartPolicy"] = "Never"
    with refused(422, "Invalid", 'Unsupported value: "Never": supported values: "Always"'):
        bench.api.create(DEPLOYMENTS, never)


def test_two_controllers_cannot_own_one_object(bench: Bench) -> None:
    owner = {"apiVersion": "v1", "kind": "Pod", "name": "a", "uid": "1", "controller": True}
    with refused(422, "Invalid", "Only one reference can have Controller set to true"):
        bench.api.create(PODS, _with({}, ownerReferences=[owner, {**owner, "uid": "2"}]))
    with refused(422, "Invalid", "metadata.ownerReferences.uid"):
        bench.api.create(PODS, _with({}, ownerReferences=[{**owner, "uid": ""}]))
