"""What ``kubectl get`` shows of the kinds that are kept without anything acting on them, cell by cell.

Source: pkg/printers/internalversion/printers.go of Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from podnet.api.objects import Obj
from podnet.kube.durations import since
from podnet.kube.subresources import selector_text

_MODES = {
    "ReadWriteOnce": "RWO",
    "ReadOnlyMany": "ROX",
    "ReadWriteMany": "RWX",
    "ReadWriteOncePod": "RWOP",
}
_DEFAULT_CLASS = "storageclass.kubernetes.io/is-default-class"
_MOST = 3


def _name(obj: Obj) -> str:
    return str(obj["metadata"]["name"])


def _age(obj: Obj, now: datetime) -> str:
    return since(obj["metadata"].get("creationTimestamp"), now)


def _pairs(found: Mapping[str, Any] | None) -> str:
    return ",".join(f"{key}={value}" for key, value in sorted((found or {}).items())) or "<none>"


def _created(obj: Obj, now: datetime) -> list[Any]:
    del now
    return [_name(obj), obj["metadata"].get("creationTimestamp")]


def _service(obj: Obj, now: datetime) -> list[Any]:
    spec = obj["spec"]
    kind = spec["type"]
    internal = (spec.get("clusterIPs") or [spec.get("clusterIP") or "<none>"])[0]
    ports = [
        f"{port['port']}{':' + str(port['nodePort']) if port.get('nodePort') else ''}/{port['protocol']}"
        for port in spec.get("ports") or ()
    ]
    shown = [_name(obj), kind, internal, _external(obj), ",".join(ports) or "<none>"]
    return [*shown, _age(obj, now), _pairs(spec.get("selector"))]


def _external(obj: Obj) -> str:
    spec = obj["spec"]
    if spec["type"] == "ExternalName":
        return str(spec.get("externalName", ""))
    own = list(spec.get("externalIPs") or ())
    if spec["type"] != "LoadBalancer":
        return ",".join(own) or "<none>"
    return ",".join([*_balancers(obj), *own]) or "<pending>"


def _balancers(obj: Obj) -> Sequence[str]:
    found = ((obj.get("status") or {}).get("loadBalancer") or {}).get("ingress") or ()
    return [item.get("ip") or item.get("hostname") or "" for item in found]


def _endpoints(obj: Obj, now: datetime) -> list[Any]:
    found: list[str] = []
    for subset in obj.get("subsets") or ():
        addresses = [item["ip"] for item in subset.get("addresses") or ()]
        ports = [port["port"] for port in subset.get("ports") or ()]
        found += [f"{ip}:{port}" for port in ports for ip in addresses] if ports else addresses
    return [_name(obj), _few(found) if obj.get("subsets") else "<none>", _age(obj, now)]


def _few(items: Sequence[str]) -> str:
    rest = len(items) - _MOST
    return ",".join(items[:_MOST]) + (f" + {rest} more..." if rest > 0 else "")


def _endpoint_slice(obj: Obj, now: datetime) -> list[Any]:
    ports = [str(port.get("port") or port.get("name") or "") for port in obj.get("ports") or ()]
    addresses = [address for item in obj.get("endpoints") or () for address in item.get("addresses") or ()]
    return [_name(obj), obj["addressType"], _few(ports) or "<unset>", _few(addresses) or "<unset>", _age(obj, now)]


def _binding(obj: Obj, now: datetime) -> list[Any]:
    subjects = obj.get("subjects") or ()

    def named(kind: str, shown: Callable[[Obj], str]) -> str:
        return ", ".join(shown(subject) for subject in subjects if subject.get("kind") == kind)

    role = obj["roleRef"]
    people = [named("User", lambda each: each["name"]), named("Group", lambda each: each["name"])]
    accounts = named("ServiceAccount", lambda each: f"{each.get('namespace', '')}/{each['name']}")
    return [_name(obj), f"{role.get('kind', '')}/{role.get('name', '')}", _age(obj, now), *people, accounts]


def _network_policy(obj: Obj, now: datetime) -> list[Any]:
    return [_name(obj), selector_text(obj["spec"].get("podSelector") or {}) or "<none>", _age(obj, now)]


def _ingress(obj: Obj, now: datetime) -> list[Any]:
    spec = obj["spec"]
    hosts = [rule["host"] for rule in spec.get("rules") or () if rule.get("host")]
    shown = [_name(obj), spec.get("ingressClassName") or "<none>", _few(hosts) or "*", ",".join(_balancers(obj))]
    return [*shown, "80, 443" if spec.get("tls") else "80", _age(obj, now)]


def _ingress_class(obj: Obj, now: datetime) -> list[Any]:
    parameters = obj["spec"].get("parameters")
    shown = "<none>"
    if parameters:
        group = f".{parameters['apiGroup']}" if parameters.get("apiGroup") else ""
        shown = f"{parameters['kind']}{group}/{parameters['name']}"
    return [_name(obj), obj["spec"].get("controller", ""), shown, _age(obj, now)]


def _priority_class(obj: Obj, now: datetime) -> list[Any]:
    shown = [_name(obj), obj["value"], bool(obj.get("globalDefault")), _age(obj, now)]
    return [*shown, obj["preemptionPolicy"]]


def _quota(obj: Obj, now: datetime) -> list[Any]:
    status = obj.get("status") or {}
    hard, used = status.get("hard") or {}, status.get("used") or {}

    def shown(keys: Iterable[str]) -> str:
        return ", ".join(f"{key}: {used.get(key, 0)}/{hard[key]}" for key in keys)

    limits = [key for key in sorted(hard) if key.startswith("limits.")]
    return [_name(obj), shown(key for key in sorted(hard) if key not in limits), shown(limits), _age(obj, now)]


def _modes(obj: Obj, *, status: bool = False) -> str:
    return ",".join(
        _MODES[mode] for mode in _MODES if mode in (obj["status" if status else "spec"].get("accessModes") or ())
    )


def _claim(obj: Obj, now: datetime) -> list[Any]:
    spec, status = obj["spec"], obj.get("status") or {}
    phase = "Terminating" if obj["metadata"].get("deletionTimestamp") else status.get("phase", "")
    bound = bool(spec.get("volumeName"))
    capacity = (status.get("capacity") or {}).get("storage", "") if bound else ""
    modes = _modes(obj, status=True) if bound else ""
    classes = [spec.get("storageClassName", ""), spec.get("volumeAttributesClassName") or "<unset>"]
    return [
        _name(obj),
        phase,
        spec.get("volumeName", ""),
        capacity,
        modes,
        *classes,
        _age(obj, now),
        spec.get("volumeMode", "<unset>"),
    ]


def _volume(obj: Obj, now: datetime) -> list[Any]:
    spec, status = obj["spec"], obj.get("status") or {}
    claim = spec.get("claimRef") or {}
    phase = "Terminating" if obj["metadata"].get("deletionTimestamp") else status.get("phase", "")
    return [
        _name(obj),
        (spec.get("capacity") or {}).get("storage", ""),
        _modes(obj),
        spec.get("persistentVolumeReclaimPolicy", ""),
        phase,
        f"{claim.get('namespace', '')}/{claim.get('name', '')}" if claim else "",
        spec.get("storageClassName", ""),
        spec.get("volumeAttributesClassName") or "<unset>",
        status.get("reason", ""),
        _age(obj, now),
        spec.get("volumeMode", "<unset>"),
    ]


def _storage_class(obj: Obj, now: datetime) -> list[Any]:
    default = (obj["metadata"].get("annotations") or {}).get(_DEFAULT_CLASS) == "true"
    return [
        _name(obj) + (" (default)" if default else ""),
        obj["provisioner"],
        obj["reclaimPolicy"],
        obj["volumeBindingMode"],
        bool(obj.get("allowVolumeExpansion")),
        _age(obj, now),
    ]


KEPT: Mapping[str, Callable[[Obj, datetime], list[Any]]] = {
    "Service": _service,
    "Endpoints": _endpoints,
    "EndpointSlice": _endpoint_slice,
    "Role": _created,
    "ClusterRole": _created,
    "RoleBinding": _binding,
    "ClusterRoleBinding": _binding,
    "NetworkPolicy": _network_policy,
    "Ingress": _ingress,
    "IngressClass": _ingress_class,
    "PriorityClass": _priority_class,
    "ResourceQuota": _quota,
    "LimitRange": _created,
    "PersistentVolumeClaim": _claim,
    "PersistentVolume": _volume,
    "StorageClass": _storage_class,
}
"""The printer of each kind."""
