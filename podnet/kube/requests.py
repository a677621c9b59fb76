"""What an HTTP request to a resource says: its query, its media type, its body."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from podnet.api.objects import Obj
from podnet.kube.answers import bad_request, unsupported_media
from podnet.kube.backend import DeleteOptions, WriteOptions
from podnet.kube.options import check_delete_options
from podnet.kube.routes import Route
from podnet.kube.shapes import DELETE_OPTIONS, check

JSON = "application/json"
_TRUE = frozenset({"true", "1", "True", "TRUE", "t", "T"})


@dataclass(frozen=True)
class Request:
    """One request to a resource, its path and query already read."""

    route: Route
    query: Mapping[str, str]
    content_type: str
    body: bytes
    warnings: list[str] = field(default_factory=list)

    def flag(self, name: str) -> bool:
        """Whether a query parameter is set to true."""
        return self.query.get(name, "") in _TRUE

    def number(self, name: str) -> int:
        """A query parameter as a number, 0 without one. Raises ApiError 400 for other text."""
        text = self.query.get(name, "")
        if not text:
            return 0
        if not text.lstrip("-").isdecimal():
            raise bad_request(f'strconv.ParseInt: parsing "{text}": invalid syntax')
        return int(text)

    def selectors(self) -> dict[str, str]:
        """The keywords by which lists, watches and collections are narrowed."""
        return {
            "namespace": self.route.namespace,
            "label_selector": self.query.get("labelSelector", ""),
            "field_selector": self.query.get("fieldSelector", ""),
        }

    def write_options(self) -> WriteOptions:
        """Dry run and field validation."""
        validation = self.query.get("fieldValidation", "")
        return WriteOptions(self.dry_run(), validation or "Warn", self.warnings.append)

    def dry_run(self) -> bool:
        """Whether the request asks to store nothing."""
        return bool(self.query.get("dryRun", ""))

    @property
    def media_type(self) -> str:
        """The type of the body without its parameters."""
        return self.content_type.partition(";")[0].strip()

    def content(self) -> Any:
        """The decoded body. Raises ApiError 400 if it is no JSON."""
        try:
            return json.loads(self.body)
        except ValueError as error:
            raise bad_request(f"the object provided is unrecognized: {error}") from error

    def object(self) -> Obj:
        """The body as an object. Raises ApiError 400 if it is none, 415 for another media type."""
        if self.media_type not in {JSON, ""}:
            raise unsupported_media([JSON])
        body = self.content()
        if not isinstance(body, dict):
            raise bad_request("the object provided is unrecognized: not a JSON object")
        return body

    def delete_options(self) -> DeleteOptions:
        """The options of a deletion, from the body or else from the query. Raises ApiError 400 or 422."""
        body = self.content() if self.body else {}
        if not isinstance(body, dict):
            raise bad_request("the object provided is unrecognized: not a JSON object")
        check(body, DELETE_OPTIONS, kind="DeleteOptions", version="v1")
        preconditions = body.get("preconditions") or {}
        grace = body.get("gracePeriodSeconds")
        if grace is None and "gracePeriodSeconds" in self.query:
            grace = self.number("gracePeriodSeconds")
        propagation = body.get("propagationPolicy") or self.query.get("propagationPolicy") or None
        orphans = body.get("orphanDependents")
        check_delete_options(propagation, orphans=orphans)
        if orphans is not None:  # what was asked for before there were policies
            propagation = "Orphan" if orphans else "Background"
        dry_run = bool(body.get("dryRun")) or self.dry_run()
        uid, version = preconditions.get("uid") or "", preconditions.get("resourceVersion") or ""
        return DeleteOptions(grace, propagation, uid, version, dry_run, self.warnings.append)
