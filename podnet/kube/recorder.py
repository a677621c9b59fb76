"""Events: what controllers say about objects, repeated ones counted instead of stored again."""

from __future__ import annotations

from hashlib import sha256

from podnet.api.errors import ApiError
from podnet.api.objects import Obj, name_of, namespace_of, timestamp, uid_of
from podnet.api.resources import EVENTS
from podnet.kube.server import ApiServer


def record_event(server: ApiServer, obj: Obj, *, type: str, reason: str, message: str, component: str) -> None:
    """Create an Event about ``obj``, or raise the count of the equal one.

    An event about an object whose namespace is gone is lost, as it is on a real cluster.
    """
    namespace = namespace_of(obj) or "default"
    said = "\0".join((uid_of(obj), type, reason, message, component))
    name = f"{name_of(obj)}.{sha256(said.encode()).hexdigest()[:16]}"
    moment = timestamp(server.backend.now())
    known = server.store.get(EVENTS, namespace, name)
    if known is not None:
        count = known.get("count", 1) + 1
        server.store.put(
            EVENTS, {**known, "metadata": dict(known["metadata"]), "count": count, "lastTimestamp": moment}
        )
        return
    event: Obj = {
        "kind": "Event",
        "apiVersion": "v1",
        "metadata": {"name": name, "namespace": namespace},
        "involvedObject": {
            "kind": obj.get("kind", ""),
            "namespace": namespace_of(obj),
            "name": name_of(obj),
            "uid": uid_of(obj),
            "apiVersion": obj.get("apiVersion", ""),
            "resourceVersion": obj["metadata"].get("resourceVersion", ""),
        },
        "type": type,
        "reason": reason,
        "message": message,
        "source": {"component": component},
        "reportingComponent": component,
        "reportingInstance": "",
        "firstTimestamp": moment,
        "lastTimestamp": moment,
        "count": 1,
    }
    try:
        server.create(EVENTS, event, namespace=namespace)
    except ApiError as error:
        if error.code not in {403, 404}:
            raise
