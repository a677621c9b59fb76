"""What a client wants to get: JSON or YAML, whole objects, their metadata alone, or tables.

Protobuf is answered with JSON, which every client that asks for it can read.
Source: https://kubernetes.io/docs/reference/using-api/api-concepts/#alternate-representations-of-resources
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import lru_cache

from podnet.api.client import WatchEvent
from podnet.api.errors import ApiError
from podnet.api.objects import Obj
from podnet.kube.requests import JSON, PROTOBUF, YAML
from podnet.kube.responses import Response, json_response

PARTIAL, PARTIAL_LIST, TABLE = "PartialObjectMetadata", "PartialObjectMetadataList", "Table"
_GROUP = "meta.k8s.io"
_ANYTHING = "*/*"
_KNOWN = (JSON, YAML, PROTOBUF)
_PLAIN = frozenset({"", JSON, _ANYTHING})
_STREAMS = f", {JSON};stream=watch, {PROTOBUF};stream=watch"


@dataclass(frozen=True)
class View:
    """``kind`` and ``version`` of what objects are shown as, empty for themselves; and whether as YAML."""

    kind: str = ""
    version: str = ""
    yaml: bool = False

    def shown(self, response: Response, *, lists: bool) -> Response:
        """An answer as the client wants it; ``lists``: it is one to a list. Raises ApiError 406."""
        if not isinstance(response.body, bytes) or response.headers.get("Content-Type", "").partition(";")[0] != JSON:
            return response
        if self.kind in {PARTIAL, PARTIAL_LIST}:
            body = json.loads(response.body)
            if body.get("kind") != "Status":
                response = replace(response, body=json_response(0, self._partial(body, lists=lists)).body)
        if not self.yaml:
            return response
        import yaml

        text = yaml.dump(json.loads(response.body), Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper), width=10**6)
        return replace(response, headers={**response.headers, "Content-Type": YAML}, body=text.encode())

    def event(self, event: WatchEvent) -> Obj:
        """The object of an event of a watch."""
        return event.object if event.type == "ERROR" else self._metadata(event.object)

    def _partial(self, body: Obj, *, lists: bool) -> Obj:
        if lists is not (self.kind == PARTIAL_LIST):
            what = f"a list (*core.{body['kind']})" if lists else f"not a list (*core.{body['kind']})"
            raise ApiError(406, f"you requested {self.kind}, but the requested object is {what}")
        if not lists:
            return self._metadata(body)
        items = [self._metadata(item) for item in body["items"]]
        return {"kind": PARTIAL_LIST, "apiVersion": self.version, "metadata": body["metadata"], "items": items or None}

    def _metadata(self, obj: Obj) -> Obj:
        return {"kind": PARTIAL, "apiVersion": self.version, "metadata": obj["metadata"]}


@lru_cache(maxsize=256)
def view_of(accept: str, *, lists: bool = False) -> View | None:
    """What an ``Accept`` header asks for before anything else; None for whole objects as JSON. Raises ApiError 406."""
    if accept in _PLAIN:
        return None
    known = False
    for part in accept.split(","):
        media, *parameters = (word.strip() for word in part.split(";"))
        if media != _ANYTHING and media.lower() not in _KNOWN:
            continue
        known = True
        wanted = dict(parameter.partition("=")[::2] for parameter in parameters)
        if "as" not in wanted:
            return View(yaml=True) if media.lower() == YAML else None
        version = f"{_GROUP}/{wanted.get('v', '')}"
        if wanted["as"] in {PARTIAL, PARTIAL_LIST, TABLE} and wanted.get("g") == _GROUP and version in {
            "meta.k8s.io/v1",
            "meta.k8s.io/v1beta1",
        }:
            return View(wanted["as"], version, media.lower() == YAML)
    if known:
        raise ApiError(406, f"only the following media types are accepted: {', '.join(_KNOWN)}")
    listed = ", ".join(_KNOWN) + (_STREAMS if lists else "")
    raise ApiError(406, f"406: Not Acceptable\n\nAvailable representations: {listed}")
