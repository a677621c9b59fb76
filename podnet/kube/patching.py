"""From a patch in a request to the function that makes it: media types, and which refusal belongs to which mistake."""

from __future__ import annotations

from collections.abc import Sequence

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
_MOST_OPERATIONS = 10_000


def patcher(patch: Obj | Sequence[Obj], type: PatchType) -> Revise:
    """What makes the wanted object of the stored one. Raises ApiError 400 for a patch of another form."""
    if (type == "json") != isinstance(patch, (list, tuple)):
        expected = "a list of operations" if type == "json" else "an object"
        raise answers.bad_request(f"error decoding patch: expected {expected}")

    if type == "json" and len(patch) > _MOST_OPERATIONS:
        limit = f"The allowed maximum operations in a JSON patch is {_MOST_OPERATIONS}, got {len(patch)}"
        raise ApiError(413, f"Request entity too large: {limit}")

    def revise(old: Obj) -> Obj:
        try:
            if isinstance(patch, (list, tuple)):
                return apply_json_patch(old, patch)
            changed = merge(old, patch) if type == "merge" else strategic(old, patch)
        except PatchError as error:
            if type == "json":
                raise answers.unapplicable_patch() from error
            raise answers.bad_request(str(error)) from error
        # Merging shares what it leaves alone with the stored object; decoding changes in place.
        copied: Obj = clone(changed)
        return copied

    return revise
