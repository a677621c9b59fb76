"""Informers whose watches expire: what happens meanwhile is missed, and only its outcome is told after a new list."""

from __future__ import annotations

from typing import cast

from podnet.api.host import Change, Key, Reconcile, Watches
from podnet.api.objects import Obj
from podnet.api.resources import Resource
from podnet.kube.informers import Handler, Informers
from podnet.kube.injection import WATCH_EXPIRED, Injector
from podnet.kube.runtime import Runtime
from podnet.kube.store import Store

LONGEST_PAUSE = 0.8
"""Seconds after which a reflector of client-go lists again at the latest, the first time."""
REFLECTOR = "reflector"

Stream = tuple[str, Resource]
"""What one controller hears of one resource."""


class ExpiringInformers(Informers):
    """Tells what changes until a watch expires; then nothing, until the objects have been listed again.

    Only what the implementation watches expires: the built-in controllers read the store itself and not what their
    informers know, so they would be woken too late for what they have seen already.
    """

    def __init__(self, store: Store, runtime: Runtime, injector: Injector) -> None:
        super().__init__(store, runtime)
        self._injector = injector
        self._known: dict[Stream, dict[tuple[str, str], Obj]] = {}
        self._expired: dict[Stream, Handler] = {}
        self._first_list = False
        runtime.register(REFLECTOR, self._relist)

    def add(self, queue: str, reconcile: Reconcile, *, watches: Watches, guarded: bool) -> None:
        """Register a controller; its first list is always complete."""
        self._first_list = True
        super().add(queue, reconcile, watches=watches, guarded=guarded)
        self._first_list = False

    def remove(self, queue: str) -> None:
        """Forget a controller."""
        super().remove(queue)
        for book in (self._known, self._expired):
            for stream in [stream for stream in book if stream[0] == queue]:
                del book[stream]

    def _tell(self, handler: Handler, resource: Resource, change: Change) -> None:
        queue, _, guarded = handler
        stream = (queue, resource)
        if stream in self._expired:
            return
        if guarded and not self._first_list and self._injector.strikes(WATCH_EXPIRED):
            self._expired[stream] = handler
            pause = LONGEST_PAUSE * self._injector.part(WATCH_EXPIRED)
            self._runtime.enqueue_after(REFLECTOR, stream, pause)
            return
        self._pass_on(handler, resource, change)

    def _pass_on(self, handler: Handler, resource: Resource, change: Change) -> None:
        known = self._known.setdefault((handler[0], resource), {})
        metadata = change.object["metadata"]
        name = (metadata.get("namespace", ""), metadata["name"])
        if change.new is not None:
            known[name] = change.new
        else:
            known.pop(name, None)
        super()._tell(handler, resource, change)

    def _relist(self, key: Key) -> None:
        stream = cast("Stream", key)
        handler = self._expired.pop(stream, None)
        if handler is None:
            return  # the controller has gone meanwhile
        _, resource = stream
        known = self._known.get(stream, {})
        there = {
            (obj["metadata"].get("namespace", ""), obj["metadata"]["name"]): obj
            for obj in self._store.sorted_values(resource)
        }
        for name, old in list(known.items()):
            if name not in there:
                self._pass_on(handler, resource, Change(old, None))
        for name, new in there.items():
            if known.get(name) is not new:
                # As in client-go, an object that was deleted and created again looks like one that has changed.
                self._pass_on(handler, resource, Change(known.get(name), new))
