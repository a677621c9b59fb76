"""Ports of the node that a pod wants for itself: two pods on one node never share one."""

from __future__ import annotations

from collections.abc import Iterator

from podnet.api.objects import Obj

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


def collide(one: Port, other: Port) -> bool:
    """Whether two pods cannot have these on one node."""
    return one[1:] == other[1:] and (one[0] == other[0] or ANY_ADDRESS in {one[0], other[0]})
