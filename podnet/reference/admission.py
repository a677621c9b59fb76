"""The two webhooks: pods get their plane when they are created, PodNetworkings that mean nothing are refused."""

from __future__ import annotations

from collections.abc import Collection

from podnet.api.host import AdmissionRequest, AdmissionResponse
from podnet.api.names import POD_ENI, POD_NETWORKING, POD_NETWORKS
from podnet.api.objects import Obj
from podnet.api.podnetworking import PodNetworking
from podnet.reference.index import Index
from podnet.reference.plane import snapshot
from podnet.reference.selecting import Selecting

OWNED = frozenset({POD_ENI, POD_NETWORKING, POD_NETWORKS})
"""Annotations that only the system writes: what a user puts there is removed, so that it never selects a plane."""

ALLOWED = AdmissionResponse()


class Admission:
    """Answers admission reviews by the decisions of ``selecting`` and the knowledge of ``index``."""

    def __init__(self, selecting: Selecting, *, index: Index) -> None:
        self._selecting = selecting
        self._index = index

    def matching(self, pod: Obj, *, namespace: str) -> tuple[PodNetworking, ...]:
        """The PodNetworkings that apply to a pod: none if it shares the network of its node."""
        if pod["spec"].get("hostNetwork"):
            return ()
        namespace_labels = self._index.namespace_labels(namespace)
        known: Collection[PodNetworking] = self._index.podnetworkings.values()
        if self._matches_by_the_document:
            pod_labels = pod["metadata"].get("labels") or {}
            known = self._index.plausible(pod_labels=pod_labels, namespace_labels=namespace_labels)
        return self._selecting.candidates(known, pod=pod, namespace_labels=namespace_labels)

    @property
    def _matches_by_the_document(self) -> bool:
        """Whether nobody has another rule: the index knows only the document's, and must hide nothing from others."""
        return all(
            getattr(getattr(self._selecting, name), "__func__", None) is getattr(Selecting, name)
            for name in ("matches", "candidates")
        )

    def decide(self, pod: Obj, *, namespace: str, identity: str) -> PodNetworking | None:
        """The PodNetworking that a pod would get now; None for the default plane."""
        matching = self.matching(pod, namespace=namespace)
        return self._selecting.choose(matching, pod=pod, identity=identity) if matching else None

    def mutate_pod(self, request: AdmissionRequest) -> AdmissionResponse:
        """Mark a new pod with its plane and bind it to the zones of that."""
        pod = request.object
        if pod is None or request.operation != "CREATE" or request.subresource:
            return ALLOWED
        matching = self.matching(pod, namespace=request.namespace)
        denial = self._selecting.deny(pod, matching=matching)
        if denial:
            return AdmissionResponse(allowed=False, message=denial)
        metadata = pod["metadata"]
        identity = f"{request.namespace}/{metadata.get('name') or metadata.get('generateName')}/{request.uid}"
        chosen = self._selecting.choose(matching, pod=pod, identity=identity) if matching else None
        if chosen is None:
            return AdmissionResponse(patch=_annotate(pod, self._selecting.default_annotations(pod)))
        plane = self._selecting.plane(chosen, matching=matching)
        annotations = self._selecting.annotations(chosen, pod=pod) | {POD_NETWORKS: snapshot(plane)}
        spec = self._selecting.admitted(pod, plane=plane)
        return AdmissionResponse(patch=(*_annotate(pod, annotations), *_replace(pod["spec"], spec)))

    def validate_podnetworking(self, request: AdmissionRequest) -> AdmissionResponse:
        """Refuse what means nothing. An update that leaves the spec alone passes, so that nothing gets stuck."""
        obj, old = request.object, request.old_object
        if obj is None or request.subresource:
            return ALLOWED
        if old is not None and old.get("spec") == obj.get("spec"):
            return ALLOWED
        problems = self._selecting.reject(obj)
        if not problems:
            return ALLOWED
        return AdmissionResponse(allowed=False, code=422, message="; ".join(map(str, problems)))


def _annotate(pod: Obj, wanted: dict[str, str]) -> tuple[Obj, ...]:
    present = pod["metadata"].get("annotations") or {}
    kept = {name: value for name, value in present.items() if name not in OWNED}
    if kept | wanted == present:
        return ()
    return ({"op": "add", "path": "/metadata/annotations", "value": kept | wanted},)


def _replace(old: Obj, new: Obj) -> tuple[Obj, ...]:
    """JSON Patch operations that turn one spec into the other, a whole field each."""
    if new is old:
        return ()
    changed = [
        {"op": "add", "path": f"/spec/{field}", "value": value}
        for field, value in new.items()
        if field not in old or (value is not old[field] and value != old[field])
    ]
    return (*changed, *({"op": "remove", "path": f"/spec/{field}"} for field in old if field not in new))
