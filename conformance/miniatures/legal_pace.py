"""Legal: nobody says how fast."""

from __future__ import annotations

from dataclasses import replace

from _miniature import _Admitting, _Watching

from podnet.api.names import POD_ENI, POD_NETWORKING, POD_UID
from podnet.api.objects import annotations_of, is_terminating, key_of, name_of, namespace_of, parse_timestamp, uid_of
from podnet.api.resources import POD_ENIS, POD_NETWORKINGS, PODS
from podnet.reference import Reference, manifests
from podnet.reference.plane import snapshot_of


def runs(pod):
    return (pod.get("status") or {}).get("phase") == "Running"


class StartsLate(Reference):
    """Legal (IPA-1): Pods take 40 seconds to run."""

    def delay(self, pod):
        return 40.0


class StartsVeryLate(Reference):
    """Legal (IPA-1): Pods take three minutes to run."""

    def delay(self, pod):
        return 180.0


class MatchedPodsStartLater(Reference):
    """Legal (IPA-1): Pods of PodNetworkings take half a minute to run, others start at once."""

    def delay(self, pod):
        return 30.0 if snapshot_of(pod) else 0.0


class UnmatchedPodsStartLater(Reference):
    """Legal (DEF-2): Pods of the default plane take half a minute to run, others start at once."""

    def delay(self, pod):
        return 0.0 if snapshot_of(pod) else 30.0


class AnnotatesLate(_Watching):
    """Legal (A-16, ANN-4): Everything that a pod is annotated with follows 50 seconds after it runs."""

    features = Reference.features - {"TerminalPhaseRelease"}

    def annotations(self, podnetworking, *, pod):
        return {}

    def publish_annotations(self, pod, *, eni, plane):
        return super().publish_annotations(pod, eni=eni, plane=plane) if plane.is_default else {}

    def look(self, pod):
        plane = snapshot_of(pod)
        eni = self.vpc.of(uid_of(pod))
        if plane is None or eni is None or not runs(pod):
            return None
        left = self.left(pod, of=50)
        if left > 0:
            return left
        if POD_NETWORKING not in annotations_of(pod):
            own = {POD_ENI: "true", POD_NETWORKING: plane.podnetworking}
            self.annotate(pod, {**manifests.eci_annotations(eni), **own})
        return None

    def complete_after(self, pod):
        return None


class RecordsLate(_Watching):
    """Legal (A-16, SG-2): The PodENI follows half a minute after the pod runs."""

    def watches(self):
        return {PODS: self.changed}

    def changed(self, change):
        if change.new is None and self.recorded(change.old):
            self.host.api.delete(POD_ENIS, name_of(change.old), namespace=namespace_of(change.old))
        return [key_of(change.object)]

    def recorded(self, pod):
        records = self.host.api.list(POD_ENIS, namespace=namespace_of(pod)).items
        return any(annotations_of(one).get(POD_UID) == uid_of(pod) for one in records)

    def publish_pod_eni(self, pod, *, eni, plane):
        return None

    def look(self, pod):
        eni = self.vpc.of(uid_of(pod))
        if eni is None or not runs(pod) or self.recorded(pod):
            return None
        left = self.left(pod, of=30)
        if left > 0:
            return left
        self.host.api.create(POD_ENIS, manifests.pod_eni(pod, eni=eni, plane=self.plane_of(pod)))
        return None


class _Finalizing(_Admitting, _Watching):
    """Whose pods bear a finalizer, which goes ``seconds`` after the deletion has begun."""

    seconds = 0.0
    finalizer = "example.com/network"

    def __init__(self):
        super().__init__()
        self.begun = {}

    def answer(self, request, response):
        kept = [*(request.object["metadata"].get("finalizers") or ()), self.finalizer]
        operation = {"op": "add", "path": "/metadata/finalizers", "value": kept}
        return replace(response, patch=(*response.patch, operation))

    def look(self, pod):
        mine = self.finalizer in (pod["metadata"].get("finalizers") or ())
        if not is_terminating(pod) or not mine:
            return None
        since = self.begun.setdefault(uid_of(pod), self.host.now())
        left = self.seconds - (self.host.now() - since).total_seconds()
        if left > 0:
            return left
        others = [one for one in pod["metadata"]["finalizers"] if one != self.finalizer]
        self.patch(pod, {"metadata": {"finalizers": others or None}})
        return None


class DeletesSlowly(_Finalizing):
    """Legal (A-23, ALC-2): Pods are gone 100 seconds after they are deleted."""

    seconds = 100.0


class FinalizesPods(_Finalizing):
    """Legal (A-24, ALC-2): Pods bear a finalizer of the implementation, which goes at once when they are deleted."""


class PlanesCountLater(Reference):
    """Legal (MAT-5): A PodNetworking is applied from five seconds after its creation on."""

    def install(self, host):
        self.host = host
        super().install(host)

    def candidates(self, podnetworkings, *, pod, namespace_labels):
        objects = [self.host.api.get(POD_NETWORKINGS, one.name) for one in podnetworkings]
        moments = [parse_timestamp(one["metadata"]["creationTimestamp"]) for one in objects]
        old = [(self.host.now() - moment).total_seconds() >= 5 for moment in moments]
        some = [one for one, counts in zip(podnetworkings, old, strict=True) if counts]
        return super().candidates(some, pod=pod, namespace_labels=namespace_labels)


class OnlyReadyPlanesCount(_Watching):
    """Legal (A-21, MAT-5): A PodNetworking is Ready ten seconds after its creation, and applied from then on."""

    def watches(self):
        return {POD_NETWORKINGS: lambda change: [name_of(change.new)] if change.new is not None else []}

    def status_of(self, podnetworking):
        return {}

    def status(self, name):
        return (self.host.api.get(POD_NETWORKINGS, name).get("status") or {}).get("status")

    def work(self, key):
        if key not in self.podnetworkings or self.status(key) == "Ready":
            return None
        left = 10 - self.seconds_since(self.host.api.get(POD_NETWORKINGS, key)["metadata"]["creationTimestamp"])
        if left > 0:
            return left
        self.host.api.patch(POD_NETWORKINGS, key, {"status": {"status": "Ready"}}, subresource="status")
        return None

    def candidates(self, podnetworkings, *, pod, namespace_labels):
        ready = [one for one in podnetworkings if self.status(one.name) == "Ready"]
        return super().candidates(ready, pod=pod, namespace_labels=namespace_labels)


class NamespaceLabelsCountLater(Reference):
    """Legal (MAT-5): The labels of a namespace are read anew after three seconds."""

    def install(self, host):
        self.host = host
        self.read = {}
        super().install(host)

    def candidates(self, podnetworkings, *, pod, namespace_labels):
        name = namespace_labels.get("kubernetes.io/metadata.name")
        moment, labels = self.read.get(name, (None, {}))
        if moment is None or (self.host.now() - moment).total_seconds() > 3:
            labels = dict(namespace_labels)
            self.read[name] = (self.host.now(), labels)
        return super().candidates(podnetworkings, pod=pod, namespace_labels=labels)


class NoStatus(Reference):
    """Legal (MAT-5): PodNetworkings have no status."""

    features = Reference.features - {"ReadyStatus"}

    def status_of(self, podnetworking):
        return {}


class EndsPodsAtOnce(_Watching):
    """Legal (ALC-2): A deleted pod ends at once, whatever its hooks ask for."""

    def look(self, pod):
        if is_terminating(pod) and not pod["metadata"].get("finalizers"):
            self.host.api.delete(PODS, name_of(pod), namespace=namespace_of(pod), grace_period_seconds=0)
