"""The verb create: from a body to a stored object, in the order of a real API server."""

from __future__ import annotations

from podnet.api.errors import ApiError
from podnet.api.objects import Obj, timestamp
from podnet.api.resources import NAMESPACES, Resource
from podnet.kube import answers
from podnet.kube import metadata as meta
from podnet.kube.admission import Attributes
from podnet.kube.answers import (
    already_exists,
    bad_request,
    bad_value,
    forbidden,
    internal,
    invalid,
    not_allowed,
    not_found,
)
from podnet.kube.backend import PLAIN, Backend, WriteOptions
from podnet.kube.registry import Served

_WIPED = ("uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "managedFields")
_ATTEMPTS = 8


def create(backend: Backend, served: Served, obj: Obj, *, namespace: str, options: WriteOptions = PLAIN) -> Obj:
    """Store a new object, which then belongs to the store, and return it. Raises ApiError."""
    resource, strategy = served.resource, served.strategy
    if served.terminating:
        raise ApiError(405, "create not allowed while custom resource definition is terminating")
    read(backend, served, obj, options)
    if strategy.caveat:
        options.warn(strategy.caveat)
    metadata = obj["metadata"]
    owners = metadata.get("managedFields") if options.applied else None
    for key in _WIPED:
        metadata.pop(key, None)
    namespace = settle_namespace(resource, metadata, namespace)
    if namespace:
        check_namespace(backend, resource, metadata.get("name", ""), namespace)
    if owners is None and backend.thorough:
        owners = owners_after(backend, served, None, obj, options)
    if owners:
        metadata["managedFields"] = owners
    strategy.admit(obj, backend.context())
    attributes = Attributes(
        "CREATE",
        resource,
        namespace=namespace or (metadata.get("name", "") if resource == NAMESPACES else ""),
        name=metadata.get("name", ""),
        dry_run=options.dry_run,
        warn=options.warn,
    )
    obj = mutated(backend, served, attributes, obj, old=None)
    metadata = obj["metadata"]
    _name(backend, served, metadata, namespace)
    metadata["uid"] = backend.new_uid()
    metadata["creationTimestamp"] = timestamp(backend.now())
    strategy.prepare_create(obj, backend.context())
    problems = [
        *meta.problems(metadata, namespaced=resource.namespaced, name_rule=strategy.name_rule),
        *(meta.finalizer_problems(metadata) if strategy.knows_finalizers else ()),
        *strategy.problems(obj),
    ]
    name = metadata.get("name", "")
    if problems:
        raise invalid(resource, name, problems)
    backend.admission.validate(attributes.named(name), obj, old=None)
    if metadata.pop("resourceVersion", None):
        raise ApiError(500, "resourceVersion should not be set on objects to be created", reason=None)
    there = backend.store.get(served.storage, namespace, name)
    if there is not None:
        raise already_exists(resource, name, ends=bool(there["metadata"].get("deletionTimestamp")))
    obj["apiVersion"] = served.storage.api_version
    return obj if options.dry_run else backend.store.put(served.storage, obj)


def read(backend: Backend, served: Served, obj: Obj, options: WriteOptions) -> None:
    """Like ``decode``, and in a thorough cluster into the form of a server that is written in Go.

    There every field has to be of its type, before anybody looks at it.
    """
    if not backend.thorough or served.custom:
        decode(served, obj, options)
        return
    from podnet.kube.go_form import check_types, settle  # only some clusters look so closely

    check_types(obj, served.resource)
    decode(served, obj, options)
    settle(obj, served.resource)


def read_patched(backend: Backend, served: Served, obj: Obj, options: WriteOptions, *, name: str) -> None:
    """The same for what a patch has made of an object. Raises ApiError 422 if that cannot be read, 400 for no name."""
    shown = {**obj}
    try:
        read(backend, served, obj, options)
    except ApiError as error:
        if error.code != 400:
            raise
        why = error.message.partition(f" cannot be handled as a {served.resource.kind}: ")[2] or error.message
        raise answers.unreadable_patch(shown, why) from error
    if not obj["metadata"].get("name"):
        raise answers.undeterminable_name(name)


def decode(served: Served, obj: Obj, options: WriteOptions) -> None:
    """Bring the body of a request into the form in which objects are stored, in place. Raises ApiError 400."""
    resource = served.resource
    if not isinstance(obj, dict):  # what a patch has made of it
        raise bad_request("the object provided is unrecognized: not a JSON object")
    kind, api_version = obj.get("kind"), obj.get("apiVersion")
    if served.custom and not kind:
        raise bad_request(
            f"the object provided is unrecognized (must be of type {resource.kind}): Object 'Kind' is missing"
        )
    if served.custom:
        _check_custom_type(served, obj)
    elif (kind or resource.kind, api_version or resource.api_version) != (resource.kind, resource.api_version):
        raise answers.another_kind(str(kind or resource.kind), str(api_version or ""), resource)
    obj["kind"], obj["apiVersion"] = resource.kind, resource.api_version
    if obj.get("metadata") is None:
        obj["metadata"] = {}
    unknown = () if served.custom or not options.checked else _drop_unknown(served, obj)
    strict = options.field_validation == "Strict"
    odd = (*options.repeated, *unknown)
    if odd and strict:
        problem = f"strict decoding error: {', '.join(odd)}"
        version = resource.version
        raise bad_request(f'{kind} in version "{version}" cannot be handled as a {kind}: {problem}')
    for text in (*odd, *served.strategy.decode(obj, strict=strict)):
        if options.field_validation == "Warn":
            options.warn(text)
    metadata = obj["metadata"]
    for key in [key for key, value in metadata.items() if value is None or value in ("", {}, [])]:
        del metadata[key]


def _drop_unknown(served: Served, obj: Obj) -> list[str]:
    from podnet.kube.typed import built_in, drop_unknown  # only some clusters look so closely

    return [f'unknown field "{path}"' for path in drop_unknown(obj, built_in(served.resource))]


def owners_after(
    backend: Backend, served: Served, old: Obj | None, obj: Obj, options: WriteOptions, *, subresource: str = ""
) -> list[Obj]:
    """``managedFields`` after a write."""
    from podnet.kube.ownership import Manager, updated  # only some clusters keep them

    manager = Manager(options.manager, "Update", served.resource.api_version, subresource)
    return updated(served, old, obj, manager, now=timestamp(backend.now()))


def _check_custom_type(served: Served, obj: Obj) -> None:
    resource, stated = served.resource, str(obj.get("apiVersion") or "")
    if stated != resource.api_version:
        raise bad_request(
            f"the API version in the data ({stated}) does not match the expected API version ({resource.api_version})"
        )
    if obj["kind"] != resource.kind:
        problem = bad_value("kind", obj["kind"], f"must be {resource.kind}")
        metadata = obj.get("metadata")
        name = str(metadata.get("name") or "") if isinstance(metadata, dict) else ""
        raise invalid(resource, name, [problem], kind=str(obj["kind"]))


def settle_namespace(resource: Resource, metadata: Obj, namespace: str) -> str:
    """Make body and path agree on the namespace; returns it, empty for a cluster-scoped resource."""
    if not resource.namespaced:
        metadata.pop("namespace", None)
        return ""
    stated = str(metadata.get("namespace") or "")
    if namespace and stated and namespace != stated:
        raise bad_request("the namespace of the provided object does not match the namespace sent on the request")
    if not (namespace or stated):
        raise not_allowed()
    metadata["namespace"] = namespace or stated
    return namespace or stated


def check_namespace(backend: Backend, resource: Resource, name: str, namespace: str) -> None:
    """Refuse new content in a namespace that does not exist (404) or is being deleted (403)."""
    place = backend.store.get(NAMESPACES, "", namespace)
    if place is None:
        raise not_found(NAMESPACES, namespace)
    if place["status"].get("phase") == "Terminating":
        cause = {
            "reason": "NamespaceTerminating",
            "message": f"namespace {namespace} is being terminated",
            "field": "metadata.namespace",
        }
        why = f"unable to create new content in namespace {namespace} because it is being terminated"
        raise forbidden(resource, name, why, causes=[cause])


def mutated(backend: Backend, served: Served, attributes: Attributes, obj: Obj, *, old: Obj | None) -> Obj:
    """What mutating webhooks make of an object: the same one if they leave it alone."""

    def read_patched(patched: Obj) -> None:
        try:
            read(backend, served, patched, WriteOptions(field_validation="Ignore"))
        except ApiError as error:
            raise internal(error.message) from error

    return backend.admission.mutate(attributes, obj, old=old, decode=read_patched)


def _name(backend: Backend, served: Served, metadata: Obj, namespace: str) -> None:
    base = metadata.get("generateName")
    if metadata.get("name") or not base:
        return
    for _ in range(_ATTEMPTS):
        metadata["name"] = meta.generate_name(base, backend.random)
        if backend.store.get(served.storage, namespace, metadata["name"]) is None:
            return
