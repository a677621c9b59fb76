"""Whatever happens in whatever order: afterwards there is what was asked for, and nothing else."""

from random import Random

import pytest

from podnet.api.errors import ApiError
from podnet.api.objects import labels_of, name_of
from podnet.api.resources import DAEMON_SETS, DEPLOYMENTS, JOBS, NODES, PODS, REPLICA_SETS, STATEFUL_SETS

KINDS = (DEPLOYMENTS, REPLICA_SETS, STATEFUL_SETS, DAEMON_SETS, JOBS)


def make(world, web_template, resource, chance):
    name = resource.kind.lower()
    made = web_template({"app": name}, annotations={"test/stop-seconds": str(chance.choice([0, 5, 40]))})
    spec = {"replicas": chance.randrange(4), "selector": {"matchLabels": {"app": name}}, "template": made}
    if resource == JOBS:
        made["spec"]["restartPolicy"] = "Never"
        spec = {"completions": 3, "parallelism": chance.randrange(1, 4), "template": made}
    elif resource == STATEFUL_SETS:
        spec |= {"serviceName": "s", "podManagementPolicy": chance.choice(["OrderedReady", "Parallel"])}
    elif resource == DAEMON_SETS:
        del spec["replicas"]
    elif resource == DEPLOYMENTS:
        spec["strategy"] = {"type": chance.choice(["RollingUpdate", "Recreate"])}
    world.create(resource, name, spec)


def disturb(world, chance):
    resource = chance.choice(KINDS)
    name = resource.kind.lower()
    match chance.randrange(6):
        case 0:
            world.patch(resource, name, {"spec": {"replicas": chance.randrange(5)}})
        case 1 if resource != JOBS:
            label = {"rev": str(chance.randrange(4))}
            world.patch(resource, name, {"spec": {"template": {"metadata": {"labels": label}}}})
        case 2 | 3:
            pods = world.list(PODS)
            if pods:
                world.delete(PODS, name_of(chance.choice(pods)))
        case 4:
            pods = world.list(PODS)
            if pods:
                world.annotate(chance.choice(pods), phase=chance.choice(["Failed", "Unready", "Running"]))
        case 5:
            node = f"n{chance.randrange(1, 4)}"
            world.patch(NODES, node, {"spec": {"unschedulable": chance.random() < 0.5}})


@pytest.mark.parametrize("seed", range(12))
def test_workloads_converge_after_any_disturbance(new_world, web_template, seed):
    world, chance = new_world(seed), Random(seed)
    world.namespace("ns")
    for index in range(1, 4):
        world.node(f"n{index}")
    for resource in KINDS:
        make(world, web_template, resource, chance)
    for _ in range(30):
        for _ in range(chance.randrange(15)):
            world.runtime.step()
        if chance.random() < 0.2:
            world.advance(chance.choice([1, 10, 100]))
        try:
            disturb(world, chance)
        except ApiError as error:
            if error.code != 404:
                raise
    for index in range(1, 4):
        world.patch(NODES, f"n{index}", {"spec": {"unschedulable": False}})
    for pod in world.list(PODS):
        if labels_of(pod)["app"] != "job" and pod["status"]["phase"] in {"Pending", "Running"}:
            world.annotate(pod, phase="Running")
    world.advance(3600)
    check(world)


def check(world):
    for resource in KINDS:
        name = resource.kind.lower()
        workload = world.get(resource, name)
        pods = [pod for pod in world.list(PODS, f"app={name}") if pod["status"]["phase"] == "Running"]
        assert all(pod["metadata"]["ownerReferences"] for pod in pods)
        if resource == JOBS:
            assert len(pods) == workload["status"].get("active", 0)
            continue
        wanted = 3 if resource == DAEMON_SETS else workload["spec"]["replicas"]
        ready = workload["status"].get("numberReady" if resource == DAEMON_SETS else "readyReplicas", 0)
        assert len(pods) == wanted == ready, (name, workload)
        revision = labels_of(workload["spec"]["template"]).get("rev")
        if resource != REPLICA_SETS:
            assert {labels_of(pod).get("rev") for pod in pods} <= {revision}, name
