"""Webhooks in the path of every write: the mutating ones first and once more if needed, the validating ones last.

Source: k8s.io/apiserver/pkg/admission/plugin/webhook of Kubernetes 1.36.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from random import Random
from typing import Literal
from urllib.parse import urlsplit
from uuid import UUID

from podnet.api.errors import ApiError
from podnet.api.host import AdmissionRequest, AdmissionResponse, Change, Key, Webhook
from podnet.api.objects import Obj, clone
from podnet.api.resources import (
    MUTATING_WEBHOOK_CONFIGURATIONS,
    NAMESPACES,
    VALIDATING_WEBHOOK_CONFIGURATIONS,
    Resource,
)
from podnet.kube.answers import internal, not_found
from podnet.kube.patches import PatchError, apply_json_patch
from podnet.kube.store import Store
from podnet.kube.webhook_rules import Hook, hooks_of

RecordFault = Callable[[str, Key, Exception], None]


def _nobody_listens(text: str) -> None:
    del text


@dataclass(frozen=True)
class Attributes:
    """What a webhook is told of a request besides the objects."""

    operation: Literal["CREATE", "UPDATE", "DELETE", "CONNECT"]
    resource: Resource
    subresource: str = ""
    namespace: str = ""
    name: str = ""
    dry_run: bool = False
    warn: Callable[[str], None] = _nobody_listens

    def named(self, name: str) -> Attributes:
        """The same with the name that the object got meanwhile."""
        return self if name == self.name else replace(self, name=name)


class _CallError(Exception):
    """A webhook gave no usable answer: ``failurePolicy`` decides what follows."""


class WebhookDown(Exception):  # noqa: N818  # a state of the network, not an error of anybody's
    """Nobody answers where a webhook should be, and that is not the implementation's doing."""


class NonsenseError(Exception):
    """A webhook answered with something that no webhook may answer."""


class Admission:
    """The webhooks of one API server. ``webhooks`` maps the address of each to the function that answers there.

    ``remote`` asks those whose address is not among them, where anybody can. ``record_fault`` hears of functions that
    raise or answer nonsense. ``before_call`` is called before each of them and may raise WebhookDown.
    """

    def __init__(self, store: Store, *, record_fault: RecordFault, random: Random) -> None:
        self._store = store
        self._record_fault = record_fault
        self._random = random
        self._mutating: tuple[Hook, ...] = ()
        self._validating: tuple[Hook, ...] = ()
        self.webhooks: dict[str, Webhook] = {}
        self.before_call: Callable[[Hook], None] | None = None
        self.remote: Callable[[Hook, AdmissionRequest], AdmissionResponse] | None = None
        store.subscribe(self._configured)

    def mutate(
        self, attributes: Attributes, obj: Obj | None, *, old: Obj | None, decode: Callable[[Obj], None] | None = None
    ) -> Obj:
        """Pass an object through the mutating webhooks; returns the same one if none of them changes it.

        ``decode`` brings a changed object into the form in which objects are stored. Raises ApiError.
        """
        first = obj if obj is not None else {}
        hooks = [hook for hook in self._mutating if self._covers(hook, attributes)]
        if not hooks:
            return first
        obj, again = self._round(hooks, attributes, obj, old, decode)
        if again:
            obj, _ = self._round(again, attributes, obj, old, decode)
        return obj if obj is not None else first

    def validate(self, attributes: Attributes, obj: Obj | None, *, old: Obj | None) -> None:
        """Ask every validating webhook. Raises ApiError if one refuses; all are asked, the first refusal counts."""
        refusals = []
        for hook in self._validating:
            if not self._covers(hook, attributes) or not self._selects(hook, attributes, obj, old):
                continue
            try:
                self._ask(hook, attributes, obj, old)
            except ApiError as error:
                refusals.append(error)
        if refusals:
            raise refusals[0]

    def _configured(self, resource: Resource, change: Change) -> None:
        del change
        if resource == MUTATING_WEBHOOK_CONFIGURATIONS:
            self._mutating = hooks_of(self._store.values(resource))
        elif resource == VALIDATING_WEBHOOK_CONFIGURATIONS:
            self._validating = hooks_of(self._store.values(resource))

    def _covers(self, hook: Hook, attributes: Attributes) -> bool:
        return hook.covers(attributes.operation, attributes.resource, attributes.subresource)

    def _selects(self, hook: Hook, attributes: Attributes, obj: Obj | None, old: Obj | None) -> bool:
        namespace = None
        if attributes.resource.namespaced and hook.namespace_selector.requirements:
            namespace = self._store.get(NAMESPACES, "", attributes.namespace)
            if namespace is None:
                raise not_found(NAMESPACES, attributes.namespace)
        return hook.selects(attributes.resource, objects=(obj, old), namespace=namespace)

    def _round(
        self,
        hooks: Sequence[Hook],
        attributes: Attributes,
        obj: Obj | None,
        old: Obj | None,
        decode: Callable[[Obj], None] | None,
    ) -> tuple[Obj | None, Sequence[Hook]]:
        """Call each hook once; returns the object and the hooks that want to see what later ones changed."""
        called: list[Hook] = []
        again: list[Hook] = []
        for hook in hooks:
            if not self._selects(hook, attributes, obj, old):
                continue
            response = self._ask(hook, attributes, obj, old)
            patched = self._patched(hook, attributes, obj, response)
            if patched is not None:
                if decode is not None:
                    decode(patched)
                if patched != obj:
                    again += called
                    called = []
                obj = patched
            if hook.reinvoke:
                called.append(hook)
        return obj, [hook for hook in hooks if hook in again]

    def _patched(
        self, hook: Hook, attributes: Attributes, obj: Obj | None, response: AdmissionResponse | None
    ) -> Obj | None:
        if response is None or not response.patch:
            return None
        if obj is None:
            raise internal(
                f'admission webhook "{hook.name}" attempted to modify the object,'
                " which is not supported for this operation"
            )
        try:
            return apply_json_patch(obj, response.patch)
        except PatchError as error:
            # Not a failed call to the API server: the policy for those does not apply.
            self._record_fault(hook.name, _key(attributes), error)
            raise internal(str(error)) from error

    def _ask(self, hook: Hook, attributes: Attributes, obj: Obj | None, old: Obj | None) -> AdmissionResponse | None:
        """The answer of a webhook; None if it gave none and that is to be ignored. Raises ApiError if it refuses."""
        try:
            response = self._call(hook, attributes, obj, old)
        except _CallError as error:
            if hook.ignore_failure:
                return None
            raise internal(f'failed calling webhook "{hook.name}": {error}') from error
        for text in response.warnings:
            attributes.warn(text)
        if not response.allowed:
            denied = f'admission webhook "{hook.name}" denied the request'
            message = f"{denied}: {response.message}" if response.message else f"{denied} without explanation"
            raise ApiError(max(response.code, 400), message, reason=None)
        return response

    def _call(self, hook: Hook, attributes: Attributes, obj: Obj | None, old: Obj | None) -> AdmissionResponse:
        if attributes.dry_run and hook.side_effects not in {"None", "NoneOnDryRun"}:
            raise ApiError(400, f'admission webhook "{hook.name}" does not support dry run')
        post = f'failed to call webhook: Post "{hook.url}?timeout={hook.timeout}s"'
        webhook = self.webhooks.get(hook.url)
        if webhook is None and self.remote is not None:
            webhook = partial(self.remote, hook)
        if webhook is None:
            where = urlsplit(hook.url)
            raise _CallError(f"{post}: dial tcp {where.hostname}:{where.port or 443}: connect: connection refused")
        request = AdmissionRequest(
            uid=str(UUID(int=self._random.getrandbits(128), version=4)),
            operation=attributes.operation,
            resource=attributes.resource,
            subresource=attributes.subresource,
            namespace=attributes.namespace,
            name=attributes.name,
            object=clone(obj),
            old_object=clone(old),
            dry_run=attributes.dry_run,
        )
        try:
            if self.before_call is not None:
                self.before_call(hook)
            response = webhook(request)
            _check(response)
        except WebhookDown as error:
            raise _CallError(f"{post}: {error}") from error
        except NonsenseError as error:
            self._record_fault(hook.name, _key(attributes), error)
            raise _CallError(f"received invalid webhook response: {error}") from error
        except TimeoutError as error:
            self._record_fault(hook.name, _key(attributes), error)
            raise _CallError(f"{post}: context deadline exceeded") from error
        except Exception as error:
            # Whatever escapes from a webhook of the implementation would be a 500 of its server.
            self._record_fault(hook.name, _key(attributes), error)
            raise _CallError(f"failed to call webhook: the server returned an error: {error!r}") from error
        return response


def _key(attributes: Attributes) -> Key:
    return attributes.namespace, attributes.name


def _check(response: object) -> None:
    if not isinstance(response, AdmissionResponse):
        raise NonsenseError(f"expected an AdmissionResponse, got {response!r}")
    if not isinstance(response.allowed, bool) or not isinstance(response.code, int):
        raise NonsenseError(f"allowed must be a boolean and code a number, got {response!r}")
    for part in (response.patch, response.warnings):
        if not isinstance(part, (tuple, list)):
            raise NonsenseError(f"expected a sequence, got {part!r}")
    if not all(isinstance(operation, dict) for operation in response.patch):
        raise NonsenseError(f"received undecodable patch in webhook response: {response.patch!r}")
