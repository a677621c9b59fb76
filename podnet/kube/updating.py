"""The verbs update and patch: what changes, who may refuse it, and when an object ends by losing its last finalizer."""

from __future__ import annotations

from collections.abc import Callable

from podnet.api.errors import ApiError
from podnet.api.objects import Obj
from podnet.api.selectors import Problem
from podnet.kube import answers
from podnet.kube import metadata as meta
from podnet.kube.admission import Attributes
from podnet.kube.answers import bad_value
from podnet.kube.backend import Backend, WriteOptions, presented
from podnet.kube.creating import mutated, owners_after, read, read_patched
from podnet.kube.registry import Served

Revise = Callable[[Obj], Obj]
"""Makes the wanted object, fresh, from the stored one, which it must not change."""

_ATTEMPTS = 5
_TYPED = frozenset({"metadata", "kind", "apiVersion"})
_KEPT = ("uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds")


def update(
    backend: Backend,
    served: Served,
    name: str,
    revise: Revise,
    *,
    namespace: str,
    options: WriteOptions,
    subresource: str = "",
    patching: bool = False,
) -> Obj:
    """Change a stored object and return its new state. Raises ApiError.

    Whatever a webhook writes meanwhile is seen: the change is then made again on the newer object.
    """
    for _ in range(_ATTEMPTS):
        old = backend.store.get(served.storage, namespace, name)
        if old is None:
            raise answers.not_found(served.resource, name)
        obj = revise(presented(served, old))
        metadata = obj.get("metadata")
        wiped = isinstance(metadata, dict) and metadata.get("managedFields") in ([], [{}])
        if patching and not options.applied:
            read_patched(backend, served, obj, options, name=name)
        else:
            read(backend, served, obj, options)
        known = old["metadata"].get("managedFields")
        claims = options.applied or obj["metadata"].get("managedFields") not in (None, known)
        owners = [] if wiped else _owners(backend, served, obj, old, options, subresource=subresource)
        obj = _admitted(
            backend,
            served,
            obj,
            old,
            namespace=namespace,
            options=options,
            subresource=subresource,
            patching=patching,
            owners=owners,
        )
        if known and not claims and _same_but_for_owners(obj, old):
            return old  # whatever was asked for has been put back, so that nobody owns more than before
        if backend.store.get(served.storage, namespace, name) is old:
            return _written(backend, served, obj, old, dry_run=options.dry_run)
    raise answers.conflict(served.resource, name)


def _same_but_for_owners(obj: Obj, old: Obj) -> bool:
    metadata = {**obj["metadata"], "managedFields": old["metadata"].get("managedFields")}
    keys = (obj.keys() | old.keys()) - _TYPED
    return metadata == old["metadata"] and all(obj.get(key) == old.get(key) for key in keys)


def _owners(
    backend: Backend, served: Served, obj: Obj, old: Obj, options: WriteOptions, *, subresource: str
) -> list[Obj] | None:
    """``managedFields`` after the write; those that there were, where nobody keeps them."""
    if options.applied:
        found: list[Obj] = obj["metadata"].get("managedFields") or []
        return found
    if backend.thorough and old["metadata"].get("managedFields"):  # nobody's, once they have been wiped
        return owners_after(backend, served, old, obj, options, subresource=subresource or options.subresource)
    kept: list[Obj] | None = old["metadata"].get("managedFields")
    return kept


def _admitted(
    backend: Backend,
    served: Served,
    obj: Obj,
    old: Obj,
    *,
    namespace: str,
    options: WriteOptions,
    subresource: str,
    patching: bool,
    owners: list[Obj] | None,
) -> Obj:
    resource, name = served.resource, old["metadata"]["name"]
    metadata = obj["metadata"]
    if metadata.get("name", name) != name:
        raise answers.bad_request(
            f"the name of the object ({metadata['name']}) does not match the name on the URL ({name})"
        )
    if metadata.get("namespace", namespace) != namespace and namespace:
        raise answers.bad_request(
            "the namespace of the provided object does not match the namespace sent on the request"
        )
    uid = old["metadata"]["uid"]
    if metadata.get("uid", uid) != uid and not patching:
        raise answers.uid_conflict(resource, name, namespace=namespace, wanted=metadata["uid"], found=uid)
    attributes = Attributes(
        "UPDATE",
        resource,
        subresource=subresource,
        namespace=namespace,
        name=name,
        dry_run=options.dry_run,
        warn=options.warn,
    )
    obj = mutated(backend, served, attributes, obj, old=old)
    _check_version(served, obj["metadata"], old, patching=patching)
    _restore(obj["metadata"], old["metadata"], namespace=namespace)
    if owners:
        obj["metadata"]["managedFields"] = owners
    problems = _prepared(backend, served, obj, old, subresource)
    found = list(meta.update_problems(obj["metadata"], old["metadata"]))
    if served.strategy.knows_finalizers:
        problems = [*meta.finalizer_problems(obj["metadata"]), *problems]
    problems = [*found, *found, *problems]  # looked for twice by a real server: for all kinds, and for this one
    if problems:
        raise answers.invalid(resource, name, problems)
    backend.admission.validate(attributes, obj, old=old)
    return obj


def _check_version(served: Served, metadata: Obj, old: Obj, *, patching: bool) -> None:
    version = metadata.get("resourceVersion")
    name = old["metadata"]["name"]
    if not version or version == "0":
        if not served.strategy.unconditional_update and not patching:
            problem = bad_value("metadata.resourceVersion", 0, "must be specified for an update")
            raise answers.invalid(served.resource, name, [problem], kind=served.resource.plural)
        metadata["resourceVersion"] = old["metadata"]["resourceVersion"]
    elif not version.isdecimal():
        raise ApiError(500, f'strconv.ParseUint: parsing "{version}": invalid syntax', reason=None)
    elif version != old["metadata"]["resourceVersion"]:
        raise answers.conflict(served.resource, name)


def _restore(metadata: Obj, old: Obj, *, namespace: str) -> None:
    """Put back what no client may change."""
    metadata["name"] = old["name"]
    if namespace:
        metadata["namespace"] = namespace
    metadata.pop("managedFields", None)
    metadata.pop("selfLink", None)
    metadata.pop("generation", None)
    if "generation" in old:
        metadata["generation"] = old["generation"]
    for key in _KEPT:
        if key in old and (key != "uid" or not metadata.get(key)):
            metadata[key] = old[key]


def _prepared(backend: Backend, served: Served, obj: Obj, old: Obj, subresource: str) -> list[Problem]:
    strategy, context = served.strategy, backend.context()
    if subresource == "status":
        strategy.prepare_status(obj, old, context)
        return list(strategy.status_problems(obj, old))
    if subresource == "ephemeralcontainers":
        return list(strategy.prepare_ephemeral(obj, old))
    if subresource == "finalize":
        finalizers = (obj.get("spec") or {}).get("finalizers") or []
        spec = {**old["spec"], "finalizers": finalizers} if finalizers else {}
        wanted = {**old, "metadata": obj["metadata"], "spec": spec}
        obj.clear()
        obj.update(wanted)
        return []
    strategy.prepare_update(obj, old, context)
    return list(strategy.update_problems(obj, old))


def _written(backend: Backend, served: Served, obj: Obj, old: Obj, *, dry_run: bool) -> Obj:
    metadata = obj["metadata"]
    obj["apiVersion"] = served.storage.api_version
    ends = (
        old["metadata"].get("deletionTimestamp")
        and not metadata.get("finalizers")
        and not old["metadata"].get("deletionGracePeriodSeconds")
        and served.strategy.may_vanish(obj)
    )
    if ends:
        if not dry_run:
            backend.store.remove(served.storage, metadata.get("namespace", ""), metadata["name"])
        return obj
    if obj == old:
        return old
    return obj if dry_run else backend.store.put(served.storage, obj)
