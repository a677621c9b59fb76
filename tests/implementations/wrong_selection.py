"""Implementations that choose the wrong PodNetworking: each breaks the requirement that its docstring names."""

from __future__ import annotations

from dataclasses import replace

from podnet.api.names import POD_NETWORKING
from podnet.api.objects import annotations_of, controller_of
from podnet.api.selectors import from_label_selector
from podnet.reference import Reference


def fits(selector, labels):
    return selector is None or from_label_selector(selector).matches(labels)


class OrInNamespacesWithoutLabels(Reference):
    """SEL-2: both selectors are ANDed, except where the namespace has no labels of its own."""

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        both = podnetworking.pod_selector is not None and podnetworking.namespace_selector is not None
        if both and len(namespace_labels) <= 1:
            return fits(podnetworking.pod_selector, pod_labels)
        return super().matches(podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels)


class EitherSelector(Reference):
    """SEL-2: one of the two selectors is enough."""

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        if podnetworking.pod_selector is not None and podnetworking.namespace_selector is not None:
            return fits(podnetworking.pod_selector, pod_labels) or fits(
                podnetworking.namespace_selector, namespace_labels
            )
        return super().matches(podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels)


class NotInTheDefaultNamespace(Reference):
    """SEL-3: a podSelector alone is not applied in the namespace default."""

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        if podnetworking.namespace_selector is None and namespace_labels["kubernetes.io/metadata.name"] == "default":
            return False
        return super().matches(podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels)


class NamespaceSelectorNeedsPodLabels(Reference):
    """SEL-4: a namespaceSelector alone does not take pods that have no labels."""

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        if podnetworking.pod_selector is None and not pod_labels:
            return False
        return super().matches(podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels)


class NamespaceSelectorSeesPodLabels(Reference):
    """SEL-8: the namespaceSelector reads the labels of pod and namespace merged."""

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        merged = {**namespace_labels, **pod_labels}
        return super().matches(podnetworking, pod_labels=pod_labels, namespace_labels=merged)


class PodSelectorSeesNamespaceLabels(Reference):
    """SEL-8: the podSelector reads the labels of namespace and pod merged."""

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        merged = {**namespace_labels, **pod_labels}
        return super().matches(podnetworking, pod_labels=merged, namespace_labels=namespace_labels)


class AnyLabelIsEnough(Reference):
    """SEL-5: one of several matchLabels is enough."""

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        wanted = (podnetworking.pod_selector or {}).get("matchLabels") or {}
        if len(wanted) > 1 and set(podnetworking.pod_selector) == {"matchLabels"}:
            some = any(pod_labels.get(key) == value for key, value in wanted.items())
            return some and fits(podnetworking.namespace_selector, namespace_labels)
        return super().matches(podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels)


class CaseDoesNotMatter(Reference):
    """SEL-1: values are compared without regard to case."""

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        lowered = {key: value.lower() for key, value in pod_labels.items()}
        return super().matches(podnetworking, pod_labels=lowered, namespace_labels=namespace_labels)


class ExpressionsIgnoredBesideLabels(Reference):
    """SEL-6: matchExpressions are ignored where there are matchLabels."""

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        selector = podnetworking.pod_selector or {}
        if selector.get("matchLabels") and selector.get("matchExpressions"):
            podnetworking = replace(podnetworking, pod_selector={"matchLabels": selector["matchLabels"]})
        return super().matches(podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels)


class NotInNeedsTheKey(Reference):
    """SEL-6: NotIn does not match where the key is absent."""

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        expressions = (podnetworking.pod_selector or {}).get("matchExpressions") or ()
        if any(one["operator"] == "NotIn" and one["key"] not in pod_labels for one in expressions):
            return False
        return super().matches(podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels)


class MixesTwo(Reference):
    """MUL-3: where two PodNetworkings match, the security group is the other one's."""

    def plane(self, podnetworking, *, matching):
        plane = super().plane(podnetworking, matching=matching)
        if len(matching) == 2:
            other = next(one for one in matching if one.name != podnetworking.name)
            return replace(plane, security_groups=other.security_groups[:1])
        return plane


class DefaultWhenSeveralMatch(Reference):
    """MUL-4: a pod that several PodNetworkings match is put on the default plane."""

    def choose(self, matching, *, pod, identity):
        return None if len(matching) > 1 else super().choose(matching, pod=pod, identity=identity)


class RefusesWhenSeveralMatch(Reference):
    """MUL-4: a pod that several PodNetworkings match is refused."""

    def deny(self, pod, *, matching):
        return "ambiguous" if len(matching) > 1 else ""


class RemembersByName(Reference):
    """MAT-3: what was decided for a name is kept for the next pod of that name."""

    def __init__(self):
        super().__init__()
        self.known = {}

    def candidates(self, podnetworkings, *, pod, namespace_labels):
        found = super().candidates(podnetworkings, pod=pod, namespace_labels=namespace_labels)
        name = pod["metadata"].get("name")
        return self.known.setdefault((pod["metadata"].get("namespace"), name), found) if name else found


class SelectorReadOnce(Reference):
    """MAT-4: edits of a selector are not noticed."""

    def __init__(self):
        super().__init__()
        self.known = {}

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        pods, namespaces = self.known.setdefault(
            podnetworking.uid, (podnetworking.pod_selector, podnetworking.namespace_selector)
        )
        first = replace(podnetworking, pod_selector=pods, namespace_selector=namespaces)
        return super().matches(first, pod_labels=pod_labels, namespace_labels=namespace_labels)


class FirstFiftyOnly(Reference):
    """MAT-4: only the first fifty PodNetworkings are looked at."""

    def candidates(self, podnetworkings, *, pod, namespace_labels):
        some = sorted(podnetworkings, key=lambda one: one.name)[:50]
        return super().candidates(some, pod=pod, namespace_labels=namespace_labels)


class FixedNotForStatefulSets(Reference):
    """ALC-5: a Fixed PodNetworking is not applied to the pods of StatefulSets."""

    def candidates(self, podnetworkings, *, pod, namespace_labels):
        if (controller_of(pod) or {}).get("kind") == "StatefulSet":
            podnetworkings = [one for one in podnetworkings if one.allocation_type != "Fixed"]
        return super().candidates(podnetworkings, pod=pod, namespace_labels=namespace_labels)


class FixedForFixedNamesOnly(Reference):
    """ALC-5: a Fixed PodNetworking is applied to pods with a lasting name only."""

    def candidates(self, podnetworkings, *, pod, namespace_labels):
        if (controller_of(pod) or {}).get("kind") not in ("StatefulSet", None):
            podnetworkings = [one for one in podnetworkings if one.allocation_type != "Fixed"]
        return super().candidates(podnetworkings, pod=pod, namespace_labels=namespace_labels)


class NotForJobs(Reference):
    """SEL-4: the pods of Jobs are never matched."""

    def candidates(self, podnetworkings, *, pod, namespace_labels):
        if (controller_of(pod) or {}).get("kind") == "Job":
            return ()
        return super().candidates(podnetworkings, pod=pod, namespace_labels=namespace_labels)


class BelievesTheUser(Reference):
    """ANN-3: an annotation that the user wrote selects a PodNetworking."""

    def candidates(self, podnetworkings, *, pod, namespace_labels):
        found = super().candidates(podnetworkings, pod=pod, namespace_labels=namespace_labels)
        wanted = annotations_of(pod).get(POD_NETWORKING)
        return found or tuple(one for one in podnetworkings if one.name == wanted)
