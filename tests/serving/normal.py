"""Takes out of what kubectl prints what two clusters never have in common: times, ids, versions, random names."""

from __future__ import annotations

import re
from collections.abc import Callable

_MOMENT = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)")
_LONG_MOMENT = re.compile(
    r"\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0000 UTC"
    r"|\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}"
)
_UID = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")
_VERSION = re.compile(r'([rR]esource ?Version\\?"?[:=]\s*\\?"?)\d+')
_CLUSTER_ADDRESS = re.compile(r"\b10\.0\.\d+\.\d+\b")
_NODE_PORT = re.compile(r"(?<=[:/ \t])3[0-2]\d{3}\b")
_AGE = re.compile(r"(?<![\w.-])(\d+[smhd]){1,2}(?![\w-])")
_RANDOM = re.compile(
    r"(?<=-)(?=[bcdf-hj-np-tv-xz2-9]*[2-9])[bcdf-hj-np-tv-xz2-9]{5}\b|(?<=-)[bcdf-hj-np-tv-xz2-9]{5}\b"
)
_HASH = re.compile(r"(?<=[-=])(?:(?=[b-z]*[2-9])[bcdf-hj-np-tv-xz2-9]{7}|[bcdf-hj-np-tv-xz2-9]{8,10})\b")
_EVENT = re.compile(r"\.[0-9a-f]{16}\b")
_SERVER = re.compile(r"https://127\.0\.0\.1:\d+")
_HASH_LABEL = re.compile(r"(pod-template-hash\"?[:=] ?\"?)\w+")
_DIGEST = re.compile(r"(?<=X509SHA256=)[0-9a-f]{64}\b")
_FILE = re.compile(r"/\S*/(LIVE|MERGED)-\d+(/\S+)?")
_SPACES = re.compile(r" {2,}")
_CLOCK = re.compile(r"\d\d:\d\d:\d\d\.\d+")
_CAVEAT = re.compile(r"^Warning: podnet's in-process .*\n", re.MULTILINE)
_LOGGED = re.compile(r"^(! )?[IWEF]\d{4} .*\n", re.MULTILINE)

_RULES: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (_LOGGED, r"\1"),
    (_MOMENT, "<time>"),
    (_LONG_MOMENT, "<time>"),
    (_FILE, "<file>"),
    (_DIGEST, "<digest>"),
    (_UID, "<uid>"),
    (_VERSION, r"\1<version>"),
    (_SERVER, "<server>"),
    (_HASH_LABEL, r"\1<hash>"),
    (_HASH, "<hash>"),
    (_RANDOM, "<random>"),
    (_EVENT, ".<event>"),
    (_CLUSTER_ADDRESS, "<address>"),
    (_NODE_PORT, "<port>"),
    (_CLOCK, "<clock>"),
    (_AGE, "<age>"),
)


def without_caveats(text: str) -> str:
    """What is left besides what the in-process server says of itself, which a real one has no reason to say."""
    return _CAVEAT.sub("", text)


def normal(text: str) -> str:
    """The same for two clusters that say the same. Widths of columns follow from names, so spaces count once."""
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return "\n".join(_SPACES.sub("  ", line).rstrip() for line in text.splitlines())
