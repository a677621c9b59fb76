"""What scenarios have made goes; what was there, what comes from it, and whoever is judged stay."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from planes import apply, eventually, namespace, need_programs, node, pod

from podnet.api.errors import ApiError
from podnet.api.objects import Obj, name_of
from podnet.api.problems import EnvironmentProblem
from podnet.api.resources import DEPLOYMENTS, NAMESPACES, NODES, POD_ENIS, POD_NETWORKINGS, PODS, Resource
from podnet.controlplane.plane import control_plane
from podnet.kube.rest import RestApi
from podnet.operator.connection import connect
from podnet.operator.in_force import await_served
from podnet.reference import registration
from podnet.targets import clearing
from podnet.targets.clearing import Clearing, clear, made
from podnet.targets.remains import called, everything

POLICIES = Resource(
    "admissionregistration.k8s.io",
    "v1",
    "validatingadmissionpolicies",
    "ValidatingAdmissionPolicy",
    namespaced=False,
)
BINDINGS = Resource(
    "admissionregistration.k8s.io",
    "v1",
    "validatingadmissionpolicybindings",
    "ValidatingAdmissionPolicyBinding",
    namespaced=False,
)
CRDS = Resource("apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", namespaced=False)


@pytest.fixture(scope="module")
def api() -> Iterator[RestApi]:
    need_programs()
    with control_plane() as plane:
        api = connect(plane.kubeconfig).api
        for definition in registration.custom_resource_definitions():
            api.create(CRDS, definition)
        for resource in (POD_NETWORKINGS, POD_ENIS):
            await_served(api, resource)
        yield api


def podnetworking(name: str, **metadata: object) -> Obj:
    spec = {
        "selector": {"podSelector": {"matchLabels": {"a": "b"}}},
        "securityGroupIDs": ["sg-1"],
        "vSwitchOptions": ["vsw-1"],
    }
    return {
        "apiVersion": POD_NETWORKINGS.api_version,
        "kind": POD_NETWORKINGS.kind,
        "metadata": {"name": name, **metadata},
        "spec": spec,
    }


def deployment(name: str, where: str) -> Obj:
    labels = {"app": name}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": where},
        "spec": {
            "replicas": 1,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [{"name": "main", "image": "none"}]}},
        },
    }


def names(api: RestApi, resource: Resource, where: str = "") -> list[str]:
    return [name_of(one) for one in api.list(resource, namespace=where).items]


def apply_pod(api: RestApi, name: str, where: str) -> None:
    eventually(lambda: "default" in names(api, Resource("", "v1", "serviceaccounts", "ServiceAccount"), where))
    apply(api, pod(name, where))


def test_scenarios_go_and_everybody_else_stays(api: RestApi, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(clearing, "FORCE_SECONDS", 0.5)  # no kubelet lets its pods go
    apply(api, namespace("theirs"), node("theirs"), deployment("own", "theirs"))
    eventually(lambda: names(api, PODS, "theirs"))
    before = made(api)
    (old,) = names(api, PODS, "theirs")
    api.delete(PODS, old, namespace="theirs", grace_period_seconds=0)
    eventually(lambda: set(names(api, PODS, "theirs")) - {old})
    (new,) = set(names(api, PODS, "theirs")) - {old}
    apply(api, namespace("scenario"), podnetworking("blue"), deployment("web", "scenario"))
    apply_pod(api, "guest", "kube-system")
    apply_pod(api, "own", "scenario")
    clear(api, standing=before)
    assert (names(api, PODS), names(api, DEPLOYMENTS), names(api, NODES)) == ([new], ["own"], ["theirs"])
    assert names(api, POD_NETWORKINGS) == []
    assert {"theirs", "default", "kube-system"} <= set(names(api, NAMESPACES))
    assert "scenario" not in names(api, NAMESPACES)


def test_what_does_not_go_by_itself_is_forced(api: RestApi, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(clearing, "FORCE_SECONDS", 0.5)
    before = made(api)
    apply(api, node("nowhere"), namespace("scenario"), podnetworking("held", finalizers=["example.com/held"]))
    eventually(lambda: "default" in names(api, Resource("", "v1", "serviceaccounts", "ServiceAccount"), "scenario"))
    apply(api, pod("bound", "scenario", nodeName="nowhere", terminationGracePeriodSeconds=600))
    clear(api, standing=before)
    assert made(api) == before


def test_what_the_api_server_does_not_let_go_is_told_with_its_reason_and_not_tried_again(
    api: RestApi, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(clearing, "CLEAR_SECONDS", 0.5)
    rule = {
        "apiGroups": [POD_NETWORKINGS.group],
        "apiVersions": ["*"],
        "operations": ["DELETE"],
        "resources": [POD_NETWORKINGS.plural],
    }
    policy = {"validations": [{"expression": "false", "message": "it is in use"}]}
    api.create(
        POLICIES,
        {"metadata": {"name": "keep"}, "spec": {**policy, "matchConstraints": {"resourceRules": [rule]}}},
    )
    api.create(BINDINGS, {"metadata": {"name": "keep"}, "spec": {"policyName": "keep", "validationActions": ["Deny"]}})
    places = Clearing()
    places.begin("here", found=made(api))
    apply(api, podnetworking("used"))
    try:
        eventually(lambda: _is_refused(api))
        with pytest.raises(EnvironmentProblem, match=r"PodNetworking used did not go: .*it is in use"):
            places.clear("here", api)
        with pytest.raises(EnvironmentProblem, match="not tried, because earlier the cluster cannot be cleared"):
            places.clear("here", api)
    finally:
        api.delete(BINDINGS, "keep")
        api.delete(POLICIES, "keep")


def _is_refused(api: RestApi) -> bool:
    try:
        api.delete(POD_NETWORKINGS, "used")
    except ApiError as error:
        return "it is in use" in error.message
    apply(api, podnetworking("used"))
    return False


def test_everything_that_an_implementation_may_bring_is_told_apart_from_what_the_cluster_makes_itself(api: RestApi):
    before = everything(api)
    role = Resource("rbac.authorization.k8s.io", "v1", "clusterroles", "ClusterRole", namespaced=False)
    lease = Resource("coordination.k8s.io", "v1", "leases", "Lease")
    apply(api, namespace("theirs-too"), node("brought"))
    api.create(role, {"metadata": {"name": "brought"}, "rules": []})
    addon = {"name": "addon", "annotations": {"objectset.rio.cattle.io/id": "", "objectset.rio.cattle.io/hash": "1"}}
    api.create(role, {"metadata": addon, "rules": []})
    api.create(lease, {"metadata": {"name": "leader"}}, namespace="theirs-too")
    eventually(lambda: "default" in names(api, Resource("", "v1", "serviceaccounts", "ServiceAccount"), "theirs-too"))
    assert sorted(map(called, everything(api) - before)) == [
        "ClusterRole brought",
        "Lease theirs-too/leader",
        "Namespace theirs-too",
        "Node brought",
    ]
