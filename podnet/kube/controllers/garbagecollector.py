"""Deletes what nobody owns any more, and carries out foreground and orphan deletion.

Source: https://kubernetes.io/docs/concepts/architecture/garbage-collection/
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import cast

from podnet.api.absence import unless_gone
from podnet.api.client import Propagation
from podnet.api.host import Change, Key
from podnet.api.objects import Obj, is_terminating, name_of, namespace_of, uid_of
from podnet.api.resources import Resource
from podnet.kube.host import EVERY_RESOURCE, KubeHost

FOREGROUND = "foregroundDeletion"
ORPHAN = "orphan"


@dataclass(frozen=True)
class _Id:
    """An object by what its owner references and its own body say: group, kind, namespace, name."""

    group: str
    kind: str
    namespace: str
    name: str


class GarbageCollector:
    """Reconciles one object at a time: one with owners, or one whose deletion waits for its dependents."""

    def __init__(self, host: KubeHost) -> None:
        self._host = host
        self._known: dict[tuple[str, str], Resource] = {}
        self._waiting: dict[str, _Id] = {}
        """By uid what waits for its dependents; a dependent in another namespace names it as if it were in its own."""

    def install(self) -> None:
        """Register with the host."""
        self._host.controller("garbagecollector", self.reconcile, watches={EVERY_RESOURCE: self._changed})

    def reconcile(self, key: Key) -> None:
        """Delete the object if its owners are gone; release it if it waits for dependents and has none."""
        identity = cast("_Id", key)
        resource = self._resource(identity.group, identity.kind)
        obj = self._host.peek(resource, identity.namespace, identity.name) if resource is not None else None
        if resource is None or obj is None:
            return
        if is_terminating(obj):
            self._finish(resource, obj)
        else:
            self._attempt(resource, obj)

    def _finish(self, resource: Resource, obj: Obj) -> None:
        finalizers = obj["metadata"].get("finalizers") or ()
        dependents = self._host.by_owner(None, uid_of(obj))
        if ORPHAN in finalizers:
            for dependent in dependents:
                kind = self._resource_of(dependent)
                if kind is not None:
                    self._drop_owners(kind, dependent, {uid_of(obj)})
            self._drop_finalizer(resource, obj, ORPHAN)
        elif FOREGROUND in finalizers and not any(_blocks(dependent, uid_of(obj)) for dependent in dependents):
            for dependent in dependents:  # those that do not block go as well, but nobody waits for them
                kind = self._resource_of(dependent)
                if kind is not None and not is_terminating(dependent):
                    self._attempt(kind, dependent)
            self._drop_finalizer(resource, obj, FOREGROUND)

    def _attempt(self, resource: Resource, obj: Obj) -> None:
        references = obj["metadata"].get("ownerReferences") or ()
        if not references:
            return
        if any(self._is_unknown(resource, reference) for reference in references):
            return
        owners = [(reference, self._owner(obj, reference)) for reference in references]
        gone = {reference["uid"] for reference, (there, _) in owners if not there}
        waiting = {reference["uid"] for reference, (there, owner) in owners if there and _waits(owner)}
        if len(gone) + len(waiting) < len(references):
            if gone or waiting:
                self._drop_owners(resource, obj, gone | waiting)
        elif waiting and self._host.by_owner(None, uid_of(obj)):
            self._delete(resource, obj, "Foreground")
        else:
            self._delete(resource, obj, _own_policy(obj))

    def _is_unknown(self, resource: Resource, reference: Obj) -> bool:
        """Whether nobody can tell if this owner is gone; then nothing is done about any owner of the object.

        That is so of a kind that is not served, and of one with a namespace above an object without.
        """
        kind = self._resource(_group(reference), reference.get("kind", ""))
        return kind is None or (kind.namespaced and not resource.namespaced)

    def _owner(self, obj: Obj, reference: Obj) -> tuple[bool, Obj | None]:
        """Whether the owner is there, and the owner."""
        kind = self._resource(_group(reference), reference.get("kind", ""))
        if kind is None:
            return False, None
        owner = self._host.peek(kind, namespace_of(obj) if kind.namespaced else "", reference.get("name", ""))
        return owner is not None and uid_of(owner) == reference.get("uid"), owner

    def _changed(self, change: Change) -> Iterable[Key]:
        old, new = change.old, change.new
        before, after = _links(old), _links(new)
        if before == after or (old is None and not any(after)):
            return ()
        obj = change.object
        keys: list[Key] = []
        if new is not None:
            keys.append(_identity(new))
        if _waits(new):
            self._waiting[uid_of(obj)] = _identity(obj)
        else:
            self._waiting.pop(uid_of(obj), None)
        if new is None or _waits(new):
            keys += map(_identity, self._host.by_owner(None, uid_of(obj)))
        for reference in (old or obj)["metadata"].get("ownerReferences") or ():
            if (owner := self._waiting.get(reference.get("uid", ""))) is not None:
                keys.append(owner)
        return keys

    def _resource_of(self, obj: Obj) -> Resource | None:
        return self._resource(_group(obj), obj.get("kind", ""))

    def _resource(self, group: str, kind: str) -> Resource | None:
        """The served resource of this kind, in whatever version."""
        known = self._known.get((group, kind))
        if known is None:
            self._known = {(item.group, item.kind): item for item in self._host.resources()}
            known = self._known.get((group, kind))
        return known

    def _delete(self, resource: Resource, obj: Obj, policy: Propagation) -> None:
        with unless_gone():
            self._host.api.delete(
                resource, name_of(obj), namespace=namespace_of(obj), propagation=policy, uid=uid_of(obj)
            )

    def _drop_owners(self, resource: Resource, obj: Obj, uids: Iterable[str]) -> None:
        dropped = set(uids)
        kept = [item for item in obj["metadata"].get("ownerReferences") or () if item.get("uid") not in dropped]
        self._patch(resource, obj, {"ownerReferences": kept or None})

    def _drop_finalizer(self, resource: Resource, obj: Obj, finalizer: str) -> None:
        kept = [item for item in obj["metadata"].get("finalizers") or () if item != finalizer]
        self._patch(resource, obj, {"finalizers": kept or None})

    def _patch(self, resource: Resource, obj: Obj, metadata: Obj) -> None:
        patch = {"metadata": {"uid": uid_of(obj), **metadata}}
        with unless_gone():
            self._host.api.patch(resource, name_of(obj), patch, namespace=namespace_of(obj))


def _links(obj: Obj | None) -> Sequence[object]:
    """What of an object matters to the collector; all empty for one without ties."""
    if obj is None:
        return (None, None, None)
    metadata = obj["metadata"]
    leaving = metadata.get("finalizers") if is_terminating(obj) else None
    return (metadata.get("ownerReferences"), is_terminating(obj), leaving)


def _waits(obj: Obj | None) -> bool:
    """Whether the deletion of the object waits for its dependents to go first."""
    return obj is not None and is_terminating(obj) and FOREGROUND in (obj["metadata"].get("finalizers") or ())


def _blocks(dependent: Obj, uid: str) -> bool:
    """Whether the owner of this uid must not go before the dependent."""
    references = dependent["metadata"].get("ownerReferences") or ()
    return any(item.get("uid") == uid and item.get("blockOwnerDeletion") for item in references)


def _own_policy(obj: Obj) -> Propagation:
    """How to delete an object: as finalizers on it already ask for, else in the background."""
    finalizers = obj["metadata"].get("finalizers") or ()
    if ORPHAN in finalizers:
        return "Orphan"
    return "Foreground" if FOREGROUND in finalizers else "Background"


def _identity(obj: Obj) -> _Id:
    return _Id(_group(obj), obj.get("kind", ""), namespace_of(obj), name_of(obj))


def _group(obj: Obj) -> str:
    return str(obj.get("apiVersion", "")).rpartition("/")[0]
