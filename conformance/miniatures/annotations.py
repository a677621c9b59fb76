"""Wrong about the two annotations of matched pods."""

from __future__ import annotations

from _miniature import _Watching, kind_of

from podnet.api.names import NAMESPACE_NAME, POD_ENI, POD_NETWORKING, PREFIX
from podnet.api.objects import annotations_of
from podnet.api.resources import NAMESPACES
from podnet.reference import Reference, manifests
from podnet.reference.plane import snapshot_of
from podnet.reference.running import Update


class CapitalTrue(Reference):
    """ANN-1: The annotation pod-eni has the value True."""

    def annotations(self, podnetworking, *, pod):
        return {**super().annotations(podnetworking, pod=pod), POD_ENI: "True"}


class _Omitting(Reference):
    """Which omits the annotation ``omitted`` on pods that ``omits`` tells."""

    omitted = POD_ENI

    def omits(self, podnetworking, pod):
        return True

    def annotations(self, podnetworking, *, pod):
        found = super().annotations(podnetworking, pod=pod)
        if self.omits(podnetworking, pod):
            del found[self.omitted]
        return found


class PodEniIsMissing(_Omitting):
    """ANN-1: The annotation pod-eni is missing."""


class NoPodEniOnDeployments(_Omitting):
    """ANN-1: The annotation pod-eni is missing on pods that a controller made."""

    def omits(self, podnetworking, pod):
        return bool(kind_of(pod))


class NoPodEniUnderFixed(_Omitting):
    """ANN-1: The annotation pod-eni is missing under Fixed."""

    def omits(self, podnetworking, pod):
        return podnetworking.allocation_type == "Fixed"


class NoPodEniBesideAnnotations(_Omitting):
    """ANN-1: The annotation pod-eni is missing on pods that users annotated."""

    def omits(self, podnetworking, pod):
        return any(not name.startswith(PREFIX) for name in annotations_of(pod))


class PodEniOfTheUser(Reference):
    """ANN-1: A value that the user wrote into the annotation pod-eni of a matched pod stays."""

    def annotations(self, podnetworking, *, pod):
        written = {name: value for name, value in annotations_of(pod).items() if name == POD_ENI}
        return {**super().annotations(podnetworking, pod=pod), **written}


class PodNetworkingIsMissing(_Omitting):
    """ANN-2: The annotation pod-networking is missing."""

    omitted = POD_NETWORKING


class NoPodNetworkingUnderFixed(_Omitting):
    """ANN-2: The annotation pod-networking is missing under Fixed."""

    omitted = POD_NETWORKING

    def omits(self, podnetworking, pod):
        return podnetworking.allocation_type == "Fixed"


class NoPodNetworkingBesideAnnotations(_Omitting):
    """ANN-2: The annotation pod-networking is missing on pods that users annotated."""

    omitted = POD_NETWORKING

    def omits(self, podnetworking, pod):
        return any(not name.startswith(PREFIX) for name in annotations_of(pod))


class ConstantAnnotation(Reference):
    """ANN-2: The annotation has the value of the document's sample, whatever the PodNetworking is called."""

    def annotations(self, podnetworking, *, pod):
        return {**super().annotations(podnetworking, pod=pod), POD_NETWORKING: "podnetworking"}


class ShortAnnotation(Reference):
    """ANN-2: A long name is cut to the length of a label."""

    def annotations(self, podnetworking, *, pod):
        return {**super().annotations(podnetworking, pod=pod), POD_NETWORKING: podnetworking.name[:63]}


class AnnotationUpToTheDot(Reference):
    """ANN-2: Of a name with dots the annotation holds the first part."""

    def annotations(self, podnetworking, *, pod):
        return {**super().annotations(podnetworking, pod=pod), POD_NETWORKING: podnetworking.name.partition(".")[0]}


class UidForTheName(Reference):
    """ANN-2: The annotation holds the UID of the PodNetworking."""

    def annotations(self, podnetworking, *, pod):
        return {**super().annotations(podnetworking, pod=pod), POD_NETWORKING: podnetworking.uid}


class AnnotationOfTheUserStays(Reference):
    """ANN-3: What the user wrote into the annotation pod-networking of a matched pod stays."""

    def annotations(self, podnetworking, *, pod):
        written = {name: value for name, value in annotations_of(pod).items() if name == POD_NETWORKING}
        return {**super().annotations(podnetworking, pod=pod), **written}


class BelievesTheUser(Reference):
    """ANN-3: An annotation that the user wrote selects a PodNetworking for a pod that matches none."""

    def candidates(self, podnetworkings, *, pod, namespace_labels):
        found = super().candidates(podnetworkings, pod=pod, namespace_labels=namespace_labels)
        wanted = annotations_of(pod).get(POD_NETWORKING)
        return found or tuple(one for one in podnetworkings if one.name == wanted)


class PrefersTheUsersChoice(Reference):
    """ANN-3: An annotation that the user wrote selects another PodNetworking for a pod that matches one."""

    def candidates(self, podnetworkings, *, pod, namespace_labels):
        found = super().candidates(podnetworkings, pod=pod, namespace_labels=namespace_labels)
        wanted = annotations_of(pod).get(POD_NETWORKING)
        return (found and tuple(one for one in podnetworkings if one.name == wanted)) or found


class BelievesTemplates(Reference):
    """ANN-3: An annotation in the template of a controller selects the PodNetworking of its pods."""

    def candidates(self, podnetworkings, *, pod, namespace_labels):
        found = super().candidates(podnetworkings, pod=pod, namespace_labels=namespace_labels)
        wanted = annotations_of(pod).get(POD_NETWORKING) if kind_of(pod) else None
        return tuple(one for one in podnetworkings if one.name == wanted) or found


class BelievesTheNamespace(Reference):
    """ANN-3: An annotation of the namespace selects the PodNetworking of its pods that match none."""

    def install(self, host):
        self.api = host.api
        super().install(host)

    def candidates(self, podnetworkings, *, pod, namespace_labels):
        found = super().candidates(podnetworkings, pod=pod, namespace_labels=namespace_labels)
        namespace = self.api.get(NAMESPACES, namespace_labels[NAMESPACE_NAME])
        wanted = annotations_of(namespace).get(POD_NETWORKING)
        return found or tuple(one for one in podnetworkings if one.name == wanted)


class BelievesTheUserLater(Reference):
    """MAT-2: Whoever annotates a running pod with another PodNetworking gives it that one's security group."""

    def after_update(self, pod, *, eni, decide):
        podnetworking = self.podnetworkings.get(annotations_of(pod).get(POD_NETWORKING, ""))
        if podnetworking is None or podnetworking.name == self.plane_of(pod).podnetworking:
            return None
        moved = {manifests.names.ECI_SECURITY_GROUP: podnetworking.security_groups[0]}
        interface = self.publish_pod_eni(pod, eni=eni, plane=self.plane_of(pod))["spec"]["allocations"][0]
        interface["eni"]["securityGroupIDs"] = list(podnetworking.security_groups[:1])
        return Update(moved, {"spec": {"allocations": [interface]}})


class AnnotatesAfterFiveMinutes(_Watching):
    """ANN-4: The annotations are written five minutes after the pod has started."""

    def annotations(self, podnetworking, *, pod):
        return {}

    def look(self, pod):
        plane = snapshot_of(pod)
        if plane is None or (pod.get("status") or {}).get("phase") != "Running":
            return None
        left = self.left(pod, of=300)
        if left > 0:
            return left
        self.annotate(pod, {POD_ENI: "true", POD_NETWORKING: plane.podnetworking})
        return None


class AnnotationsExpire(_Watching):
    """MAT-2: Ten minutes after its start a pod loses its annotations."""

    def look(self, pod):
        if snapshot_of(pod) is None or (pod.get("status") or {}).get("phase") != "Running":
            return None
        left = self.left(pod, of=600)
        if left > 0:
            return left
        if POD_NETWORKING in annotations_of(pod):
            self.annotate(pod, {POD_ENI: None, POD_NETWORKING: None})
        return None
