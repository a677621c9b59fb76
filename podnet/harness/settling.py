"""On a real clock, what follows a change waits until everybody has had time to learn of it, and only what follows it.

A scenario that makes a namespace and three PodNetworkings waits once, before it makes the first pod, not four times.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from podnet.api.client import Api, ObjectList, PatchType, Propagation, WatchEvent
from podnet.api.objects import Obj
from podnet.api.resources import NAMESPACES, POD_NETWORKINGS, Resource

SURROUNDINGS = (NAMESPACES, POD_NETWORKINGS)
"""What may be created while others still learn of what was created before: nothing comes of it by itself."""


class SettledApi:
    """Implements ``podnet.api.client.Api``: each write but those calls ``catch_up`` first."""

    def __init__(self, api: Api, *, catch_up: Callable[[], None]) -> None:
        self._api = api
        self._catch_up = catch_up

    def get(self, resource: Resource, name: str, *, namespace: str = "", subresource: str = "") -> Obj:
        """Reads do not wait."""
        return self._api.get(resource, name, namespace=namespace, subresource=subresource)

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
        """Reads do not wait."""
        return self._api.list(
            resource,
            namespace=namespace,
            label_selector=label_selector,
            field_selector=field_selector,
            limit=limit,
            continue_token=continue_token,
        )

    def create(
        self, resource: Resource, obj: Obj, *, namespace: str = "", subresource: str = "", dry_run: bool = False
    ) -> Obj:
        """Create, after what it depends on."""
        if resource not in SURROUNDINGS:
            self._catch_up()
        return self._api.create(resource, obj, namespace=namespace, subresource=subresource, dry_run=dry_run)

    def update(self, resource: Resource, obj: Obj, *, subresource: str = "") -> Obj:
        """Replace, once everybody knows what was there."""
        self._catch_up()
        return self._api.update(resource, obj, subresource=subresource)

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
        """Change, once everybody knows what was there."""
        self._catch_up()
        return self._api.patch(resource, name, patch, namespace=namespace, type=type, subresource=subresource)

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
        """Delete, once everybody knows what was there."""
        self._catch_up()
        return self._api.delete(
            resource,
            name,
            namespace=namespace,
            grace_period_seconds=grace_period_seconds,
            propagation=propagation,
            uid=uid,
        )

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
        """Reads do not wait."""
        return self._api.watch(
            resource,
            namespace=namespace,
            label_selector=label_selector,
            field_selector=field_selector,
            resource_version=resource_version,
            timeout_seconds=timeout_seconds,
        )
