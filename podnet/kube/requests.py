"""What an HTTP request to a resource says: its query, its media type, its body."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from podnet.api.objects import Obj
from podnet.kube.answers import bad_request, unsupported_media
from podnet.kube.backend import DeleteOptions, WriteOptions
from podnet.kube.options import check_delete_options, is_true, number
from podnet.kube.routes import Route
from podnet.kube.shapes import DELETE_OPTIONS, check
from podnet.kube.users import ADMIN, User

JSON = "application/json"
YAML = "application/yaml"
PROTOBUF = "application/vnd.kubernetes.protobuf"
_DEEPEST = 200
"""Levels of a body. Real objects have thirty; a real server draws the line at 10,000, where its language lets it."""


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
        return is_true(self.query, name)

    def number(self, name: str) -> int:
        """A query parameter as a number, 0 without one. Raises ApiError 400 for other text."""
        return number(text) if (text := self.query.get(name, "")) else 0

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
        try:
            value = self._closely_read() if self.thorough else json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise bad_request(f"the object provided is unrecognized: json parse error: {error}") from error
        return self._shallow(value)

    def _closely_read(self) -> Any:
        """The decoded body; which fields stand twice in it is remembered."""
        twice: dict[int, list[str]] = {}
        objects = []  # kept as long as their ids mean something

        def read(pairs: list[tuple[str, Any]]) -> Obj:
            found = dict(pairs)
            if len(found) < len(pairs):
                objects.append(found)
                names = [name for name, _ in pairs]
                twice[id(found)] = [name for name in found if names.count(name) > 1]
            return found

        value = json.loads(self.body, object_pairs_hook=read)
        if twice:
            what = "json patch duplicate field" if isinstance(value, list) else "duplicate field"
            self.repeated.extend(f'{what} "{path}"' for path in _paths(value, twice))
        return value

    def _shallow(self, value: Any) -> Any:
        """The same. Raises ApiError 400 for a body that is nested so deeply that nobody could work with it."""
        if self.body.count(b"{") + self.body.count(b"[") > _DEEPEST:
            level = [value]
            for _ in range(_DEEPEST):
                below = [item.values() if isinstance(item, dict) else item for item in level]
                level = [part for parts in below for part in parts if isinstance(part, (dict, list))]
                if not level:
                    return value
            raise bad_request(f"the object provided is unrecognized: it exceeds the greatest depth of {_DEEPEST}")
        return value

    def yaml(self) -> Any:
        """The decoded body where YAML is announced, of which JSON is a part. Raises ApiError 400 if it is none."""
        try:
            value = json.loads(self.body)
        except (ValueError, RecursionError):
            from podnet.kube.yaml_bodies import read_yaml  # few clients send it

            value = read_yaml(self.body)
        return self._shallow(value)

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


def _paths(value: Any, twice: Mapping[int, Sequence[str]], path: str = "") -> Iterator[str]:
    """Where the fields are that stand twice, by the ids of the objects that have them."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _paths(item, twice, f"{path}[{index}]")
    elif isinstance(value, dict):
        prefix = f"{path}." if path else ""
        doubled = twice.get(id(value), ())
        for name, item in value.items():
            if name in doubled:
                yield prefix + name
            yield from _paths(item, twice, prefix + name)
