"""Before anything is created on somebody's cluster it is looked at, and what keeps a run from it is said at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from planes import eventually
from processes import podnet
from somebodys import INVENTORY, QUICK, Somebodys, podnetworking, somebodys_cluster

from podnet.api.errors import ApiError
from podnet.api.objects import Obj
from podnet.api.resources import POD_NETWORKINGS, PODS, Resource
from podnet.controlplane.plane import control_plane

POLICIES = "admissionregistration.k8s.io"
REFUSALS = Resource(POLICIES, "v1", "validatingadmissionpolicies", "ValidatingAdmissionPolicy", namespaced=False)
BINDINGS = Resource(
    POLICIES, "v1", "validatingadmissionpolicybindings", "ValidatingAdmissionPolicyBinding", namespaced=False
)

OF_LEASE = ("get", "create", "patch", "delete")


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Somebodys]:
    with somebodys_cluster(tmp_path_factory.mktemp("somebodys")) as cluster:
        yield cluster


@pytest.fixture(autouse=True)
def as_before(cluster: Somebodys) -> Iterator[None]:
    """Whatever a test does: everything of theirs is the same, and nothing of ours is there."""
    before = cluster.theirs()
    yield
    assert cluster.ours() == []
    assert {key: cluster.theirs().get(key) for key in before} == before


def test_all_podnetworkings_that_are_in_the_way_are_named(cluster: Somebodys):
    found = {
        "everybody": {"podSelector": {}},
        "web": {"podSelector": {"matchLabels": {"app": "web"}}},
        "not-shop": {"namespaceSelector": {"matchExpressions": [_not_in("kubernetes.io/metadata.name", "shop")]}},
        "blue": {"podSelector": {"matchLabels": {"app": "shop"}}},
    }
    for name, selector in found.items():
        cluster.api.create(POD_NETWORKINGS, podnetworking(name, selector))
    try:
        done = cluster.refuse()
    finally:
        for name in found:
            cluster.api.delete(POD_NETWORKINGS, name)
    assert done.code == 4
    said = done.err.splitlines()
    assert said[0] == "error: the cluster has what the suite's objects would be mixed up with:"
    assert sorted(said[1:]) == [
        "error:   the PodNetworking 'blue' has a name that scenarios use",
        "error:   the PodNetworking 'everybody' could match pods of the suite: one without labels in any namespace",
        "error:   the PodNetworking 'not-shop' could match pods of the suite: one without labels in any namespace",
        "error:   the PodNetworking 'web' could match pods of the suite: one labelled app=web in any namespace",
    ]


def _not_in(key: str, *values: str) -> Obj:
    return {"key": key, "operator": "NotIn", "values": list(values)}


def test_a_namespace_that_begins_like_those_of_the_suite_is_in_the_way(cluster: Somebodys):
    done = cluster.refuse("--namespace-prefix", "sho")
    assert (done.code, len(done.err.splitlines())) == (4, 3)  # and the PodNetworking that selects it by its name
    assert "the namespace 'shop' begins like those of the suite: give another --namespace-prefix" in done.err


def test_every_right_that_is_missing_is_named_at_once(cluster: Somebodys):
    rules: list[Obj] = [
        {"apiGroups": [""], "resources": ["namespaces", "pods", "pods/eviction"], "verbs": ["*"]},
        {"apiGroups": ["network.alibabacloud.com"], "resources": ["*"], "verbs": ["get", "list"]},
        {"apiGroups": ["apps"], "resources": ["*"], "verbs": ["*"]},
        {"apiGroups": [""], "resources": ["nodes", "events"], "verbs": ["get", "list", "watch"]},
    ]
    done = cluster.refuse(KUBECONFIG=cluster.user("reader", rules=rules))
    assert done.code == 4
    said = [line.removeprefix("error:").strip() for line in done.err.splitlines()]
    assert said[0].startswith("the user of kubeconfig lacks rights that a run needs")
    assert said[1:] == [
        *(f"{verb} podnetworkings.network.alibabacloud.com" for verb in ("create", "update", "delete")),
        *(f"{verb} jobs.batch" for verb in ("get", "list", "create", "patch", "delete")),
        *(
            f"{verb} leases.coordination.k8s.io in the namespace default"
            for verb in ("get", "create", "patch", "delete")
        ),
    ]


@pytest.mark.parametrize("user", ["certificate", "token"])
def test_a_credential_that_is_not_accepted_is_told_from_a_cluster_that_is_not_there(cluster: Somebodys, user: str):
    expired = cluster.with_user("token", {"token": "no.longer.valid"})
    config = cluster.with_old_certificate() if user == "certificate" else expired
    done = cluster.refuse(KUBECONFIG=config)
    assert (done.code, len(done.err.splitlines())) == (4, 1)
    assert "does not accept the credential of kubeconfig (401): it has expired or was revoked" in done.err


@pytest.mark.parametrize(
    ("address", "zone", "said"),
    [
        ("10.99", "cn-hangzhou-h", "which is in no vSwitch of the inventory"),
        ("10.0", "cn-beijing-a", "which is not in the inventory"),
    ],
)
def test_an_inventory_that_is_not_of_this_cluster_is_contradicted(
    address: str, zone: str, said: str, cluster: Somebodys, tmp_path: Path
):
    text = INVENTORY.read_text(encoding="utf-8").replace("[10.0.0.0/24]", f"[{address}.0.0/24]")
    text = text.replace("[10.0.1.0/24]", f"[{address}.1.0/24]").replace("cn-hangzhou-h", zone)
    other = tmp_path / "other.yaml"
    other.write_text(text, encoding="utf-8")
    done = cluster.refuse("--inventory", other)
    assert done.code == 4
    assert "the inventory is not that of this cluster:" in done.err
    assert said in done.err


def test_pods_that_admission_refuses_are_refused_in_its_words(cluster: Somebodys):
    with _policy(cluster, "pods must have an owner"):
        done = cluster.refuse()
    assert (done.code, len(done.err.splitlines())) == (4, 1)
    assert "the cluster refuses what the suite needs: pods" in done.err
    assert "pods must have an owner" in done.err


@contextmanager
def _policy(cluster: Somebodys, message: str) -> Iterator[None]:
    """Admission that refuses pods without the label ``owner``."""
    rule = {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"]}
    expression = "has(object.metadata.labels) && 'owner' in object.metadata.labels"
    spec = {
        "failurePolicy": "Fail",
        "matchConstraints": {"resourceRules": [rule]},
        "validations": [{"expression": expression, "message": message}],
    }
    kind = {"apiVersion": f"{POLICIES}/v1", "metadata": {"name": "owners"}}
    cluster.api.create(REFUSALS, {**kind, "kind": REFUSALS.kind, "spec": spec})
    binding = {"policyName": "owners", "validationActions": ["Deny"]}
    cluster.api.create(BINDINGS, {**kind, "kind": BINDINGS.kind, "spec": binding})
    try:
        eventually(lambda: _refused(cluster))
        yield
    finally:
        cluster.api.delete(BINDINGS, "owners")
        cluster.api.delete(REFUSALS, "owners")
        eventually(lambda: not _refused(cluster))


def _refused(cluster: Somebodys) -> bool:
    spec = {"containers": [{"name": "main", "image": "shop"}]}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "try"}, "spec": spec}
    try:
        cluster.api.create(PODS, pod, namespace="shop", dry_run=True)
    except ApiError as error:
        return "owner" in error.message
    return False


def test_without_an_implementation_there_is_nothing_to_judge_and_what_is_served_is_told(tmp_path: Path):
    with control_plane() as plane:
        environment = {"KUBECONFIG": str(plane.kubeconfig)}
        done = podnet("conformance", "--target", "kubeconfig", *QUICK, "--select", "SEL-1", env=environment)
    assert (done.code, len(done.err.splitlines())) == (4, 1)
    assert "it has no such CustomResourceDefinition; install the implementation that is to be judged" in done.err


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "names {path}, and there is no such file"),
        ("contexts: [", "{path}:1: the kubeconfig is not YAML"),
        ("- a", "{path}: the kubeconfig is not a mapping"),
        (
            "contexts: [{name: one}, {name: two}]",
            "no context is the current one: give --target kubeconfig:CONTEXT; it has",
        ),
        ("{contexts: [{name: one, context: {}}], current-context: one}", "{path}: the kubeconfig cannot be used"),
    ],
)
def test_a_kubeconfig_that_cannot_be_used_is_named(text: str | None, said: str, cluster: Somebodys, tmp_path: Path):
    path = tmp_path / "config"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    done = cluster.refuse(KUBECONFIG=str(path))
    assert (done.code, len(done.err.splitlines())) == (4, 1), done.err
    assert said.format(path=path) in done.err


def test_contexts_are_named_where_there_is_none_of_that_name(cluster: Somebodys):
    done = cluster.refuse(target="kubeconfig:production")
    assert (done.code, "there is no context 'production'; it has 'mine', 'podnet'" in done.err) == (4, True)


def test_a_server_that_does_not_answer_is_named(cluster: Somebodys, tmp_path: Path):
    path = tmp_path / "config"
    path.write_text(cluster.kubeconfig.read_text().replace(cluster.plane.server, "https://127.0.0.1:1"))
    done = cluster.refuse(KUBECONFIG=str(path))
    assert (done.code, len(done.err.splitlines())) == (4, 1)
    assert "the API server https://127.0.0.1:1 of kubeconfig cannot be reached: " in done.err
    assert "Connection refused" in done.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--target", "kubeconfig"), "needs --inventory FILE"),
        (("--target", "kubeconfig:", "--inventory", INVENTORY), "unknown target"),
        (("--target", "kubeconfig", "--inventory", INVENTORY, "--implementation", "reference"), "give installed"),
        (
            ("--target", "kubeconfig", "--inventory", INVENTORY, "--namespace-prefix", "X-"),
            "--namespace-prefix is 'X-'",
        ),
        (("--target", "fake", "--namespace-prefix", "x-"), "is for --target kubeconfig"),
        (("--target", "kubeconfig", "--inventory", INVENTORY, "--fault", "conflict"), "--fault is for --target fake"),
    ],
)
def test_what_cannot_be_done_there_is_a_usage_error(options: tuple[object, ...], said: str):
    done = podnet("conformance", *options)
    assert (done.code, said in done.err) == (2, True), done.err
