"""Ports of the node that a pod wants for itself: two pods on one node never share one."""

from __future__ import annotations

from collections.abc import Iterator

from podnet.api.objects import Obj
from podnet.kube.scheduler.refusal import Judge, Refusal
from podnet.kube.scheduler.snapshot import NodeState, Snapshot

TAKEN = Refusal(("node(s) didn't have free ports for the requested pod ports",))
ANY_ADDRESS = "0.0.0.0"  # noqa: S104  # a value of the API: nothing is bound here

Port = tuple[str, str, int]
"""Address, protocol and number."""


def host_ports(pod: Obj) -> Iterator[Port]:
    """The ports of the node that the pod asks for; sidecars are asked, other init containers are not."""
    spec = pod["spec"]
    sidecars = (one for one in spec.get("initContainers") or () if one.get("restartPolicy") == "Always")
    for container in (*(spec.get("containers") or ()), *sidecars):
        for port in container.get("ports") or ():
            if number := port.get("hostPort"):
                yield port.get("hostIP") or ANY_ADDRESS, port.get("protocol") or "TCP", number


def free_ports(pod: Obj, _: Snapshot) -> Judge | None:
    """Refuse nodes where a pod has one of the ports; None for a pod that asks for none."""
    wanted = list(host_ports(pod))
    if not wanted:
        return None

    def judge(state: NodeState) -> Refusal | None:
        taken = [port for other in state.pods for port in host_ports(other)]
        return TAKEN if any(_collide(one, other) for one in wanted for other in taken) else None

    return judge


def _collide(one: Port, other: Port) -> bool:
    return one[1:] == other[1:] and (one[0] == other[0] or ANY_ADDRESS in {one[0], other[0]})
