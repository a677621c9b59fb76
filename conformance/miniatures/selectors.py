"""Wrong about what the two selectors mean together, and each alone."""

from __future__ import annotations

from dataclasses import replace

from _miniature import fits, kind_of, own_labels

from podnet.api.names import NAMESPACE_NAME
from podnet.api.objects import labels_of, name_of, uid_of
from podnet.api.resources import NAMESPACES, POD_NETWORKINGS
from podnet.reference import Reference


def sets_both(podnetworking):
    return podnetworking.pod_selector is not None and podnetworking.namespace_selector is not None


class OrInNamespacesWithoutLabels(Reference):
    """SEL-2: Both selectors are ANDed, except where the namespace has no labels of its own."""

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        if sets_both(podnetworking) and not own_labels(namespace_labels):
            return fits(podnetworking.pod_selector, pod_labels)
        return super().matches(podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels)


class EitherSelector(Reference):
    """SEL-2: One of the two selectors is enough."""

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        if not sets_both(podnetworking):
            return super().matches(podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels)
        pod, namespace = podnetworking.pod_selector, podnetworking.namespace_selector
        return fits(pod, pod_labels) or fits(namespace, namespace_labels)


class NamespaceDecides(Reference):
    """SEL-2: Where both selectors are set, the namespaceSelector decides alone."""

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        if sets_both(podnetworking):
            podnetworking = replace(podnetworking, pod_selector=None)
        return super().matches(podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels)


class PodDecides(Reference):
    """SEL-2: Where both selectors are set, the podSelector decides alone."""

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        if sets_both(podnetworking):
            podnetworking = replace(podnetworking, namespace_selector=None)
        return super().matches(podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels)


class NamespaceDecidesUnderFixed(Reference):
    """SEL-2: Under Fixed the namespaceSelector decides alone, where there is one."""

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        if sets_both(podnetworking) and podnetworking.allocation_type == "Fixed":
            podnetworking = replace(podnetworking, pod_selector=None)
        return super().matches(podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels)


class NakedPodsPassThePodSelector(Reference):
    """SEL-2: Where both selectors are set, a pod without labels is judged by its namespace alone."""

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        if sets_both(podnetworking) and not pod_labels:
            return fits(podnetworking.namespace_selector, namespace_labels)
        return super().matches(podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels)


class NotInTheDefaultNamespace(Reference):
    """SEL-3: A podSelector alone is not applied in the namespace default."""

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        if podnetworking.namespace_selector is None and namespace_labels.get(NAMESPACE_NAME) == "default":
            return False
        return super().matches(podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels)


class NotInSystemNamespaces(Reference):
    """SEL-3: A podSelector alone is not applied in namespaces whose name begins with kube-."""

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        name = namespace_labels.get(NAMESPACE_NAME, "")
        if podnetworking.namespace_selector is None and name.startswith("kube-"):
            return False
        return super().matches(podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels)


class NotInNamespacesWithLabels(Reference):
    """SEL-3: A podSelector alone is applied only in namespaces that have no labels of their own."""

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        if podnetworking.namespace_selector is None and own_labels(namespace_labels):
            return False
        return super().matches(podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels)


class NotInYoungerNamespaces(Reference):
    """SEL-3: A podSelector alone is not applied in namespaces that are younger than the PodNetworking."""

    def __init__(self):
        super().__init__()
        self.known = {}

    def install(self, host):
        super().install(host)

        def note(change):
            if change.old is None:
                self.known[uid_of(change.new)] = {name_of(one) for one in host.api.list(NAMESPACES).items}
            return ()

        host.controller("miniature", lambda _: None, watches={POD_NETWORKINGS: note})

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        known = self.known.get(podnetworking.uid, ())
        if podnetworking.namespace_selector is None and namespace_labels.get(NAMESPACE_NAME) not in known:
            return False
        return super().matches(podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels)


class TheFirstNamespaceOnly(Reference):
    """SEL-3: A podSelector alone serves the pods of the first namespace only in which there are some."""

    def __init__(self):
        super().__init__()
        self.first = {}

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        found = super().matches(podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels)
        if not found or podnetworking.namespace_selector is not None:
            return found
        name = namespace_labels.get(NAMESPACE_NAME)
        return self.first.setdefault(podnetworking.uid, name) == name


class NamespaceSelectorNeedsPodLabels(Reference):
    """SEL-4: A namespaceSelector alone does not take pods that have no labels."""

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        if podnetworking.pod_selector is None and not pod_labels:
            return False
        return super().matches(podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels)


class _SparesSome(Reference):
    """Whose namespaceSelectors alone do not take pods that a controller of ``kind`` made."""

    kind = ""

    def candidates(self, podnetworkings, *, pod, namespace_labels):
        found = super().candidates(podnetworkings, pod=pod, namespace_labels=namespace_labels)
        if kind_of(pod) != self.kind:
            return found
        return tuple(one for one in found if one.pod_selector is not None)


class NotForJobs(_SparesSome):
    """SEL-4: A namespaceSelector alone does not take the pods of Jobs."""

    kind = "Job"


class NotForStatefulSets(_SparesSome):
    """SEL-4: A namespaceSelector alone does not take the pods of StatefulSets."""

    kind = "StatefulSet"


class NamespacesReadOnce(Reference):
    """SEL-4: The labels of a namespace are read when its first pod is created, and never again."""

    def __init__(self):
        super().__init__()
        self.read = {}

    def candidates(self, podnetworkings, *, pod, namespace_labels):
        labels = self.read.setdefault(namespace_labels.get(NAMESPACE_NAME), dict(namespace_labels))
        return super().candidates(podnetworkings, pod=pod, namespace_labels=labels)


class NamespaceLabelsNeverGo(Reference):
    """SEL-4: A label that was taken from a namespace still counts."""

    def __init__(self):
        super().__init__()
        self.read = {}

    def candidates(self, podnetworkings, *, pod, namespace_labels):
        labels = self.read.setdefault(namespace_labels.get(NAMESPACE_NAME), {})
        labels.update(namespace_labels)
        return super().candidates(podnetworkings, pod=pod, namespace_labels=labels)


class NamespacesListedAtCreation(Reference):
    """SEL-4: A namespaceSelector alone takes the namespaces that it selects when it is written, and no newer ones."""

    def __init__(self):
        super().__init__()
        self.known = {}

    def install(self, host):
        super().install(host)

        def written(change):
            if change.new is not None:
                self.known[name_of(change.new)] = {name_of(one) for one in host.api.list(NAMESPACES).items}
            return ()

        def labelled(change):
            if change.old is not None and change.new is not None and labels_of(change.old) != labels_of(change.new):
                for names in self.known.values():
                    names.add(name_of(change.new))
            return ()

        host.controller("miniature", lambda _: None, watches={POD_NETWORKINGS: written, NAMESPACES: labelled})

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        known = self.known.get(podnetworking.name, ())
        if podnetworking.pod_selector is None and namespace_labels.get(NAMESPACE_NAME) not in known:
            return False
        return super().matches(podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels)


class NamespacesKnownByName(Reference):
    """SEL-4: A namespace that is created again under its name counts with the labels of the first one."""

    def __init__(self):
        super().__init__()
        self.first = {}

    def install(self, host):
        super().install(host)

        def note(change):
            name = name_of(change.object)
            first = self.first.setdefault(name, change.object)
            if change.new is not None and uid_of(first) == uid_of(change.new):
                self.first[name] = change.new
            return ()

        host.controller("miniature", lambda _: None, watches={NAMESPACES: note})

    def candidates(self, podnetworkings, *, pod, namespace_labels):
        first = self.first.get(namespace_labels.get(NAMESPACE_NAME))
        labels = labels_of(first) if first else namespace_labels
        return super().candidates(podnetworkings, pod=pod, namespace_labels=labels)


def has_expressions_only(selector):
    return bool(selector.get("matchExpressions")) and not selector.get("matchLabels")


class ExpressionsForPodsDecide(Reference):
    """SEL-2: Beside a podSelector that has expressions only, the namespaceSelector is not looked at."""

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        if sets_both(podnetworking) and has_expressions_only(podnetworking.pod_selector):
            podnetworking = replace(podnetworking, namespace_selector=None)
        return super().matches(podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels)


class ExpressionsForNamespacesDecide(Reference):
    """SEL-2: Beside a namespaceSelector that has expressions only, the podSelector is not looked at."""

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        if sets_both(podnetworking) and has_expressions_only(podnetworking.namespace_selector):
            podnetworking = replace(podnetworking, pod_selector=None)
        return super().matches(podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels)
