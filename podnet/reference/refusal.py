"""Why a pod gets no address, told on the pod itself in the words that ECI uses."""

from __future__ import annotations

from dataclasses import dataclass

from podnet.api.names import CONTAINER_INSTANCE_CREATED
from podnet.api.objects import Obj, condition_of


@dataclass(frozen=True)
class Refusal:
    """``reason`` is a word of the cloud's API. ``retry`` is whether time can mend it."""

    reason: str
    message: str
    retry: bool = False


NO_ADDRESS = "InvalidVSwitchId.IpNotEnough"
NO_VSWITCH = "InvalidVSwitchId.NotFound"
NO_SECURITY_GROUP = "InvalidSecurityGroupId.NotFound"


def waiting_status(pod: Obj, *, refusal: Refusal) -> Obj:
    """The status of a pod that goes on waiting: the condition ContainerInstanceCreated is False."""
    conditions = (pod.get("status") or {}).get("conditions") or []
    known = condition_of(pod, CONTAINER_INSTANCE_CREATED)
    if known and known.get("reason") == refusal.reason and known.get("message") == refusal.message:
        return {"phase": "Pending", "conditions": conditions}
    others = [condition for condition in conditions if condition.get("type") != CONTAINER_INSTANCE_CREATED]
    told = {
        "type": CONTAINER_INSTANCE_CREATED,
        "status": "False",
        "reason": refusal.reason,
        "message": refusal.message,
    }
    return {"phase": "Pending", "conditions": [*others, told]}
