"""Fingerprints of pod templates, by which workloads tell the revisions of their pods apart."""

from __future__ import annotations

import json
from hashlib import blake2b

from podnet.api.objects import Obj

POD_TEMPLATE_HASH = "pod-template-hash"
_ALPHABET = "bcdfghjklmnpqrstvwxz2456789"


def template_hash(template: Obj, *, collisions: int = 0) -> str:
    """Ten characters that differ whenever the template (or ``collisions``) does; safe inside names and labels."""
    text = json.dumps([template, collisions], sort_keys=True, separators=(",", ":"))
    number = int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big")
    characters = []
    for _ in range(10):
        number, index = divmod(number, len(_ALPHABET))
        characters.append(_ALPHABET[index])
    return "".join(characters)
