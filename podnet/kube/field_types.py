"""Whether the fields of an object have the types that its kind gives them, as where a server decodes into Go types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from podnet.api.objects import Obj
from podnet.kube.answers import bad_request

Shape = Mapping[str, Any]
"""Field to type: ``str``, ``int`` (32 bits), ``LONG``, ``bool``, ``dict`` (anything inside), ``STRINGS``,
``INT_OR_STRING``, ``QUANTITY``, a Shape, or a list of one."""

STRINGS = "map[string]string"
LONG = "int64"
INT_OR_STRING = "intstr.IntOrString"
QUANTITY = "resource.Quantity"
_BEYOND = 2**31
_GO = {
    LONG: LONG,
    INT_OR_STRING: INT_OR_STRING,
    QUANTITY: "string",
    str: "string",
    int: "int32",
    bool: "bool",
    dict: "object",
    STRINGS: STRINGS,
}
_JSON = {dict: "object", list: "array", str: "string", bool: "bool", type(None): "null"}


class _Misfit(Exception):  # noqa: N818  # never leaves this module
    """A value of another type; ``path`` grows on the way out, so that a fitting object costs no text."""

    def __init__(self, value: Any, wanted: str) -> None:
        super().__init__(wanted)
        self.found = _JSON.get(type(value), "number")
        self.wanted = wanted
        self.path: list[str] = []


def check(obj: Obj, shape: Shape, *, kind: str, version: str) -> None:
    """Refuse an object whose known fields have other types, in the words of the API server's decoder (400).

    As there, null in a map of texts becomes an empty one.
    """
    try:
        _check(obj, shape)
    except _Misfit as misfit:
        field = ".".join([kind, *reversed(misfit.path)])
        raise bad_request(
            f'{kind} in version "{version}" cannot be handled as a {kind}: json: cannot unmarshal {misfit.found} into'
            f" Go struct field {field} of type {misfit.wanted}"
        ) from None


def _check(value: Any, shape: Any) -> None:
    form = type(shape)
    if form is dict:
        _check_fields(value, shape)
    elif form is list:
        if type(value) is not list:
            raise _Misfit(value, "array")
        for item in value:
            if item is None:
                raise _Misfit(item, "object")
            _check(item, shape[0])
    elif shape == STRINGS:
        if type(value) is not dict:
            raise _Misfit(value, STRINGS)
        for key, item in value.items():
            if item is None:
                value[key] = ""
            elif type(item) is not str:
                raise _Misfit(item, "string")
    elif not _is_plain(value, shape):
        raise _Misfit(value, _GO[shape])


def _is_plain(value: Any, shape: Any) -> bool:
    """Whether a value without parts is of a type; of numbers Go's are of so many bits."""
    if shape is int:
        return type(value) is int and -_BEYOND <= value < _BEYOND
    if shape == LONG:
        return type(value) is int
    if shape == QUANTITY:
        return type(value) in {str, int, float}
    return type(value) in {int, str} if shape == INT_OR_STRING else type(value) is shape


def _check_fields(value: Any, shape: Mapping[str, Any]) -> None:
    if type(value) is not dict:
        raise _Misfit(value, "object")
    for key, part in shape.items():
        item = value.get(key)
        if item is not None:
            try:
                _check(item, part)
            except _Misfit as misfit:
                misfit.path.append(key)
                raise
