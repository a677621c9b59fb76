"""The verb apply: a patch that says which fields its sender owns, and is refused where they are another's."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from podnet.api.errors import ApiError
from podnet.api.objects import Obj, timestamp
from podnet.kube.answers import another_type, bad_request, conflict, undeterminable_name
from podnet.kube.backend import Backend, WriteOptions
from podnet.kube.ownership import Manager, applied, version_of
from podnet.kube.registry import Served


def applier(
    backend: Backend,
    served: Served,
    name: str,
    patch: Obj | Sequence[Obj],
    *,
    subresource: str,
    options: WriteOptions,
) -> Callable[[Obj | None], Obj]:
    """What makes the wanted object of the stored one, or of nothing. Raises ApiError 400 for what is no object."""
    resource = served.resource
    if not isinstance(patch, dict):
        raise bad_request("error decoding YAML: the patch is not an object")
    if (patch.get("apiVersion"), patch.get("kind")) != (resource.api_version, resource.kind):
        raise another_type(patch)
    metadata = patch.get("metadata")
    metadata = {} if metadata is None else metadata
    if not isinstance(metadata, dict):
        kind = f"{version_of(served)}, Kind={resource.kind}"
        raise ApiError(500, f"failed to create typed patch object (/; {kind}): .metadata: expected map", reason=None)
    if metadata.get("managedFields") is not None:
        raise bad_request("metadata.managedFields must be nil")
    wanted_object = {**patch, "metadata": metadata}
    manager = Manager(options.manager, "Apply", resource.api_version, subresource or options.subresource)

    def revise(live: Obj | None) -> Obj:
        if live is None and (uid := metadata.get("uid")):
            why = f"uid mismatch: the provided object specified uid {uid}, and no existing object was found"
            raise conflict(resource, name, why)
        found = applied(served, live, wanted_object, manager, force=options.force, now=timestamp(backend.now()))
        if live is None and not metadata.get("name"):
            raise undeterminable_name(name)
        return found

    return revise
