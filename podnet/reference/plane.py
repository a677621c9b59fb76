"""The plane that a pod was admitted with, kept on the pod itself so that later edits never move it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from podnet.api.names import POD_NETWORKS
from podnet.api.objects import Obj, annotations_of
from podnet.api.podnetworking import ELASTIC

INTERFACE = "eth0"


@dataclass(frozen=True)
class Plane:
    """What one pod gets: any of ``vswitches``, all of ``security_groups``.

    ``podnetworking`` is the name of the PodNetworking that it comes from, empty for the default plane.
    """

    podnetworking: str
    vswitches: tuple[str, ...]
    security_groups: tuple[str, ...]
    allocation_type: str = ELASTIC
    release_strategy: str = ""
    release_after: str = ""

    @property
    def is_default(self) -> bool:
        """Whether no PodNetworking applies."""
        return not self.podnetworking

    def allocation(self) -> Obj:
        """``allocationType`` as PodENI and the snapshot write it."""
        fields = {
            "type": self.allocation_type,
            "releaseStrategy": self.release_strategy,
            "releaseAfter": self.release_after,
        }
        return {name: value for name, value in fields.items() if value}


def snapshot(plane: Plane) -> str:
    """The plane as the JSON of the annotation ``k8s.aliyun.com/pod-networks``, in Terway's shape."""
    network = {
        "interface": INTERFACE,
        "vSwitchOptions": plane.vswitches,
        "securityGroupIDs": plane.security_groups,
        "allocationType": plane.allocation(),
    }
    return json.dumps({"podNetworking": plane.podnetworking, "podNetworks": [network]}, separators=(",", ":"))


def snapshot_of(pod: Obj) -> Plane | None:
    """The plane that the pod was admitted with; None if it matched nothing.

    A snapshot that cannot be read yields a plane without vSwitches: such a pod must not run on the default plane.
    """
    text = annotations_of(pod).get(POD_NETWORKS)
    if text is None:
        return None
    try:
        content = json.loads(text)
        network = content["podNetworks"][0]
        allocation = network["allocationType"]
        return Plane(
            podnetworking=str(content["podNetworking"]) or "unknown",
            vswitches=tuple(map(str, network["vSwitchOptions"])),
            security_groups=tuple(map(str, network["securityGroupIDs"])),
            allocation_type=str(allocation.get("type", ELASTIC)),
            release_strategy=str(allocation.get("releaseStrategy", "")),
            release_after=str(allocation.get("releaseAfter", "")),
        )
    except (ValueError, LookupError, TypeError, AttributeError):
        return Plane(podnetworking="unknown", vswitches=(), security_groups=())
