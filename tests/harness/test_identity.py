"""Which plane a pod is on, told by its vSwitch first: a wrong security group is left to those who judge it."""

from __future__ import annotations

import pytest
from handmade import BLUE, GREEN, INVENTORY, pod, pod_eni, world

from podnet.api.objects import Obj
from podnet.harness.identity import DEFAULT, planes_in_use
from podnet.harness.ledger import WrittenPlane


def on(subject: Obj, *, vswitch: str = "", groups: list[str] | None = None, planes: dict[str, Obj] | None = None):
    records = [pod_eni("web", vswitch=vswitch, groups=groups or ())] if vswitch or groups else []
    (plane,) = world(subject, records=records).observer.observe()
    specs = planes if planes is not None else {"blue": BLUE, "green": GREEN}
    written = {name: WrittenPlane(name, spec) for name, spec in specs.items()}
    return planes_in_use(plane, written=written, inventory=INVENTORY)


@pytest.mark.parametrize(
    ("ip", "planes"), [("10.0.0.9", {DEFAULT}), ("10.0.1.9", {"blue"}), ("10.0.3.9", {"green"}), ("10.9.9.9", set())]
)
def test_the_vswitch_tells_the_plane(ip: str, planes: set[str]):
    assert on(pod(ip=ip)) == planes


def test_neither_a_wrong_group_nor_a_wrong_annotation_hides_the_plane():
    assert on(pod(named="green"), vswitch="blue-1", groups=["sg-green"]) == {"blue"}
    assert on(pod(), vswitch="common", groups=["sg-green"]) == {DEFAULT}


SHARED = {"blue": BLUE, "green": {**GREEN, "vSwitchOptions": ["blue-1"]}}
"""Two planes with one vSwitch between them."""


def test_on_a_shared_vswitch_the_first_group_tells_the_plane():
    assert on(pod(), vswitch="blue-1", groups=["sg-blue"], planes=SHARED) == {"blue"}
    assert on(pod(named="green"), vswitch="blue-1", groups=["sg-blue"], planes=SHARED) == {"blue"}
    assert on(pod(), vswitch="blue-1", groups=["sg-green"], planes=SHARED) == {"green"}


def test_another_group_of_the_list_tells_it_where_no_first_one_does():
    assert on(pod(), vswitch="blue-1", groups=["sg-last"], planes=SHARED) == {"blue"}
    assert on(pod(), vswitch="blue-1", groups=["sg-blue", "sg-last"], planes=SHARED) == {"blue"}


def test_where_no_group_tells_it_the_annotation_does():
    assert on(pod(ip="10.0.1.9", named="green"), planes=SHARED) == {"green"}
    assert on(pod(named="green"), vswitch="blue-1", groups=["sg"], planes=SHARED) == {"green"}


def test_what_nothing_tells_apart_stays_open():
    assert on(pod(ip="10.0.1.9"), planes=SHARED) == {"blue", "green"}
    assert on(pod(ip="10.0.1.9", named="other"), planes=SHARED) == {"blue", "green"}


def test_a_plane_on_a_default_vswitch_is_told_from_the_default_plane_by_its_group():
    planes = {"blue": {**BLUE, "vSwitchOptions": ["common"]}}
    assert on(pod(), vswitch="common", groups=["sg-blue"], planes=planes) == {"blue"}
    assert on(pod(), vswitch="common", groups=["sg"], planes=planes) == {DEFAULT}
    assert on(pod(), vswitch="common", groups=["other", "sg"], planes=planes) == {DEFAULT}
    assert on(pod(ip="10.0.0.9"), planes=planes) == {"blue", DEFAULT}
