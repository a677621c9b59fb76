"""Events go an hour after they were last written, so that a cluster which runs for weeks does not fill up with them.

Only clusters that are served do this. Source: ``--event-ttl`` of kube-apiserver, which gives them a lease of etcd.
"""

from __future__ import annotations

from datetime import datetime
from typing import cast

from podnet.api.absence import unless_gone
from podnet.api.host import Change, Key
from podnet.api.objects import key_of
from podnet.api.resources import EVENTS
from podnet.kube.host import KubeHost

SECONDS = 3600.0


class EventTtl:
    """Keeps in mind when each event was written."""

    def __init__(self, host: KubeHost) -> None:
        self._host = host
        self._written: dict[Key, datetime] = {}

    def install(self) -> None:
        """Register with the host."""
        self._host.controller("event-ttl", self.reconcile, watches={EVENTS: self._changed})

    def reconcile(self, key: Key) -> float | None:
        """Delete the event ``(namespace, name)`` if its time has come; returns the seconds until then."""
        written = self._written.get(key)
        if written is None:
            return None
        left = SECONDS - (self._host.now() - written).total_seconds()
        if left > 0:
            return left
        namespace, name = cast("tuple[str, str]", key)
        with unless_gone():
            self._host.api.delete(EVENTS, name, namespace=namespace)
        return None

    def _changed(self, change: Change) -> tuple[Key, ...]:
        key = key_of(change.object)
        if change.new is None:
            self._written.pop(key, None)
            return ()
        self._written[key] = self._host.now()
        return (key,)
