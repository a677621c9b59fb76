"""The path ``scale``, by which a number of replicas is read and written wherever an object keeps it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from podnet.api.errors import ApiError
from podnet.api.objects import Obj, clone
from podnet.api.resources import Resource
from podnet.kube import answers
from podnet.kube.answers import bad_value
from podnet.kube.backend import Backend, WriteOptions
from podnet.kube.registry import Served
from podnet.kube.shapes import SCALE, check
from podnet.kube.updating import update

_SCALES = Resource("autoscaling", "v1", "scales", "Scale")
_KEPT = ("name", "namespace", "uid", "resourceVersion", "creationTimestamp")


def selector_text(selector: Obj) -> str:
    """A label selector as it stands in a query."""
    terms = [f"{key}={value}" for key, value in sorted((selector.get("matchLabels") or {}).items())]
    for item in selector.get("matchExpressions") or ():
        values = f"({','.join(sorted(item.get('values') or ()))})"
        text = {"In": f"{item['key']} in {values}", "NotIn": f"{item['key']} notin {values}"}
        terms.append(text.get(item["operator"], item["key"] if item["operator"] == "Exists" else f"!{item['key']}"))
    return ",".join(terms)


def read_scale(served: Served, obj: Obj) -> Obj:
    """The ``Scale`` of an object. Raises ApiError 500 for a custom resource that does not state its replicas."""
    paths = served.strategy.scale
    if paths is None:
        wanted = obj["spec"].get("replicas")
        selector = selector_text(obj["spec"].get("selector") or {})
        status: Obj = {"replicas": obj["status"].get("replicas", 0), "selector": selector}
    else:
        wanted = _at(obj, paths["specReplicasPath"])
        if wanted is None:
            raise answers.internal(f'the spec replicas field "{paths["specReplicasPath"]}" does not exist')
        status = _custom_status(obj, paths)
    return _scale(obj, wanted, status)


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
    paths = served.strategy.scale

    def revised(obj: Obj) -> Obj:
        current = read_scale(served, obj) if paths is None else _scale(obj, *_custom(obj, paths))
        scale = revise(current)
        _check_scale(served, scale, obj, patching=patching)
        replicas = (scale.get("spec") or {}).get("replicas") or 0
        if replicas < 0:
            field, least = ("spec.replicas", "must be greater than or equal to 0")
            if paths is not None:
                field, least = paths["specReplicasPath"], "should be a non-negative integer"
            kind = _SCALES if paths is None else served.resource
            raise answers.invalid(kind, name, [bad_value(field, replicas, least)])
        wanted = clone(obj)
        _put(wanted, ".spec.replicas" if paths is None else paths["specReplicasPath"], replicas)
        if version := scale["metadata"].get("resourceVersion"):
            wanted["metadata"]["resourceVersion"] = version
        return wanted

    options = replace(options, subresource="scale")
    return read_scale(served, update(backend, served, name, revised, namespace=namespace, options=options))


def applied_scale(served: Served, patch: Any) -> Obj:
    """What a Scale that is applied means for the object that has it. Raises ApiError 400 or 500."""
    if served.strategy.scale is not None:
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


def _scale(obj: Obj, wanted: int | None, status: Obj) -> Obj:
    metadata = obj["metadata"]
    return {
        "kind": "Scale",
        "apiVersion": _SCALES.api_version,
        "metadata": {key: metadata[key] for key in _KEPT if key in metadata},
        "spec": {"replicas": wanted} if wanted else {},
        "status": status,
    }


def _custom(obj: Obj, paths: Obj) -> tuple[int | None, Obj]:
    return _at(obj, paths["specReplicasPath"]), _custom_status(obj, paths)


def _custom_status(obj: Obj, paths: Obj) -> Obj:
    selector = _at(obj, paths["labelSelectorPath"]) if paths.get("labelSelectorPath") else None
    replicas = _at(obj, paths["statusReplicasPath"]) or 0
    return {"replicas": replicas, **({"selector": selector} if selector else {})}


def _at(obj: Any, path: str) -> Any:
    for step in path.lstrip(".").split("."):
        obj = obj.get(step) if isinstance(obj, dict) else None
    return obj


def _put(obj: Obj, path: str, value: int) -> None:
    *steps, last = path.lstrip(".").split(".")
    for step in steps:
        obj = obj.setdefault(step, {})
    obj[last] = value
