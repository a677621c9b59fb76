"""What becomes of new pods while the operator does not answer."""

from __future__ import annotations

import time

import pytest
from operator_world import World, await_

from podnet.api.errors import ApiError
from podnet.api.objects import annotations_of
from podnet.api.resources import MUTATING_WEBHOOK_CONFIGURATIONS, PODS

SOLO = "--no-leader-election"


@pytest.fixture
def dead(world: World) -> World:
    world.operator(SOLO)
    world.podnetworking("vsw-a1")
    world.operators[-1].kill()
    return world


def test_pods_of_users_wait_for_it_rather_than_start_without_their_plane(dead: World):
    with pytest.raises(ApiError, match="failed calling webhook"):
        dead.pod("web")
    assert dead.pods() == []


def test_pods_of_the_system_never_depend_on_it(dead: World):
    manifest = dead.pod_manifest(f"{dead.name}-system", dead.labels)
    manifest["metadata"]["namespace"] = "kube-system"
    begun = time.monotonic()
    made = dead.api.create(PODS, manifest)
    assert time.monotonic() - begun < 5
    assert annotations_of(made) == {}
    dead.api.delete(PODS, manifest["metadata"]["name"], namespace="kube-system", grace_period_seconds=0)


def test_where_failures_are_to_be_ignored_pods_start_at_once_on_the_default_plane(dead: World):
    configuration = dead.api.get(MUTATING_WEBHOOK_CONFIGURATIONS, "podnet-reference")
    configuration["webhooks"][0]["failurePolicy"] = "Ignore"
    dead.api.update(MUTATING_WEBHOOK_CONFIGURATIONS, configuration)
    await_(lambda: admitted(dead))
    begun = time.monotonic()
    made = dead.pod("web")
    assert time.monotonic() - begun < 5
    assert annotations_of(made) == {}
    dead.operator(SOLO)
    dead.running("web")
    assert dead.record("web")["spec"]["allocations"][0]["eni"]["securityGroupIDs"] == ["sg-default"]


def admitted(world: World) -> bool:
    try:
        world.api.create(PODS, world.pod_manifest("rehearsal", {}), dry_run=True)
    except ApiError:
        return False
    return True
