"""The verb watch: what happened since a version, as one client may see it through its selectors."""

from __future__ import annotations

from collections.abc import Sequence

from podnet.api.client import WatchEvent
from podnet.api.errors import ApiError
from podnet.api.host import Change
from podnet.api.objects import Obj
from podnet.api.resources import Resource
from podnet.kube.answers import bad_request, expired, too_large_version
from podnet.kube.backend import Backend, presented
from podnet.kube.history import TooOldError
from podnet.kube.listing import selection
from podnet.kube.registry import Served

_INITIAL_EVENTS_END = "k8s.io/initial-events-end"


class Watcher:
    """One watch. ``pull`` never waits; the objects of its events are shared, to be read only.

    ``resource_version``: empty or ``0`` begins with the objects that are there, as ADDED; otherwise with what
    came after that version. ``initial_events``: begin with the objects that are there in any case (the streaming list
    of Kubernetes 1.32 and later). Where all of them have been shown a bookmark says so to those that want any. Raises
    ApiError 400 for a malformed selector.
    """

    def __init__(
        self,
        backend: Backend,
        served: Served,
        *,
        namespace: str = "",
        label_selector: str = "",
        field_selector: str = "",
        resource_version: str = "",
        bookmarks: bool = False,
        initial_events: bool = False,
    ) -> None:
        self._backend = backend
        self._served = served
        self._namespace = namespace if served.resource.namespaced else ""
        self._match = selection(served, label_selector=label_selector, field_selector=field_selector)
        self._bookmarks = bookmarks
        self._events: list[WatchEvent] = []
        self.closed = False
        if resource_version and not resource_version.isdecimal():
            raise bad_request(f'resourceVersion: Invalid value: "{resource_version}": must be a number')
        self._version = int(resource_version or 0)
        if initial_events and self._version > backend.store.revision:
            unknown = too_large_version(self._version, backend.store.revision)
            self._events.append(WatchEvent("ERROR", unknown.status()))
            self.closed = True
        elif self._version == 0 or initial_events:
            self._begin()

    @property
    def resource(self) -> Resource:
        """What is watched, under the version in which it is stored."""
        return self._served.storage

    def pull(self) -> Sequence[WatchEvent]:
        """What has happened since the last call."""
        events, self._events = self._events, []
        if self.closed:
            return events
        store = self._backend.store
        if self._version < store.revision:  # what a client has seen elsewhere may not have happened here yet
            try:
                for version, change in store.since(self._served.storage, self._version):
                    event = self._event(version, change)
                    if event is not None:
                        events.append(event)
            except TooOldError as error:
                # Asked for too much, a real API server says so inside of the stream.
                events.append(WatchEvent("ERROR", _expired(error).status()))
                self.closed = True
            self._version = store.revision
        return events

    def bookmark(self) -> Sequence[WatchEvent]:
        """The event that tells how far the client has seen, if it asked for such."""
        if not self._bookmarks or self.closed:
            return ()
        return (self._bookmark({}),)

    def _begin(self) -> None:
        store = self._backend.store
        for obj in store.sorted_values(self._served.storage, self._namespace):
            if self._match is None or self._match(obj):
                self._events.append(WatchEvent("ADDED", presented(self._served, obj)))
        self._version = store.revision
        if self._bookmarks:
            self._events.append(self._bookmark({"annotations": {_INITIAL_EVENTS_END: "true"}}))

    def _bookmark(self, metadata: Obj) -> WatchEvent:
        resource = self._served.resource
        seen = {"resourceVersion": str(self._version), **metadata}
        return WatchEvent("BOOKMARK", {"kind": resource.kind, "apiVersion": resource.api_version, "metadata": seen})

    def _event(self, version: int, change: Change) -> WatchEvent | None:
        if self._namespace and change.object["metadata"].get("namespace", "") != self._namespace:
            return None
        old, new = self._seen(change.old), self._seen(change.new)
        if new is not None:
            return WatchEvent("ADDED" if old is None else "MODIFIED", presented(self._served, new))
        if old is None:
            return None
        # The last state that the client could see, under the version of the change that took it away.
        last = {**old, "metadata": {**old["metadata"], "resourceVersion": str(version)}}
        return WatchEvent("DELETED", presented(self._served, last))

    def _seen(self, obj: Obj | None) -> Obj | None:
        return obj if obj is not None and (self._match is None or self._match(obj)) else None


def _expired(error: TooOldError) -> ApiError:
    return expired(str(error))
