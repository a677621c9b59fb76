"""Rules for ``metadata`` that hold for every resource: names, labels, annotations, owners, finalizers.

Source: k8s.io/apimachinery/pkg/api/validation/objectmeta.go of Kubernetes 1.36.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from random import Random

from podnet.api.label_syntax import key_problems, subdomain_problems, value_problems
from podnet.api.objects import Obj
from podnet.api.selectors import Problem
from podnet.kube.answers import bad_value, forbidden_field, required

NameRule = Callable[[str], Sequence[str]]
"""Why a name is not allowed; empty if it is."""

ORPHAN = "orphan"
FOREGROUND = "foregroundDeletion"

_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_LABEL_PATTERN = re.compile(_LABEL)
_LONGEST_LABEL = 63
_ALPHABET = "bcdfghjklmnpqrstvwxz2456789"
_LONGEST_BASE = 58
_LARGEST_ANNOTATIONS = 256 * 1024
FIELDS = frozenset(
    {
        "name",
        "generateName",
        "namespace",
        "selfLink",
        "uid",
        "resourceVersion",
        "generation",
        "creationTimestamp",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
        "labels",
        "annotations",
        "ownerReferences",
        "finalizers",
        "managedFields",
    }
)
"""All fields of ``metadata``."""
_STANDARD_FINALIZERS = frozenset({ORPHAN, FOREGROUND, "kubernetes"})
_OWNER_FIELDS = ("apiVersion", "kind", "name", "uid", "controller", "blockOwnerDeletion")
_FIXED = ("name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds")


def label_name(name: str) -> Sequence[str]:
    """Why ``name`` is no RFC 1123 label (names of namespaces and containers)."""
    found = []
    if len(name.encode()) > _LONGEST_LABEL:
        found.append(f"must be no more than {_LONGEST_LABEL} characters")
    if not _LABEL_PATTERN.fullmatch(name):
        if not subdomain_problems(name):
            found.append("must not contain dots")
        else:
            found.append(
                "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start"
                " and end with an alphanumeric character"
                f" (e.g. 'my-name',  or '123-abc', regex used for validation is '{_LABEL}')"
            )
    return found


def generate_name(base: str, random: Random) -> str:
    """The name that the API server makes of ``generateName``: five characters more, no vowels."""
    return base[:_LONGEST_BASE] + "".join(random.choices(_ALPHABET, k=5))


def problems(metadata: Obj, *, namespaced: bool, name_rule: NameRule = subdomain_problems) -> Iterator[Problem]:
    """What is wrong with the metadata of a new object."""
    name, base = metadata.get("name") or "", metadata.get("generateName")
    if base:
        # A prefix may end in a dash, which no whole name may.
        yield from (bad_value("metadata.generateName", base, why) for why in name_rule(base[:-1] + "a"))
    if not name:
        yield required("metadata.name", "name or generateName is required")
    else:
        yield from (bad_value("metadata.name", name, why) for why in name_rule(name))
    if namespaced and not metadata.get("namespace"):
        yield required("metadata.namespace")
    yield from common_problems(metadata)


def common_problems(metadata: Obj, path: str = "metadata") -> Iterator[Problem]:
    """What is wrong with labels, annotations, owner references and finalizers."""
    if labels := metadata.get("labels"):
        yield from label_problems(labels, f"{path}.labels")
    if annotations := metadata.get("annotations"):
        for key in annotations:
            yield from (bad_value(f"{path}.annotations", key, why) for why in key_problems(key.lower()))
        if sum(len(key) + len(value) for key, value in annotations.items()) > _LARGEST_ANNOTATIONS:
            why = f"may not be more than {_LARGEST_ANNOTATIONS} bytes"
            yield Problem(f"{path}.annotations", "FieldValueTooLong", f"Too long: {why}")
    if owners := metadata.get("ownerReferences"):
        yield from _owner_problems(owners, f"{path}.ownerReferences")
    finalizers = metadata.get("finalizers") or ()
    for finalizer in finalizers:
        yield from (bad_value(f"{path}.finalizers", finalizer, why) for why in key_problems(finalizer))
    if ORPHAN in finalizers and FOREGROUND in finalizers:
        why = f"finalizer {ORPHAN} and {FOREGROUND} cannot be both set"
        yield bad_value(f"{path}.finalizers", list(finalizers), why)


def label_problems(labels: Obj, path: str) -> Iterator[Problem]:
    """What is wrong with a map of labels."""
    for key, value in labels.items():
        yield from (bad_value(path, key, why) for why in key_problems(key))
        yield from (bad_value(path, value, why) for why in value_problems(value))


def finalizer_problems(metadata: Obj) -> Iterator[Problem]:
    """What most built-in kinds have against finalizers that others may have: one that is nobody's has no meaning."""
    for index, finalizer in enumerate(metadata.get("finalizers") or ()):
        if "/" not in finalizer and finalizer not in _STANDARD_FINALIZERS:
            why = "name is neither a standard finalizer name nor is it fully qualified"
            yield bad_value(f"metadata.finalizers[{index}]", finalizer, why)


def _owner_problems(owners: Sequence[Obj], path: str) -> Iterator[Problem]:
    for owner in owners:
        if not (owner.get("apiVersion") or "").rpartition("/")[2]:
            yield bad_value(f"{path}.apiVersion", owner.get("apiVersion") or "", "version must not be empty")
        for field in ("kind", "name", "uid"):
            if not owner.get(field):
                yield bad_value(f"{path}.{field}", "", "must not be empty")
        if (owner.get("apiVersion"), owner.get("kind")) == ("v1", "Event"):
            why = "/v1, Kind=Event is disallowed from being an owner"
            yield Problem(path, "FieldValueInvalid", f"Invalid value: {_owners_as_written(owner)}: {why}")
    controllers = [owner for owner in owners if owner.get("controller")]
    if len(controllers) > 1:
        first, second = controllers[:2]
        why = (
            'Only one reference can have Controller set to true. Found "true" in references for'
            f" {first.get('kind')}/{first.get('name')} and {second.get('kind')}/{second.get('name')}"
        )
        yield Problem(path, "FieldValueInvalid", f"Invalid value: {_owners_as_written(list(owners))}: {why}")


def _owners_as_written(owners: Obj | list[Obj]) -> str:
    """One owner reference or several, in the order of the fields of Go's type."""
    if isinstance(owners, list):
        return f"[{','.join(_owners_as_written(owner) for owner in owners)}]"
    return json.dumps({key: owners[key] for key in _OWNER_FIELDS if key in owners}, separators=(",", ":"))


def update_problems(metadata: Obj, old: Obj) -> Iterator[Problem]:
    """What is wrong with the change from ``old`` to ``metadata``."""
    if old.get("deletionTimestamp"):
        added = [item for item in metadata.get("finalizers") or () if item not in (old.get("finalizers") or ())]
        if added:
            why = f"no new finalizers can be added if the object is being deleted, found new finalizers {_go(added)}"
            yield forbidden_field("metadata.finalizers", why)
    for field in _FIXED:
        if metadata.get(field) != old.get(field):
            yield bad_value(f"metadata.{field}", metadata.get(field), "field is immutable")
    yield from common_problems(metadata)


def _go(items: Sequence[str]) -> str:
    listed = ", ".join(f'"{item}"' for item in items)
    return f"[]string{{{listed}}}"
