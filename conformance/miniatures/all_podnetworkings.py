"""Wrong about which PodNetworkings a new pod is compared with."""

from __future__ import annotations

from dataclasses import replace

from podnet.reference import Reference


class _Leaving(Reference):
    """Which leaves PodNetworkings out of the comparison: all that are not in ``known``."""

    def known(self, podnetworkings):
        return podnetworkings

    def candidates(self, podnetworkings, *, pod, namespace_labels):
        known = tuple(self.known(list(podnetworkings)))
        return super().candidates(known, pod=pod, namespace_labels=namespace_labels)


def by_name(podnetworkings):
    return sorted(podnetworkings, key=lambda one: one.name)


class CalledDefault(_Leaving):
    """MAT-1: A PodNetworking that is called default stands for the default plane."""

    def known(self, podnetworkings):
        return [one for one in podnetworkings if one.name != "default"]


class LastByNameIsLost(_Leaving):
    """MAT-1: Of three PodNetworkings or more the last by name is left out."""

    def known(self, podnetworkings):
        return by_name(podnetworkings)[:-1] if len(podnetworkings) > 2 else podnetworkings


class TheOldAreForgotten(Reference):
    """MAT-1: A PodNetworking is left out twenty minutes after it was first compared with a pod."""

    def install(self, host):
        self.host = host
        self.created = {}
        super().install(host)

    def candidates(self, podnetworkings, *, pod, namespace_labels):
        now = self.host.now()
        ages = [(now - self.created.setdefault(one.uid, now)).total_seconds() for one in podnetworkings]
        young = [one for one, age in zip(podnetworkings, ages, strict=True) if age < 1200]
        return super().candidates(young, pod=pod, namespace_labels=namespace_labels)


class FirstFiftyOnly(_Leaving):
    """MAT-4: Only the first fifty PodNetworkings by name are looked at."""

    def known(self, podnetworkings):
        return by_name(podnetworkings)[:50]


class FirstHundredOnly(_Leaving):
    """MAT-4: Only the first hundred PodNetworkings by name are looked at."""

    def known(self, podnetworkings):
        return by_name(podnetworkings)[:100]


class FirstHundredAndFiftyOnly(_Leaving):
    """MAT-4: Only the first hundred and fifty PodNetworkings by name are looked at."""

    def known(self, podnetworkings):
        return by_name(podnetworkings)[:150]


class NewestFiftyOnly(_Leaving):
    """MAT-4: Only the fifty youngest PodNetworkings are looked at."""

    def known(self, podnetworkings):
        return podnetworkings[-50:]


class FiveHundredAtMost(_Leaving):
    """MAT-4: Only the first five hundred PodNetworkings by name are looked at, although more are claimed to work."""

    def known(self, podnetworkings):
        return by_name(podnetworkings)[:500]


class PagesLoseOne(_Leaving):
    """MAT-4: PodNetworkings are read in pages of ten, of which the first of each but the first is lost."""

    def known(self, podnetworkings):
        return [one for index, one in enumerate(by_name(podnetworkings)) if index % 10 or not index]


class SelectorReadOnce(Reference):
    """MAT-4: Edits of a selector are not noticed."""

    def __init__(self):
        super().__init__()
        self.first = {}

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        first = self.first.setdefault(podnetworking.uid, podnetworking)
        return super().matches(first, pod_labels=pod_labels, namespace_labels=namespace_labels)


class NamespaceSelectorReadOnce(Reference):
    """MAT-4: Edits of a namespaceSelector are not noticed."""

    def __init__(self):
        super().__init__()
        self.first = {}

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        first = self.first.setdefault(podnetworking.uid, podnetworking.namespace_selector)
        podnetworking = replace(podnetworking, namespace_selector=first)
        return super().matches(podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels)


class _Remembering(Reference):
    """Which hears of every version of a PodNetworking, and compares pods with the version that ``counts``."""

    def __init__(self):
        super().__init__()
        self.heard = {}

    def counts(self, versions):
        return versions[-1]

    def _admit(self, host, admission):
        original = admission.validate_podnetworking

        def validate(request):
            response = original(request)
            if response.allowed and request.object is not None and not request.subresource:
                self.hear(request.object)
            return response

        admission.validate_podnetworking = validate
        super()._admit(host, admission)

    def hear(self, obj):
        from podnet.api.podnetworking import from_object

        one = from_object(obj)
        versions = self.heard.setdefault(one.uid, [])
        if not versions or versions[-1] != one:
            versions.append(one)

    def candidates(self, podnetworkings, *, pod, namespace_labels):
        versions = [self.counts(self.heard.get(one.uid) or [one]) for one in podnetworkings]
        return super().candidates(versions, pod=pod, namespace_labels=namespace_labels)


class SecondEditIsIgnored(_Remembering):
    """MAT-4: Only the first edit of a PodNetworking is noticed."""

    def counts(self, versions):
        return versions[:2][-1]


class EditsAreMerged(_Remembering):
    """MAT-4: What an edit takes away from a selector still counts."""

    def counts(self, versions):
        merged = versions[0]
        for one in versions[1:]:
            pod = deep_merge(merged.pod_selector, one.pod_selector)
            namespace = deep_merge(merged.namespace_selector, one.namespace_selector)
            merged = replace(one, pod_selector=pod, namespace_selector=namespace)
        return merged


def deep_merge(old, new):
    if isinstance(old, dict) and isinstance(new, dict):
        return {**old, **{key: deep_merge(old.get(key), value) for key, value in new.items()}}
    return old if new is None else new


class _Indexing(_Leaving):
    """Which looks PodNetworkings up by a ``key``: of those with one key only the last is found."""

    def key(self, podnetworking):
        return podnetworking.name

    def known(self, podnetworkings):
        return {self.key(one): one for one in podnetworkings}.values()


class IndexedByPodSelector(_Indexing):
    """MAT-1: PodNetworkings are looked up by podSelector, so that of two with the same one the older is lost."""

    def key(self, podnetworking):
        return repr(podnetworking.pod_selector or podnetworking.name)


class IndexedByNamespaceSelector(_Indexing):
    """MAT-1: PodNetworkings are looked up by namespaceSelector, so that of two with the same one the older is lost."""

    def key(self, podnetworking):
        return repr(podnetworking.namespace_selector or podnetworking.name)


class IndexedByTheFirstLabel(_Indexing):
    """MAT-1: PodNetworkings are looked up by the first of their matchLabels, so that of two the older is lost."""

    def key(self, podnetworking):
        labels = (podnetworking.pod_selector or {}).get("matchLabels") or {}
        return repr(min(labels.items(), default=podnetworking.name))


class IndexedByTheLastLabel(_Indexing):
    """MAT-1: PodNetworkings are looked up by the last of their matchLabels, so that of two the older is lost."""

    def key(self, podnetworking):
        labels = (podnetworking.pod_selector or {}).get("matchLabels") or {}
        return repr(max(labels.items(), default=podnetworking.name))


class IndexedByANamespaceLabel(_Indexing):
    """MAT-1: PodNetworkings are looked up by the first label of their namespaces, so that of two the older is lost."""

    def key(self, podnetworking):
        labels = (podnetworking.namespace_selector or {}).get("matchLabels") or {}
        return repr(min(labels.items(), default=podnetworking.name))
