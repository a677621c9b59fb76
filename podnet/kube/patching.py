"""From a patch in a request to the function that makes it: media types, and which refusal belongs to which mistake."""

from __future__ import annotations

from types import NoneType
from typing import Any

from podnet.api.client import PatchType
from podnet.api.errors import ApiError
from podnet.api.objects import Obj, clone
from podnet.kube import answers
from podnet.kube.patches import PatchError, apply_json_patch, merge, strategic
from podnet.kube.updating import Revise

PATCH_MEDIA_TYPES = {
    "json": "application/json-patch+json",
    "merge": "application/merge-patch+json",
    "strategic": "application/strategic-merge-patch+json",
    "apply": "application/apply-patch+yaml",
}
_DECODING = "error decoding patch: "
_GO_NAMES = {dict: "object", list: "array", tuple: "array", str: "string", bool: "bool"}
_MOST_OPERATIONS = 10_000


def patcher(patch: Any, type: PatchType) -> Revise:
    """What makes the wanted object of the stored one. Raises ApiError 400 for a patch of another form."""
    if type == "strategic" and patch is None:
        patch = {}
    if (type == "json") is not isinstance(patch, (list, tuple)) or not isinstance(patch, (dict, list, tuple)):
        raise answers.bad_request(_of_another_form(patch, type))
    if type == "json" and (odd := next((part for part in patch if not isinstance(part, (dict, NoneType))), None)):
        raise answers.bad_request(_undecodable(odd, "handlers.jsonPatchOp"))

    if type == "json" and len(patch) > _MOST_OPERATIONS:
        limit = f"The allowed maximum operations in a JSON patch is {_MOST_OPERATIONS}, got {len(patch)}"
        raise ApiError(413, f"Request entity too large: {limit}")

    def revise(old: Obj) -> Obj:
        try:
            if not isinstance(patch, dict):
                return apply_json_patch(old, patch)
            if type == "merge":
                changed = merge(old, patch)
            else:  # made of a typed object, which has its type whatever the patch says
                changed = {**strategic(old, patch), "kind": old["kind"], "apiVersion": old["apiVersion"]}
        except PatchError as error:
            if type == "json":
                raise answers.unapplicable_patch() from error
            raise answers.bad_request(str(error)) from error
        # Merging shares what it leaves alone with the stored object; decoding changes in place.
        copied: Obj = clone(changed)
        return copied

    return revise


def _of_another_form(patch: Any, type: PatchType) -> str:
    if patch is None:
        return "Invalid JSON Patch"
    if type == "json":
        return _undecodable(patch, "[]handlers.jsonPatchOp")
    text = _undecodable(patch, "map[string]interface {}")
    return text if type == "merge" else text.removeprefix(_DECODING)


def _undecodable(value: Any, wanted: str) -> str:
    return (
        f"{_DECODING}json: cannot unmarshal {_GO_NAMES.get(value.__class__, 'number')} into Go value of type {wanted}"
    )
