"""Warnings about pods as Events: one for each cause, counted where it comes back."""

from __future__ import annotations

import zlib

from podnet.api.errors import ApiError, already_exists
from podnet.api.host import Host
from podnet.api.objects import Obj, name_of, namespace_of, timestamp, uid_of
from podnet.api.resources import EVENTS
from podnet.reference.manifests import event


def warn(host: Host, pod: Obj, *, reason: str, message: str) -> None:
    """Tell users why a pod does not run. An event that cannot be written is not worth more than the work itself."""
    at = timestamp(host.now())
    name = f"{name_of(pod)}.{zlib.crc32(f'{uid_of(pod)}/{reason}/{message}'.encode()):08x}"
    try:
        host.api.create(EVENTS, event(pod, name=name, reason=reason, message=message, at=at))
    except ApiError as error:
        if already_exists(error):
            _count(host, name, namespace=namespace_of(pod), at=at)


def _count(host: Host, name: str, *, namespace: str, at: str) -> None:
    try:
        known = host.api.get(EVENTS, name, namespace=namespace)
        patch = {"count": int(known.get("count") or 1) + 1, "lastTimestamp": at}
        host.api.patch(EVENTS, name, patch, namespace=namespace)
    except ApiError:
        return
