"""The status of PodNetworkings: whether everything that they name exists. Matching never waits for it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from podnet.api.errors import ApiError, is_not_found
from podnet.api.host import Change, Host, Key
from podnet.api.objects import Obj, name_of, timestamp
from podnet.api.podnetworking import from_object
from podnet.api.resources import POD_NETWORKINGS
from podnet.reference.selecting import Selecting


class Status:
    """One controller for all PodNetworkings: the key is a name."""

    def __init__(self, selecting: Selecting, *, host: Host) -> None:
        self._selecting = selecting
        self._host = host

    def start(self) -> None:
        """Follow every PodNetworking."""
        self._host.controller("podnetworking-status", self.reconcile, watches={POD_NETWORKINGS: self._keys})

    def _keys(self, change: Change) -> Iterable[str]:
        if change.new is None or not self._differences(change.new):
            return ()
        return (name_of(change.new),)

    def _differences(self, podnetworking: Obj) -> bool:
        wanted = self._selecting.status_of(from_object(podnetworking))
        known = podnetworking.get("status") or {}
        return any(known.get(field) != value for field, value in wanted.items())

    def reconcile(self, key: Key) -> float | None:
        """Write the status if it is not what it should be."""
        name = cast("str", key)
        try:
            podnetworking = self._host.api.get(POD_NETWORKINGS, name)
        except ApiError as error:
            if is_not_found(error):
                return None
            raise
        if self._differences(podnetworking):
            wanted = self._selecting.status_of(from_object(podnetworking))
            patch = {"status": {**wanted, "updateAt": timestamp(self._host.now())}}
            self._host.api.patch(POD_NETWORKINGS, name, patch, subresource="status")
        return None
