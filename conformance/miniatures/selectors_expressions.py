"""Wrong about matchExpressions."""

from __future__ import annotations

from dataclasses import replace

from _miniature import own_labels

from podnet.api.names import NAMESPACE_NAME
from podnet.reference import Reference


def expressions_of(selector):
    return (selector or {}).get("matchExpressions") or ()


class _Judging(Reference):
    """Whose requirements are judged by ``holds`` one by one, after ``taken`` has said which of them count."""

    def holds(self, requirement, labels):
        return requirement.matches(labels)

    def taken(self, requirements):
        return requirements

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        pairs = ((podnetworking.pods, pod_labels), (podnetworking.namespaces, namespace_labels))
        return podnetworking.selects and all(
            not selector.nothing and all(self.holds(one, labels) for one in self.taken(selector.requirements))
            for selector, labels in pairs
        )


class ExpressionsIgnoredBesideLabels(Reference):
    """SEL-6: The matchExpressions of a podSelector are ignored where there are matchLabels."""

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        selector = podnetworking.pod_selector or {}
        if selector.get("matchLabels") and selector.get("matchExpressions"):
            podnetworking = replace(podnetworking, pod_selector={"matchLabels": selector["matchLabels"]})
        return super().matches(podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels)


class NamespaceExpressionsIgnoredBesideLabels(Reference):
    """SEL-6: The matchExpressions of a namespaceSelector are ignored where there are matchLabels."""

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        selector = podnetworking.namespace_selector or {}
        if selector.get("matchLabels") and selector.get("matchExpressions"):
            podnetworking = replace(podnetworking, namespace_selector={"matchLabels": selector["matchLabels"]})
        return super().matches(podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels)


class LabelsIgnoredBesideExpressions(Reference):
    """SEL-6: The matchLabels of a podSelector are ignored where there are matchExpressions."""

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        expressions = expressions_of(podnetworking.pod_selector)
        if expressions:
            podnetworking = replace(podnetworking, pod_selector={"matchExpressions": expressions})
        return super().matches(podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels)


class ExpressionsAloneAreNoPodSelector(Reference):
    """SEL-6: Beside a namespaceSelector a podSelector without matchLabels counts as not set."""

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        pod, namespace = podnetworking.pod_selector, podnetworking.namespace_selector
        if namespace is not None and expressions_of(pod) and not pod.get("matchLabels"):
            podnetworking = replace(podnetworking, pod_selector=None)
        return super().matches(podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels)


class NotInNeedsTheKey(Reference):
    """SEL-6: In a podSelector NotIn does not match where the key is absent."""

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        for one in expressions_of(podnetworking.pod_selector):
            if one["operator"] == "NotIn" and one["key"] not in pod_labels:
                return False
        return super().matches(podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels)


class NamespaceNotInNeedsTheKey(Reference):
    """SEL-6: In a namespaceSelector NotIn does not match where the key is absent."""

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        for one in expressions_of(podnetworking.namespace_selector):
            if one["operator"] == "NotIn" and one["key"] not in namespace_labels:
                return False
        return super().matches(podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels)


class LastOfAKeyWins(_Judging):
    """SEL-6: Of several requirements about one key only the last counts."""

    def taken(self, requirements):
        return {one.key: one for one in requirements}.values()


class FirstExpressionOnly(Reference):
    """SEL-6: Of several expressions in a podSelector only the first counts."""

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        expressions = expressions_of(podnetworking.pod_selector)
        if expressions:
            selector = {**podnetworking.pod_selector, "matchExpressions": expressions[:1]}
            podnetworking = replace(podnetworking, pod_selector=selector)
        return super().matches(podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels)


class ExpressionsAreAlternatives(Reference):
    """SEL-6: Of several expressions in a podSelector one is enough."""

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        expressions = expressions_of(podnetworking.pod_selector)
        labels = (podnetworking.pod_selector or {}).get("matchLabels")
        selectors = [{"matchLabels": labels, "matchExpressions": [one]} for one in expressions]
        alternatives = [replace(podnetworking, pod_selector=one) for one in selectors] or [podnetworking]
        return any(
            super(ExpressionsAreAlternatives, self).matches(
                one, pod_labels=pod_labels, namespace_labels=namespace_labels
            )
            for one in alternatives
        )


class NakedPodsMatchNoExpression(Reference):
    """SEL-6: A pod without labels is matched by no expression, be it NotIn or DoesNotExist."""

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        if expressions_of(podnetworking.pod_selector) and not pod_labels:
            return False
        return super().matches(podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels)


class BareNamespacesMatchNoExpression(Reference):
    """SEL-6: A namespace without labels of its own is matched by no NotIn and no DoesNotExist."""

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        asked = {one["key"] for one in expressions_of(podnetworking.namespace_selector)}
        if asked - {NAMESPACE_NAME} and not own_labels(namespace_labels):
            return False
        return super().matches(podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels)


class InTakesTheFirstValue(_Judging):
    """SEL-6: Of the values of In only the first counts."""

    def holds(self, requirement, labels):
        if requirement.operator == "In":
            requirement = replace(requirement, values=requirement.values[:1])
        return requirement.matches(labels)


class InTakesTwoValues(_Judging):
    """SEL-6: Of the values of In only the first and the last count."""

    def holds(self, requirement, labels):
        if requirement.operator == "In":
            requirement = replace(requirement, values=(requirement.values[0], requirement.values[-1]))
        return requirement.matches(labels)


class InAcceptsAnAbsentKey(Reference):
    """SEL-6: In matches where the key is absent if one of its values is empty."""

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        for one in expressions_of(podnetworking.pod_selector):
            if one["operator"] == "In" and "" in one["values"]:
                pod_labels = {one["key"]: "", **pod_labels}
        return super().matches(podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels)


class NotInTakesTheFirstValue(_Judging):
    """SEL-6: Of the values of NotIn only the first counts."""

    def holds(self, requirement, labels):
        if requirement.operator == "NotIn":
            requirement = replace(requirement, values=requirement.values[:1])
        return requirement.matches(labels)


class ExistsNeedsAValue(_Judging):
    """SEL-6: Exists does not match where the value is empty."""

    def holds(self, requirement, labels):
        return bool(labels.get(requirement.key)) if requirement.operator == "Exists" else requirement.matches(labels)


class DoesNotExistTakesEmptyValues(_Judging):
    """SEL-6: DoesNotExist matches where the value is empty."""

    def holds(self, requirement, labels):
        if requirement.operator == "DoesNotExist":
            return not labels.get(requirement.key)
        return requirement.matches(labels)


class ExistsIsNotKnown(_Judging):
    """SEL-6: Exists and DoesNotExist are not known, and passed over."""

    def holds(self, requirement, labels):
        return requirement.operator in ("Exists", "DoesNotExist") or requirement.matches(labels)


class NamespaceExpressionsAreNotKnown(Reference):
    """SEL-6: A namespaceSelector of expressions alone matches no namespace."""

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        selector = podnetworking.namespace_selector or {}
        if selector.get("matchExpressions") and not selector.get("matchLabels"):
            return False
        return super().matches(podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels)


class ExpressionsReplaceLabels(Reference):
    """SEL-6: An expression takes the place of the entry of matchLabels with the same key."""

    def taken(self, selector):
        keys = {one["key"] for one in expressions_of(selector)}
        labels = ((selector or {}).get("matchLabels") or {}).items()
        return selector and {**selector, "matchLabels": {key: value for key, value in labels if key not in keys}}

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        pod, namespace = self.taken(podnetworking.pod_selector), self.taken(podnetworking.namespace_selector)
        podnetworking = replace(podnetworking, pod_selector=pod, namespace_selector=namespace)
        return super().matches(podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels)
