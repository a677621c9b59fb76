"""Lists, objects and events as tables, which is how kubectl asks for them.

Source: https://kubernetes.io/docs/reference/using-api/api-concepts/#receiving-resources-as-tables
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from podnet.api.client import WatchEvent
from podnet.api.objects import Obj
from podnet.kube import answers
from podnet.kube.durations import since
from podnet.kube.facts import fact
from podnet.kube.jsonpath import find
from podnet.kube.printers import cells_of
from podnet.kube.printers_pods import row_conditions
from podnet.kube.registry import Served

_AGE = {
    "name": "Age",
    "type": "date",
    "jsonPath": ".metadata.creationTimestamp",
}
_INCLUDED = {"", "Metadata", "Object", "None"}


class Tables:
    """Tables of one resource at one moment. ``include`` is the query parameter includeObject. Raises ApiError 400."""

    def __init__(self, served: Served, *, version: str, include: str, now: datetime) -> None:
        if include not in _INCLUDED:
            why = "must be 'Metadata', 'Object', 'None', or empty"
            problem = answers.bad_value("includeObject", include, why)
            raise answers.bad_request(f"Unable to convert to Table as requested: {problem}")
        self._served = served
        self._version = version
        self._include = include
        self._now = now
        self._headed = False

    def one(self, obj: Obj) -> Obj:
        """An object as a table of one row."""
        return self.many([obj], {"resourceVersion": obj["metadata"].get("resourceVersion", "")})

    def many(self, items: Sequence[Obj], metadata: Obj) -> Obj:
        """These objects as a table; ``metadata`` is that of the list."""
        return {
            "kind": "Table",
            "apiVersion": self._version,
            "metadata": metadata,
            "columnDefinitions": self._columns(),
            "rows": [self._row(item) for item in items],
        }

    def event(self, event: WatchEvent, *, now: Callable[[], datetime]) -> Obj:
        """The object of an event as a table of one row; only the first of a watch has columns."""
        if event.type == "ERROR":
            return event.object
        self._now = now()
        table = self.one(event.object)
        if self._headed:
            table["columnDefinitions"] = None
        self._headed = True
        return table

    def _columns(self) -> Sequence[Obj]:
        known: Sequence[Obj] | None = fact("columns").get(self._served.resource.group_resource)
        if known is not None:
            return known
        name, age = fact("columns")["leases.coordination.k8s.io"][0], fact("columns")["leases.coordination.k8s.io"][-1]
        columns = [
            {
                "name": column["name"],
                "type": column["type"],
                "format": column.get("format", ""),
                "description": column.get("description")
                or f"Custom resource definition column (in JSONPath format): {column['jsonPath']}",
                "priority": column.get("priority", 0),
            }
            for column in self._served.strategy.columns
        ]
        return [name, *(columns or [{**age, "type": "date"}])]

    def _row(self, obj: Obj) -> Obj:
        row: Obj = {"cells": self._cells(obj)}
        if obj.get("kind") == "Pod" and (conditions := row_conditions(obj)):
            row["conditions"] = list(conditions)
        if self._include in {"", "Metadata"}:
            part = {"kind": "PartialObjectMetadata", "apiVersion": self._version, "metadata": obj["metadata"]}
            row["object"] = part
        else:
            row["object"] = obj if self._include == "Object" else None
        return row

    def _cells(self, obj: Obj) -> list[Any]:
        if not self._served.custom:
            return cells_of(obj, self._now)
        columns = self._served.strategy.columns or (_AGE,)
        return [obj["metadata"]["name"], *(self._cell(obj, column) for column in columns)]

    def _cell(self, obj: Obj, column: Obj) -> Any:
        found = find(obj, column["jsonPath"])
        if not found or found[0] is None:
            return "<unknown>" if column is _AGE else "<no value>" if found and column["type"] == "string" else None
        value, kind = found[0], column["type"]
        if kind == "string":
            return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))
        if kind == "date":
            return since(value, self._now) if isinstance(value, str) else None
        if kind == "boolean":
            return value if isinstance(value, bool) else None
        number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not number or kind not in {"integer", "number"}:
            return None
        return int(value) if kind == "integer" or value == int(value) else value
