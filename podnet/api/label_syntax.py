"""What a label may look like, in the words of the API server, because selectors and metadata obey the same rules.

Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set
"""

from __future__ import annotations

import re
from functools import lru_cache

_NAME = r"([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
_VALUE = rf"({_NAME})?"
_SUBDOMAIN = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*"
_NAME_PATTERN = re.compile(_NAME)
_VALUE_PATTERN = re.compile(_VALUE)
_SUBDOMAIN_PATTERN = re.compile(_SUBDOMAIN)

_NAME_RULE = (
    "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"
    f" (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '{_NAME}')"
)
_VALUE_RULE = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and"
    " end with an alphanumeric character"
    f" (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '{_VALUE}')"
)
_SUBDOMAIN_RULE = (
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and"
    f" end with an alphanumeric character (e.g. 'example.com', regex used for validation is '{_SUBDOMAIN}')"
)

_LONGEST_NAME = 63
_LONGEST_SUBDOMAIN = 253


def _too_long(limit: int) -> str:
    return f"must be no more than {limit} bytes"


@lru_cache(maxsize=4096)
def key_problems(key: str) -> tuple[str, ...]:
    """Why ``key`` is no label key (a qualified name, ``[prefix/]name``); empty if it is one."""
    prefix, slash, name = key.rpartition("/")
    if "/" in prefix:
        return (
            f"a valid label key {_NAME_RULE} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
        )
    found = []
    if slash:
        found += [f"prefix part {text}" for text in _prefix_problems(prefix)]
    if not name:
        found.append("name part must be non-empty")
    elif len(name.encode()) > _LONGEST_NAME:
        found.append(f"name part {_too_long(_LONGEST_NAME)}")
    if not _NAME_PATTERN.fullmatch(name):
        found.append(f"name part {_NAME_RULE}")
    return tuple(found)


def _prefix_problems(prefix: str) -> tuple[str, ...]:
    return subdomain_problems(prefix) if prefix else ("must be non-empty",)


def subdomain_problems(text: str) -> tuple[str, ...]:
    """Why ``text`` is no DNS subdomain (the name of most objects, the prefix of a label key); empty if it is one."""
    found = []
    if len(text.encode()) > _LONGEST_SUBDOMAIN:
        found.append(f"must be no more than {_LONGEST_SUBDOMAIN} characters")
    if not _SUBDOMAIN_PATTERN.fullmatch(text):
        found.append(_SUBDOMAIN_RULE)
    return tuple(found)


@lru_cache(maxsize=4096)
def value_problems(value: str) -> tuple[str, ...]:
    """Why ``value`` is no label value; empty if it is one. The empty string is one."""
    found = []
    if len(value.encode()) > _LONGEST_NAME:
        found.append(_too_long(_LONGEST_NAME))
    if not _VALUE_PATTERN.fullmatch(value):
        found.append(_VALUE_RULE)
    return tuple(found)
