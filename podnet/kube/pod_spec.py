"""Defaults and rules of a pod's ``spec``, which pods and the templates of workloads share.

Sources: pkg/apis/core/v1/defaults.go and pkg/apis/core/validation/validation.go of Kubernetes 1.36.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from podnet.api.label_syntax import subdomain_problems
from podnet.api.objects import Obj
from podnet.api.selectors import Problem
from podnet.kube.answers import bad_request, bad_value, duplicate, required, unsupported
from podnet.kube.metadata import label_name
from podnet.kube.pod_parts import container_problems, spec_problems
from podnet.kube.pod_placement import problems as placement_problems
from podnet.kube.scheduler.quantities import milli, requests_of

ANY_RESTART_POLICY = ("Always", "OnFailure", "Never")
_DNS_POLICIES = ("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")
_PULL_POLICIES = ("Always", "IfNotPresent", "Never")
_PROTOCOLS = ("SCTP", "TCP", "UDP")
_QUANTITY = r"^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$"
_QUANTITY_PATTERN = re.compile(_QUANTITY)
_LEVEL = ("cpu", "memory")
_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_PROBE_DEFAULTS = {"timeoutSeconds": 1, "periodSeconds": 10, "successThreshold": 1, "failureThreshold": 3}


def default_spec(spec: Obj) -> None:
    """Fill in what the API server never leaves empty, in place."""
    for key, value in (
        ("restartPolicy", "Always"),
        ("dnsPolicy", "ClusterFirst"),
        ("schedulerName", "default-scheduler"),
    ):
        if not spec.get(key):
            spec[key] = value
    if account := spec.get("serviceAccountName") or spec.get("serviceAccount"):
        spec["serviceAccountName"] = spec["serviceAccount"] = account  # the older name of the field says the same
    if spec.get("terminationGracePeriodSeconds") is None:
        spec["terminationGracePeriodSeconds"] = 30
    if spec.get("securityContext") is None:
        spec["securityContext"] = {}
    for container in (*(spec.get("initContainers") or ()), *(spec.get("containers") or ())):
        _default_container(container)
        if spec.get("hostNetwork"):
            for port in container.get("ports") or ():
                port.setdefault("hostPort", port.get("containerPort"))
    for container in spec.get("ephemeralContainers") or ():
        _default_container(container)
    if (spec["terminationGracePeriodSeconds"] or 0) < 0:
        spec["terminationGracePeriodSeconds"] = 1


def default_requests(spec: Obj) -> None:
    """Let the containers of a pod request what they may use at most, in place; templates are left as they are."""
    for container in (*(spec.get("initContainers") or ()), *(spec.get("containers") or ())):
        resources = container["resources"]
        if limits := resources.get("limits"):
            resources["requests"] = {**limits, **(resources.get("requests") or {})}


def _default_container(container: Obj) -> None:
    if not container.get("imagePullPolicy"):
        container["imagePullPolicy"] = "Always" if _is_latest(container.get("image") or "") else "IfNotPresent"
    container.setdefault("terminationMessagePath", "/dev/termination-log")
    container.setdefault("terminationMessagePolicy", "File")
    if container.get("resources") is None:
        container["resources"] = {}
    for port in container.get("ports") or ():
        port.setdefault("protocol", "TCP")
    for variable in container.get("env") or ():
        if "valueFrom" in variable and (reference := (variable["valueFrom"] or {}).get("fieldRef")):
            reference.setdefault("apiVersion", "v1")
    for probe in _PROBES:
        if probe in container:
            container[probe] = {**_PROBE_DEFAULTS, **container[probe]}
            if request := container[probe].get("httpGet"):
                container[probe]["httpGet"] = {"path": "/", "scheme": "HTTP", **request}


def _is_latest(image: str) -> bool:
    if "@" in image:
        return False
    tag = image.rpartition("/")[2].partition(":")[2]
    return tag in {"", "latest"}


def check_quantities(spec: Obj, *, kind: str, version: str) -> None:
    """Refuse resource quantities that cannot be decoded (400)."""
    for container in (*(spec.get("initContainers") or ()), *(spec.get("containers") or ())):
        for amounts in (container.get("resources") or {}).values():
            for amount in amounts.values() if isinstance(amounts, dict) else ():
                if not _QUANTITY_PATTERN.match(str(amount)):
                    raise bad_request(
                        f'{kind} in version "{version}" cannot be handled as a {kind}: quantities must match the'
                        f" regular expression '{_QUANTITY}'"
                    )


def problems(spec: Obj, path: str, *, restart_policies: Sequence[str] = ANY_RESTART_POLICY) -> Iterator[Problem]:
    """What is wrong with a pod's spec at ``path``."""
    names: set[str] = set()
    containers = spec.get("containers") or ()
    if not containers:
        yield required(f"{path}.containers")
    volumes = {volume.get("name") for volume in spec.get("volumes") or ()}
    for field, items in (("containers", containers), ("initContainers", spec.get("initContainers") or ())):
        for index, container in enumerate(items):
            yield from _container_problems(container, f"{path}.{field}[{index}]", names)
            for number, mount in enumerate(container.get("volumeMounts") or ()):
                if mount.get("name") not in volumes:
                    where = f"{path}.{field}[{index}].volumeMounts[{number}].name"
                    yield Problem(where, "FieldValueNotFound", f'Not found: "{mount.get("name") or ""}"')
    if spec.get("restartPolicy") not in restart_policies:
        yield unsupported(f"{path}.restartPolicy", spec.get("restartPolicy"), restart_policies)
    if spec.get("dnsPolicy") not in _DNS_POLICIES:
        yield unsupported(f"{path}.dnsPolicy", spec.get("dnsPolicy"), _DNS_POLICIES)
    if node := spec.get("nodeName"):
        yield from (bad_value(f"{path}.nodeName", node, why) for why in subdomain_problems(node))
    yield from spec_problems(spec, path)
    if spec.get("resources"):
        yield from _level_problems(spec, f"{path}.resources")
    yield from placement_problems(spec, path)


def default_level(spec: Obj) -> None:
    """Fill in what a whole pod asks for where it only says its limits, in place."""
    level = spec.get("resources") or {}
    if limits := level.get("limits"):
        asked = requests_of({"spec": {**spec, "resources": {}, "overhead": None}})
        own = {name: _text(amount) for name, amount in asked.items() if name in _LEVEL}
        known = {name: limit for name, limit in limits.items() if name in _LEVEL}
        level["requests"] = {**known, **own, **(level.get("requests") or {})}


def _level_problems(spec: Obj, path: str) -> Iterator[Problem]:
    """A whole pod may not ask for less than its containers do."""
    asked = requests_of({"spec": {**spec, "resources": {}, "overhead": None}})
    for name, quantity in (spec["resources"].get("requests") or {}).items():
        if asked.get(name, 0) > milli(quantity):
            why = f"must be greater than or equal to aggregate container requests of {_text(asked[name])}"
            yield bad_value(f"{path}.requests[{name}]", str(quantity), why)


def _text(amount: int) -> str:
    return f"{amount}m" if amount % 1000 else str(amount // 1000)


def _container_problems(container: Obj, path: str, names: set[str]) -> Iterator[Problem]:
    name = container.get("name")
    if not name:
        yield required(f"{path}.name")
    else:
        yield from (bad_value(f"{path}.name", name, why) for why in label_name(name))
        if name in names:
            yield duplicate(f"{path}.name", name)
        names.add(name)
    if not container.get("image"):
        yield required(f"{path}.image")
    if container["imagePullPolicy"] not in _PULL_POLICIES:
        yield unsupported(f"{path}.imagePullPolicy", container["imagePullPolicy"], _PULL_POLICIES)
    yield from _port_problems(container.get("ports") or (), f"{path}.ports")
    yield from container_problems(container, path)
    yield from _resource_problems(container["resources"], f"{path}.resources")


def _port_problems(ports: Iterable[Obj], path: str) -> Iterator[Problem]:
    for index, port in enumerate(ports):
        number = port.get("containerPort")
        if not number:
            yield required(f"{path}[{index}].containerPort")
        elif not 0 < number < 65536:
            yield bad_value(f"{path}[{index}].containerPort", number, "must be between 1 and 65535, inclusive")
        if (protocol := port.get("protocol", "TCP")) not in _PROTOCOLS:
            yield unsupported(f"{path}[{index}].protocol", protocol, _PROTOCOLS)


def _resource_problems(resources: Obj, path: str) -> Iterator[Problem]:
    limits, requests = resources.get("limits") or {}, resources.get("requests") or {}
    for name in dict.fromkeys((*limits, *requests)):
        if "/" not in name or name.partition("/")[0].endswith("kubernetes.io"):
            if name in limits and name in requests and milli(requests[name]) > milli(limits[name]):
                why = f"must be less than or equal to {name} limit of {limits[name]}"
                yield bad_value(f"{path}.requests", str(requests[name]), why)
            continue
        # Extended resources cannot be overcommitted: the request must be the limit.
        if name not in limits:
            yield required(f"{path}.limits", "Limit must be set for non overcommitable resources")
        elif str(limits[name]) != str(requests.get(name, limits[name])):
            yield bad_value(f"{path}.requests", str(requests[name]), f"must be equal to {name} limit of {limits[name]}")


def quality_of_service(spec: Obj) -> str:
    """``status.qosClass``: Guaranteed, Burstable or BestEffort, from cpu and memory of the pod or its containers."""
    guaranteed, anything = True, False
    level = spec.get("resources")
    containers = (*(spec.get("initContainers") or ()), *(spec.get("containers") or ()))
    for resources in (level,) if level else (container.get("resources") or {} for container in containers):
        limits, requests = resources.get("limits") or {}, resources.get("requests") or {}
        for name in ("cpu", "memory"):
            limit, request = str(limits.get(name, "0")), str(requests.get(name, limits.get(name, "0")))
            anything = anything or limit != "0" or request != "0"
            guaranteed = guaranteed and limit not in {"0", ""} and limit == request
    if not anything:
        return "BestEffort"
    return "Guaranteed" if guaranteed else "Burstable"
