"""The path below an object by which it is made larger and smaller, whatever its kind: ``kubectl scale``."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from podnet.api.errors import ApiError
from podnet.api.objects import Obj, clone
from podnet.api.resources import Resource
from podnet.kube import answers
from podnet.kube.answers import bad_value, internal
from podnet.kube.backend import Backend, WriteOptions
from podnet.kube.field_types import check
from podnet.kube.registry import Served
from podnet.kube.shapes import SCALE
from podnet.kube.strategy import Strategy
from podnet.kube.subresources import selector_text
from podnet.kube.updating import update

_SCALES = Resource("autoscaling", "v1", "scales", "Scale")


def read_scale(strategy: Strategy, obj: Obj) -> Obj:
    """The ``Scale`` of a workload, or of a custom object. Raises ApiError 500 for one that does not say how many."""
    if strategy.schema and _at(obj, strategy.scale.wanted) is None:
        raise internal(f'the spec replicas field "{_written(strategy.scale.wanted)}" does not exist')
    return _scale(strategy, obj)


def _scale(strategy: Strategy, obj: Obj) -> Obj:
    metadata, paths = obj["metadata"], strategy.scale
    wanted = _at(obj, paths.wanted)
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
    patching: bool,
) -> Obj:
    """Change the number of replicas through the scale path. Raises ApiError."""
    strategy = served.strategy

    def revised(workload: Obj) -> Obj:
        scale = revise(_scale(strategy, workload))
        _check_scale(served, scale, workload, patching=patching)
        replicas = (scale.get("spec") or {}).get("replicas") or 0
        if replicas < 0 and strategy.schema:
            problem = bad_value(_written(strategy.scale.wanted), replicas, "should be a non-negative integer")
            raise answers.invalid(served.resource, name, [problem])
        if replicas < 0:
            problem = bad_value("spec.replicas", replicas, "must be greater than or equal to 0")
            raise answers.invalid(_SCALES, name, [problem])
        wanted = clone(workload)
        *above, last = strategy.scale.wanted
        place = wanted
        for key in above:
            place = place.setdefault(key, {})
        place[last] = replicas
        if version := scale["metadata"].get("resourceVersion"):
            wanted["metadata"]["resourceVersion"] = version
        return wanted

    options = replace(options, subresource="scale")
    return read_scale(strategy, update(backend, served, name, revised, namespace=namespace, options=options))


def applied_scale(served: Served, patch: Any) -> Obj:
    """What a Scale that is applied means for the object that has it. Raises ApiError 400 or 500."""
    if served.strategy.schema:
        version = _SCALES.api_version
        live = f"failed to convert live object (/; {version}, Kind=Scale) to proper version"
        why = f"{live}: request to convert CR to an invalid group/version: {version}"
        raise ApiError(500, f"failed to create manager for existing fields: {why}", reason=None)
    resource = served.resource
    scale = patch if isinstance(patch, dict) else {}
    if (scale.get("apiVersion"), scale.get("kind")) != (_SCALES.api_version, _SCALES.kind):
        raise answers.another_type(scale)
    check(scale, SCALE, kind="Scale", version="v1")
    spec = (
        {"spec": {"replicas": scale["spec"]["replicas"]}}
        if (scale.get("spec") or {}).get("replicas") is not None
        else {}
    )
    return {"apiVersion": resource.api_version, "kind": resource.kind, "metadata": scale.get("metadata") or {}, **spec}


def _check_scale(served: Served, scale: Obj, obj: Obj, *, patching: bool) -> None:
    stored = obj["metadata"]
    kind, version = scale.get("kind") or _SCALES.kind, scale.get("apiVersion") or _SCALES.api_version
    if (version, kind) != (_SCALES.api_version, _SCALES.kind):
        raise answers.another_kind(str(kind), str(version), _SCALES)
    try:
        check(scale, SCALE, kind="Scale", version="v1")
    except ApiError as error:
        if not patching:
            raise
        why = error.message.partition("handled as a Scale: ")[2].replace("Scale.spec.", "ScaleSpec.spec.")
        raise answers.unreadable_patch(scale, why) from error
    metadata = scale.get("metadata") or {}
    if metadata.get("name") != stored["name"]:
        stated = metadata.get("name")
        raise answers.bad_request(
            f"the name of the object ({stated}) does not match the name on the URL ({stored['name']})"
        )
    if metadata.get("uid", stored["uid"]) != stored["uid"]:
        raise answers.uid_conflict(
            served.resource,
            stored["name"],
            namespace=stored.get("namespace", ""),
            wanted=metadata["uid"],
            found=stored["uid"],
        )


def _written(path: Sequence[str]) -> str:
    return f".{'.'.join(path)}"


def _at(obj: Obj, path: Sequence[str]) -> Any:
    value: Any = obj
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value
