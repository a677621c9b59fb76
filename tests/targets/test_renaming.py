"""Namespaces have other names on somebody's cluster; a scenario never learns of them, and touches nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from podnet.api.client import Api
from podnet.api.errors import ApiError, Unreachable
from podnet.api.objects import Obj, labels_of, name_of
from podnet.api.problems import EnvironmentProblem, UsageProblem
from podnet.api.resources import DEPLOYMENTS, JOBS, NAMESPACES, NODES, POD_NETWORKINGS, PODS
from podnet.cloud.inventory_file import parse_inventory
from podnet.kube.cluster import InProcessCluster
from podnet.kube.rest import RestApi
from podnet.kube.tenancy import Tenancy
from podnet.kube.transport import official_client
from podnet.reference import Reference
from podnet.targets.base import Unable
from podnet.targets.confined import ConfinedApi
from podnet.targets.renaming import RUN, Names, check_prefix

NAMES = Names("podnet-1-")
INVENTORY = Path(__file__).parents[2] / "fixtures" / "inventories" / "standard.yaml"


@pytest.fixture
def cluster() -> Api:
    made = InProcessCluster(seed="")
    inventory = parse_inventory(INVENTORY.read_text(encoding="utf-8"), path=str(INVENTORY))
    Tenancy(made, inventory=inventory, make=Reference).start()
    made.runtime.settle(max_steps=10_000)
    return RestApi(official_client(made.handle), least_watch_seconds=0)


@pytest.fixture
def confined(cluster: Api) -> ConfinedApi:
    return ConfinedApi(cluster, names=NAMES, run="1", image="pause", lost=lambda error: EnvironmentProblem(str(error)))


def named(name: str, **labels: str) -> Obj:
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}


def podnetworking(name: str, **selector: object) -> Obj:
    spec = {"allocationType": {"type": "Elastic"}, "selector": selector, "vSwitchOptions": ["vsw-a"]}
    spec["securityGroupIDs"] = ["sg-1"]
    return {
        "apiVersion": POD_NETWORKINGS.api_version,
        "kind": "PodNetworking",
        "metadata": {"name": name},
        "spec": spec,
    }


def pod(name: str, **labels: str) -> Obj:
    metadata = {"name": name, **({"labels": labels} if labels else {})}
    containers = [{"name": "main", "image": "nginx"}]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": containers}}


def test_a_namespace_has_the_prefix_and_the_label_of_the_run_and_reads_back_as_the_scenario_named_it(
    cluster: Api, confined: ConfinedApi
):
    made = confined.create(NAMESPACES, named("team", stage="one"))
    there = cluster.get(NAMESPACES, "podnet-1-team")
    assert (name_of(made), name_of(confined.get(NAMESPACES, "team"))) == ("team", "team")
    assert labels_of(there)[RUN] == "1"
    assert labels_of(made)["kubernetes.io/metadata.name"] == "team"
    assert [name_of(one) for one in confined.list(NAMESPACES).items] == ["team"]


def test_a_podnetworking_selects_the_real_namespace_by_the_name_in_the_scenario(cluster: Api, confined: ConfinedApi):
    key = "kubernetes.io/metadata.name"
    selectors = {
        "matchLabels": {key: "team"},
        "matchExpressions": [{"key": key, "operator": "In", "values": ["team", "other"]}],
    }
    confined.create(POD_NETWORKINGS, podnetworking("blue", namespaceSelector=selectors))
    there = cluster.get(POD_NETWORKINGS, "blue")["spec"]["selector"]["namespaceSelector"]
    assert there["matchLabels"] == {key: "podnet-1-team"}
    assert there["matchExpressions"][0]["values"] == ["podnet-1-team", "podnet-1-other"]
    assert confined.get(POD_NETWORKINGS, "blue")["spec"]["selector"]["namespaceSelector"] == selectors


def test_a_pod_without_labels_and_annotations_has_none_there_either(cluster: Api, confined: ConfinedApi):
    confined.create(NAMESPACES, named("team"))
    confined.create(PODS, pod("bare"), namespace="team")
    there = cluster.get(PODS, "bare", namespace="podnet-1-team")
    assert not labels_of(there)
    assert there["spec"]["containers"][0]["image"] == "pause"
    assert [one["metadata"]["namespace"] for one in confined.list(PODS).items] == ["team"]


def test_templates_get_the_image_too_and_pods_of_a_job_come_to_an_end(cluster: Api, confined: ConfinedApi):
    confined.create(NAMESPACES, named("team"))
    template = {"metadata": {"labels": {"app": "web"}}, "spec": pod("any")["spec"]}
    selector = {"matchLabels": {"app": "web"}}
    spec: Obj = {"replicas": 1, "selector": selector, "template": template}
    metadata = {"name": "web"}
    confined.create(
        DEPLOYMENTS,
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": metadata, "spec": spec},
        namespace="team",
    )
    job = {"template": {"spec": {**template["spec"], "restartPolicy": "Never"}}}
    confined.create(
        JOBS, {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata, "spec": job}, namespace="team"
    )
    deployment, batch = (cluster.get(kind, "web", namespace="podnet-1-team") for kind in (DEPLOYMENTS, JOBS))
    of_deployment, of_job = (one["spec"]["template"]["spec"]["containers"][0] for one in (deployment, batch))
    assert (of_deployment["image"], of_deployment.get("args")) == ("pause", None)
    assert (of_job["image"], of_job["args"]) == ("pause", ["-v"])


def test_what_is_somebody_elses_is_neither_seen_nor_changed(cluster: Api, confined: ConfinedApi):
    cluster.create(NAMESPACES, named("team"))
    foreign = cluster.create(POD_NETWORKINGS, podnetworking("blue", podSelector={"matchLabels": {"app": "shop"}}))
    assert (list(confined.list(NAMESPACES).items), list(confined.list(POD_NETWORKINGS).items)) == ([], [])
    for attempt in (
        lambda: confined.delete(POD_NETWORKINGS, "blue"),
        lambda: confined.patch(POD_NETWORKINGS, "blue", {"spec": {"vSwitchOptions": []}}),
        lambda: confined.update(POD_NETWORKINGS, podnetworking("blue", podSelector={})),
    ):
        with pytest.raises(Unable):
            attempt()
    with pytest.raises(ApiError) as refused:
        confined.get(POD_NETWORKINGS, "blue")
    assert refused.value.code == 404
    with pytest.raises(EnvironmentProblem, match="somebody else has created the PodNetworking 'blue'"):
        confined.create(POD_NETWORKINGS, podnetworking("blue", podSelector={}))
    assert cluster.get(POD_NETWORKINGS, "blue") == foreign


def test_a_namespace_that_every_cluster_has_is_somebody_elses(cluster: Api, confined: ConfinedApi):
    with pytest.raises(Unable, match="the namespace 'default' is somebody else's"):
        confined.create(PODS, pod("web"), namespace="default")
    with pytest.raises(Unable):
        confined.delete(PODS, "web", namespace="default")
    assert not cluster.list(PODS).items


def test_nodes_are_there_to_be_read_only(confined: ConfinedApi):
    (node, *_) = confined.list(NODES).items
    with pytest.raises(Unable):
        confined.patch(NODES, name_of(node), {"spec": {"unschedulable": True}})
    with pytest.raises(Unable):
        confined.delete(NODES, name_of(node))


@pytest.mark.parametrize(
    "error",
    [
        Unreachable("gone"),
        ApiError(401, "Unauthorized", reason="Unauthorized"),
        ApiError(403, 'pods is forbidden: User "me" cannot list resource "pods"', reason="Forbidden"),
    ],
)
def test_an_answer_about_the_way_to_the_cluster_is_no_finding(
    error: Exception, cluster: Api, monkeypatch: pytest.MonkeyPatch, confined: ConfinedApi
):
    def answer(*_: object, **__: object) -> Obj:
        raise error

    monkeypatch.setattr(cluster, "list", answer)
    with pytest.raises(EnvironmentProblem):
        confined.list(NODES)


@pytest.mark.parametrize("prefix", ["Team-", "-team", "a.b-", "x" * 41, "a/b"])
def test_a_prefix_that_no_namespace_can_begin_with_is_refused(prefix: str):
    with pytest.raises(UsageProblem, match="--namespace-prefix"):
        check_prefix(prefix)
