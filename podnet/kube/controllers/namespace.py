"""Empties namespaces that are being deleted, and lets them go when nothing is left.

As upstream, pods go first, gracefully, and everything else after the last pod is gone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from podnet.api.absence import unless_gone
from podnet.api.errors import ApiError
from podnet.api.host import Change, Key
from podnet.api.objects import Obj, is_terminating, name_of, namespace_of, uid_of
from podnet.api.resources import NAMESPACES, PODS, Resource
from podnet.kube.conditions import ConditionStatus, with_condition
from podnet.kube.controllers.garbagecollector import FOREGROUND, ORPHAN
from podnet.kube.host import EVERY_RESOURCE, KubeHost

FINALIZER = "kubernetes"
_ORDERS = frozenset((FOREGROUND, ORPHAN))
"""What holds an object for the garbage collector: in a namespace that ends, nothing waits for what it owns."""

Content = Mapping[Resource, Sequence[Obj]]


class NamespaceController:
    """Reconciles one namespace at a time."""

    def __init__(self, host: KubeHost) -> None:
        self._host = host

    def install(self) -> None:
        """Register with the host."""
        self._host.controller("namespace", self.reconcile, watches={EVERY_RESOURCE: self._changed})

    def reconcile(self, key: Key) -> None:
        """Delete the content; then say what remains of it, or finalize the namespace."""
        name = cast("str", key)
        namespace = self._host.peek(NAMESPACES, "", name)
        if namespace is None or not is_terminating(namespace):
            return
        finalizers = (namespace.get("spec") or {}).get("finalizers") or ()
        if FINALIZER not in finalizers:
            return
        failure: ApiError | None = None
        try:
            self._empty(name)
        except ApiError as error:
            failure = error
        content = self._content(name)
        self._report(namespace, content, failure)
        if failure is not None:
            raise failure
        if not content:
            self._finalize(name, [item for item in finalizers if item != FINALIZER])

    def _empty(self, name: str) -> None:
        content = self._content(name)
        first = {PODS: content[PODS]} if PODS in content else content
        for resource, objects in first.items():
            for obj in objects:
                if not is_terminating(obj) or _ORDERS & set(obj["metadata"].get("finalizers") or ()):
                    self._delete(resource, obj)

    def _delete(self, resource: Resource, obj: Obj) -> None:
        with unless_gone():
            self._host.api.delete(
                resource, name_of(obj), namespace=namespace_of(obj), propagation="Background", uid=uid_of(obj)
            )

    def _content(self, name: str) -> Content:
        found = {item: self._host.peek_list(item, name) for item in self._host.resources() if item.namespaced}
        return {resource: objects for resource, objects in found.items() if objects}

    def _report(self, namespace: Obj, content: Content, failure: ApiError | None) -> None:
        finalizers = Counter(
            item for objects in content.values() for obj in objects for item in obj["metadata"].get("finalizers") or ()
        )
        status = namespace.get("status") or {}
        conditions = status.get("conditions")
        for type_, state, reason, message in _conditions(content, finalizers, failure):
            conditions = with_condition(conditions, type_, state, now=self._host.now(), reason=reason, message=message)
        if conditions != status.get("conditions"):
            self._host.api.update(
                NAMESPACES, {**namespace, "status": {**status, "conditions": conditions}}, subresource="status"
            )

    def _finalize(self, name: str, finalizers: Sequence[str]) -> None:
        namespace = self._host.api.get(NAMESPACES, name)
        namespace["spec"] = {**(namespace.get("spec") or {}), "finalizers": list(finalizers)}
        self._host.api.update(NAMESPACES, namespace, subresource="finalize")

    def _changed(self, change: Change) -> Iterable[Key]:
        obj = change.object
        if obj.get("kind") == NAMESPACES.kind and obj.get("apiVersion") == NAMESPACES.api_version:
            return (name_of(obj),) if is_terminating(obj) else ()
        if change.new is None and namespace_of(obj):
            namespace = self._host.peek(NAMESPACES, "", namespace_of(obj))
            return (namespace_of(obj),) if namespace is not None and is_terminating(namespace) else ()
        return ()


def _conditions(
    content: Content, finalizers: Counter[str], failure: ApiError | None
) -> Iterable[tuple[str, ConditionStatus, str, str]]:
    yield (
        "NamespaceDeletionDiscoveryFailure",
        "False",
        "ResourcesDiscovered",
        "All resources successfully discovered",
    )
    yield (
        "NamespaceDeletionGroupVersionParsingFailure",
        "False",
        "ParsedGroupVersions",
        "All legacy kube types successfully parsed",
    )
    if failure is not None:
        yield "NamespaceDeletionContentFailure", "True", "ContentDeletionFailed", failure.message
    else:
        done = "All content successfully deleted, may be waiting on finalization"
        yield "NamespaceDeletionContentFailure", "False", "ContentDeleted", done
    if content:
        rest = sorted(f"{item.group_resource}. has {len(found)} resource instances" for item, found in content.items())
        text = f"Some resources are remaining: {', '.join(rest)}"
        yield "NamespaceContentRemaining", "True", "SomeResourcesRemain", text
    else:
        text = "All content successfully removed"
        yield "NamespaceContentRemaining", "False", "ContentRemoved", text
    if finalizers:
        rest = [f"{name} in {count} resource instances" for name, count in sorted(finalizers.items())]
        text = f"Some content in the namespace has finalizers remaining: {', '.join(rest)}"
        yield "NamespaceFinalizersRemaining", "True", "SomeFinalizersRemain", text
    else:
        text = "All content-preserving finalizers finished"
        yield "NamespaceFinalizersRemaining", "False", "ContentHasNoFinalizers", text
