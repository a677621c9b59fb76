import pytest
from kube_samples import Bench, config_map, deployment, namespace, node, pod, refused

from podnet.api.objects import Obj
from podnet.api.resources import (
    CONFIG_MAPS,
    DAEMON_SETS,
    DEPLOYMENTS,
    EVENTS,
    JOBS,
    NAMESPACES,
    NODES,
    PODS,
    STATEFUL_SETS,
)


def test_the_server_fills_in_what_identifies_an_object(bench: Bench) -> None:
    first, second = bench.api.create(PODS, pod("a")), bench.api.create(PODS, pod("b"))
    metadata = first["metadata"]
    assert metadata["creationTimestamp"] == "2026-01-01T00:00:00Z"
    assert metadata["generation"] == 1
    assert metadata["uid"] != second["metadata"]["uid"]
    assert int(second["metadata"]["resourceVersion"]) > int(metadata["resourceVersion"])


def test_a_client_cannot_choose_what_the_server_fills_in(bench: Bench) -> None:
    wanted = pod("a")
    wanted["metadata"].update(
        uid="mine", creationTimestamp="1999-01-01T00:00:00Z", generation=7, deletionTimestamp="1999-01-01T00:00:00Z"
    )
    metadata = bench.api.create(PODS, wanted)["metadata"]
    assert metadata["uid"] != "mine"
    assert metadata["generation"] == 1
    assert metadata["creationTimestamp"] == "2026-01-01T00:00:00Z"
    assert "deletionTimestamp" not in metadata


def test_uids_and_generated_names_come_from_the_seed(bench: Bench) -> None:
    unnamed = pod()
    unnamed["metadata"] = {"generateName": "web-"}
    one = bench.api.create(PODS, unnamed, namespace="default")
    same = Bench().api.create(PODS, unnamed, namespace="default")
    other = bench.api.create(PODS, unnamed, namespace="default")
    assert one["metadata"]["uid"] == same["metadata"]["uid"]
    assert one["metadata"]["name"] == same["metadata"]["name"] != other["metadata"]["name"]
    assert one["metadata"]["name"].startswith("web-")
    assert len(one["metadata"]["name"]) == len("web-") + 5


def test_a_long_generated_name_is_cut_to_what_a_label_may_hold(bench: Bench) -> None:
    unnamed = pod()
    unnamed["metadata"] = {"generateName": "x" * 80}
    assert len(bench.api.create(PODS, unnamed, namespace="default")["metadata"]["name"]) == 63


def test_a_second_object_of_the_same_name_is_a_conflict(bench: Bench) -> None:
    bench.api.create(PODS, pod("web"))
    with refused(409, "AlreadyExists", 'pods "web" already exists') as seen:
        bench.api.create(PODS, pod("web"))
    assert seen[0].details == {"name": "web", "kind": "pods"}
    bench.api.create(DEPLOYMENTS, deployment("web"))
    with refused(409, "AlreadyExists", 'deployments.apps "web" already exists') as seen:
        bench.api.create(DEPLOYMENTS, deployment("web"))
    assert seen[0].details == {"name": "web", "group": "apps", "kind": "deployments"}


def test_what_is_returned_belongs_to_the_caller(bench: Bench) -> None:
    sent = config_map(data={"a": "1"})
    created = bench.api.create(CONFIG_MAPS, sent)
    created["data"]["a"] = sent["data"]["a"] = "changed"
    assert bench.api.get(CONFIG_MAPS, "settings", namespace="default")["data"] == {"a": "1"}


def test_dry_run_answers_as_if_and_stores_nothing(bench: Bench) -> None:
    before = bench.revision
    answer = bench.api.create(PODS, pod("web"), dry_run=True)
    assert answer["status"]["phase"] == "Pending"
    assert "resourceVersion" not in answer["metadata"]
    assert bench.revision == before
    with refused(404, "NotFound", 'pods "web" not found'):
        bench.api.get(PODS, "web", namespace="default")


def test_the_namespace_of_path_and_body_must_agree(bench: Bench) -> None:
    bench.api.create(NAMESPACES, namespace("other"))
    with refused(400, "BadRequest", "does not match the namespace sent on the request"):
        bench.api.create(PODS, pod("a", namespace="other"), namespace="default")
    assert bench.api.create(PODS, pod("a", namespace="other"))["metadata"]["namespace"] == "other"


def test_nothing_is_created_in_a_namespace_that_does_not_exist(bench: Bench) -> None:
    with refused(404, "NotFound", 'namespaces "nowhere" not found'):
        bench.api.create(PODS, pod("a", namespace="nowhere"))


def test_nothing_is_created_in_a_namespace_that_is_being_deleted(bench: Bench) -> None:
    bench.api.create(NAMESPACES, namespace("leaving"))
    bench.api.delete(NAMESPACES, "leaving")
    text = 'pods "a" is forbidden: unable to create new content in namespace leaving because it is being terminated'
    with refused(403, "Forbidden", text) as seen:
        bench.api.create(PODS, pod("a", namespace="leaving"))
    assert seen[0].causes[0]["reason"] == "NamespaceTerminating"


def test_a_namespace_carries_its_own_name_as_a_label(bench: Bench) -> None:
    created = bench.api.create(NAMESPACES, namespace("team-a", tier="gold"))
    assert created["metadata"]["labels"] == {"tier": "gold", "kubernetes.io/metadata.name": "team-a"}
    assert created["spec"] == {"finalizers": ["kubernetes"]}
    assert created["status"] == {"phase": "Active"}
    bench.api.patch(NAMESPACES, "team-a", {"metadata": {"labels": {"kubernetes.io/metadata.name": "lie"}}})
    assert bench.api.get(NAMESPACES, "team-a")["metadata"]["labels"]["kubernetes.io/metadata.name"] == "team-a"


@pytest.mark.parametrize("name", ["default", "kube-system", "kube-public", "kube-node-lease"])
def test_the_usual_namespaces_are_there_from_the_start(bench: Bench, name: str) -> None:
    assert bench.api.get(NAMESPACES, name)["status"]["phase"] == "Active"


def test_a_pod_gets_its_defaults(bench: Bench) -> None:
    created = bench.api.create(PODS, pod("web"))
    spec, container = created["spec"], created["spec"]["containers"][0]
    expected = {
        "restartPolicy": "Always",
        "dnsPolicy": "ClusterFirst",
        "terminationGracePeriodSeconds": 30,
        "schedulerName": "default-scheduler",
        "serviceAccountName": "default",
        "priority": 0,
    }
    assert expected.items() <= spec.items()
    assert {toleration["tolerationSeconds"] for toleration in spec["tolerations"]} == {300}
    assert container["imagePullPolicy"] == "IfNotPresent"
    assert container["terminationMessagePath"] == "/dev/termination-log"
    assert created["status"] == {"phase": "Pending", "qosClass": "BestEffort"}


def test_a_client_cannot_choose_the_status_of_a_new_pod(bench: Bench) -> None:
    assert bench.api.create(PODS, {**pod(), "status": {"phase": "Running", "podIP": "10.0.0.1"}})["status"] == {
        "phase": "Pending",
        "qosClass": "BestEffort",
    }


@pytest.mark.parametrize(
    ("image", "policy"),
    [
        ("nginx", "Always"),
        ("nginx:latest", "Always"),
        ("nginx:1.27", "IfNotPresent"),
        ("registry:5000/nginx", "Always"),
        ("registry:5000/nginx:1", "IfNotPresent"),
        ("nginx@sha256:" + "0" * 64, "IfNotPresent"),
    ],
)
def test_images_without_a_fixed_tag_are_always_pulled(bench: Bench, image: str, policy: str) -> None:
    created = bench.api.create(PODS, pod(containers=[{"name": "c", "image": image}]))
    assert created["spec"]["containers"][0]["imagePullPolicy"] == policy


@pytest.mark.parametrize(
    ("resources", "quality"),
    [
        ({}, "BestEffort"),
        ({"requests": {"cpu": "1"}}, "Burstable"),
        ({"limits": {"cpu": "1", "memory": "1Gi"}}, "Guaranteed"),
        ({"limits": {"cpu": "1", "memory": "1Gi"}, "requests": {"cpu": "500m"}}, "Burstable"),
        ({"limits": {"cpu": "1"}}, "Burstable"),
    ],
)
def test_quality_of_service_follows_from_requests_and_limits(bench: Bench, resources: Obj, quality: str) -> None:
    container = {"name": "c", "image": "nginx", "resources": resources}
    created = bench.api.create(PODS, pod(containers=[container]))
    assert created["status"]["qosClass"] == quality


def test_limits_are_the_requests_of_those_who_request_nothing(bench: Bench) -> None:
    container = {"name": "c", "image": "nginx", "resources": {"limits": {"cpu": "2"}}}
    created = bench.api.create(PODS, pod(containers=[container]))
    assert created["spec"]["containers"][0]["resources"] == {"limits": {"cpu": "2"}, "requests": {"cpu": "2"}}


def test_a_pod_created_on_a_node_takes_over_its_topology(bench: Bench) -> None:
    topology = {"topology.kubernetes.io/zone": "z-1", "topology.kubernetes.io/region": "r", "disk": "ssd"}
    bench.api.create(NODES, node("n", **topology))
    labels = bench.api.create(PODS, pod("web", nodeName="n"))["metadata"]["labels"]
    assert labels == {"app": "web", "topology.kubernetes.io/zone": "z-1", "topology.kubernetes.io/region": "r"}
    assert bench.api.create(PODS, pod("free"))["metadata"]["labels"] == {"app": "free"}
    assert bench.api.create(PODS, pod("lost", nodeName="no-such"))["metadata"]["labels"] == {"app": "lost"}


def test_a_resource_version_cannot_be_set_at_creation(bench: Bench) -> None:
    obj = pod()
    obj["metadata"]["resourceVersion"] = "5"
    with refused(500, text="resourceVersion should not be set on objects to be created"):
        bench.api.create(PODS, obj)


def test_workloads_get_their_defaults(bench: Bench) -> None:
    spec = bench.api.create(DEPLOYMENTS, deployment(replicas=None))["spec"]
    assert spec["replicas"] == 1
    assert spec["strategy"] == {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "25%", "maxSurge": "25%"}}
    assert spec["template"]["spec"]["restartPolicy"] == "Always"
    daemon = {**deployment(replicas=None), "kind": "DaemonSet"}
    created = bench.api.create(DAEMON_SETS, daemon)
    assert created["spec"]["updateStrategy"]["rollingUpdate"] == {"maxUnavailable": 1, "maxSurge": 0}
    assert created["status"]["desiredNumberScheduled"] == 0
    stateful = bench.api.create(STATEFUL_SETS, {**deployment(), "kind": "StatefulSet"})
    assert stateful["spec"]["podManagementPolicy"] == "OrderedReady"


def test_a_job_gets_its_selector_from_its_uid(bench: Bench) -> None:
    template = {"spec": {**pod()["spec"], "restartPolicy": "Never"}}
    job = {"kind": "Job", "apiVersion": "batch/v1", "metadata": {"name": "once"}, "spec": {"template": template}}
    created = bench.api.create(JOBS, job, namespace="default")
    uid = created["metadata"]["uid"]
    assert created["spec"]["selector"] == {"matchLabels": {"batch.kubernetes.io/controller-uid": uid}}
    assert created["spec"]["template"]["metadata"]["labels"]["job-name"] == "once"
    assert (created["spec"]["completions"], created["spec"]["parallelism"]) == (1, 1)


def test_an_event_is_stored_as_it_comes(bench: Bench) -> None:
    event = {
        "metadata": {"name": "web.1", "namespace": "default"},
        "involvedObject": {"kind": "Pod", "name": "web"},
        "reason": "Started",
    }
    created = bench.api.create(EVENTS, event)
    assert (created["kind"], created["reason"]) == ("Event", "Started")


def test_nulls_in_a_built_in_object_are_as_if_they_were_not_there(bench: Bench) -> None:
    obj = pod(restartPolicy=None, nodeSelector=None)
    obj["metadata"]["annotations"] = None
    created = bench.api.create(PODS, obj)
    assert created["spec"]["restartPolicy"] == "Always"
    assert "nodeSelector" not in created["spec"]
    assert "annotations" not in created["metadata"]
