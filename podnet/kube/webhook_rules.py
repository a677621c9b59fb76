"""Which webhooks a request must pass: rules and selectors of the webhook configurations, parsed once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from podnet.api.objects import Obj, labels_of
from podnet.api.resources import NAMESPACES, Resource
from podnet.api.selectors import EVERYTHING, Selector, from_label_selector


@dataclass(frozen=True)
class Rule:
    """One entry of ``rules``."""

    groups: frozenset[str]
    versions: frozenset[str]
    operations: frozenset[str]
    resources: tuple[str, ...]
    scope: str

    def matches(self, operation: str, resource: Resource, subresource: str) -> bool:
        """Whether a request falls under the rule."""
        return (
            _has(self.operations, operation)
            and _has(self.groups, resource.group)
            and _has(self.versions, resource.version)
            and self.scope in {"*", "Namespaced" if resource.namespaced else "Cluster"}
            and any(_covers(pattern, resource.plural, subresource) for pattern in self.resources)
        )


def _has(allowed: frozenset[str], value: str) -> bool:
    return "*" in allowed or value in allowed


def _covers(pattern: str, plural: str, subresource: str) -> bool:
    wanted, slash, part = pattern.partition("/")
    if wanted not in {"*", plural}:
        return False
    if not slash:
        return not subresource
    return part in {"*", subresource} if part == "*" or subresource else False


@dataclass(frozen=True)
class Hook:
    """One webhook of one configuration."""

    configuration: str
    index: int
    name: str
    config: Any
    rules: tuple[Rule, ...]
    namespace_selector: Selector
    object_selector: Selector
    ignore_failure: bool
    reinvoke: bool
    timeout: int
    side_effects: str

    @property
    def url(self) -> str:
        """Where the webhook is served."""
        if url := self.config.get("url"):
            return str(url)
        service = self.config.get("service") or {}
        return (
            f"https://{service.get('name')}.{service.get('namespace')}.svc:{service.get('port', 443)}"
            f"{service.get('path', '/')}"
        )

    def covers(self, operation: str, resource: Resource, subresource: str) -> bool:
        """Whether one of the rules matches. Webhook configurations themselves never pass through webhooks."""
        if resource.group == "admissionregistration.k8s.io" and resource.plural.endswith("webhookconfigurations"):
            return False
        return any(rule.matches(operation, resource, subresource) for rule in self.rules)

    def selects(self, resource: Resource, *, objects: Iterable[Obj | None], namespace: Obj | None) -> bool:
        """Whether namespace and object (or old object) carry the labels that the webhook asks for."""
        present = [obj for obj in objects if obj is not None]
        if self.namespace_selector is not EVERYTHING:
            if resource == NAMESPACES:
                # A namespace is judged by its own labels, as they will be.
                if not self.namespace_selector.matches(labels_of(present[0])):
                    return False
            elif resource.namespaced and not self.namespace_selector.matches(labels_of(namespace or {})):
                return False
        if self.object_selector is EVERYTHING:
            return True
        return any(self.object_selector.matches(labels_of(obj)) for obj in present)


def hooks_of(configurations: Sequence[Obj]) -> tuple[Hook, ...]:
    """The webhooks of all configurations in the order in which they are called: by name, then as listed."""
    ordered = sorted(configurations, key=lambda obj: str(obj["metadata"]["name"]))
    return tuple(
        _hook(obj["metadata"]["name"], index, webhook)
        for obj in ordered
        for index, webhook in enumerate(obj.get("webhooks") or ())
    )


def _hook(configuration: str, index: int, webhook: Obj) -> Hook:
    return Hook(
        configuration=configuration,
        index=index,
        name=webhook["name"],
        config=webhook["clientConfig"],
        rules=tuple(
            Rule(
                frozenset(rule["apiGroups"]),
                frozenset(rule["apiVersions"]),
                frozenset(rule["operations"]),
                tuple(rule["resources"]),
                rule["scope"],
            )
            for rule in webhook.get("rules") or ()
        ),
        namespace_selector=from_label_selector(webhook["namespaceSelector"]),
        object_selector=from_label_selector(webhook["objectSelector"]),
        ignore_failure=webhook["failurePolicy"] == "Ignore",
        reinvoke=webhook.get("reinvocationPolicy") == "IfNeeded",
        timeout=webhook["timeoutSeconds"],
        side_effects=webhook["sideEffects"],
    )
