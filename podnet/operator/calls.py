"""The API as an implementation on an operator gets it: counted, fenced, and never waited for with the monitor held."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol

from podnet.api.client import Api, ObjectList, PatchType, Propagation, WatchEvent
from podnet.api.errors import ApiError, Unreachable, is_not_found
from podnet.api.objects import Obj, condition_of, name_of
from podnet.api.resources import CUSTOM_RESOURCE_DEFINITIONS, Resource
from podnet.operator.monitor import Monitor

SERVED_WITHIN = 10.0
"""Seconds that the API server may take until it serves a new CustomResourceDefinition; a fresh one takes up to five."""
LOOK_AGAIN = 0.05


class Called(Protocol):
    """Hears of each request."""

    def __call__(self, verb: str, resource: Resource, *, code: int) -> None:
        """``code``: the HTTP status, 200 for every success, 0 if there was no answer."""


class Calls:
    """Implements ``podnet.api.client.Api``. ``refuse`` raises when nothing may be written (any more)."""

    def __init__(self, api: Api, *, monitor: Monitor, called: Called, refuse: Callable[[], None]) -> None:
        self._api = api
        self._monitor = monitor
        self._called = called
        self._refuse = refuse

    @contextmanager
    def _calling(self, verb: str, resource: Resource, *, writes: bool = False) -> Iterator[None]:
        if writes:
            self._refuse()
        code = 200
        try:
            with self._monitor.released():
                yield
        except ApiError as error:
            code = error.code
            raise
        except Unreachable:
            code = 0
            raise
        finally:
            self._called(verb, resource, code=code)

    def get(self, resource: Resource, name: str, *, namespace: str = "", subresource: str = "") -> Obj:
        """One object."""
        with self._calling("get", resource):
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
        """The objects of one namespace, or of all."""
        with self._calling("list", resource):
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
        """Create an object. A CustomResourceDefinition is served when this returns, as it is in process."""
        with self._calling("create", resource, writes=True):
            made = self._api.create(resource, obj, namespace=namespace, subresource=subresource, dry_run=dry_run)
            if resource == CUSTOM_RESOURCE_DEFINITIONS and not dry_run:
                self._await_served(made)
            return made

    def _await_served(self, definition: Obj) -> None:
        end = time.monotonic() + SERVED_WITHIN
        while time.monotonic() < end and not self._is_served(definition):
            time.sleep(LOOK_AGAIN)

    def _is_served(self, definition: Obj) -> bool:
        try:
            found = self._api.get(CUSTOM_RESOURCE_DEFINITIONS, name_of(definition))
            if (condition_of(found, "Established") or {}).get("status") != "True":
                return False
            spec = found["spec"]
            for version in spec["versions"]:
                names = spec["names"]
                self._api.list(Resource(spec["group"], version["name"], names["plural"], names["kind"]), limit=1)
        except ApiError as error:
            if is_not_found(error):
                return False
            raise
        return True

    def update(self, resource: Resource, obj: Obj, *, subresource: str = "") -> Obj:
        """Replace an object."""
        with self._calling("update", resource, writes=True):
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
        """Change a part of an object."""
        with self._calling("patch", resource, writes=True):
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
        """Delete an object."""
        with self._calling("delete", resource, writes=True):
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
        """The changes since a version, collected before the first is given: nobody else waits meanwhile."""
        with self._calling("watch", resource):
            events = list(
                self._api.watch(
                    resource,
                    namespace=namespace,
                    label_selector=label_selector,
                    field_selector=field_selector,
                    resource_version=resource_version,
                    timeout_seconds=timeout_seconds,
                )
            )
        yield from events
