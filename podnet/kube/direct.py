"""The API without encoding, for programs in this process: what goes in and out is copied, never shared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Literal, cast

from podnet.api.client import ObjectList, PatchType, Propagation, WatchEvent
from podnet.api.objects import Obj, clone
from podnet.api.resources import Resource
from podnet.kube.backend import DeleteOptions, WriteOptions
from podnet.kube.server import ApiServer
from podnet.kube.watching import Watcher

SHORT = 2.0
"""Seconds; a watch that lasts no longer gets no bookmark."""
Wait = Callable[[float], bool]
"""Lets others work, at most the given number of seconds; False if nothing can happen within them."""


def never_waits(seconds: float) -> bool:
    """The ``Wait`` of a place where nobody else can work meanwhile."""
    del seconds
    return False


class DirectApi:
    """Implements ``podnet.api.client.Api`` on an ``ApiServer`` in this process."""

    def __init__(self, server: ApiServer, *, now: Callable[[], float], wait: Wait = never_waits) -> None:
        self._server = server
        self._now = now
        self._wait = wait

    def get(self, resource: Resource, name: str, *, namespace: str = "", subresource: str = "") -> Obj:
        """One object."""
        return clone(self._server.get(resource, name, namespace=namespace, subresource=subresource))

    def list(
        self,
        resource: Resource,
        *,
        namespace: str = "",
        label_selector: str = "",
        field_selector: str = "",
        limit: int = 0,
        continue_token: str = "",
    ) -> ObjectList:
        """The objects of one namespace, or of all."""
        page = self._server.list(
            resource,
            namespace=namespace,
            label_selector=label_selector,
            field_selector=field_selector,
            limit=limit,
            continue_token=continue_token,
        )
        return ObjectList([clone(obj) for obj in page.items], page.resource_version, page.continue_token)

    def create(
        self, resource: Resource, obj: Obj, *, namespace: str = "", subresource: str = "", dry_run: bool = False
    ) -> Obj:
        """Create an object."""
        options = WriteOptions(dry_run=dry_run)
        return clone(
            self._server.create(resource, clone(obj), namespace=namespace, subresource=subresource, options=options)
        )

    def update(self, resource: Resource, obj: Obj, *, subresource: str = "") -> Obj:
        """Replace an object."""
        return clone(self._server.update(resource, clone(obj), subresource=subresource))

    def patch(
        self,
        resource: Resource,
        name: str,
        patch: Obj | Sequence[Obj],
        *,
        namespace: str = "",
        type: PatchType = "merge",
        subresource: str = "",
    ) -> Obj:
        """Change a part of an object."""
        return clone(self._server.patch(resource, name, patch, namespace=namespace, type=type, subresource=subresource))

    def delete(
        self,
        resource: Resource,
        name: str,
        *,
        namespace: str = "",
        grace_period_seconds: int | None = None,
        propagation: Propagation | None = None,
        uid: str = "",
    ) -> Obj:
        """Delete an object."""
        options = DeleteOptions(grace_period_seconds=grace_period_seconds, propagation=propagation, uid=uid)
        return clone(self._server.delete(resource, name, namespace=namespace, options=options)[0])

    def watch(
        self,
        resource: Resource,
        *,
        namespace: str = "",
        label_selector: str = "",
        field_selector: str = "",
        resource_version: str = "",
        timeout_seconds: int = 0,
    ) -> Iterator[WatchEvent]:
        """The changes since a version; while it waits for more, others work and logical time passes."""
        watcher = self._server.watch(
            resource,
            namespace=namespace,
            label_selector=label_selector,
            field_selector=field_selector,
            resource_version=resource_version,
        )
        for event in follow(watcher, until=self._now() + timeout_seconds, now=self._now, wait=self._wait):
            yield WatchEvent(cast("Literal['ADDED']", event.type), clone(event.object))


def follow(watcher: Watcher, *, until: float, now: Callable[[], float], wait: Wait) -> Iterator[WatchEvent]:
    """The events of a watch until the logical moment ``until``, or until nothing more can come.

    As from a real server, a bookmark at the end is for those who have watched for a while.
    """
    lasts = until - now()
    while True:
        yield from watcher.pull()
        if watcher.closed:
            return
        left = until - now()
        if left <= 0 or not wait(left):
            break
    yield from watcher.pull()
    if lasts > SHORT:
        yield from watcher.bookmark()
