"""The controller that ends a CustomResourceDefinition: first its objects go, then it may."""

from __future__ import annotations

from collections.abc import Iterable

from podnet.api.host import Change, Key
from podnet.api.resources import CUSTOM_RESOURCE_DEFINITIONS
from podnet.kube.crds import CLEANUP
from podnet.kube.host import EVERY_RESOURCE
from podnet.kube.informers import Informers
from podnet.kube.server import ApiServer


class CrdCleanup:
    """Deletes the objects of terminating definitions; needs nothing while none is terminating."""

    name = "crd-cleanup"

    def __init__(self, server: ApiServer) -> None:
        self._server = server
        self._terminating: set[str] = set()

    def install(self, informers: Informers) -> None:
        """Register the controller."""
        watches = {CUSTOM_RESOURCE_DEFINITIONS: self._defined, EVERY_RESOURCE: self._gone}
        informers.add(self.name, self.reconcile, watches=watches, guarded=False)

    def reconcile(self, key: Key) -> None:
        """Delete what a terminating definition defines; once nothing is left, let it go."""
        store = self._server.store
        crd = store.get(CUSTOM_RESOURCE_DEFINITIONS, "", str(key))
        if crd is None or not crd["metadata"].get("deletionTimestamp"):
            return
        left = False
        for served in self._server.registry.defined_by(str(key)):
            for obj in store.sorted_values(served.storage):
                metadata = obj["metadata"]
                left = True
                if not metadata.get("deletionTimestamp"):
                    self._server.delete(served.resource, metadata["name"], namespace=metadata.get("namespace", ""))
            left = left and bool(store.values(served.storage))
        if not left:
            finalizers = [item for item in crd["metadata"].get("finalizers") or () if item != CLEANUP]
            patch = {"metadata": {"finalizers": finalizers or None}}
            self._server.patch(CUSTOM_RESOURCE_DEFINITIONS, str(key), patch)

    def _defined(self, change: Change) -> Iterable[Key]:
        name = change.object["metadata"]["name"]
        if change.new is not None and change.new["metadata"].get("deletionTimestamp"):
            self._terminating.add(name)
            yield name
        else:
            self._terminating.discard(name)

    def _gone(self, change: Change) -> Iterable[Key]:
        if change.new is not None or change.old is None:
            return
        for name in self._terminating:
            if any(served.storage.kind == change.old["kind"] for served in self._server.registry.defined_by(name)):
                yield name
