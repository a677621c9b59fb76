"""Wrong about empty selectors, and about labels that Kubernetes sets by itself."""

from __future__ import annotations

from dataclasses import replace

from podnet.api.names import NAMESPACE_NAME
from podnet.reference import Reference


class EmptyPodSelectorMatchesNobody(Reference):
    """SEL-7: An empty podSelector matches no pod."""

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        return podnetworking.pod_selector != {} and super().matches(
            podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels
        )


class EmptyNamespaceSelectorMatchesNobody(Reference):
    """SEL-7: An empty namespaceSelector matches no namespace."""

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        return podnetworking.namespace_selector != {} and super().matches(
            podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels
        )


class EmptyPodSelectorNeedsLabels(Reference):
    """SEL-7: An empty podSelector does not match pods without labels."""

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        if podnetworking.pod_selector == {} and not pod_labels:
            return False
        return super().matches(podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels)


class EmptyPodSelectorMatchesEverywhere(Reference):
    """SEL-7: An empty podSelector matches every pod, whatever the namespaceSelector beside it says."""

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        if podnetworking.pod_selector == {}:
            podnetworking = replace(podnetworking, namespace_selector=None)
        return super().matches(podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels)


class NoSelectorMatchesEverybody(Reference):
    """SEL-7: A selector that sets nothing matches every pod."""

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        return not podnetworking.selects or super().matches(
            podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels
        )


class _Forgetting(Reference):
    """Which knows nothing of some labels of pods, nor of some labels of namespaces."""

    pod_keys: tuple[str, ...] = ()
    namespace_keys: tuple[str, ...] = ()

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        return super().matches(
            podnetworking,
            pod_labels={key: value for key, value in pod_labels.items() if key not in self.pod_keys},
            namespace_labels={key: value for key, value in namespace_labels.items() if key not in self.namespace_keys},
        )


class NameOfANamespaceIsNoLabel(_Forgetting):
    """SEL-9: The label kubernetes.io/metadata.name of a namespace does not count."""

    namespace_keys = (NAMESPACE_NAME,)


class NameOfAReplicaIsNoLabel(_Forgetting):
    """SEL-9: The label of a StatefulSet's pod that holds its name does not count."""

    pod_keys = ("statefulset.kubernetes.io/pod-name", "apps.kubernetes.io/pod-index")


class TemplateHashIsNoLabel(_Forgetting):
    """SEL-9: The labels pod-template-hash and controller-revision-hash do not count."""

    pod_keys = ("pod-template-hash", "controller-revision-hash")


class JobNameIsNoLabel(_Forgetting):
    """SEL-9: The label job-name of a Job's pods does not count."""

    pod_keys = ("job-name", "batch.kubernetes.io/job-name", "controller-uid", "batch.kubernetes.io/controller-uid")


class NumberOfAReplicaIsNoLabel(_Forgetting):
    """SEL-9: The label of a StatefulSet's pod that holds its number does not count."""

    pod_keys = ("apps.kubernetes.io/pod-index",)


class EmptyListsMatchNobody(Reference):
    """SEL-7: A selector whose matchLabels or matchExpressions are there, but empty, matches nothing."""

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        both = podnetworking.pod_selector, podnetworking.namespace_selector
        if any(one and not any(one.values()) for one in both):
            return False
        return super().matches(podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels)
