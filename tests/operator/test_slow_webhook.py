"""What becomes of a new pod when the answer about it comes later than the API server waits for it."""

from __future__ import annotations

import time

import pytest
from operator_world import World, await_

from podnet.api.errors import ApiError
from podnet.api.names import POD_NETWORKING
from podnet.api.objects import Obj, annotations_of
from podnet.api.resources import MUTATING_WEBHOOK_CONFIGURATIONS, PODS

SLOW = '''
import time
from podnet.reference import Reference

class Slow(Reference):
    """Thinks for three seconds about a pod that asks for it."""
    def deny(self, pod, *, matching):
        if "slow" in (pod["metadata"].get("labels") or {}):
            time.sleep(3)
        return ""
'''


def slow(world: World, *, policy: str) -> World:
    """An operator whose answers are waited for a second, under this failurePolicy."""
    path = world.folder / "slow.py"
    path.write_text(SLOW)
    world.operator("--no-leader-election", "--implementation", f"{path}:Slow")
    world.podnetworking("vsw-a1")
    configuration = world.api.get(MUTATING_WEBHOOK_CONFIGURATIONS, "podnet-reference")
    configuration["webhooks"][0] |= {"failurePolicy": policy, "timeoutSeconds": 1}
    world.api.update(MUTATING_WEBHOOK_CONFIGURATIONS, configuration)
    await_(lambda: rehearsed(world)[0] < 2.5)  # from now on nobody waits for the whole answer
    return world


def rehearsed(world: World) -> tuple[float, str]:
    """How long the creation of a pod takes that is thought about, and how it is refused; empty if it is not."""
    begun = time.monotonic()
    try:
        world.api.create(PODS, world.pod_manifest("rehearsal", {**world.labels, "slow": ""}), dry_run=True)
        message = ""
    except ApiError as error:
        message = error.message
    return time.monotonic() - begun, message


def test_who_must_be_asked_and_is_slow_refuses_the_pod_and_the_next_one_is_on_its_plane(world: World):
    slow(world, policy="Fail")
    seconds, message = rehearsed(world)
    assert seconds < 2.5
    assert "failed calling webhook" in message
    await_(lambda: annotations_of(admitted(world)).get(POD_NETWORKING) == world.name)


def test_who_may_be_left_out_and_is_slow_leaves_the_pod_on_the_default_plane_and_the_next_one_on_its_own(world: World):
    slow(world, policy="Ignore")
    made = world.pod("web", {**world.labels, "slow": ""})
    assert POD_NETWORKING not in annotations_of(made)
    world.running("web")
    assert world.record("web")["spec"]["allocations"][0]["eni"]["securityGroupIDs"] == ["sg-default"]
    await_(lambda: annotations_of(admitted(world)).get(POD_NETWORKING) == world.name)
    assert world.is_sound()


def admitted(world: World) -> Obj:
    """A pod that nobody thinks about for long, as it would be created; nothing while it is refused."""
    try:
        return world.api.create(PODS, world.pod_manifest("rehearsal", world.labels), dry_run=True)
    except ApiError:
        return {"metadata": {}}


@pytest.mark.parametrize("policy", ["Fail", "Ignore"])
def test_pods_of_the_system_are_not_slowed_down(world: World, policy: str):
    slow(world, policy=policy)
    manifest = world.pod_manifest(f"{world.name}-system", {**world.labels, "slow": ""})
    manifest["metadata"]["namespace"] = "kube-system"
    begun = time.monotonic()
    world.api.create(PODS, manifest, dry_run=True)
    assert time.monotonic() - begun < 1
