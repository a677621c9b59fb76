"""From changes in the store to keys in the queues of controllers."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from podnet.api.host import Change, Key, Reconcile, Watches
from podnet.api.resources import Resource
from podnet.kube.host import EVERY_RESOURCE
from podnet.kube.runtime import Runtime
from podnet.kube.store import Store

Handler = tuple[str, Callable[[Change], Iterable[Key]], bool]
"""Queue, the function that names keys, and whether it belongs to the implementation under test."""


class Informers:
    """Tells the controllers of one cluster what changes, in the order in which they registered."""

    def __init__(self, store: Store, runtime: Runtime) -> None:
        self._store = store
        self._runtime = runtime
        # By group and plural: whoever defines a custom resource chooses its version and scope.
        self._handlers: dict[tuple[str, str], list[Handler]] = {}
        self._everything: list[Handler] = []
        store.subscribe(self._changed)

    def add(self, queue: str, reconcile: Reconcile, *, watches: Watches, guarded: bool) -> None:
        """Register a controller; objects that exist are new to it. Raises ValueError if the name is taken."""
        self._runtime.register(queue, reconcile, guarded=guarded)
        for resource, keys in watches.items():
            handler = (queue, keys, guarded)
            if resource == EVERY_RESOURCE:
                self._everything.append(handler)
                known: Iterable[Resource] = self._store.resources
            else:
                self._handlers.setdefault((resource.group, resource.plural), []).append(handler)
                wanted = (resource.group, resource.plural)
                known = [kept for kept in self._store.resources if (kept.group, kept.plural) == wanted]
            for kept in known:
                for obj in self._store.sorted_values(kept):
                    self._tell(handler, kept, Change(None, obj))

    def remove(self, queue: str) -> None:
        """Forget a controller."""
        for handlers in (*self._handlers.values(), self._everything):
            handlers[:] = [handler for handler in handlers if handler[0] != queue]
        self._runtime.unregister(queue)

    def _changed(self, resource: Resource, change: Change) -> None:
        for handler in tuple(self._handlers.get((resource.group, resource.plural), ())):
            self._tell(handler, resource, change)
        for handler in tuple(self._everything):
            self._tell(handler, resource, change)

    def _tell(self, handler: Handler, resource: Resource, change: Change) -> None:
        del resource  # whose watches expire tells the streams apart by it
        queue, keys, guarded = handler
        if not guarded:
            for key in keys(change):
                self._runtime.enqueue(queue, key)
            return
        try:
            for key in keys(change):
                self._runtime.enqueue(queue, key)
        except Exception as error:
            # The watching half of an implementation: as fallible as its reconciling half.
            metadata = change.object["metadata"]
            self._runtime.record_fault(queue, (metadata.get("namespace", ""), metadata["name"]), error)
