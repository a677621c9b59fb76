import pytest
from kube_samples import UID, Bench, config_map, deployment, namespace, node, pod, refused

from podnet.api.objects import Obj
from podnet.api.resources import (
    CONFIG_MAPS,
    DEPLOYMENTS,
    LEASES,
    NAMESPACES,
    NODES,
    PODS,
    REPLICA_SETS,
    STATEFUL_SETS,
)

MODIFIED = "the object has been modified; please apply your changes to the latest version and try again"


def test_an_update_of_an_outdated_version_is_a_conflict(bench: Bench) -> None:
    outdated = bench.api.create(CONFIG_MAPS, config_map(data={"a": "1"}))
    bench.api.patch(CONFIG_MAPS, "settings", {"data": {"a": "2"}}, namespace="default")
    text = f'Operation cannot be fulfilled on configmaps "settings": {MODIFIED}'
    with refused(409, "Conflict", text) as seen:
        bench.api.update(CONFIG_MAPS, outdated)
    assert seen[0].details == {"name": "settings", "kind": "configmaps"}
    created = bench.api.create(DEPLOYMENTS, deployment())
    created["metadata"]["resourceVersion"] = "1"
    with refused(409, "Conflict", 'Operation cannot be fulfilled on deployments.apps "web"'):
        bench.api.update(DEPLOYMENTS, created)


def test_an_update_without_a_version_replaces_whatever_is_there(bench: Bench) -> None:
    bench.api.create(CONFIG_MAPS, config_map(data={"a": "1"}))
    assert bench.api.update(CONFIG_MAPS, config_map(data={"b": "2"}))["data"] == {"b": "2"}


def test_a_lease_must_say_which_version_it_replaces(bench: Bench) -> None:
    lease = {"metadata": {"name": "leader", "namespace": "default"}, "spec": {"holderIdentity": "a"}}
    bench.api.create(LEASES, lease)
    with refused(422, "Invalid", "metadata.resourceVersion: Invalid value: 0: must be specified for an update"):
        bench.api.update(LEASES, lease)


def test_an_update_of_another_incarnation_is_a_conflict(bench: Bench) -> None:
    stale = bench.api.create(CONFIG_MAPS, config_map())
    bench.api.delete(CONFIG_MAPS, "settings", namespace="default")
    bench.api.create(CONFIG_MAPS, config_map())
    del stale["metadata"]["resourceVersion"]
    with refused(409, "Conflict", "Precondition failed: UID in precondition"):
        bench.api.update(CONFIG_MAPS, stale)
    with refused(422, "Invalid", f'metadata.uid: Invalid value: "{UID}": field is immutable'):
        bench.api.patch(CONFIG_MAPS, "settings", {"metadata": {"uid": UID}}, namespace="default")


def test_what_is_not_there_cannot_be_updated(bench: Bench) -> None:
    with refused(404, "NotFound", 'configmaps "settings" not found'):
        bench.api.update(CONFIG_MAPS, config_map())


def test_a_write_that_changes_nothing_is_no_event(bench: Bench) -> None:
    created = bench.api.create(PODS, pod())
    before = bench.revision
    assert bench.api.update(PODS, created) == created
    assert bench.api.patch(PODS, "web", {"metadata": {"labels": {"app": "web"}}}, namespace="default") == created
    spelled = dict(created, metadata={**created["metadata"], "annotations": {}, "finalizers": None})
    assert bench.api.update(PODS, spelled) == created
    assert bench.revision == before


def test_a_pods_status_is_written_through_its_own_path_only(bench: Bench) -> None:
    created = bench.api.create(PODS, pod())
    created["status"]["phase"] = "Running"
    assert bench.api.update(PODS, created)["status"]["phase"] == "Pending"
    created["metadata"]["labels"] = {"seen": "yes"}
    created["spec"]["nodeName"] = "elsewhere"
    after = bench.api.update(PODS, created, subresource="status")
    assert after["status"]["phase"] == "Running"
    assert "nodeName" not in after["spec"]
    assert after["metadata"]["labels"] == {"seen": "yes"}  # as the real server lets kubelets do
    assert after["metadata"]["generation"] == 1


def test_the_quality_of_service_survives_a_status_without_it(bench: Bench) -> None:
    bench.api.create(PODS, pod())
    after = bench.api.update(PODS, {**pod(), "status": {"phase": "Running"}}, subresource="status")
    assert after["status"] == {"phase": "Running", "qosClass": "BestEffort"}


def test_a_nodes_status_is_split_but_may_be_given_at_creation(bench: Bench) -> None:
    ready = {"conditions": [{"type": "Ready", "status": "True"}]}
    created = bench.api.create(NODES, {**node("n"), "status": {**ready, "capacity": {"pods": "10"}}})
    assert created["status"]["allocatable"] == {"pods": "10"}
    bench.api.patch(NODES, "n", {"status": {"conditions": None}, "spec": {"unschedulable": True}})
    after = bench.api.get(NODES, "n")
    assert [condition["type"] for condition in after["status"]["conditions"]] == ["Ready"]
    assert after["spec"]["unschedulable"] is True


def test_generation_counts_changes_of_the_spec_only(bench: Bench) -> None:
    bench.api.create(DEPLOYMENTS, deployment())

    def generation(patch: Obj, subresource: str = "") -> int:
        patched = bench.api.patch(DEPLOYMENTS, "web", patch, namespace="default", subresource=subresource)
        return int(patched["metadata"]["generation"])

    assert generation({"metadata": {"labels": {"a": "b"}}}) == 1
    assert generation({"status": {"replicas": 3}}, "status") == 1
    assert generation({"spec": {"replicas": 5}}) == 2
    assert generation({"metadata": {"generation": 40}}) == 2
    assert generation({"metadata": {"annotations": {"a": "b"}}}) == 3  # Deployments alone count these too


def test_identity_never_changes(bench: Bench) -> None:
    created = bench.api.create(PODS, pod())
    changed = {**created, "metadata": {**created["metadata"], "creationTimestamp": "1999-01-01T00:00:00Z"}}
    assert bench.api.update(PODS, changed) == created
    with refused(422, "Invalid", "metadata.deletionTimestamp: Invalid value: "):
        bench.api.patch(PODS, "web", {"metadata": {"deletionTimestamp": "2026-01-01T00:00:00Z"}}, namespace="default")
    with refused(400, "BadRequest", "the name of the object (other) does not match the name on the URL (web)"):
        bench.api.patch(PODS, "web", {"metadata": {"name": "other"}}, namespace="default")
    with refused(400, "BadRequest", "does not match the namespace sent on the request"):
        bench.api.patch(PODS, "web", {"metadata": {"namespace": "other"}}, namespace="default")


@pytest.mark.parametrize(
    "patch",
    [
        {"nodeName": "elsewhere"},
        {"restartPolicy": "Never"},
        {"nodeSelector": {"a": "b"}},
        {"containers": [{"name": "main", "image": "nginx:1", "command": ["sh"]}]},
        {"terminationGracePeriodSeconds": 5},
        {"hostNetwork": True},
    ],
)
def test_most_of_a_pods_spec_cannot_change(bench: Bench, patch: Obj) -> None:
    bench.api.create(PODS, pod())
    text = "spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`"
    with refused(422, "Invalid", text):
        bench.api.patch(PODS, "web", {"spec": patch}, namespace="default", type="strategic")


@pytest.mark.parametrize(
    "patch",
    [
        {"containers": [{"name": "main", "image": "nginx:2"}]},
        {"activeDeadlineSeconds": 60},
        {"tolerations": [{"key": "mine", "operator": "Exists"}]},
    ],
)
def test_some_of_a_pods_spec_can_change(bench: Bench, patch: Obj) -> None:
    created = bench.api.create(PODS, pod())
    if "tolerations" in patch:
        patch = {"tolerations": [*created["spec"]["tolerations"], *patch["tolerations"]]}
    after = bench.api.patch(PODS, "web", {"spec": patch}, namespace="default", type="strategic")
    assert after["metadata"]["generation"] == 2


def test_containers_cannot_be_added_and_the_first_tolerations_come_back(bench: Bench) -> None:
    bench.api.create(PODS, pod())
    more = {"spec": {"containers": [{"name": "other", "image": "x:1"}]}}
    with refused(422, "Invalid", "spec.containers: Forbidden: pod updates may not add or remove containers"):
        bench.api.patch(PODS, "web", more, namespace="default", type="strategic")
    after = bench.api.patch(PODS, "web", {"spec": {"tolerations": []}}, namespace="default")
    assert len(after["spec"]["tolerations"]) == 2
    mine = {"spec": {"tolerations": [*after["spec"]["tolerations"], {"key": "mine", "operator": "Exists"}]}}
    bench.api.patch(PODS, "web", mine, namespace="default")
    with refused(422, "Invalid", "spec.tolerations: Forbidden: existing toleration can not be modified"):
        bench.api.patch(PODS, "web", {"spec": {"tolerations": []}}, namespace="default")


def test_a_gated_pod_waits_until_its_gates_are_gone(bench: Bench) -> None:
    created = bench.api.create(PODS, pod(schedulingGates=[{"name": "example.com/wait"}]))
    assert created["status"]["conditions"][0]["reason"] == "SchedulingGated"
    bench.api.patch(PODS, "web", {"spec": {"nodeSelector": {"zone": "a"}}}, namespace="default")
    with refused(422, "Invalid", "only deletion is allowed, but found new scheduling gate 'more'"):
        bench.api.patch(PODS, "web", {"spec": {"schedulingGates": [{"name": "more"}]}}, namespace="default")
    after = bench.api.patch(PODS, "web", {"spec": {"schedulingGates": None}}, namespace="default")
    assert "schedulingGates" not in after["spec"]


def test_a_selector_never_changes(bench: Bench) -> None:
    bench.api.create(DEPLOYMENTS, deployment())
    change = deployment(app="other")
    text = 'spec.selector: Invalid value: {"matchLabels":{"app":"other"}}: field is immutable'
    with refused(422, "Invalid", text):
        bench.api.update(DEPLOYMENTS, change)


def test_little_of_a_stateful_set_can_change(bench: Bench) -> None:
    stateful = {**deployment(), "kind": "StatefulSet"}
    bench.api.create(STATEFUL_SETS, stateful)
    bench.api.patch(STATEFUL_SETS, "web", {"spec": {"replicas": 5}}, namespace="default")
    with refused(422, "Invalid", "updates to statefulset spec for fields other than 'replicas', 'ordinals'"):
        bench.api.patch(STATEFUL_SETS, "web", {"spec": {"serviceName": "x"}}, namespace="default")


def test_namespaces_lose_their_finalizer_through_finalize_only(bench: Bench) -> None:
    created = bench.api.create(NAMESPACES, namespace("team"))
    created["spec"]["finalizers"] = []
    assert bench.api.update(NAMESPACES, created)["spec"]["finalizers"] == ["kubernetes"]
    assert bench.api.update(NAMESPACES, created, subresource="finalize")["spec"] == {}


def test_unknown_subresources_are_not_found(bench: Bench) -> None:
    bench.api.create(CONFIG_MAPS, config_map())
    with refused(404):
        bench.api.patch(CONFIG_MAPS, "settings", {}, namespace="default", subresource="status")
    with refused(404):
        bench.api.create(REPLICA_SETS, {"metadata": {"name": "a"}}, namespace="default", subresource="binding")


def _affinity(*zones: str) -> Obj:
    terms = [{"matchExpressions": [{"key": "zone", "operator": "In", "values": [zone]} for zone in zones]}]
    return {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}}


def test_where_a_gated_pod_may_run_can_be_narrowed_but_not_widened(bench: Bench) -> None:
    bench.api.create(PODS, pod(schedulingGates=[{"name": "wait"}], nodeSelector={"disk": "fast"}))
    bench.api.patch(PODS, "web", {"spec": {"affinity": _affinity("a")}}, namespace="default")
    bench.api.patch(PODS, "web", {"spec": {"nodeSelector": {"arch": "arm"}}}, namespace="default")
    narrowed = bench.api.patch(PODS, "web", {"spec": {"affinity": _affinity("a", "b")}}, namespace="default")
    assert narrowed["spec"]["affinity"] == _affinity("a", "b")
    assert narrowed["spec"]["nodeSelector"] == {"disk": "fast", "arch": "arm"}
    for wider in ({"affinity": _affinity("b")}, {"nodeSelector": {"disk": None}}):
        with refused(422, "Invalid", "pod updates may not change fields other than"):
            bench.api.patch(PODS, "web", {"spec": wider}, namespace="default")


def test_where_a_pod_may_run_is_fixed_once_nothing_gates_it(bench: Bench) -> None:
    bench.api.create(PODS, pod())
    with refused(422, "Invalid", "pod updates may not change fields other than"):
        bench.api.patch(PODS, "web", {"spec": {"affinity": _affinity("a")}}, namespace="default")
