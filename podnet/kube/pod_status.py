"""Rules of a pod's ``status``: its addresses agree with each other, its quality of service never changes.

Sources: pkg/apis/core/v1/conversion.go and ValidatePodStatusUpdate of Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from ipaddress import ip_address

from podnet.api.label_syntax import key_problems
from podnet.api.objects import Obj
from podnet.api.selectors import Problem
from podnet.kube.answers import bad_value

_TIMES = ("lastProbeTime", "lastTransitionTime")
_CONTAINERS = ("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses")
_MOMENTS = ("startedAt", "finishedAt")
_ADDRESSES = (("podIP", "podIPs"), ("hostIP", "hostIPs"))


def agree(status: Obj) -> None:
    """Make ``podIP`` the first of ``podIPs`` in place, whichever of the two a client wrote; ``hostIP`` alike.

    Conditions and containers get the fields that are never left out.
    """
    for one, several in _ADDRESSES:
        address, addresses = status.get(one), status.get(several)
        if address and (not addresses or addresses[0].get("ip") != address):
            # Clients that know only the older field are believed.
            status[several] = [{"ip": address}]
        elif addresses and not address:
            status[one] = addresses[0].get("ip")
    for condition in status.get("conditions") or ():
        for field in _TIMES:
            condition.setdefault(field, None)  # Go writes a moment that is not set as null
    for field in _CONTAINERS:
        for container in status.get(field) or ():
            _complete(container)


def _complete(container: Obj) -> None:
    for key, value in (("ready", False), ("restartCount", 0), ("image", ""), ("imageID", "")):
        container.setdefault(key, value)
    for state in (container.setdefault("state", {}), container.setdefault("lastState", {})):
        for kind, moments in (("running", _MOMENTS[:1]), ("terminated", _MOMENTS)):
            if state.get(kind) is not None:
                for moment in moments:
                    state[kind].setdefault(moment, None)


def status_problems(status: Obj, old: Obj) -> Iterator[Problem]:
    """What is wrong with a new status."""
    for index, condition in enumerate(status.get("conditions") or ()):
        type_ = condition.get("type") or ""
        yield from (bad_value(f"status.conditions[{index}].type", type_, why) for why in key_problems(type_))
    if status.get("qosClass") != old.get("qosClass"):
        yield bad_value("status.qosClass", status.get("qosClass"), "field is immutable")
    for one, several in _ADDRESSES:
        known = {entry.get("ip") for entry in old.get(several) or ()} | {old.get(one)}
        yield from _address_problems(status.get(several) or (), known, f"status.{several}")


def _address_problems(addresses: Sequence[Obj], known: set[object], path: str) -> Iterator[Problem]:
    families = []
    for index, entry in enumerate(addresses):
        try:
            families.append(ip_address(entry.get("ip") or "").version)
        except ValueError:
            if entry.get("ip") not in known:
                why = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
                yield bad_value(f"{path}[{index}]", entry.get("ip") or "", why)
    if len(families) > len(set(families)):
        named = [{"IP": entry.get("ip")} for entry in addresses]
        yield bad_value(path, named, "may specify no more than one IP for each IP family")
