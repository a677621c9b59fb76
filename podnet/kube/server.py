"""The API server: one method per verb, on objects, with the semantics of Kubernetes 1.36."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from random import Random
from typing import Any

from podnet.api.client import PatchType
from podnet.api.errors import ApiError
from podnet.api.host import Change
from podnet.api.objects import Obj, timestamp
from podnet.api.resources import CUSTOM_RESOURCE_DEFINITIONS, NAMESPACES, Resource
from podnet.kube import answers
from podnet.kube.admission import Admission, RecordFault
from podnet.kube.backend import PLAIN, Backend, DeleteOptions, WriteOptions, presented
from podnet.kube.creating import create
from podnet.kube.deleting import delete
from podnet.kube.evicting import evict
from podnet.kube.listing import Page, list_page
from podnet.kube.patching import PATCH_MEDIA_TYPES, patcher
from podnet.kube.registry import Registry, Served, defined
from podnet.kube.scaling import applied_scale, read_scale, write_scale
from podnet.kube.store import Store
from podnet.kube.strategy_core import NAMESPACE_LABEL
from podnet.kube.subresources import bind, request_token
from podnet.kube.tokens import Tokens
from podnet.kube.updating import Revise, update
from podnet.kube.watching import Watcher

FIRST_NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")


class ApiServer:
    """Answers requests on objects. What it is given belongs to it; what it returns is shared and read only.

    Every method raises ApiError for an answer that is not a success.
    """

    def __init__(
        self,
        *,
        now: Callable[[], datetime],
        random: Random,
        record_fault: RecordFault,
        store: Store | None = None,
        thorough: bool = False,
    ) -> None:
        self.store = store if store is not None else Store()
        self.registry = Registry()
        if thorough:
            from podnet.kube.absent import absent_kinds  # only clients from outside look for them
            from podnet.kube.kept import first_objects, kept_kinds

            self.registry.serve("absent", absent_kinds())
            self.registry.serve("kept", kept_kinds())
        self.admission = Admission(self.store, record_fault=record_fault, random=random)
        self.backend = Backend(self.store, self.registry, self.admission, now, random, Tokens(), thorough)
        self.store.subscribe(self._define)
        for name in FIRST_NAMESPACES:
            self.store.put(NAMESPACES, self._first(_namespace(name)))
        for resource, obj in first_objects() if thorough else ():
            self.store.put(resource, self._first(obj))

    def get(self, resource: Resource, name: str, *, namespace: str = "", subresource: str = "") -> Obj:
        """One object, or what a path below it shows."""
        served = self.served(resource)
        if subresource and not served.custom:
            self._require(served, subresource, name, allowed=(*served.strategy.subresources,))
        obj = self.store.get(served.storage, namespace if served.resource.namespaced else "", name)
        if obj is None:
            raise answers.not_found(served.resource, name)
        if subresource == "scale" and "scale" in served.strategy.subresources:
            return read_scale(served.strategy, obj)
        if subresource:
            self._require(served, subresource, name, allowed=("status", "ephemeralcontainers"))
        return presented(served, obj)

    def list(
        self,
        resource: Resource,
        *,
        namespace: str = "",
        label_selector: str = "",
        field_selector: str = "",
        limit: int = 0,
        continue_token: str = "",
        exact_version: int = 0,
    ) -> Page:
        """The objects of one namespace, or of all when it is empty, as they are or as of an ``exact_version``."""
        served = self.served(resource)
        page = list_page(
            self.backend,
            served,
            namespace=namespace if served.resource.namespaced else "",
            label_selector=label_selector,
            field_selector=field_selector,
            limit=limit,
            continue_token=continue_token,
            exact_version=exact_version,
        )
        if served.resource == served.storage:
            return page
        shown = [presented(served, obj) for obj in page.items]
        return Page(shown, page.resource_version, page.continue_token, page.remaining)

    def watch(self, resource: Resource, **selection: Any) -> Watcher:
        """A watch; the keywords are those of ``Watcher``."""
        return Watcher(self.backend, self.served(resource), **selection)

    def create(
        self,
        resource: Resource,
        obj: Obj,
        *,
        namespace: str = "",
        name: str = "",
        subresource: str = "",
        options: WriteOptions = PLAIN,
    ) -> Obj:
        """Create an object, or post to a path below the object ``name``."""
        served = self.served(resource)
        if not subresource:
            return presented(served, create(self.backend, served, obj, namespace=namespace, options=options))
        post = {"binding": bind, "eviction": evict, "token": request_token}.get(subresource)
        if post is None or subresource not in served.strategy.subresources:
            raise answers.not_allowed() if subresource in served.strategy.subresources else answers.no_such_page()
        name = name or str((obj.get("metadata") or {}).get("name") or "")
        namespace = namespace or str((obj.get("metadata") or {}).get("namespace") or "")
        return post(self.backend, served, name, obj, namespace=namespace, options=options)

    def update(
        self,
        resource: Resource,
        obj: Obj,
        *,
        namespace: str = "",
        name: str = "",
        subresource: str = "",
        options: WriteOptions = PLAIN,
    ) -> Obj:
        """Replace an object, or its part that ``subresource`` names."""
        metadata = obj.get("metadata")
        stated = metadata if isinstance(metadata, dict) else {}
        name = name or str(stated.get("name") or "")
        namespace = namespace or str(stated.get("namespace") or "")
        if not stated.get("name"):
            raise answers.undeterminable_name(name)
        return self._revise(
            resource, name, lambda _: obj, namespace=namespace, subresource=subresource, options=options
        )

    def patch(
        self,
        resource: Resource,
        name: str,
        patch: Any,
        *,
        namespace: str = "",
        type: PatchType = "merge",
        subresource: str = "",
        options: WriteOptions = PLAIN,
    ) -> Obj:
        """Change a part of an object."""
        if type == "apply":
            return self.apply(resource, name, patch, namespace=namespace, subresource=subresource, options=options)[0]
        served = self.served(resource)
        if type not in served.strategy.patch_types:
            accepted = [PATCH_MEDIA_TYPES[each] for each in served.strategy.patch_types]
            raise answers.unsupported_media(accepted)
        return self._revise(
            resource,
            name,
            patcher(patch, type),
            namespace=namespace,
            subresource=subresource,
            options=options,
            patching=True,
        )

    def apply(
        self,
        resource: Resource,
        name: str,
        patch: Obj | Sequence[Obj],
        *,
        namespace: str = "",
        subresource: str = "",
        options: WriteOptions = PLAIN,
    ) -> tuple[Obj, bool]:
        """Apply the fields that a client wants to own; returns the object, and whether it is new."""
        from podnet.kube.applying import applier  # few clients do this

        served = self.served(resource)
        namespace = namespace if served.resource.namespaced else ""
        if scales := subresource == "scale" and "scale" in served.strategy.subresources:
            patch, subresource, options = applied_scale(served, patch), "", replace(options, subresource="scale")
        revise = applier(self.backend, served, name, patch, subresource=subresource, options=options)
        options = replace(options, applied=True)
        if subresource or scales or self.store.get(served.storage, namespace, name) is not None:
            changed = self._revise(
                resource, name, revise, namespace=namespace, subresource=subresource, options=options, patching=True
            )
            return read_scale(served.strategy, changed) if scales else changed, False
        return self.create(resource, revise(None), namespace=namespace, options=options), True

    def delete(
        self, resource: Resource, name: str, *, namespace: str = "", options: DeleteOptions | None = None
    ) -> tuple[Obj, bool]:
        """Delete an object or begin to; returns its state, and whether it is gone."""
        served = self.served(resource)
        namespace = namespace if served.resource.namespaced else ""
        obj, gone = delete(self.backend, served, name, namespace=namespace, options=options or DeleteOptions())
        return presented(served, obj), gone

    def delete_collection(
        self,
        resource: Resource,
        *,
        namespace: str = "",
        label_selector: str = "",
        field_selector: str = "",
        options: DeleteOptions | None = None,
    ) -> Page:
        """Delete every object that both selectors select, one after the other; returns what was selected."""
        served = self.served(resource)
        if not served.strategy.delete_collection:
            raise answers.not_allowed()
        page = self.list(resource, namespace=namespace, label_selector=label_selector, field_selector=field_selector)
        options = replace(options or DeleteOptions(), collection=True)
        for obj in page.items:
            metadata = obj["metadata"]
            try:
                self.delete(resource, metadata["name"], namespace=metadata.get("namespace", ""), options=options)
            except ApiError as error:
                if error.code != 404:
                    raise
        return page

    def served(self, resource: Resource) -> Served:
        """How a resource is served now. Raises ApiError 404 if it is not."""
        return self.registry.find(resource.group, resource.version, resource.plural)

    def _revise(
        self,
        resource: Resource,
        name: str,
        revise: Revise,
        *,
        namespace: str,
        subresource: str,
        options: WriteOptions,
        patching: bool = False,
    ) -> Obj:
        served = self.served(resource)
        namespace = namespace if served.resource.namespaced else ""
        if subresource == "scale" and "scale" in served.strategy.subresources:
            return write_scale(
                self.backend, served, name, revise, namespace=namespace, options=options, patching=patching
            )
        if subresource:
            self._require(served, subresource, name, allowed=("status", "finalize", "ephemeralcontainers"))
        obj = update(
            self.backend,
            served,
            name,
            revise,
            namespace=namespace,
            options=options,
            subresource=subresource,
            patching=patching,
        )
        return presented(served, obj)

    def _require(self, served: Served, subresource: str, name: str, *, allowed: Sequence[str]) -> None:
        if subresource not in served.strategy.subresources:
            raise answers.not_found(served.resource, name) if served.custom else answers.no_such_page()
        if subresource not in allowed:
            raise answers.not_allowed()

    def _define(self, resource: Resource, change: Change) -> None:
        if resource == CUSTOM_RESOURCE_DEFINITIONS:
            name = change.object["metadata"]["name"]
            self.registry.serve(name, defined(change.new) if change.new is not None else ())

    def _first(self, obj: Obj) -> Obj:
        born = {"uid": self.backend.new_uid(), "creationTimestamp": timestamp(self.backend.now())}
        return {**obj, "metadata": {**obj["metadata"], **born}}


def _namespace(name: str) -> Obj:
    return {
        "kind": "Namespace",
        "apiVersion": "v1",
        "metadata": {"name": name, "labels": {NAMESPACE_LABEL: name}},
        "spec": {"finalizers": ["kubernetes"]},
        "status": {"phase": "Active"},
    }
