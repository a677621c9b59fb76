"""The one place where objects are kept: versions, indexes, history and the order in which listeners hear of changes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence

from podnet.api.host import Change
from podnet.api.objects import Obj
from podnet.api.resources import Resource
from podnet.kube.history import History, TooOldError
from podnet.kube.sharing import Pool

HISTORY = 10_000
"""Changes of each resource that are remembered."""
FEW = 200
"""Writes up to which memory is no matter: what is alike is looked for after them."""

Listener = Callable[[Resource, Change], None]
Id = tuple[Resource, str, str]


class Store:
    """Objects by resource, namespace and name. What is stored is shared and must never be changed in place.

    ``revision`` is the version of the last write: one number for all resources, as in etcd. Listeners are called
    after the write, in the order of the writes even when a listener writes itself.
    """

    def __init__(self, *, history: int = HISTORY) -> None:
        self.revision = 0
        self._pool = Pool()
        self._capacity = history
        self._histories: dict[Resource, History] = {}
        self._forgotten = 0
        self._objects: dict[Resource, dict[str, dict[str, Obj]]] = {}
        self._owned: dict[str, dict[Id, None]] = {}
        self._listeners: list[Listener] = []
        self._undelivered: deque[tuple[Resource, Change]] = deque()
        self._delivering = False

    def get(self, resource: Resource, namespace: str, name: str) -> Obj | None:
        """One object, or None."""
        spaces = self._objects.get(resource)
        space = spaces.get(namespace) if spaces else None
        return space.get(name) if space else None

    def values(self, resource: Resource, namespace: str = "") -> Sequence[Obj]:
        """The objects of one namespace, or of all, in order of creation within each namespace."""
        spaces = self._objects.get(resource)
        if not spaces:
            return []
        if namespace:
            return list(spaces.get(namespace, {}).values())
        return [obj for space in spaces.values() for obj in space.values()]

    def sorted_values(self, resource: Resource, namespace: str = "") -> Sequence[Obj]:
        """Like ``values``, sorted by namespace and name as the API server lists them."""
        spaces = self._objects.get(resource)
        if not spaces:
            return []
        names = [namespace] if namespace else sorted(spaces)
        return [space[name] for space in (spaces.get(key, {}) for key in names) for name in sorted(space)]

    def by_owner(self, resource: Resource | None, uid: str) -> Sequence[Obj]:
        """The objects with an owner reference to ``uid``, of one resource or of all."""
        owned = self._owned.get(uid, {})
        found = (self.get(*key) for key in owned if resource is None or key[0] == resource)
        return [obj for obj in found if obj is not None]

    def put(self, resource: Resource, obj: Obj) -> Obj:
        """Store an object under a new version and return it.

        The store keeps it: ``metadata`` is replaced by one with its version, other parts by equal ones that are there.
        """
        size = self._pool.compact(obj) if self.revision > FEW else 0
        metadata = obj["metadata"]
        namespace, name = metadata.get("namespace", ""), metadata["name"]
        space = self._objects.setdefault(resource, {}).setdefault(namespace, {})
        old = space.get(name)
        self.revision += 1
        metadata["resourceVersion"] = str(self.revision)
        space[name] = obj
        if old is None or old["metadata"].get("ownerReferences") != metadata.get("ownerReferences"):
            self._index((resource, namespace, name), old, obj)
        self._changed(resource, Change(old, obj), size=size)
        return obj

    def remove(self, resource: Resource, namespace: str, name: str) -> Obj:
        """Take an object away; returns its last state under the version of the removal. KeyError if there is none."""
        space = self._objects[resource][namespace]
        old = space.pop(name)
        if not space:
            del self._objects[resource][namespace]
        self.revision += 1
        self._index((resource, namespace, name), old, None)
        last = {**old, "metadata": {**old["metadata"], "resourceVersion": str(self.revision)}}
        self._changed(resource, Change(old, None))
        return last

    def since(self, resource: Resource, version: int) -> Iterator[tuple[int, Change]]:
        """The changes of a resource after ``version``, oldest first. Raises TooOldError if they are not all known."""
        history = self._histories.get(resource)
        if history is not None:
            return history.since(version, oldest=self._forgotten)
        if version < self._forgotten:
            raise TooOldError(version, self._forgotten)
        return iter(())

    def forget(self) -> None:
        """Drop the whole history, as compaction does: every older version becomes too old."""
        self._forgotten = self.revision
        self._histories = {}

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call ``listener`` after every change; returns the function that ends this."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @property
    def resources(self) -> Sequence[Resource]:
        """The resources of which there has ever been an object."""
        return tuple(self._objects)

    def _index(self, key: Id, old: Obj | None, new: Obj | None) -> None:
        for reference in (old or {"metadata": {}})["metadata"].get("ownerReferences") or ():
            owned = self._owned.get(reference.get("uid", ""))
            if owned is not None:
                owned.pop(key, None)
        for reference in (new or {"metadata": {}})["metadata"].get("ownerReferences") or ():
            self._owned.setdefault(reference.get("uid", ""), {})[key] = None

    def _changed(self, resource: Resource, change: Change, *, size: int = 0) -> None:
        history = self._histories.get(resource)
        if history is None:
            history = self._histories[resource] = History(self._capacity)
        history.add(self.revision, change, size=size)
        self._undelivered.append((resource, change))
        if self._delivering:
            return
        self._delivering = True
        try:
            while self._undelivered:
                news = self._undelivered.popleft()
                for listener in tuple(self._listeners):
                    listener(*news)
        finally:
            self._delivering = False
            self._undelivered.clear()
