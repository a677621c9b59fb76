"""The printed manifests are all that a cluster needs, and the reference can live with the rights that they give."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from operator_world import World, await_
from processes import podnet
from test_replicas import ask

from podnet.api import names
from podnet.api.errors import ApiError
from podnet.api.objects import annotations_of, condition_of
from podnet.api.resources import EVENTS, POD_ENIS, PODS, SECRETS

NAMESPACE, NAME = "podnet-system", "podnet-operator"


def kubectl(world: World, *words: str, given: str = "") -> str:
    command = [str(world.plane.kubectl), "--kubeconfig", str(world.plane.kubeconfig), *words]
    done = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def installed(world: World) -> Iterator[World]:
    """Without the pods of the Deployment: there is no real node that could run them."""
    printed = podnet("operator", "--print-manifests")
    assert (printed.code, printed.err) == (0, "")
    kubectl(world, "apply", "-f", "-", given=printed.out)
    yield world
    kubectl(world, "delete", "-n", NAMESPACE, "deployment", NAME)


def account(world: World) -> Path:
    """A kubeconfig for the ServiceAccount of the operator."""
    config = json.loads(world.plane.kubeconfig.read_text())
    token = kubectl(world, "create", "token", "-n", NAMESPACE, NAME).strip()
    config["users"] = [{"name": config["users"][0]["name"], "user": {"token": token}}]
    path = world.folder / "account.kubeconfig"
    path.write_text(json.dumps(config))
    return path


def test_the_reference_lives_with_the_rights_of_the_manifests(installed: World):
    world = installed
    operator = world.operator("--kubeconfig", account(world), "--metrics-port", 0, "-v")
    world.podnetworking("vsw-small-1")
    world.podnetworking("vsw-l1", suffix="-l", labels={"zone": "l"})
    pods = [f"p{number}" for number in range(5)]
    for name in pods:
        world.pod(name)
    world.pod("far", {"zone": "l"})
    world.running("far")
    await_(lambda: len(world.addresses()) == 5)
    (waiting,) = set(pods) - set(world.addresses())
    await_(lambda: condition_of(world.get(waiting), names.CONTAINER_INSTANCE_CREATED))
    await_(
        lambda: waiting in {one["involvedObject"]["name"] for one in world.api.list(EVENTS, namespace=world.name).items}
    )
    world.delete("far")
    await_(lambda: world.gone(PODS, "far") and world.gone(POD_ENIS, "far"))
    assert 'code="403"' not in ask(operator, "/metrics")
    assert "forbidden" not in operator.err
    assert operator.end()[0] == 0


def test_its_own_pods_wait_for_a_real_node(installed: World):
    world = installed
    world.operator("--kubeconfig", account(world))
    selector = "app.kubernetes.io/name=podnet-operator"
    await_(
        lambda: (
            len(pods := world.api.list(PODS, namespace=NAMESPACE, label_selector=selector).items) == 2
            and all(unschedulable(pod) for pod in pods)
        )
    )


def unschedulable(pod) -> bool:
    return (condition_of(pod, "PodScheduled") or {}).get("reason") == "Unschedulable"


def test_with_fewer_rights_it_says_which_are_missing(installed: World):
    world = installed
    kubectl(world, "delete", "clusterrolebinding", NAME)
    operator = world.operator("--kubeconfig", account(world), wait=False)
    await_(lambda: "forbidden" in operator.err)
    assert "ready" not in operator.out
    assert operator.end()[0] == 0


def test_with_too_few_rights_it_gives_up_in_time(installed: World):
    world = installed
    kubectl(world, "delete", "clusterrolebinding", NAME)
    operator = world.operator("--kubeconfig", account(world), "--start-seconds", 1, wait=False)
    await_(lambda: not operator.lives)
    assert operator.code == 4
    last = operator.err.splitlines()[-1]
    assert last.startswith("error: the implementation could not be installed within 1 s: customresourcedefinitions.")


def test_the_certificate_behind_a_service_is_shared(installed: World):
    world = installed
    kubeconfig = account(world)
    for _ in range(2):
        world.operator("--kubeconfig", kubeconfig, "--webhook-service", NAME)
    webhook = json.loads(kubectl(world, "get", "mutatingwebhookconfiguration", "podnet-reference", "-o", "json"))[
        "webhooks"
    ][0]
    service = {"namespace": NAMESPACE, "name": NAME, "port": 443, "path": "/mutate-pods"}
    assert webhook["clientConfig"]["service"] == service
    data = world.api.get(SECRETS, NAME, namespace=NAMESPACE)["data"]
    assert webhook["clientConfig"]["caBundle"] == data["ca.crt"]
    outside = webhook["namespaceSelector"]["matchExpressions"][0]["values"]
    assert outside == ["kube-system", NAMESPACE]
    manifest = world.pod_manifest(f"{world.name}-own", world.labels)
    manifest["metadata"]["namespace"] = NAMESPACE
    assert annotations_of(world.api.create(PODS, manifest, dry_run=True)) == {}
    with pytest.raises(ApiError, match="failed calling webhook"):
        world.pod("web")


def test_kustomize_takes_what_is_printed(world: World):
    printed = podnet("operator", "--print-manifests", "--namespace", "elsewhere", "--image", "example.com/podnet:1")
    (world.folder / "podnet.yaml").write_text(printed.out)
    (world.folder / "kustomization.yaml").write_text("resources: [podnet.yaml]\nnamePrefix: my-\n")
    built = list(yaml.safe_load_all(kubectl(world, "kustomize", str(world.folder))))
    (deployment,) = [one for one in built if one["kind"] == "Deployment"]
    assert (deployment["metadata"]["name"], deployment["metadata"]["namespace"]) == ("my-podnet-operator", "elsewhere")
    assert deployment["spec"]["template"]["spec"]["containers"][0]["image"] == "example.com/podnet:1"
