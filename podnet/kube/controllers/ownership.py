"""Who owns what: owner references as controllers write them, adoption of orphans, release of strays."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from podnet.api.errors import ApiError, is_not_found
from podnet.api.host import Change, Key
from podnet.api.objects import Obj, controller_of, is_terminating, labels_of, name_of, namespace_of, uid_of
from podnet.api.resources import Resource
from podnet.api.selectors import Selector
from podnet.kube.host import KubeHost
from podnet.kube.scheduler.snapshot import selector_of


def owner_reference(owner: Obj, resource: Resource) -> Obj:
    """The reference that makes ``owner`` the controller of what it creates."""
    return {
        "apiVersion": resource.api_version,
        "kind": resource.kind,
        "name": name_of(owner),
        "uid": uid_of(owner),
        "controller": True,
        "blockOwnerDeletion": True,
    }


def pod_selector(workload: Obj) -> Selector:
    """What ``spec.selector`` of a workload means."""
    return selector_of((workload.get("spec") or {}).get("selector"))


def controller_key(obj: Obj, resource: Resource) -> tuple[str, str] | None:
    """Namespace and name of the controller of an object, if it is of this resource (in whatever version)."""
    reference = controller_of(obj)
    if reference is None or reference.get("kind") != resource.kind:
        return None
    if str(reference.get("apiVersion", "")).rpartition("/")[0] != resource.group:
        return None
    return namespace_of(obj), reference["name"]


def dependents(host: KubeHost, resource: Resource) -> Callable[[Change], Iterable[Key]]:
    """For ``watches``: a change of an object concerns its controller, before and after.

    An orphan concerns every controller of its namespace that would select it.
    """

    def keys(change: Change) -> Iterable[Key]:
        found = {controller_key(obj, resource): None for obj in (change.old, change.new) if obj is not None}
        new = change.new
        if new is not None and not new["metadata"].get("ownerReferences") and not is_terminating(new):
            for owner in host.peek_list(resource, namespace_of(new)):
                if pod_selector(owner).matches(labels_of(new)):
                    found[namespace_of(owner), name_of(owner)] = None
        return [key for key in found if key is not None]

    return keys


def itself(change: Change) -> Iterable[Key]:
    """For ``watches``: a change of a workload concerns itself, unless only the status differs: that it wrote itself."""
    old, new = change.old, change.new
    if old is not None and new is not None and old.get("status") != new.get("status"):
        before, after = ({**obj["metadata"], "resourceVersion": ""} for obj in (old, new))
        if before == after and old.get("spec") == new.get("spec"):
            return ()
    return ((namespace_of(change.object), name_of(change.object)),)


def controlled(host: KubeHost, resource: Resource, uid: str) -> Sequence[Obj]:
    """The objects of a resource whose controller has this uid."""
    return [obj for obj in host.by_owner(resource, uid) if (controller_of(obj) or {}).get("uid") == uid]


def claim(
    host: KubeHost, owner: Obj, *, kind: Resource, of: Resource, fits: Callable[[Obj], bool] = lambda _: True
) -> list[Obj]:
    """The objects that ``owner`` (of resource ``kind``) controls and selects, as far as they fit it.

    Those that it no longer selects are released, matching ones without a controller are adopted; an owner that is
    being deleted does neither.
    """
    selector, leaving = pod_selector(owner), is_terminating(owner)
    claimed = []
    for obj in controlled(host, of, uid_of(owner)):
        if selector.matches(labels_of(obj)) and fits(obj):
            claimed.append(obj)
        elif not leaving:
            others = [item for item in obj["metadata"]["ownerReferences"] if item.get("uid") != uid_of(owner)]
            _set_owners(host, obj, of, others)
    if not leaving:
        for obj in host.peek_list(of, namespace_of(owner)):
            if controller_of(obj) is not None or is_terminating(obj):
                continue
            if selector.matches(labels_of(obj)) and fits(obj):
                owners = [*(obj["metadata"].get("ownerReferences") or ()), owner_reference(owner, kind)]
                adopted = _set_owners(host, obj, of, owners)
                claimed += [adopted] if adopted is not None else []
    return claimed


def _set_owners(host: KubeHost, obj: Obj, resource: Resource, owners: Sequence[Obj]) -> Obj | None:
    patch = {"metadata": {"uid": uid_of(obj), "ownerReferences": list(owners)}}
    try:
        return host.api.patch(resource, name_of(obj), patch, namespace=namespace_of(obj))
    except ApiError as error:
        if is_not_found(error):
            return None
        raise
