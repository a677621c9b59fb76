"""What label selectors select, written down a second time, from the documentation alone, to hold everybody else to it.

Whoever shared code with what is judged would share its mistakes: nothing here comes from the rest of podnet.
Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Labels = Mapping[str, str]


def satisfied(requirement: Mapping[str, Any], labels: Labels) -> bool:
    """Whether labels satisfy one entry of ``matchExpressions``.

    "partition notin (frontend, backend)" also selects all resources with no labels with the key ``partition``, and
    DoesNotExist those without the key whatever the others bear. Raises ValueError for an operator of none of the four.
    """
    key = requirement["key"]
    if requirement["operator"] == "Exists":
        return key in labels
    if requirement["operator"] == "DoesNotExist":
        return key not in labels
    if requirement["operator"] == "In":
        return key in labels and labels[key] in requirement["values"]
    if requirement["operator"] == "NotIn":
        return key not in labels or labels[key] not in requirement["values"]
    raise ValueError(f"label selectors have no operator {requirement['operator']!r}")


def selected(selector: Mapping[str, Any], labels: Labels) -> bool:
    """Whether labels satisfy a selector: all entries of both parts are ANDed; without any, everything is selected."""
    for key, value in (selector.get("matchLabels") or {}).items():
        if labels.get(key) != value:
            return False
    return all(satisfied(requirement, labels) for requirement in selector.get("matchExpressions") or ())


def applies(selectors: Mapping[str, Any], *, pod: Labels, namespace: Labels) -> bool:
    """Whether ``spec.selector`` of a PodNetworking takes a pod with these labels in a namespace with those.

    Both selectors must be satisfied where both are set; one that is absent asks for nothing. Neither: no pod (A-7).
    """
    pod_selector, namespace_selector = selectors.get("podSelector"), selectors.get("namespaceSelector")
    if pod_selector is None and namespace_selector is None:
        return False
    return (pod_selector is None or selected(pod_selector, pod)) and (
        namespace_selector is None or selected(namespace_selector, namespace)
    )
