"""The verb apply: a patch that says which fields its sender owns, and is refused where they are another's."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from podnet.api.errors import ApiError
from podnet.api.objects import Obj, timestamp
from podnet.kube.answers import bad_request
from podnet.kube.backend import Backend, WriteOptions
from podnet.kube.ownership import Manager, applied, version_of
from podnet.kube.registry import Served


def applier(
    backend: Backend,
    served: Served,
    name: str,
    patch: Obj | Sequence[Obj],
    *,
    namespace: str,
    subresource: str,
    options: WriteOptions,
) -> Callable[[Obj | None], Obj]:
    """What makes the wanted object of the stored one, or of nothing. Raises ApiError 400 for what is no object."""
    resource = served.resource
    if not isinstance(patch, dict):
        raise bad_request("error decoding YAML: the patch is not an object")
    if (patch.get("apiVersion"), patch.get("kind")) != (resource.api_version, resource.kind):
        stated = f"{patch.get('apiVersion') or ''}, Kind={patch.get('kind') or ''}"
        wanted = f"{resource.api_version}, Kind={resource.kind}"
        raise bad_request(f"invalid object type: /{stated}; the path is that of /{wanted}")
    metadata = patch.get("metadata")
    metadata = {} if metadata is None else metadata
    if not isinstance(metadata, dict):
        kind = f"{version_of(served)}, Kind={resource.kind}"
        raise ApiError(500, f"failed to create typed patch object (/; {kind}): .metadata: expected map", reason=None)
    if metadata.get("managedFields"):
        raise bad_request("metadata.managedFields must be nil")
    metadata = {"name": name, **({"namespace": namespace} if namespace else {}), **metadata}
    wanted_object = {**patch, "metadata": metadata}
    manager = Manager(options.manager, "Apply", resource.api_version, subresource)

    def revise(live: Obj | None) -> Obj:
        now = timestamp(backend.now())
        return applied(served, live, wanted_object, manager, force=options.force, now=now)

    return revise
