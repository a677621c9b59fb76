"""Wrong about pods that are there already: something moves them."""

from __future__ import annotations

from dataclasses import replace

from _miniature import _Watching, kind_of

from podnet.api.names import ECI_SECURITY_GROUP, POD_ENI, POD_NETWORKING
from podnet.api.objects import annotations_of, clone, key_of, labels_of, name_of, namespace_of
from podnet.api.resources import NAMESPACES, NODES, POD_ENIS, POD_NETWORKINGS, PODS
from podnet.reference import Reference, manifests
from podnet.reference.plane import snapshot_of
from podnet.reference.running import Update


def runs(pod):
    return (pod.get("status") or {}).get("phase") == "Running"


class LabellingMovesPods(Reference):
    """MAT-2: A running pod that comes to match is annotated."""

    def after_update(self, pod, *, eni, decide):
        found = decide(pod)
        if found and POD_NETWORKING not in annotations_of(pod):
            return Update(annotations={POD_ENI: "true", POD_NETWORKING: found.name})
        return None


class LabellingChangesTheAnnotation(Reference):
    """MAT-2: A running pod that is labelled so that another PodNetworking matches is annotated with that."""

    def after_update(self, pod, *, eni, decide):
        found = decide(pod)
        named = annotations_of(pod).get(POD_NETWORKING)
        return Update(annotations={POD_NETWORKING: found.name}) if found and named not in (None, found.name) else None


class LosingALabelLosesTheAnnotation(_Watching):
    """MAT-2: A running pod that loses a label loses its annotation."""

    def watches(self):
        return {PODS: self.changed}

    def changed(self, change):
        lost = change.old and change.new and set(labels_of(change.old)) - set(labels_of(change.new))
        return [key_of(change.new)] if lost and snapshot_of(change.new) else []

    def look(self, pod):
        self.annotate(pod, {POD_NETWORKING: None})


class LeavingTheSelectorLosesTheAnnotation(_Watching):
    """MAT-2: A running pod that is labelled out of its selector loses its annotation."""

    def watches(self):
        return {PODS: lambda change: [key_of(change.object)] if change.old and change.new else []}

    def look(self, pod):
        podnetworking = self.podnetworkings.get(annotations_of(pod).get(POD_NETWORKING, ""))
        if podnetworking is not None and runs(pod) and not podnetworking.pods.matches(labels_of(pod)):
            self.annotate(pod, {POD_NETWORKING: None})


class LabellingTheNamespaceMovesPods(_Watching):
    """MAT-2: When a namespace comes to match, its running pods that match are annotated."""

    def watches(self):
        return {NAMESPACES: self.changed}

    def changed(self, change):
        relabelled = change.old and change.new and labels_of(change.old) != labels_of(change.new)
        return [name_of(change.new)] if relabelled else []

    def work(self, key):
        labels = labels_of(self.host.api.get(NAMESPACES, key))
        pods = [pod for pod in self.pods() if namespace_of(pod) == key and runs(pod) and not snapshot_of(pod)]
        for pod in pods:
            for one in self.podnetworkings.values():
                if self.matches(one, pod_labels=labels_of(pod), namespace_labels=labels):
                    self.annotate(pod, {POD_NETWORKING: one.name})


class _Following(_Watching):
    """Which does something to pods when a PodNetworking is created, edited or deleted."""

    def watches(self):
        return {POD_NETWORKINGS: self.changed}

    def changed(self, change):
        return [name_of(change.object)] if self.concerns(change) else []

    def concerns(self, change):
        return change.old is not None and change.new is not None and change.old["spec"] != change.new["spec"]

    def users(self, name):
        return [pod for pod in self.pods() if annotations_of(pod).get(POD_NETWORKING) == name]

    def evict(self, pod):
        self.host.api.delete(PODS, name_of(pod), namespace=namespace_of(pod))

    def work(self, key):
        for pod in self.users(key):
            self.move(pod)


class NewPlanesTakeRunningPods(_Following):
    """MAT-2: Running pods of Deployments are annotated with a PodNetworking that is created and matches them."""

    def concerns(self, change):
        return change.old is None

    def work(self, key):
        one = self.podnetworkings.get(key)
        for pod in self.pods() if one else ():
            labels = labels_of(self.host.api.get(NAMESPACES, namespace_of(pod)))
            found = self.matches(one, pod_labels=labels_of(pod), namespace_labels=labels)
            if found and kind_of(pod) == "ReplicaSet" and runs(pod) and not snapshot_of(pod):
                self.annotate(pod, {POD_NETWORKING: key})


class DeletionTakesTheAnnotation(_Following):
    """MAT-2: When a PodNetworking is deleted, its running pods lose their annotations."""

    def concerns(self, change):
        return change.new is None

    def move(self, pod):
        self.annotate(pod, {POD_ENI: None, POD_NETWORKING: None})


class DeletionEvicts(_Following):
    """MAT-2: When a PodNetworking is deleted, the pods of controllers that use it are replaced."""

    def concerns(self, change):
        return change.new is None

    def move(self, pod):
        if kind_of(pod):
            self.evict(pod)


class EditsEvict(_Following):
    """MAT-2: When a PodNetworking is edited, the pods of controllers that use it are replaced."""

    def move(self, pod):
        if kind_of(pod):
            self.evict(pod)


class EditsReplaceBarePods(_Following):
    """MAT-2: When a PodNetworking is edited, its bare pods are deleted and created again by the system."""

    def move(self, pod):
        if not kind_of(pod) and runs(pod):
            self.host.api.delete(PODS, name_of(pod), namespace=namespace_of(pod), grace_period_seconds=0)
            kept = ("name", "namespace", "labels")
            metadata = {field: value for field, value in pod["metadata"].items() if field in kept}
            spec = {"containers": clone(pod["spec"]["containers"])}
            self.host.api.create(PODS, {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec})


class _ChangingGroups(Reference):
    """Which gives a running pod the security group that its PodNetworking names now, if ``follows`` says so."""

    def follows(self, pod):
        return True

    def revisit(self, change):
        return change.old is not None and change.new is not None and change.old["spec"] != change.new["spec"]

    def after_update(self, pod, *, eni, decide):
        podnetworking = self.podnetworkings.get(annotations_of(pod).get(POD_NETWORKING, ""))
        if podnetworking is None or not self.follows(pod):
            return None
        moved = replace(eni, security_groups=self.effective_security_groups(podnetworking))
        record = manifests.pod_eni(pod, eni=moved, plane=self.plane_of(pod))
        return Update({ECI_SECURITY_GROUP: moved.security_groups[0]}, {"spec": record["spec"]})


class EditsReachBarePods(_ChangingGroups):
    """MAT-2: When a PodNetworking is edited, its running bare pods get the new security group."""

    def follows(self, pod):
        return not kind_of(pod)


class EditsReachWorkloads(_ChangingGroups):
    """MAT-2: When a PodNetworking is edited, the running pods of Deployments get the new security group."""

    def follows(self, pod):
        return kind_of(pod) == "ReplicaSet"


class EditsReachStatefulSets(_ChangingGroups):
    """MAT-2: When a PodNetworking is edited, the running pods of StatefulSets get the new security group."""

    def follows(self, pod):
        return kind_of(pod) == "StatefulSet"


class RecreatedPlanesTakeOldPods(_ChangingGroups):
    """MAT-2: A PodNetworking that is created again under its name gives old pods its security group."""

    def revisit(self, change):
        return change.old is None


class DriftsToTheDefaultGroup(_Watching):
    """SG-2: Ten minutes after its start a pod has the default security group."""

    def look(self, pod):
        if snapshot_of(pod) is None or not runs(pod):
            return None
        left = self.left(pod, of=600)
        if left > 0:
            return left
        (group, *_) = self.inventory.default.security_groups
        if annotations_of(pod).get(ECI_SECURITY_GROUP) != group:
            self.annotate(pod, {ECI_SECURITY_GROUP: group})
            record = self.host.api.get(POD_ENIS, name_of(pod), namespace=namespace_of(pod))
            record["spec"]["allocations"][0]["eni"]["securityGroupIDs"] = [group]
            self.host.api.update(POD_ENIS, record)
        return None


class ResyncsEveryTenMinutes(_Watching):
    """DEF-3: Every ten minutes all running pods are matched afresh, and annotated."""

    def watches(self):
        return {NODES: lambda change: ["resync"] if change.old is None else []}

    def work(self, key):
        for pod in self.pods():
            labels = labels_of(self.host.api.get(NAMESPACES, namespace_of(pod)))
            pairs = {"pod_labels": labels_of(pod), "namespace_labels": labels}
            found = [one.name for one in self.podnetworkings.values() if self.matches(one, **pairs)]
            named = annotations_of(pod).get(POD_NETWORKING)
            if runs(pod) and named not in found and (found or named):
                self.annotate(pod, {POD_NETWORKING: min(found, default=None)})
        return 600.0
