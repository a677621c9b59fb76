"""What a pod really got: every source is read, each for what it is worth, and the best one comes first."""

from __future__ import annotations

import pytest
from handmade import eci, node, pod, pod_eni, world

from podnet.api import names
from podnet.api.objects import Obj
from podnet.api.resources import NODES
from podnet.harness.observer import EffectivePlane


def seen(subject: Obj, *, records: list[Obj] | None = None, submitted: Obj | None = None) -> EffectivePlane:
    made = world(subject, records=records)
    if submitted is not None:
        made.ledger.submit("ns", submitted)
    (plane,) = made.observer.observe()
    return plane


def told(plane: EffectivePlane) -> list[tuple[str, str]]:
    return [(one.value, one.source) for one in plane.vswitches]


def test_the_sources_are_read_best_first():
    record = pod_eni("web", vswitch="blue-1", groups=["sg-blue"], zone="z1")
    noted = eci(vswitch="blue-2", groups="sg-last", zone="z2")
    plane = seen(pod(ip="10.0.3.5", annotations=noted), records=[record])
    assert told(plane) == [("blue-1", "PodENI"), ("blue-2", "annotation eci-vswitch")]
    assert (plane.vswitch, plane.security_groups) == ("blue-1", frozenset({"sg-blue"}))
    assert [one.value for one in plane.security_group_sets] == [frozenset({"sg-blue"}), frozenset({"sg-last"})]
    assert [one.value for one in plane.zones] == ["z1", "z2"]


def test_the_address_tells_the_vswitch_where_nothing_else_does():
    plane = seen(pod(ip="10.0.3.5"))
    assert told(plane) == [("green-1", "address in its CIDR block")]
    assert plane.security_groups is None


@pytest.mark.parametrize("ip", ["", "10.9.9.9", "nonsense"])
def test_an_address_of_nowhere_tells_nothing(ip: str):
    assert told(seen(pod(ip=ip))) == []


def test_a_podeni_of_an_earlier_pod_of_the_same_name_is_no_evidence():
    plane = seen(pod(ip="10.0.1.5"), records=[pod_eni("web", vswitch="green-1", groups=["sg-green"], uid="another")])
    assert told(plane) == [("blue-1", "address in its CIDR block")]
    assert plane.security_groups is None


def test_a_podeni_that_names_no_pod_counts_for_the_pod_of_its_name():
    record = pod_eni("web", vswitch="green-1")
    record["metadata"]["annotations"] = {}
    assert told(seen(pod(), records=[record])) == [("green-1", "PodENI")]


def test_a_podeni_of_another_name_is_no_evidence():
    assert told(seen(pod(), records=[pod_eni("other", vswitch="green-1", uid="uid-web")])) == []


def test_what_the_user_wrote_proves_nothing():
    noted = eci(vswitch="green-1", groups="sg-green", zone="z2")
    plane = seen(pod(ip="10.0.1.5", annotations=noted), submitted=pod(annotations=noted))
    assert told(plane) == [("blue-1", "address in its CIDR block")]
    assert (plane.security_groups, plane.zones) == (None, ())


def test_what_the_user_wrote_and_the_implementation_changed_is_evidence():
    plane = seen(pod(annotations=eci(vswitch="blue-1")), submitted=pod(annotations=eci(vswitch="green-1")))
    assert told(plane) == [("blue-1", "annotation eci-vswitch")]


def test_several_vswitches_in_the_annotation_are_a_wish_and_no_evidence():
    assert told(seen(pod(annotations=eci(vswitch="blue-1,blue-2")))) == []


@pytest.mark.parametrize("text", ["sg-blue,sg-last", " sg-last , sg-blue,"])
def test_several_groups_may_be_joined_by_commas(text: str):
    assert seen(pod(annotations=eci(groups=text))).security_groups == {"sg-blue", "sg-last"}


def test_the_interface_eth0_of_a_podeni_comes_first_and_any_other_is_evidence_of_its_own():
    record = pod_eni("web", vswitch="blue-1")
    second = {"interface": "eth1", "eni": {"vSwitchID": "green-1"}}
    record["spec"]["allocations"].insert(0, second)
    assert told(seen(pod(), records=[record])) == [("blue-1", "PodENI"), ("green-1", "PodENI eth1")]
    record["spec"]["allocations"] = [second]
    assert told(seen(pod(), records=[record])) == [("green-1", "PodENI")]


@pytest.mark.parametrize("spec", [None, {}, {"allocations": None}, {"allocations": []}, {"allocations": ["nonsense"]}])
def test_a_podeni_that_says_nothing_is_no_evidence(spec: object):
    record = {**pod_eni("web"), "spec": spec}
    assert told(seen(pod(ip="10.0.1.5"), records=[record])) == [("blue-1", "address in its CIDR block")]


@pytest.mark.parametrize("label", [names.TOPOLOGY_ZONE, names.LEGACY_ZONE])
def test_the_zone_is_that_of_the_node_by_either_label(label: str):
    made = world(pod(zone="z2"))
    made.api.objects[NODES] = [node("z2", label=label)]
    assert [plane.node_zone for plane in made.observer.observe()] == ["z2"]


def test_a_pod_on_no_node_or_on_one_that_is_gone_is_in_no_zone():
    made = world(pod("free", zone=""), pod("lost", zone="z9"))
    assert [(plane.node, plane.node_zone) for plane in made.observer.observe()] == [("", ""), ("node-z9", "")]


def test_all_addresses_count():
    assert seen(pod(ip=["10.0.2.5", "fd00:2::5"])).ips == ("10.0.2.5", "fd00:2::5")
    alone = pod()
    alone["status"]["podIP"] = "10.0.2.5"
    assert seen(alone).ips == ("10.0.2.5",)


@pytest.mark.parametrize(
    ("phase", "running", "live"),
    [("Pending", False, True), ("Running", True, True), ("Succeeded", True, False), ("Failed", False, False)],
)
def test_a_pod_counts_by_its_phase(phase: str, running: bool, live: bool):
    plane = seen(pod(phase=phase))
    assert (plane.running, plane.live) == (running, live)


def test_a_pod_that_does_not_run_says_why():
    waiting = pod(phase="Pending")
    waiting["status"] |= {
        "reason": "ProviderFailed",
        "conditions": [{"type": "ContainerInstanceCreated", "status": "False", "message": "no idle address"}],
    }
    text = seen(waiting).describe()
    assert "reason ProviderFailed" in text
    assert "ContainerInstanceCreated: no idle address" in text
