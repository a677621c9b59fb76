"""Rules for the parts of a pod that nothing here acts on: variables, volumes, probes, names of ports.

Source: pkg/apis/core/validation/validation.go of Kubernetes 1.36.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from podnet.api.label_syntax import subdomain_problems
from podnet.api.objects import Obj
from podnet.api.selectors import Problem
from podnet.kube.answers import bad_value, duplicate, forbidden_field, required
from podnet.kube.metadata import label_name

_SOURCES = ("fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef")
_VOLUMES = (
    "emptyDir", "hostPath", "gitRepo", "secret", "nfs", "iscsi", "persistentVolumeClaim", "downwardAPI", "configMap",
    "projected", "csi", "ephemeral", "image",
)  # fmt: skip
_NAMED_SOURCES = {"secret": "secretName", "configMap": "name", "persistentVolumeClaim": "claimName"}
_HANDLERS = ("exec", "httpGet", "tcpSocket", "grpc")
_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_COUNTS = ("initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold")
_VARIABLE = re.compile("[ -<>-~]+")
_LONGEST_PORT = 15


def spec_problems(spec: Obj, path: str) -> Iterator[Problem]:
    """What is wrong with the volumes of a pod, and with the names that it gives."""
    yield from _volume_problems(spec.get("volumes") or (), f"{path}.volumes")
    if account := spec.get("serviceAccountName"):
        yield from (bad_value(f"{path}.serviceAccountName", account, why) for why in subdomain_problems(account))
    for field in ("hostname", "subdomain"):
        if name := spec.get(field):
            yield from (bad_value(f"{path}.{field}", name, why) for why in _label(name))


def container_problems(container: Obj, path: str) -> Iterator[Problem]:
    """What is wrong with the variables, the mounts and the probes of a container, and with the names of its ports."""
    for index, variable in enumerate(container.get("env") or ()):
        yield from _variable_problems(variable, f"{path}.env[{index}]")
    places: set[str] = set()
    for index, mount in enumerate(container.get("volumeMounts") or ()):
        yield from _mount_problems(mount, f"{path}.volumeMounts[{index}]", places)
    for name in _PROBES:
        if probe := container.get(name):
            yield from _probe_problems(probe, f"{path}.{name}")
    for index, port in enumerate(container.get("ports") or ()):
        if name := port.get("name"):
            yield from (bad_value(f"{path}.ports[{index}].name", name, why) for why in _port_name(name))


def _label(name: str) -> Sequence[str]:
    # A name with dots is told what a label is, too.
    return label_name(name.replace(".", "_")) if "." in name else label_name(name)


def _port_name(name: str) -> Iterator[str]:
    if len(name) > _LONGEST_PORT:
        yield f"must be no more than {_LONGEST_PORT} characters"
    if not re.fullmatch("[-a-z0-9]+", name):
        yield "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)"
    if not re.search("[a-z]", name):
        yield "must contain at least one letter (a-z)"
    if "--" in name:
        yield "must not contain consecutive hyphens"
    if name.startswith("-") or name.endswith("-"):
        yield "must not begin or end with a hyphen"


def _variable_problems(variable: Obj, path: str) -> Iterator[Problem]:
    name, source = variable.get("name"), variable.get("valueFrom")
    if not name:
        yield required(f"{path}.name")
    elif not _VARIABLE.fullmatch(name):
        why = "a valid environment variable name must consist only of printable ASCII characters other than '='"
        yield bad_value(f"{path}.name", name, why)
    if source is None:
        return
    if not any(source.get(key) for key in _SOURCES):
        *others, last = (f"`{key}`" for key in _SOURCES)
        yield bad_value(f"{path}.valueFrom", "", f"must specify one of: {', '.join(others)} or {last}")
    elif variable.get("value"):
        yield bad_value(f"{path}.valueFrom", "", "may not be specified when `value` is not empty")
    for key in ("configMapKeyRef", "secretKeyRef"):
        if (reference := source.get(key)) is not None and not reference.get("key"):
            yield required(f"{path}.valueFrom.{key}.key")


def _volume_problems(volumes: Sequence[Obj], path: str) -> Iterator[Problem]:
    names: set[str] = set()
    for index, volume in enumerate(volumes):
        name, where = volume.get("name"), f"{path}[{index}]"
        kinds = [kind for kind in _VOLUMES if volume.get(kind) is not None]
        yield from (forbidden_field(f"{where}.{kind}", "may not specify more than 1 volume type") for kind in kinds[1:])
        for kind in kinds[:1]:
            if kind in _NAMED_SOURCES and not volume[kind].get(_NAMED_SOURCES[kind]):
                yield required(f"{where}.{kind}.{_NAMED_SOURCES[kind]}")
        if not name:
            yield required(f"{where}.name")
            continue
        yield from (bad_value(f"{where}.name", name, why) for why in label_name(name))
        if name in names:
            yield duplicate(f"{where}.name", name)
        names.add(name)


def _mount_problems(mount: Obj, path: str, places: set[str]) -> Iterator[Problem]:
    if not mount.get("name"):
        yield required(f"{path}.name")
    place = mount.get("mountPath")
    if not place:
        yield required(f"{path}.mountPath")
    elif place in places:
        yield bad_value(f"{path}.mountPath", place, "must be unique")
    else:
        places.add(place)


def _probe_problems(probe: Obj, path: str) -> Iterator[Problem]:
    handlers = [handler for handler in _HANDLERS if probe.get(handler) is not None]
    if not handlers:
        yield required(path, "must specify a handler type")
    yield from (forbidden_field(f"{path}.{one}", "may not specify more than 1 handler type") for one in handlers[1:])
    port = (probe.get("httpGet") or {}).get("port")
    if isinstance(port, int) and not 0 < port < 65536:
        yield bad_value(f"{path}.httpGet.port", port, "must be between 1 and 65535, inclusive")
    for key in _COUNTS:
        if isinstance(count := probe.get(key), int) and count < 0:
            yield bad_value(f"{path}.{key}", count, "must be greater than or equal to 0")
