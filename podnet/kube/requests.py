"""What an HTTP request to a resource says: its query, its media type, its body."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from podnet.api.errors import ApiError
from podnet.api.objects import Obj
from podnet.kube.answers import bad_request, unsupported_media
from podnet.kube.backend import DeleteOptions, WriteOptions
from podnet.kube.field_types import check
from podnet.kube.json_bodies import read_json
from podnet.kube.options import check_delete_options, is_set, whole_number
from podnet.kube.routes import Route
from podnet.kube.shapes import DELETE_OPTIONS
from podnet.kube.users import ADMIN, User

JSON = "application/json"
YAML = "application/yaml"
PROTOBUF = "application/vnd.kubernetes.protobuf"
_OFFERED = (JSON, YAML, PROTOBUF)
_OFFERED_STREAMS = tuple(f"{each};stream=watch" for each in (JSON, PROTOBUF))
_ACCEPTED = frozenset({"*/*", "application/*", *_OFFERED})


def check_accept(accept: str, *, lists: bool) -> None:
    """Refuse a client that takes none of the types that a real API server has (406); JSON is what it gets of ours."""
    if accept and not any(part.partition(";")[0].strip().lower() in _ACCEPTED for part in accept.split(",")):
        offered = ", ".join((*_OFFERED, *_OFFERED_STREAMS) if lists else _OFFERED)
        raise ApiError(406, f"406: Not Acceptable\n\nAvailable representations: {offered}", details={})


@dataclass(frozen=True)
class Request:
    """One request to a resource, its path and query already read."""

    route: Route
    query: Mapping[str, str]
    content_type: str
    body: bytes
    user: User = ADMIN
    accept: str = ""
    agent: str = ""
    thorough: bool = False
    warnings: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)

    def flag(self, name: str) -> bool:
        """Whether a query parameter is set to true."""
        return is_set(self.query, name)

    def number(self, name: str) -> int:
        """A query parameter as a number, 0 without one. Raises ApiError 400 for other text."""
        return whole_number(self.query[name]) if name in self.query else 0

    def selectors(self) -> dict[str, str]:
        """The keywords by which lists, watches and collections are narrowed."""
        return {
            "namespace": self.route.namespace,
            "label_selector": self.query.get("labelSelector", ""),
            "field_selector": self.query.get("fieldSelector", ""),
        }

    def write_options(self) -> WriteOptions:
        """Dry run and field validation."""
        return WriteOptions(
            self.dry_run(),
            self.query.get("fieldValidation", "") or "Warn",
            self.warnings.append,
            checked=self.thorough,
            manager=self.query.get("fieldManager") or self.agent.partition("/")[0] or "unknown",
            force=self.flag("force"),
            repeated=tuple(self.repeated),
        )

    def dry_run(self) -> bool:
        """Whether the request asks to store nothing."""
        return bool(self.query.get("dryRun", ""))

    @property
    def media_type(self) -> str:
        """The type of the body without its parameters."""
        return self.content_type.partition(";")[0].strip().lower()

    def content(self) -> Any:
        """The decoded body. Raises ApiError 400 if it is neither JSON nor, where that is announced, protobuf."""
        if self.media_type == PROTOBUF:
            return self._protobuf()
        return read_json(self.body, repeated=self.repeated if self.thorough else None)

    def yaml(self) -> Any:
        """The decoded body where YAML is announced, of which JSON is a part. Raises ApiError 400 if it is none."""
        try:
            return read_json(self.body)
        except ApiError:
            from podnet.kube.yaml_bodies import read_yaml  # few clients send it

            return read_yaml(self.body)

    def object(self) -> Obj:
        """The body as an object. Raises ApiError 400 if it is none, 415 for another media type."""
        if self.media_type == PROTOBUF:
            return self._protobuf()
        if self.media_type not in {JSON, YAML, ""}:
            raise unsupported_media([JSON, YAML, PROTOBUF])
        body = self.yaml() if self.media_type == YAML else self.content()
        if body is None and self.thorough:
            body = {}  # as Go reads it
        if not isinstance(body, dict):
            raise bad_request("the object provided is unrecognized: not a JSON object")
        return body

    def _protobuf(self) -> Obj:
        from podnet.kube.protobuf import decode  # only clients over HTTP speak it

        return decode(self.body)

    def delete_options(self) -> DeleteOptions:
        """The options of a deletion, from the body or else from the query. Raises ApiError 400 or 422."""
        body = self.object() if self.body else self._delete_options_of_query()
        check(body, DELETE_OPTIONS, kind="DeleteOptions", version="v1")
        preconditions = body.get("preconditions") or {}
        propagation, orphans = body.get("propagationPolicy") or None, body.get("orphanDependents")
        check_delete_options(propagation, orphans=orphans, dry_run=body.get("dryRun"))
        if orphans is not None:  # what was asked for before there were policies
            propagation = "Orphan" if orphans else "Background"
        uid, version = preconditions.get("uid") or "", preconditions.get("resourceVersion") or ""
        grace, dry_run = body.get("gracePeriodSeconds"), bool(body.get("dryRun"))
        return DeleteOptions(grace, propagation, uid, version, dry_run, self.warnings.append)

    def _delete_options_of_query(self) -> Obj:
        """What a deletion without a body says; beside a body the query means nothing."""
        readers: Mapping[str, Callable[[str], object]] = {
            "dryRun": lambda name: [self.query[name]],
            "gracePeriodSeconds": self.number,
            "orphanDependents": self.flag,
            "propagationPolicy": self.query.get,
        }
        return {name: read(name) for name, read in readers.items() if name in self.query}
