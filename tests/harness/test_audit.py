"""The cross-checks X1 to X8: each sees its fault in a world made by hand, and blames the right requirement alone."""

from __future__ import annotations

import pytest
from handmade import BLUE, GREEN, eci, pod, pod_eni, world

from podnet.api import names
from podnet.api.objects import Obj
from podnet.api.resources import PODS
from podnet.harness.audit import audit
from podnet.harness.world import World
from podnet.suite.dialect import Rules


def blamed(world: World) -> list[tuple[str, str]]:
    return [(finding.requirement, finding.check) for finding in audit(world)]


def blue(name: str = "web", **changes: object) -> Obj:
    """A pod that is on the plane blue as it should be, but for what is said."""
    return pod(name, **{"app": "blue", "named": "blue", "ip": "10.0.1.5", **changes})


def record(**changes: object) -> Obj:
    return pod_eni(**{"name": "web", "vswitch": "blue-1", "groups": ["sg-blue"], "zone": "z1", **changes})


RIGHT: dict[str, World] = {
    "a pod on its plane": world(blue(), records=[record()]),
    "a pod on its plane's other vSwitch": world(
        blue(ip=["10.0.2.5", "fd00:2::5"], zone="z2"), records=[record(vswitch="blue-2", zone="z2")]
    ),
    "a pod of which nothing but the address is known": world(blue(), records=None),
    "a pod on the default plane": world(pod(ip="10.0.0.5"), records=[record(vswitch="common", groups=["sg"])]),
    "a pod on the default plane with all of its groups": world(
        pod(ip="10.0.0.5"), records=[record(vswitch="common", groups=["sg", "other"])]
    ),
    "a pod on the default plane far from its vSwitch": world(pod(ip="10.0.0.5", zone="z2")),
    "a pod without an address": world(pod(app="blue", phase="Pending"), records=[record(vswitch="green-1")]),
    "a pod that does not run yet": world(blue(ip="10.0.3.5", phase="Pending")),
    "a pod that is being deleted": world(blue(ip="10.0.3.5", deletionTimestamp="2026-01-01T00:00:00Z")),
    "a pod that has ended": world(blue(ip="10.0.3.5", phase="Succeeded")),
    "the address of a pod that has ended": world(blue(), blue("old", phase="Succeeded")),
    "pods of the host's network": world(
        *({**pod(name, ip="10.0.0.5"), "spec": {"hostNetwork": True, "nodeName": "node-z1"}} for name in ("a", "b"))
    ),
    "a pod that nothing matched, with pod-eni alone": world(pod(ip="10.0.0.5", annotations={names.POD_ENI: "true"})),
}
BOTH = {"blue": BLUE, "green": {**GREEN, "selector": BLUE["selector"]}}
"""Two planes that match the same pods."""
WRONG: dict[str, tuple[World, list[tuple[str, str]]]] = {
    "X1: a vSwitch that the plane does not list": (
        world(blue(ip="10.0.3.5", zone="z2"), records=[record(vswitch="green-1", zone="z2")]),
        [("VSW-2", "X1")],
    ),
    "X1: the default plane's vSwitch under the plane's annotation": (
        world(blue(ip="10.0.0.5"), records=[record(vswitch="common")]),
        [("VSW-2", "X1")],
    ),
    "X2: another group of the list": (world(blue(), records=[record(groups=["sg-last"])]), [("SG-2", "X2")]),
    "X2: one group more": (world(blue(), records=[record(groups=["sg-blue", "sg-last"])]), [("SG-2", "X2")]),
    "X2: the group of a plane that does not match": (
        world(blue(), records=[record(groups=["sg-green"])]),
        [("SG-2", "X2")],
    ),
    "X3: an address of another vSwitch than the one that is reported": (
        world(blue(ip="10.0.3.5"), records=[record()]),
        [("VSW-4", "X3")],
    ),
    "X3: an address of the other family elsewhere": (
        world(blue(ip=["10.0.2.5", "fd00:3::5"], zone="z2"), records=[record(vswitch="blue-2", zone="z2")]),
        [("VSW-4", "X3")],
    ),
    "X3: on the default plane": (
        world(pod(ip="10.0.1.5"), records=[record(vswitch="common", groups=["sg"])]),
        [("DEF-1", "X3")],
    ),
    "X4: a node in another zone than the vSwitch": (world(blue(zone="z2"), records=[record()]), [("ZON-2", "X4")]),
    "X5: the annotation of one plane, the vSwitch of the other, both matching": (
        world(blue(ip="10.0.3.5", zone="z2"), records=[record(vswitch="green-1", zone="z2")], planes=BOTH),
        [("MUL-3", "X5")],
    ),
    "X5: the annotation of one plane, the group of the other, both matching": (
        world(blue(), records=[record(groups=["sg-green"])], planes=BOTH),
        [("MUL-3", "X5")],
    ),
    "X5: the annotation of a plane that does not match, the vSwitch of the one that does": (
        world(blue(named="green"), records=[record()]),
        [("ANN-3", "X5")],
    ),
    "X5: a plane without its annotation": (world(blue(named=None), records=[record()]), [("ANN-2", "X5")]),
    "X5: no pod-eni": (
        world(blue(named=None, annotations={names.POD_NETWORKING: "blue"}), records=[record()]),
        [("ANN-1", "X5")],
    ),
    "X5: another value of pod-eni": (
        world(blue(annotations={names.POD_ENI: "True"}), records=[record()]),
        [("ANN-1", "X5")],
    ),
    "X6: one address for two": (world(blue("one"), blue("two")), [("CAP-5", "X6")]),
    "X6: one address of the other family for two": (
        world(
            blue("one", ip=["10.0.2.5", "fd00:2::5"], zone="z2"), blue("two", ip=["10.0.2.6", "fd00:2::5"], zone="z2")
        ),
        [("CAP-5", "X6")],
    ),
    "X6: the network's own address": (world(blue(ip="10.0.1.0")), [("CAP-5", "X6")]),
    "X6: one of the last three": (world(blue(ip="10.0.1.253")), [("CAP-5", "X6")]),
    "X7: a plane's annotation on a pod that matches nothing": (
        world(pod(ip="10.0.0.5", named="gone")),
        [("DEF-3", "X7")],
    ),
    "X7: an annotation without a value": (
        world(pod(ip="10.0.0.5", annotations={names.POD_NETWORKING: ""})),
        [("DEF-3", "X7")],
    ),
    "X7: the vSwitch of a plane for a pod that matches nothing": (world(pod(ip="10.0.1.5")), [("DEF-1", "X7")]),
    "X7: a foreign group on the default plane": (
        world(pod(ip="10.0.0.5"), records=[record(vswitch="common", groups=["sg", "sg-blue"])]),
        [("DEF-1", "X7")],
    ),
    "X8: sources that disagree about the vSwitch": (
        world(blue(annotations=eci(vswitch="blue-2")), records=[record()]),
        [("VSW-2", "X8")],
    ),
    "X8: sources that disagree about the group": (
        world(blue(annotations=eci(groups="sg-last")), records=[record()]),
        [("SG-2", "X8")],
    ),
    "X8: a source that tells another zone": (world(blue(), records=[record(zone="z2")]), [("ZON-2", "X8")]),
}


@pytest.mark.parametrize("what", RIGHT)
def test_what_is_right_is_not_blamed(what: str):
    assert blamed(RIGHT[what]) == []


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_blamed_on_the_requirement_that_it_breaks(what: str):
    made, expected = WRONG[what]
    assert blamed(made) == expected


def test_a_finding_names_the_pod_and_everything_that_is_seen_of_it():
    (finding,) = audit(world(blue(), records=[record(groups=["sg-last"])]))
    assert finding.pod == "ns/web"
    assert "security groups other than sg-blue: pod ns/web: Running; address 10.0.1.5; vSwitch blue-1 (PodENI)" in (
        finding.message
    )


def test_an_annotation_that_the_user_wrote_himself_means_nothing():
    made = world(pod(ip="10.0.0.5", named="blue"))
    made.ledger.submit("ns", pod(named="blue"))
    assert blamed(made) == []


def test_an_annotation_that_the_user_wrote_himself_and_that_is_so_is_as_good_as_any():
    made = world(blue(), records=[record()])
    made.ledger.submit("ns", blue())
    assert blamed(made) == []


def test_an_annotation_that_the_user_wrote_in_the_place_of_the_right_one_confirms_what_is_not_so():
    made = world(blue(named="nowhere"), records=[record()])
    made.ledger.submit("ns", blue(named="nowhere"))
    assert blamed(made) == [("ANN-3", "X5")]


def test_a_pod_is_held_against_the_planes_of_its_creation():
    made = world(blue(), records=[record()])
    made.ledger.see([blue()], namespace_labels={})
    made.ledger.write("blue", {**BLUE, "vSwitchOptions": ["green-1"], "securityGroupIDs": ["sg-green"]})
    assert blamed(made) == []
    made.ledger.write("blue", None)
    assert blamed(made) == []


def test_what_passes_by_itself_in_the_time_that_evidence_may_take_is_not_blamed():
    late = record()
    made = world(blue(), records=[record(groups=["sg-last"])], happens=[(59.0, lambda: swap(late))])

    def swap(new: Obj) -> None:
        made.api.objects[next(key for key in made.api.objects if key.kind == "PodENI")] = [new]

    assert blamed(made) == []


def test_what_is_there_only_later_is_left_to_a_later_look():
    made = world(pod(ip="10.0.0.5"), happens=[(5.0, lambda: made.api.objects[PODS].append(blue(ip="10.0.3.5")))])
    assert blamed(made) == []


def test_what_persists_is_blamed_once():
    made = world(blue("one"), blue("two"), happens=[(5.0, lambda: None)])
    made.audit()
    made.audit()
    assert len(made.findings) == 1


ALL = Rules(effective="all", group_requirement="T-SG-ALL")


def test_by_the_rules_of_a_dialect_all_groups_of_the_list_are_right():
    groups = list(BLUE["securityGroupIDs"])
    assert blamed(world(blue(), records=[record(groups=groups)], rules=ALL)) == []


def test_by_the_rules_of_a_dialect_the_first_group_alone_is_wrong_and_blamed_there():
    assert blamed(world(blue(), records=[record()], rules=ALL)) == [("T-SG-ALL", "X2")]
