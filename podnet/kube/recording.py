"""What a piece of work read, wrote and woke up, noted so that two pieces can be known not to care for each other.

Only a cluster whose orders of work are enumerated is built of these; any other knows nothing of them.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from podnet.api.host import Change, Key, Watches
from podnet.api.objects import Obj
from podnet.api.resources import Resource
from podnet.kube.host import EVERY_RESOURCE
from podnet.kube.runtime import Runtime, Task
from podnet.kube.store import Store

IMPLEMENTATION = "the memory of the implementation"
"""Nobody can see what an implementation keeps in mind: whatever runs code of it may depend on all of its other work."""


@dataclass(frozen=True)
class Footprint:
    """The things that a piece of work has read and written; a thing is an object, a list of objects, a queue's memory.

    Waking a task counts as reading it, and running it as writing it: two may wake it in either order.
    """

    reads: frozenset[Hashable]
    writes: frozenset[Hashable]

    def conflicts(self, other: Footprint) -> bool:
        """Whether the order of the two pieces of work may matter."""
        return not (
            self.writes.isdisjoint(other.writes)
            and self.writes.isdisjoint(other.reads)
            and self.reads.isdisjoint(other.writes)
        )


class Recorder:
    """Takes note until somebody asks."""

    def __init__(self) -> None:
        self._reads: set[Hashable] = set()
        self._writes: set[Hashable] = set()

    def read(self, thing: Hashable) -> None:
        """Note that something was read."""
        self._reads.add(thing)

    def write(self, *things: Hashable) -> None:
        """Note that something was written."""
        self._writes.update(things)

    def take(self) -> Footprint:
        """What has been noted since the last call."""
        footprint = Footprint(frozenset(self._reads), frozenset(self._writes))
        self._reads, self._writes = set(), set()
        return footprint

    def implementation(self) -> None:
        """Note that code of the implementation is called."""
        self.write(IMPLEMENTATION)

    def listening(self, queue: str, watches: Watches) -> Watches:
        """The watching half of a built-in controller: it reads what the working half keeps in mind.

        In which order two changes are told to it makes no difference. Those who listen to everything keep nothing in
        mind.
        """

        def noting(keys: Callable[[Change], Iterable[Key]]) -> Callable[[Change], Iterable[Key]]:
            def told(change: Change) -> Iterable[Key]:
                self.read(("queue", queue))
                return keys(change)

            return told

        return {one: keys if one == EVERY_RESOURCE else noting(keys) for one, keys in watches.items()}


class RecordingStore(Store):
    """A store that notes who touches what. A list is written with every object that comes, changes or goes."""

    def __init__(self, recorder: Recorder) -> None:
        super().__init__()
        self._recorder = recorder

    def get(self, resource: Resource, namespace: str, name: str) -> Obj | None:
        """One object, or None."""
        self._recorder.read((resource, namespace, name))
        return super().get(resource, namespace, name)

    def values(self, resource: Resource, namespace: str = "") -> Sequence[Obj]:
        """The objects of one namespace, or of all."""
        self._recorder.read((resource, namespace))
        return super().values(resource, namespace)

    def sorted_values(self, resource: Resource, namespace: str = "") -> Sequence[Obj]:
        """The same in the order in which the API server lists them."""
        self._recorder.read((resource, namespace))
        return super().sorted_values(resource, namespace)

    def by_owner(self, resource: Resource | None, uid: str) -> Sequence[Obj]:
        """The objects with an owner reference to ``uid``."""
        self._recorder.read(("owned by", uid))
        return super().by_owner(resource, uid)

    def since(self, resource: Resource, version: int) -> Iterator[tuple[int, Change]]:
        """The changes of a resource after ``version``."""
        self._recorder.read((resource, ""))
        return super().since(resource, version)

    def put(self, resource: Resource, obj: Obj) -> Obj:
        """Store an object."""
        metadata = obj["metadata"]
        self._written(resource, metadata.get("namespace", ""), metadata["name"], owners=_owners(obj))
        old = super().get(resource, metadata.get("namespace", ""), metadata["name"])
        self._recorder.write(*_owners(old))
        return super().put(resource, obj)

    def remove(self, resource: Resource, namespace: str, name: str) -> Obj:
        """Take an object away."""
        self._written(resource, namespace, name, owners=_owners(super().get(resource, namespace, name)))
        return super().remove(resource, namespace, name)

    def _written(self, resource: Resource, namespace: str, name: str, *, owners: Sequence[Hashable]) -> None:
        self._recorder.write((resource, namespace, name), (resource, namespace), (resource, ""), *owners)


def _owners(obj: Obj | None) -> Sequence[Hashable]:
    references = (obj or {"metadata": {}})["metadata"].get("ownerReferences") or ()
    return [("owned by", reference.get("uid", "")) for reference in references]


class RecordingRuntime(Runtime):
    """A runtime that notes which task runs and which are woken. All tasks of one queue share what it keeps in mind."""

    def __init__(self, recorder: Recorder, choose: Callable[[int], int]) -> None:
        super().__init__(choose=choose)
        self._recorder = recorder

    def enqueue(self, queue: str, key: Key) -> None:
        """Make a key ready."""
        self._recorder.read((queue, key))
        super().enqueue(queue, key)

    def _run(self, task: Task) -> None:
        queue, _ = task
        self._recorder.write(("queue", queue), task)
        super()._run(task)
