"""Keeps the objects that controllers hear of, and tells what changes, also what vanished while nobody could watch.

This is our own and neither kopf nor the informer of the official client. kopf hands single events to handlers: it tells
neither when a list is complete nor what is missing from it, so that a deletion during an outage is never told (tried
with kopf 1.45: an object that was deleted while the API server restarted stayed known for ever), and it works on
objects in tasks of its own, which lets the end of one pod come after the start of its namesake. The informer of the
official client drops the state before a change, needs typed models and swallows what a listener raises.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence

from podnet.api.client import Api
from podnet.api.errors import ApiError, Unreachable, is_not_found
from podnet.api.host import Change
from podnet.api.objects import Obj, key_of
from podnet.api.resources import Resource
from podnet.operator.backoff import delay
from podnet.operator.monitor import Monitor

log = logging.getLogger(__name__)

WATCH_SECONDS = 290
"""After so long the server ends a watch, and the next one goes on where it stopped. Less than etcd remembers."""
LONGEST_PAUSE = 2.0
"""Seconds between attempts to reach an API server that is away: pods wait for what an informer does not know."""
BRIEF = 0.2
"""A watch that ends within so many seconds was ended by a server that is about to go: do not ask it without end."""
Listener = Callable[[Change], None]
ObjectKey = tuple[str, str]


def version_of(obj: Obj) -> str:
    """``metadata.resourceVersion``, or an empty string."""
    return str((obj.get("metadata") or {}).get("resourceVersion") or "")


class Informer:
    """The objects of one resource. ``expired`` is called when what was missed has to be found by a new list."""

    def __init__(self, resource: Resource, *, api: Api, monitor: Monitor, expired: Callable[[Resource], None]) -> None:
        self.resource = resource
        self._api = api
        self._monitor = monitor
        self._expired = expired
        self._objects: dict[ObjectKey, Obj] = {}
        self._listeners: list[Listener] = []
        self._turn = threading.Lock()
        self._version = ""
        self._failures = 0
        self._problem: Exception | None = None
        self._looked = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"watch {resource.group_resource}", daemon=True)
        self.synced = False

    def start(self) -> None:
        """Begin to list and watch."""
        self._thread.start()

    def stop(self) -> None:
        """List and watch no more; what is under way ends with its connection."""
        self._stopping.set()

    def join(self, seconds: float) -> None:
        """Wait for the thread to end."""
        self._thread.join(seconds)

    @property
    def count(self) -> int:
        """How many objects are known."""
        return len(self._objects)

    def current(self) -> bool:
        """Whether all that is stored now is known. Raises ApiError or Unreachable if that cannot be found out."""
        try:
            stored = self._api.list(self.resource).items
        except ApiError as error:
            if is_not_found(error):  # it is not served, so there is nothing to know
                return True
            raise
        known = tuple(self._objects.items())
        return {key_of(obj): version_of(obj) for obj in stored} == {key: version_of(obj) for key, obj in known}

    def listen(self, listener: Listener) -> None:
        """Tell ``listener`` of every object as a new one, then of every change.

        Called with the monitor held. Waits for the first list, for nothing where the resource is not served (yet).
        Raises what kept the list from being made.
        """
        with self._monitor.released():
            self._looked.wait()
            # Nobody who holds the monitor waits for the turn: whoever has that may need the monitor.
            self._turn.acquire()
        try:
            if self._problem is not None and not self.synced:
                raise self._problem
            for obj in tuple(self._objects.values()):
                listener(Change(None, obj))
            self._listeners.append(listener)
        finally:
            self._turn.release()

    def forget(self, listener: Listener) -> None:
        """Tell ``listener`` nothing more."""
        if listener in self._listeners:
            self._listeners.remove(listener)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                if not self._version:
                    self._list()
                self._failures = 0
                begun = time.monotonic()
                self._watch()
                if time.monotonic() - begun < BRIEF:
                    self._stopping.wait(BRIEF)
            except ApiError as error:
                if error.code == 410:
                    self._expired(self.resource)
                    self._version = ""
                    continue
                self._version = ""
                self._pause(error)
            except Unreachable as error:
                self._pause(error)
            except Exception as error:
                log.exception("watching %s failed", self.resource.group_resource)
                self._version = ""
                self._pause(error)

    def _pause(self, error: Exception) -> None:
        self._failures += 1
        absent = isinstance(error, ApiError) and is_not_found(error)
        if not self._stopping.is_set():
            text = "is not served yet" if absent else f"cannot be watched: {error}"
            log.log(logging.INFO if absent else logging.WARNING, "%s %s", self.resource.group_resource, text)
        self._problem = None if absent else error
        self._looked.set()
        self._stopping.wait(delay(self._failures, longest=LONGEST_PAUSE))

    def _list(self) -> None:
        page = self._api.list(self.resource)
        there = {key_of(obj): _kept(obj) for obj in page.items}
        with self._turn, self._monitor:
            for key in [key for key in self._objects if key not in there]:
                self._tell(Change(self._objects.pop(key), None))
            for key, new in there.items():
                old = self._objects.get(key)
                if old is None or version_of(old) != version_of(new):
                    # As in client-go, an object that was deleted and created again looks like one that has changed.
                    self._objects[key] = new
                    self._tell(Change(old, new))
            self.synced, self._problem = True, None
        self._version = page.resource_version
        self._looked.set()

    def _watch(self) -> None:
        events = self._api.watch(self.resource, resource_version=self._version, timeout_seconds=WATCH_SECONDS)
        for event in events:
            if self._stopping.is_set():
                return
            if event.type == "ERROR":
                raise ApiError.from_status(event.object, code=500)
            if event.type != "BOOKMARK":
                self._apply(_kept(event.object), gone=event.type == "DELETED")
            self._version = version_of(event.object)

    def _apply(self, obj: Obj, *, gone: bool) -> None:
        key = key_of(obj)
        with self._turn, self._monitor:
            if not gone:
                old = self._objects.get(key)
                self._objects[key] = obj
                self._tell(Change(old, obj))
            elif self._objects.pop(key, None) is not None:
                self._tell(Change(obj, None))

    def _tell(self, change: Change) -> None:
        for listener in tuple(self._listeners):
            listener(change)


def _kept(obj: Obj) -> Obj:
    """The object without the notes of who set which field, which take as much room as the rest and tell nobody here."""
    (obj.get("metadata") or {}).pop("managedFields", None)
    return obj


class Informers:
    """One informer for each resource that anybody asks for; they live as long as the process."""

    def __init__(self, api: Api, *, monitor: Monitor, expired: Callable[[Resource], None]) -> None:
        self._api = api
        self._monitor = monitor
        self._expired = expired
        self._informers: dict[Resource, Informer] = {}

    def of(self, resource: Resource) -> Informer:
        """The informer of a resource, started if it is new. Called with the monitor held."""
        informer = self._informers.get(resource)
        if informer is None:
            informer = Informer(resource, api=self._api, monitor=self._monitor, expired=self._expired)
            self._informers[resource] = informer
            informer.start()
        return informer

    @property
    def all(self) -> Sequence[Informer]:
        """Those that there are."""
        return tuple(self._informers.values())

    def current(self) -> bool:
        """Whether all that is stored now is known, of every resource. Raises ApiError or Unreachable."""
        return all(informer.current() for informer in self.all)

    def stop(self) -> None:
        """Tell all to stop."""
        for informer in self.all:
            informer.stop()

    def join(self, seconds: float) -> None:
        """Wait for their threads."""
        for informer in self.all:
            informer.join(seconds)
