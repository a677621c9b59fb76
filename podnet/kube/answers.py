"""The refusals of the API server in its own words, so that no verb spells a message twice.

Texts follow k8s.io/apimachinery/pkg/api/errors of Kubernetes 1.36.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from podnet.api.errors import ApiError
from podnet.api.objects import Obj
from podnet.api.resources import BUILT_IN, KNOWN, Resource
from podnet.api.selectors import Problem

BUILT_IN_KINDS = frozenset((resource.api_version, resource.kind) for resource in BUILT_IN)
_STORED = {"nodes": "minions"}
"""Where etcd keeps what has had another name once."""
MODIFIED = "the object has been modified; please apply your changes to the latest version and try again"


def _details(resource: Resource, name: str) -> dict[str, Any]:
    details = {"name": name, "group": resource.group, "kind": resource.plural}
    return {key: value for key, value in details.items() if value}


def not_found(resource: Resource, name: str) -> ApiError:
    """404: there is no such object."""
    return ApiError(404, f'{resource.group_resource} "{name}" not found', details=_details(resource, name))


def no_such_page() -> ApiError:
    """404: the path leads nowhere, because the resource is not served."""
    return ApiError(404, "the server could not find the requested resource", details={})


def already_exists(resource: Resource, name: str, *, ends: bool = False) -> ApiError:
    """409: the name is taken, by an object that ``ends`` or by one that stays."""
    message = f'{"object is being deleted: " if ends else ""}{resource.group_resource} "{name}" already exists'
    return ApiError(409, message, reason="AlreadyExists", details=_details(resource, name))


def conflict(resource: Resource, name: str, why: str = MODIFIED, *, subresource: str = "") -> ApiError:
    """409: the write lost a race or a precondition does not hold."""
    what = f"{resource.group_resource}/{subresource}" if subresource else resource.group_resource
    message = f'Operation cannot be fulfilled on {what} "{name}": {why}'
    return ApiError(409, message, details={**_details(resource, name), "kind": what.partition(".")[0]})


def precondition_failed(resource: Resource, name: str, why: str) -> ApiError:
    """409: a precondition of a deletion does not hold. It names the kind where other conflicts name the resource."""
    kind = f"{resource.kind}.{resource.group}" if resource.group else resource.kind
    message = f'Operation cannot be fulfilled on {kind} "{name}": {why}'
    return ApiError(409, message, details={**_details(resource, name), "kind": resource.kind})


def another_kind(kind: str, api_version: str, resource: Resource) -> ApiError:
    """400: the body is of another kind or version than the path."""
    start = f'{kind} in version "{api_version.rpartition("/")[2]}" cannot be handled as a {resource.kind}: '
    if (api_version, kind) in KNOWN:
        internal_group = resource.group.partition(".")[0] or "core"
        found = f"{api_version.rpartition('/')[2]}.{kind}"
        return bad_request(f"{start}converting ({found}) to ({internal_group}.{resource.kind}): unknown conversion")
    where = 'in scheme "pkg/runtime/scheme.go:111"'
    return bad_request(f'{start}no kind "{kind}" is registered for version "{api_version}" {where}')


def another_type(patch: Obj) -> ApiError:
    """400: what is applied is of another kind or version than the path."""
    version = str(patch.get("apiVersion") or "")
    version = version if "/" in version else f"/{version}"
    return bad_request(f"invalid object type: {version}, Kind={patch.get('kind') or ''}")


def uid_conflict(resource: Resource, name: str, *, namespace: str, wanted: str, found: str) -> ApiError:
    """409: a write names the uid of an object that is not the one stored."""
    place = _STORED.get(resource.plural, resource.plural)
    if (resource.api_version, resource.kind) not in BUILT_IN_KINDS or resource.plural == "customresourcedefinitions":
        place = f"{resource.group}/{place}"
    place = f"{place}/{namespace}/{name}" if namespace else f"{place}/{name}"
    why = (
        f"StorageError: invalid object, Code: 4, Key: /registry/{place}, ResourceVersion: 0, AdditionalErrorMsg: "
        f"Precondition failed: UID in precondition: {wanted}, UID in object meta: {found}"
    )
    return conflict(resource, name, why)


def forbidden(resource: Resource, name: str, why: str, *, causes: Sequence[Obj] = ()) -> ApiError:
    """403: the request is understood and refused."""
    quoted = f' "{name}"' if name else ""
    details = _details(resource, name)
    if causes:
        details["causes"] = list(causes)
    return ApiError(403, f"{resource.group_resource}{quoted} is forbidden: {why}", details=details)


def invalid(resource: Resource, name: str, problems: Sequence[Problem], *, kind: str = "") -> ApiError:
    """422: fields at fault, each with its cause."""
    kind = kind or resource.kind
    full_kind = f"{kind}.{resource.group}" if resource.group else kind
    texts = list(dict.fromkeys(str(problem) for problem in problems))
    joined = texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
    details = {"name": name, "group": resource.group, "kind": kind}
    return ApiError(
        422,
        f'{full_kind} "{name}" is invalid: {joined}',
        details={
            **{key: value for key, value in details.items() if value},
            "causes": [problem.cause() for problem in problems],
        },
    )


def bad_request(message: str) -> ApiError:
    """400: the request itself makes no sense."""
    return ApiError(400, message)


def not_allowed() -> ApiError:
    """405: the path exists, the verb does not."""
    return ApiError(405, "the server does not allow this method on the requested resource", details={})


def unsupported_media(accepted: Sequence[str]) -> ApiError:
    """415: a body, or a kind of patch, that this resource does not take."""
    return ApiError(
        415, f"the body of the request was in an unknown format - accepted media types include: {', '.join(accepted)}"
    )


def internal(message: str) -> ApiError:
    """500: something behind the API server failed."""
    return ApiError(500, f"Internal error occurred: {message}", details={"causes": [{"message": message}]})


def unapplicable_patch() -> ApiError:
    """422: a JSON patch whose operations do not fit the object."""
    return ApiError(422, "the server rejected our request due to an error in our request", details={})


def unreadable_patch(obj: Obj, why: str) -> ApiError:
    """422: a patch that makes something of an object that cannot be read."""
    text = json.dumps(json.dumps(obj, sort_keys=True, separators=(",", ":")))
    problem = Problem("patch", "FieldValueInvalid", f"Invalid value: {text}: {why}")
    return ApiError(422, f' "" is invalid: {problem}', details={"causes": [problem.cause()]})


def undeterminable_name(name: str) -> ApiError:
    """400: a body that does not say which object it is."""
    return bad_request(f"the name of the object ({name} based on URL) was undeterminable: name must be provided")


def too_large_version(wanted: int, current: int) -> ApiError:
    """504: nothing has happened yet at the version that a client has seen elsewhere; it is to list again."""
    details = {
        "causes": [{"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}],
        "retryAfterSeconds": 1,
    }
    return ApiError(504, f"Timeout: Too large resource version: {wanted}, current: {current}", details=details)


def expired(message: str) -> ApiError:
    """410: the history does not reach back that far."""
    return ApiError(410, message, reason="Expired")


def bad_value(field: str, value: object, why: str) -> Problem:
    """A value that is not allowed there, quoted as the API server quotes it."""
    quoted = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return Problem(field, "FieldValueInvalid", f"Invalid value: {quoted}: {why}")


def required(field: str, why: str = "") -> Problem:
    """A value that is missing."""
    return Problem(field, "FieldValueRequired", f"Required value: {why}" if why else "Required value")


def unsupported(field: str, value: object, supported: Sequence[str]) -> Problem:
    """A value that is not one of those allowed."""
    listed = ", ".join(f'"{item}"' for item in supported)
    shown = f'"{value}"' if isinstance(value, str) else _plain(value)
    return Problem(field, "FieldValueNotSupported", f"Unsupported value: {shown}: supported values: {listed}")


def duplicate(field: str, value: str) -> Problem:
    """A value that must be unique and is not."""
    return Problem(field, "FieldValueDuplicate", f'Duplicate value: "{value}"')


def forbidden_field(field: str, why: str) -> Problem:
    """A value that may not be set, or not be changed, here."""
    return Problem(field, "FieldValueForbidden", f"Forbidden: {why}")


def _plain(value: object) -> str:
    if value is None:
        return "null"
    return str(value).lower() if isinstance(value, bool) else str(value)
