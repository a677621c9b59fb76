"""Decides which PodNetworkings apply to a pod: the heart of the document, in twenty lines that depend on nothing."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from podnet.api.podnetworking import PodNetworking

Option = TypeVar("Option")


def matches(
    podnetworking: PodNetworking, *, pod_labels: Mapping[str, str], namespace_labels: Mapping[str, str]
) -> bool:
    """Whether a pod uses this PodNetworking: every selector that is set must match, and one must be set.

    podSelector reads the labels of the pod only, namespaceSelector those of its namespace only.
    """
    return (
        podnetworking.selects
        and podnetworking.pods.matches(pod_labels)
        and podnetworking.namespaces.matches(namespace_labels)
    )


def matching(
    podnetworkings: Iterable[PodNetworking], *, pod_labels: Mapping[str, str], namespace_labels: Mapping[str, str]
) -> tuple[PodNetworking, ...]:
    """Every PodNetworking that matches a pod, in the order given."""
    return tuple(
        podnetworking
        for podnetworking in podnetworkings
        if matches(podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels)
    )


def arbitrary(options: Sequence[Option], *, identity: str) -> Option:
    """One of the options: always the same for one ``identity``, spread evenly over many, so that nobody relies on it.

    ``options`` must not be empty.
    """
    return options[zlib.crc32(identity.encode()) % len(options)]
