"""What the API server does to mutating and validating webhook configurations."""

# ruff: noqa: ARG002, D102  # an overridden method is described by Strategy, and need not look at everything

from __future__ import annotations

from collections.abc import Iterator

from podnet.api.objects import Obj
from podnet.api.selectors import Problem
from podnet.api.selectors import problems as selector_problems
from podnet.kube.answers import bad_value, duplicate, forbidden_field, required, unsupported
from podnet.kube.shapes import WEBHOOKS
from podnet.kube.strategy import Strategy

_OPERATIONS = ("*", "CONNECT", "CREATE", "DELETE", "UPDATE")
_CHOICES = (
    ("sideEffects", ("None", "NoneOnDryRun")),
    ("failurePolicy", ("Fail", "Ignore")),
    ("matchPolicy", ("Equivalent", "Exact")),
    ("reinvocationPolicy", ("IfNeeded", "Never")),
)


class WebhookConfigurationStrategy(Strategy):
    """Mutating and validating webhook configurations (pkg/apis/admissionregistration)."""

    shape = WEBHOOKS
    categories = ("api-extensions",)
    generation = True
    unconditional_update = False
    knows_finalizers = False

    def __init__(self, *, mutating: bool) -> None:
        self._mutating = mutating

    def is_new_generation(self, obj: Obj, old: Obj) -> bool:
        return bool(obj.get("webhooks") != old.get("webhooks"))

    def default(self, obj: Obj) -> None:
        for webhook in obj.get("webhooks") or ():
            webhook.setdefault("failurePolicy", "Fail")
            webhook.setdefault("matchPolicy", "Equivalent")
            webhook.setdefault("namespaceSelector", {})
            webhook.setdefault("objectSelector", {})
            webhook.setdefault("timeoutSeconds", 10)
            if self._mutating:
                webhook.setdefault("reinvocationPolicy", "Never")
            for rule in webhook.get("rules") or ():
                rule.setdefault("scope", "*")

    def problems(self, obj: Obj) -> Iterator[Problem]:
        names: set[str] = set()
        for index, webhook in enumerate(obj.get("webhooks") or ()):
            yield from _webhook_problems(webhook, f"webhooks[{index}]", mutating=self._mutating)
            name = webhook.get("name") or ""
            if name and name in names:
                yield duplicate(f"webhooks[{index}].name", name)
            names.add(name)

    def update_problems(self, obj: Obj, old: Obj) -> Iterator[Problem]:
        return self.problems(obj)


def _webhook_problems(webhook: Obj, path: str, *, mutating: bool) -> Iterator[Problem]:
    name = webhook.get("name") or ""
    if not name:
        yield required(f"{path}.name")
    elif name.count(".") < 2:
        yield bad_value(f"{path}.name", name, "should be a domain with at least three segments separated by dots")
    if not webhook.get("admissionReviewVersions"):
        yield required(f"{path}.admissionReviewVersions", "must specify one of v1, v1beta1")
    if not webhook.get("sideEffects"):
        yield required(f"{path}.sideEffects", "must specify one of None, NoneOnDryRun")
    if webhook.get("matchConditions"):
        # Better refused than passed over: a webhook would be asked where it must not be.
        yield forbidden_field(f"{path}.matchConditions", "CEL is not evaluated by the in-process API server")
    yield from _choice_problems(webhook, path, mutating=mutating)
    if not 1 <= webhook["timeoutSeconds"] <= 30:
        why = "the timeout value must be between 1 and 30 seconds"
        yield bad_value(f"{path}.timeoutSeconds", webhook["timeoutSeconds"], why)
    for field in ("namespaceSelector", "objectSelector"):
        yield from selector_problems(webhook[field], path=f"{path}.{field}")
    yield from _address_problems(webhook.get("clientConfig") or {}, f"{path}.clientConfig")
    for index, rule in enumerate(webhook.get("rules") or ()):
        yield from _rule_problems(rule, f"{path}.rules[{index}]")


def _address_problems(config: Obj, path: str) -> Iterator[Problem]:
    if bool(config.get("url")) == bool(config.get("service")):
        yield required(path, "exactly one of url or service is required")
    elif config.get("url") and (scheme := config["url"].partition(":")[0]) != "https":
        why = "'https' is the only allowed URL scheme; desired format: https://host[/path]"
        yield bad_value(f"{path}.url", scheme, why)


def _rule_problems(rule: Obj, path: str) -> Iterator[Problem]:
    for field in ("operations", "apiGroups", "apiVersions", "resources"):
        if not rule.get(field):
            yield required(f"{path}.{field}")
    for number, operation in enumerate(rule.get("operations") or ()):
        if operation not in _OPERATIONS:
            yield unsupported(f"{path}.operations[{number}]", operation, _OPERATIONS)


def _choice_problems(webhook: Obj, path: str, *, mutating: bool) -> Iterator[Problem]:
    for field, supported in _CHOICES:
        if webhook.get(field) and webhook[field] not in supported and (mutating or field != "reinvocationPolicy"):
            yield unsupported(f"{path}.{field}", webhook[field], supported)
