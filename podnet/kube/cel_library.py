"""What Kubernetes adds to CEL: functions on lists, patterns, URLs, quantities and addresses.

A function gets plain values and returns such. What CEL knows as a type of its own (a quantity, a URL, an address, a
network) is a map here with one key, by which its methods know it.
Source: https://kubernetes.io/docs/reference/using-api/cel/#cel-options-language-features-and-libraries
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qs, urlsplit

from cel_expr_python import cel

from podnet.kube.schema_validation import parses

_T = cel.Type
_TEXT, _LIST, _INT, _BOOL, _DOUBLE, _DYN = _T.STRING, _T.LIST, _T.INT, _T.BOOL, _T.DOUBLE, _T.DYN
_OWN = _T.Map(_TEXT, _TEXT)
_TEXTS = _T.List(_TEXT)
_QUANTITY = re.compile(r"([+-]?[0-9.]+)([eE][-+]?[0-9]+|[numkMGTPE]|[KMGTPE]i|)")
_POWERS = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
_BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_NOT_A_QUANTITY = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
_Overload = tuple[bool, Any, Sequence[Any], Callable[..., Any]]
"""Whether it is called on its first value, what it gives, what it is given, and what it does."""


def _function(back: Any, given: Sequence[Any], does: Callable[..., Any]) -> _Overload:
    return False, back, given, does


def _method(back: Any, given: Sequence[Any], does: Callable[..., Any]) -> _Overload:
    return True, back, given, does


def _amount(text: str) -> Decimal:
    found = _QUANTITY.fullmatch(text)
    if found is None or found[1].count(".") > 1 or not any(letter.isdigit() for letter in found[1]):
        raise ValueError(_NOT_A_QUANTITY)
    number, suffix = Decimal(found[1]), found[2]
    if suffix in _BINARY:
        return number * (1 << _BINARY[suffix])
    return number.scaleb(_POWERS[suffix] if suffix in _POWERS else int(suffix[1:]))


def _quantity(text: str) -> dict[str, str]:
    return {"quantity": str(_amount(text))}


def _number(own: dict[str, str]) -> Decimal:
    return Decimal(own["quantity"])


def _whole(own: dict[str, str]) -> int:
    number = _number(own)
    if number != int(number):
        raise ValueError("cannot convert value to integer")
    return int(number)


def _sum(own: dict[str, str], other: Any, *, sign: int = 1) -> dict[str, str]:
    return {"quantity": str(_number(own) + sign * (other if isinstance(other, int) else _number(other)))}


def _difference(own: dict[str, str], other: Any) -> dict[str, str]:
    return _sum(own, other, sign=-1)


def _order(one: Any, other: Any) -> int:
    return (_number(one) > _number(other)) - (_number(one) < _number(other))


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return False
    return bool(parts.scheme) or text.startswith("/")


def _url(text: str) -> dict[str, str]:
    if not _is_url(text):
        raise ValueError(f'URL parse error during conversion from string: parse "{text}": invalid URI for request')
    return {"url": text}


def _query(own: dict[str, str]) -> dict[str, list[str]]:
    return parse_qs(urlsplit(own["url"]).query, keep_blank_values=True)


def _ip(text: str) -> dict[str, str]:
    address = ipaddress.ip_address(text)
    if "%" in text:
        raise ValueError(f"IP address {text!r} with zone value is not allowed")
    return {"ip": str(address)}


def _cidr(text: str) -> dict[str, str]:
    if "/" not in text:
        raise ValueError(f"network address parse error: {text!r}: no '/'")
    return {"cidr": str(ipaddress.ip_interface(text))}


def _address(own: Any) -> Any:
    return ipaddress.ip_address(own["ip"] if isinstance(own, dict) else own)


def _network(own: Any) -> Any:
    return ipaddress.ip_interface(own["cidr"] if isinstance(own, dict) else own).network


def _family(own: dict[str, str]) -> int:
    return int(_address(own).version if "ip" in own else _network(own).version)


def _link_local(own: dict[str, str]) -> Any:
    return ipaddress.ip_network("224.0.0.0/24" if _family(own) == 4 else "ff02::/16")


def _is_global(address: Any) -> bool:
    special = address.is_unspecified or address.is_loopback or address.is_multicast or address.is_link_local
    return not special and str(address) != "255.255.255.255"


def _contains_address(own: Any, address: Any) -> bool:
    return _address(address) in _network(own)


def _contains_network(own: Any, other: Any) -> bool:
    inner, outer = _network(other), _network(own)
    return bool(inner.version == outer.version and inner.subnet_of(outer))


def _find(text: str, pattern: str) -> str:
    found = re.search(pattern, text)
    return found[0] if found else ""


def _find_all(text: str, pattern: str, most: int = -1) -> list[str]:
    found = [item[0] for item in re.finditer(pattern, text)]
    return found if most < 0 else found[:most]


def _sorted(items: Sequence[Any]) -> bool:
    return all(one <= other for one, other in pairwise(items))


_OVERLOADS: dict[str, Sequence[_Overload]] = {
    "isSorted": [_method(_BOOL, (_LIST,), _sorted)],
    "sum": [_method(_DYN, (_LIST,), sum)],
    "min": [_method(_DYN, (_LIST,), min)],
    "max": [_method(_DYN, (_LIST,), max)],
    "find": [_method(_TEXT, (_TEXT, _TEXT), _find)],
    "findAll": [_method(_TEXTS, (_TEXT, _TEXT), _find_all), _method(_TEXTS, (_TEXT, _TEXT, _INT), _find_all)],
    "quantity": [_function(_OWN, (_TEXT,), _quantity)],
    "isQuantity": [_function(_BOOL, (_TEXT,), parses(_quantity))],
    "isGreaterThan": [_method(_BOOL, (_OWN, _OWN), lambda one, other: _order(one, other) > 0)],
    "isLessThan": [_method(_BOOL, (_OWN, _OWN), lambda one, other: _order(one, other) < 0)],
    "compareTo": [_method(_INT, (_OWN, _OWN), _order)],
    "add": [_method(_OWN, (_OWN, other), _sum) for other in (_OWN, _INT)],
    "sub": [_method(_OWN, (_OWN, other), _difference) for other in (_OWN, _INT)],
    "isInteger": [_method(_BOOL, (_OWN,), lambda own: _number(own) == int(_number(own)))],
    "asInteger": [_method(_INT, (_OWN,), _whole)],
    "asApproximateFloat": [_method(_DOUBLE, (_OWN,), lambda own: float(_number(own)))],
    "sign": [_method(_INT, (_OWN,), lambda own: (_number(own) > 0) - (_number(own) < 0))],
    "url": [_function(_OWN, (_TEXT,), _url)],
    "isURL": [_function(_BOOL, (_TEXT,), _is_url)],
    "getScheme": [_method(_TEXT, (_OWN,), lambda own: urlsplit(own["url"]).scheme)],
    "getHost": [_method(_TEXT, (_OWN,), lambda own: urlsplit(own["url"]).netloc.rpartition("@")[2])],
    "getHostname": [_method(_TEXT, (_OWN,), lambda own: urlsplit(own["url"]).hostname or "")],
    "getPort": [_method(_TEXT, (_OWN,), lambda own: str(urlsplit(own["url"]).port or ""))],
    "getEscapedPath": [_method(_TEXT, (_OWN,), lambda own: urlsplit(own["url"]).path)],
    "getQuery": [_method(_T.Map(_TEXT, _TEXTS), (_OWN,), _query)],
    "ip": [_function(_OWN, (_TEXT,), _ip), _method(_OWN, (_OWN,), lambda own: _ip(own["cidr"].partition("/")[0]))],
    "isIP": [_function(_BOOL, (_TEXT,), parses(_ip))],
    "ip.isCanonical": [_function(_BOOL, (_TEXT,), lambda text: _ip(text)["ip"] == text)],
    "cidr": [_function(_OWN, (_TEXT,), _cidr)],
    "isCIDR": [_function(_BOOL, (_TEXT,), parses(_cidr))],
    "family": [_method(_INT, (_OWN,), _family)],
    "isUnspecified": [_method(_BOOL, (_OWN,), lambda own: _address(own).is_unspecified)],
    "isLoopback": [_method(_BOOL, (_OWN,), lambda own: _address(own).is_loopback)],
    "isLinkLocalMulticast": [_method(_BOOL, (_OWN,), lambda own: _address(own) in _link_local(own))],
    "isLinkLocalUnicast": [_method(_BOOL, (_OWN,), lambda own: _address(own).is_link_local)],
    "isGlobalUnicast": [_method(_BOOL, (_OWN,), lambda own: _is_global(_address(own)))],
    "masked": [_method(_OWN, (_OWN,), lambda own: {"cidr": str(_network(own))})],
    "prefixLength": [_method(_INT, (_OWN,), lambda own: _network(own).prefixlen)],
    "containsIP": [_method(_BOOL, (_OWN, other), _contains_address) for other in (_OWN, _TEXT)],
    "containsCIDR": [_method(_BOOL, (_OWN, other), _contains_network) for other in (_OWN, _TEXT)],
}
FUNCTIONS = tuple(
    cel.FunctionDecl(
        name,
        [
            cel.Overload(id=f"{name}_{index}", return_type=back, parameters=list(given), is_member=is_method, impl=does)
            for index, (is_method, back, given, does) in enumerate(overloads)
        ],
    )
    for name, overloads in _OVERLOADS.items()
)
"""All of them, as an environment takes them."""
