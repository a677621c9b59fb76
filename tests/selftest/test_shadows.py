"""Who decides like the reference need not play; who does not is found out, whatever it overrides."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from podnet.api.inventory import Inventory
from podnet.kube.cluster import InProcessCluster
from podnet.reference import Reference
from podnet.selftest.shadows import Follower, Shadows, followed


class Same(Reference):
    def effective_security_groups(self, podnetworking):
        return podnetworking.security_groups[:1]


class Last(Reference):
    def effective_security_groups(self, podnetworking):
        return podnetworking.security_groups[-1:]


class Raises(Reference):
    def effective_security_groups(self, podnetworking):
        raise ValueError


class Second(Reference):
    """Differs at the second pod only."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    def effective_security_groups(self, podnetworking):
        self.asked += 1
        return podnetworking.security_groups[: min(self.asked, 2)]


class Counts(Reference):
    """Overrides a decision and one that it is made of, and counts how often it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    def plane(self, podnetworking, *, matching):
        return super().plane(podnetworking, matching=matching)

    def effective_security_groups(self, podnetworking):
        self.asked += 1
        return super().effective_security_groups(podnetworking)


class ReadsTheCloud(Reference):
    def choose_vswitch(self, candidates, *, pod):
        return max(candidates, key=self.vpc.idle) if self.inventory.zones and self.podnetworkings else ""


class OwnInstallation(Reference):
    def install(self, host):
        super().install(host)


class OwnSettings(Reference):
    retry_seconds = 7.0


class SetsItLater(Reference):
    def __init__(self) -> None:
        super().__init__()
        self.retry_seconds = 7.0


class Somebody:
    name, version = "somebody", "1"


def play(
    inventory: Inventory, *, pods: int = 2, leader: Callable[[], Any] = Reference, **factories: Callable[[], Any]
) -> set[str]:
    """Who differed while so many pods of one PodNetworking with two security groups were created."""
    shadows = Shadows(Follower.of(leader), {name: Follower.of(factory) for name, factory in factories.items()})
    cluster = InProcessCluster(seed="shadows")
    shadows.implementation().install(cluster.host(inventory))
    cluster.runtime.settle()
    create_matched_pods(cluster, inventory, pods=pods)
    return set(shadows.parted)


def create_matched_pods(cluster: InProcessCluster, inventory: Inventory, *, pods: int) -> None:
    from podnet.api.resources import POD_NETWORKINGS, PODS

    api = cluster.host(inventory).api
    vswitch = next(one.id for one in inventory.vswitches if one.id not in inventory.default.vswitches)
    spec = {
        "allocationType": {"type": "Elastic"},
        "selector": {"podSelector": {"matchLabels": {"app": "web"}}},
        "securityGroupIDs": list(inventory.security_groups[:2]),
        "vSwitchOptions": [vswitch],
    }
    metadata = {"name": "blue"}
    version = POD_NETWORKINGS.api_version
    api.create(POD_NETWORKINGS, {"apiVersion": version, "kind": "PodNetworking", "metadata": metadata, "spec": spec})
    cluster.runtime.settle()
    for number in range(pods):
        pod = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": f"web-{number}", "namespace": "default", "labels": {"app": "web"}},
            "spec": {"containers": [{"name": "c", "image": "i"}]},
        }
        api.create(PODS, pod, namespace="default")
    cluster.runtime.settle()


@pytest.mark.parametrize("kind", [Same, ReadsTheCloud, Counts])
def test_who_answers_the_same_does_not_differ(kind: type, standard: Inventory):
    assert play(standard, one=kind) == set()


@pytest.mark.parametrize(
    "kind", [Last, Raises, Second, OwnInstallation, OwnSettings, SetsItLater, Somebody, lambda: random.missing]
)
def test_who_differs_in_anything_does(kind: Callable[[], Any], standard: Inventory):
    assert play(standard, one=kind, other=Same) == {"one"}


def test_those_who_are_wrong_in_the_same_way_need_one_play(standard: Inventory):
    class LastOfTwo(Reference):
        def effective_security_groups(self, podnetworking):
            return tuple(reversed(podnetworking.security_groups))[:1]

    assert play(standard, leader=Last, one=LastOfTwo, other=Same, third=Reference) == {"other", "third"}


def test_after_a_restart_a_shadow_has_forgotten_what_it_knew(standard: Inventory):
    shadows = Shadows(Follower.of(Reference), {"one": Follower.of(Second)})
    for _ in range(3):
        cluster = InProcessCluster(seed="shadows")
        shadows.implementation().install(cluster.host(standard))
        cluster.runtime.settle()
        create_matched_pods(cluster, standard, pods=1)
    assert shadows.parted == {}


def test_whoever_cannot_be_followed_plays_alone(standard: Inventory):
    assert play(standard, leader=OwnSettings, one=Same, other=OwnSettings) == {"one", "other"}


def test_who_differs_later_does_not_differ_before(standard: Inventory):
    assert play(standard, pods=1, one=Second) == set()


def test_a_shadow_is_asked_as_often_as_it_would_be_if_it_played(standard: Inventory):
    kept: list[Counts] = []

    def counts() -> Counts:
        kept.append(Counts())
        return kept[-1]

    play(standard, one=counts)
    followed_along = kept[-1].asked
    cluster = InProcessCluster(seed="shadows")
    alone = Counts()
    alone.install(cluster.host(standard))
    cluster.runtime.settle()
    create_matched_pods(cluster, standard, pods=2)
    assert followed_along == alone.asked > 0


@pytest.mark.parametrize(
    ("kind", "decisions"),
    [
        (Last, {"effective_security_groups"}),
        (Counts, {"plane", "effective_security_groups"}),
        (Reference, set()),
        (OwnInstallation, None),
        (OwnSettings, None),
        (Somebody, None),
    ],
)
def test_what_a_class_overrides_is_known(kind: type, decisions: set[str] | None):
    assert followed(kind) == decisions
