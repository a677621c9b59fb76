"""Wrong because what was decided once is taken for the answer to another question."""

from __future__ import annotations

from _miniature import fits

from podnet.api.names import NAMESPACE_NAME
from podnet.api.objects import labels_of, name_of
from podnet.reference import Reference


class _Remembering(Reference):
    """With a memory. What is kept for a PodNetworking is kept for its present version only."""

    def __init__(self):
        super().__init__()
        self.known = {}


def sets_both(podnetworking):
    return podnetworking.pod_selector is not None and podnetworking.namespace_selector is not None


class NamelessPodsShareADecision(_Remembering):
    """SEL-1: What was decided for a pod whose name is still to be made counts for all such pods of its namespace."""

    def candidates(self, podnetworkings, *, pod, namespace_labels):
        podnetworkings = tuple(podnetworkings)
        found = super().candidates(podnetworkings, pod=pod, namespace_labels=namespace_labels)
        key = (namespace_labels.get(NAMESPACE_NAME), repr(podnetworkings))
        return found if name_of(pod) else self.known.setdefault(key, found)


class NamesakesShareADecision(_Remembering):
    """SEL-2: Where both selectors are set, what was decided for a pod counts for namesakes in other namespaces."""

    def candidates(self, podnetworkings, *, pod, namespace_labels):
        podnetworkings = tuple(podnetworkings)
        found = super().candidates(podnetworkings, pod=pod, namespace_labels=namespace_labels)
        key = (name_of(pod), *sorted(labels_of(pod).items()))
        return tuple(
            one
            for one in podnetworkings
            if (
                self.known.setdefault((key, repr(one)), one in found)
                if name_of(pod) and sets_both(one)
                else one in found
            )
        )


class NamespacesJudgedOnce(_Remembering):
    """SEL-2: Where both selectors are set, whether a namespace matches is found out once for each PodNetworking."""

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        if not sets_both(podnetworking):
            return super().matches(podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels)
        key = (repr(podnetworking), namespace_labels.get(NAMESPACE_NAME))
        found = self.known.setdefault(key, fits(podnetworking.namespace_selector, namespace_labels))
        return found and fits(podnetworking.pod_selector, pod_labels)
