"""Takes out of answers what two right servers may answer differently, each with the reason why they may."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sides import Answer

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+\d\d:\d\d)")
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_GO_DIFFERENCE = re.compile(r"(pod updates may not change fields other than [^\n]*\n).*", re.DOTALL)
_PATCHED = re.compile(r'Invalid value: "\{.*\}": ', re.DOTALL)
_TOO_OLD = re.compile(r"too old resource version: (\d+) \(\d+\)")
_STATED = re.compile(r"ResourceVersion in (record|the precondition) \(\d+\)")
_AGE = re.compile(r"(?<![\w.-])(?:\d+[smhdy]){1,2}(?= ago|$)")
_NEWEST = re.compile(r"(Too large resource version: \d+, current: )\d+")
_POINTERS = re.compile(r"0x[0-9a-f]{6,}")
_SUFFIX = "[bcdfghjklmnpqrstvwxz2456789]{5}"


class Normaliser:
    """Normalises the answers of one conversation on one side, in their order: what is equal there stays equal."""

    def __init__(self, *, owners: bool = False) -> None:
        self._owners = owners
        self._exact: dict[str, str] = {}
        self._known: dict[str, str] = {}
        self._bases: list[re.Pattern[str]] = []
        self._symbols: dict[str, str] = {}
        self._place = ""

    def name(self, value: str, variable: str) -> None:
        """Say ``${variable}`` for this value from now on: a conversation has kept it, so it may differ."""
        self._exact[value] = variable
        if not value.isdigit():  # a number would be found inside of other texts
            self._known[value] = variable

    def generated(self, base: str) -> None:
        """Leave out what is random in names made from this ``generateName``."""
        self._bases.append(re.compile(f"({re.escape(base)}){_SUFFIX}"))

    def answer(self, step: str, answer: Answer, reviews: list[Any]) -> Any:
        """The answer as data to compare and to write down."""
        self._place = step
        found: dict[str, Any] = {"status": answer.status, "body": self._value(answer.body)}
        # What the in-process server says of itself, a real one has no reason to say.
        warnings = [self._text(text) for text in answer.warnings if not text.startswith("podnet's in-process")]
        if warnings:
            found["warnings"] = warnings
        if reviews:
            found["reviews"] = [self._value(review) for review in reviews]
        return found

    def _value(self, value: Any) -> Any:
        if isinstance(value, dict):
            return self._object(value)
        if isinstance(value, list):
            return [self._item(index, item) for index, item in enumerate(value)]
        return self._text(value) if isinstance(value, str) else value

    def _item(self, index: int, value: Any) -> Any:
        place, self._place = self._place, f"{self._place} {index}"
        try:
            return self._value(value)
        finally:
            self._place = place

    def _object(self, value: Mapping[str, Any]) -> Any:
        metadata = value.get("metadata")
        is_list = isinstance(metadata, dict) and isinstance(value.get("items", value.get("rows")), list)
        is_bookmark = isinstance(metadata, dict) and metadata.keys() <= {"resourceVersion", "annotations"}
        normalised = {}
        for key, item in value.items():
            if key == "managedFields" and not self._owners:
                continue  # who owns what is said where it matters, not in each answer
            if key == "resourceVersion" and isinstance(item, str) and item.isdigit():
                # Versions count the writes of everybody; what matters is which answers show the same one.
                item = self._symbol("version", item)
            elif key == "cells":
                # How long ago something was: the clocks of both sides differ, and one of them is logical.
                item = [_AGE.sub("<age>", cell) if isinstance(cell, str) else cell for cell in self._value(item)]
            elif key == "metadata" and (is_list or is_bookmark):
                # The moment of a list or a bookmark: others write too, so it need not be that of any object.
                item = {**item, "resourceVersion": "<moment>"} if item.get("resourceVersion") else item
                if item.get("continue"):
                    item = {**item, "continue": "<token>"}  # its form is the server's own
                item = {name: self._value(part) for name, part in item.items()}
            elif key == "serverAddressByClientCIDRs":
                item = "<addresses>"  # where the server is, which is each one's own
            else:
                item = self._value(item)
            normalised[self._text(key)] = item
        return _in_order(normalised)

    def _text(self, text: str) -> str:
        for value, variable in self._known.items():
            if value in text:
                text = text.replace(value, "${" + variable + "}")
        # Uids are random; which of them are equal is kept.
        text = _UUID.sub(lambda found: self._symbol("uid", found[0]), text)
        # Clocks differ, and one of them is logical; the form of a time is kept.
        text = _TIME.sub(lambda found: "<time with fraction>" if found[1] else "<time>", text)
        # cmp.Diff, which ends some messages, says of itself that its output is not stable.
        text = _GO_DIFFERENCE.sub(r"\1<difference>", text)
        # The whole object, with its managedFields, in Go's order of fields.
        text = _PATCHED.sub('Invalid value: "<object>": ', text)
        # The oldest version that is known is each server's own.
        text = _TOO_OLD.sub("too old resource version: <version> (<version>)", text)
        text = _STATED.sub(r"ResourceVersion in \1 (<version>)", text)
        # So is the newest.
        text = _NEWEST.sub(r"\1<version>", text)
        for base in self._bases:
            text = base.sub(r"\1<random>", text)
        return _POINTERS.sub("<pointer>", text)

    def _symbol(self, kind: str, value: str) -> str:
        """Where the value was first seen."""
        if value in self._exact:
            return "${" + self._exact[value] + "}"
        return self._symbols.setdefault(f"{kind} {value}", f"<{kind} of {self._place}>")


def _in_order(status: Any) -> Any:
    """A Status with its causes sorted, in its message too: Go walks the maps of a schema in no order."""
    causes = (status.get("details") or {}).get("causes") if status.get("kind") == "Status" else None
    if not causes or len(causes) < 2:
        return status
    texts = sorted({f"{cause.get('field')}: {cause.get('message')}" for cause in causes})
    head = status["message"].partition("is invalid: ")[0]
    ordered = sorted(causes, key=lambda cause: (str(cause.get("field")), str(cause.get("message"))))
    return {
        **status,
        "message": f"{head}is invalid: {texts}" if "is invalid: " in status["message"] else status["message"],
        "details": {**status["details"], "causes": ordered},
    }
