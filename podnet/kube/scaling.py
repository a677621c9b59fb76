"""The path below an object by which it is made larger and smaller, whatever its kind: ``kubectl scale``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from podnet.api.objects import Obj, clone
from podnet.api.resources import Resource
from podnet.kube import answers
from podnet.kube.answers import bad_value, internal
from podnet.kube.backend import Backend, WriteOptions
from podnet.kube.registry import Served
from podnet.kube.shapes import SCALE, check
from podnet.kube.strategy import Strategy
from podnet.kube.subresources import selector_text
from podnet.kube.updating import update

_SCALES = Resource("autoscaling", "v1", "scales", "Scale")


def read_scale(strategy: Strategy, obj: Obj) -> Obj:
    """The ``Scale`` of a workload, or of a custom object. Raises ApiError 500 for one that does not say how many."""
    metadata, paths = obj["metadata"], strategy.scale
    wanted = _at(obj, paths.wanted)
    if wanted is None and strategy.schema:
        raise internal(f'the spec replicas field ".{".".join(paths.wanted)}" does not exist')
    status: Obj = {"replicas": _at(obj, paths.there) or 0}
    selector = _at(obj, paths.selector) if paths.selector else selector_text(obj["spec"].get("selector") or {})
    kept = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")
    return {
        "kind": "Scale",
        "apiVersion": "autoscaling/v1",
        "metadata": {key: metadata[key] for key in kept if key in metadata},
        "spec": {"replicas": wanted} if wanted else {},
        "status": {**status, "selector": selector} if selector else status,
    }


def write_scale(
    backend: Backend,
    served: Served,
    name: str,
    revise: Callable[[Obj], Obj],
    *,
    namespace: str,
    options: WriteOptions,
) -> Obj:
    """Change ``spec.replicas`` through the scale path. Raises ApiError."""

    def revised(workload: Obj) -> Obj:
        scale = revise(read_scale(served.strategy, workload))
        check(scale, SCALE, kind="Scale", version="v1")
        replicas = (scale.get("spec") or {}).get("replicas") or 0
        if replicas < 0 and served.custom:
            field = f".{'.'.join(served.strategy.scale.wanted)}"
            problem = bad_value(field, replicas, "should be a non-negative integer")
            raise answers.invalid(served.resource, name, [problem])
        if replicas < 0:
            problem = bad_value("spec.replicas", replicas, "must be greater than or equal to 0")
            raise answers.invalid(_SCALES, name, [problem])
        wanted = clone(workload)
        *above, last = served.strategy.scale.wanted
        place = wanted
        for key in above:
            place = place.setdefault(key, {})
        place[last] = replicas
        version = (scale.get("metadata") or {}).get("resourceVersion")
        if version:
            wanted["metadata"]["resourceVersion"] = version
        return wanted

    options = replace(options, subresource="scale")
    return read_scale(served.strategy, update(backend, served, name, revised, namespace=namespace, options=options))


def _at(obj: Obj, path: Sequence[str]) -> Any:
    value: Any = obj
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value
