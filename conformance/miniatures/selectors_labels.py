"""Wrong about labels: which of them count, whose they are, and when two of them are equal."""

from __future__ import annotations

from dataclasses import replace

from _miniature import fits

from podnet.api.objects import annotations_of, controller_of, labels_of
from podnet.api.resources import DEPLOYMENTS, REPLICA_SETS
from podnet.reference import Reference


def wanted_labels(podnetworking):
    return (podnetworking.pod_selector or {}).get("matchLabels") or {}


def labels_only(podnetworking):
    return bool(wanted_labels(podnetworking)) and set(podnetworking.pod_selector) == {"matchLabels"}


class _Comparing(Reference):
    """Whose podSelectors of matchLabels alone are judged by ``compare``."""

    def compare(self, wanted, labels):
        return all(labels.get(key) == value for key, value in wanted.items())

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        if not labels_only(podnetworking):
            return super().matches(podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels)
        found = self.compare(wanted_labels(podnetworking), pod_labels)
        return found and fits(podnetworking.namespace_selector, namespace_labels)


class CaseDoesNotMatter(_Comparing):
    """SEL-1: Values are compared without regard to case."""

    def compare(self, wanted, labels):
        return all(labels.get(key, "-").lower() == value.lower() for key, value in wanted.items())


class BeginningOfTheValueIsEnough(_Comparing):
    """SEL-1: A value that begins with the wanted one is as good."""

    def compare(self, wanted, labels):
        pairs = [(labels.get(key, ""), value) for key, value in wanted.items()]
        return wanted.keys() <= labels.keys() and all(
            has.startswith(value) if value else not has for has, value in pairs
        )


class BeginningOfTheKeyIsEnough(_Comparing):
    """SEL-1: A key that begins with the wanted one is as good."""

    def compare(self, wanted, labels):
        pairs = labels.items()
        return all(any(k.startswith(key) and v == value for k, v in pairs) for key, value in wanted.items())


class PrefixOfTheKeyIsDropped(_Comparing):
    """SEL-1: The label example.com/app of a pod counts as app, too."""

    def compare(self, wanted, labels):
        return super().compare(wanted, {**{key.rpartition("/")[2]: labels[key] for key in labels}, **labels})


class EmptyValueMatchesAny(_Comparing):
    """SEL-1: An empty value in matchLabels is satisfied by every value of its key."""

    def compare(self, wanted, labels):
        return all(key in labels and value in ("", labels[key]) for key, value in wanted.items())


class EmptyValueIsNoValue(_Comparing):
    """SEL-1: An empty value in matchLabels is satisfied where the key is absent."""

    def compare(self, wanted, labels):
        return all(labels.get(key, "") == value for key, value in wanted.items())


class LongValuesAreCut(_Comparing):
    """SEL-1: Of long values only the first 60 characters are compared."""

    def compare(self, wanted, labels):
        return all(key in labels and labels[key][:60] == value[:60] for key, value in wanted.items())


class AnnotationsCount(Reference):
    """SEL-1: The annotations of a pod count as labels of it."""

    def candidates(self, podnetworkings, *, pod, namespace_labels):
        metadata = {**pod["metadata"], "labels": {**annotations_of(pod), **labels_of(pod)}}
        pod = {**pod, "metadata": metadata}
        return super().candidates(podnetworkings, pod=pod, namespace_labels=namespace_labels)


class NumbersCompareAsNumbers(_Comparing):
    """SEL-1: Values that look like numbers are compared as numbers."""

    def compare(self, wanted, labels):
        def number(text):
            return str(int(text)) if text.isdecimal() else text

        return all(key in labels and number(labels[key]) == number(value) for key, value in wanted.items())


class AnyLabelIsEnough(_Comparing):
    """SEL-5: One of several matchLabels is enough."""

    def compare(self, wanted, labels):
        return any(labels.get(key) == value for key, value in wanted.items())


class OneMayBeMissing(_Comparing):
    """SEL-5: Of three matchLabels or more one may be missing or wrong."""

    def compare(self, wanted, labels):
        wrong = sum(labels.get(key) != value for key, value in wanted.items())
        return wrong <= (len(wanted) > 2)


class FirstLabelOnly(_Comparing):
    """SEL-5: Only the first key of matchLabels by name is looked at."""

    def compare(self, wanted, labels):
        return super().compare(wanted=dict([min(wanted.items())]), labels=labels)


class FourLabelsAtMost(_Comparing):
    """SEL-5: Only the first four keys of matchLabels are looked at."""

    def compare(self, wanted, labels):
        return super().compare(dict(sorted(wanted.items())[:4]), labels)


class ValuesOfAnyKey(_Comparing):
    """SEL-5: The wanted values and the wanted keys must be there, whichever belongs to which."""

    def compare(self, wanted, labels):
        values = sorted(labels[key] for key in wanted if key in labels)
        return values == sorted(wanted.values())


class FurtherKeysNeedNoValue(_Comparing):
    """SEL-5: Of the second and later keys of matchLabels the value is not compared."""

    def compare(self, wanted, labels):
        first = min(wanted)
        return labels.get(first) == wanted[first] and wanted.keys() <= labels.keys()


class NoOtherLabels(_Comparing):
    """SEL-5: A pod must have no other labels than those of a selector that names several."""

    def compare(self, wanted, labels):
        return super().compare(wanted, labels) and (len(wanted) == 1 or labels.keys() == wanted.keys())


class CaseOfKeysDoesNotMatter(_Comparing):
    """SEL-5: Keys are compared without regard to case."""

    def compare(self, wanted, labels):
        return super().compare(
            {key.lower(): value for key, value in wanted.items()}, {key.lower(): labels[key] for key in labels}
        )


class AnyNamespaceLabelIsEnough(Reference):
    """SEL-5: Of several matchLabels in a namespaceSelector one is enough."""

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        wanted = (podnetworking.namespace_selector or {}).get("matchLabels") or {}
        if len(wanted) > 1 and set(podnetworking.namespace_selector) == {"matchLabels"}:
            some = any(namespace_labels.get(key) == value for key, value in wanted.items())
            return some and fits(podnetworking.pod_selector, pod_labels)
        return super().matches(podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels)


class NamespaceSelectorSeesPodLabels(Reference):
    """SEL-8: The namespaceSelector reads the labels of pod and namespace merged."""

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        merged = {**pod_labels, **namespace_labels}
        return super().matches(podnetworking, pod_labels=pod_labels, namespace_labels=merged)


class PodSelectorSeesNamespaceLabels(Reference):
    """SEL-8: The podSelector reads the labels of namespace and pod merged."""

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        merged = {**namespace_labels, **pod_labels}
        return super().matches(podnetworking, pod_labels=merged, namespace_labels=namespace_labels)


class NakedPodsInheritLabels(Reference):
    """SEL-8: A pod without labels has those of its namespace."""

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        labels = pod_labels or namespace_labels
        return super().matches(podnetworking, pod_labels=labels, namespace_labels=namespace_labels)


class EitherWayRound(Reference):
    """SEL-8: Where both selectors are set, they match the other way round as well."""

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        pod, namespace = podnetworking.pod_selector, podnetworking.namespace_selector
        swapped = replace(podnetworking, pod_selector=namespace, namespace_selector=pod)
        both = pod is not None and namespace is not None
        return super().matches(podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels) or (
            both and super().matches(swapped, pod_labels=pod_labels, namespace_labels=namespace_labels)
        )


class LabelsOfTheDeploymentCount(Reference):
    """EXM-2: The pods of a Deployment have its labels beside those of its template."""

    def install(self, host):
        self.api = host.api
        super().install(host)

    def candidates(self, podnetworkings, *, pod, namespace_labels):
        namespace = namespace_labels["kubernetes.io/metadata.name"]
        owner = controller_of(pod) or {}
        if owner.get("kind") == "ReplicaSet":
            replica_set = self.api.get(REPLICA_SETS, owner["name"], namespace=namespace)
            deployment = self.api.get(DEPLOYMENTS, controller_of(replica_set)["name"], namespace=namespace)
            labels = {**labels_of(deployment), **labels_of(pod)}
            pod = {**pod, "metadata": {**pod["metadata"], "labels": labels}}
        return super().candidates(podnetworkings, pod=pod, namespace_labels=namespace_labels)
