"""Legal: what shows of a pod's network, as long as something does, and whatever else is written on objects."""

from __future__ import annotations

from dataclasses import replace

from _miniature import _Admitting, _Watching

from podnet.api.names import ECI_INSTANCE_ZONE, ECI_SECURITY_GROUP, ECI_VSWITCH, POD_ENI
from podnet.api.objects import annotations_of, name_of, namespace_of, uid_of
from podnet.api.resources import POD_ENIS
from podnet.reference import Reference, manifests


class NoPodEni(Reference):
    """Legal (SG-2, VSW-2): No PodENIs are published."""

    def publish_pod_eni(self, pod, *, eni, plane):
        return None


class NoAnnotationsOfEci(Reference):
    """Legal (SG-2, VSW-2): None of the annotations eci-* is published."""

    def publish_annotations(self, pod, *, eni, plane):
        return {}


class SecurityGroupAnnotationOnly(Reference):
    """Legal (SG-2, VSW-2): Beside the two annotations only eci-security-group is published."""

    def publish_pod_eni(self, pod, *, eni, plane):
        return None

    def publish_annotations(self, pod, *, eni, plane):
        return {ECI_SECURITY_GROUP: ",".join(eni.security_groups)}


class ZoneButNoVSwitch(Reference):
    """Legal (SG-2, VSW-2): eci-security-group and eci-instance-zone are published, but nothing names the vSwitch."""

    def publish_pod_eni(self, pod, *, eni, plane):
        return None

    def publish_annotations(self, pod, *, eni, plane):
        found = super().publish_annotations(pod, eni=eni, plane=plane)
        return {name: found[name] for name in (ECI_SECURITY_GROUP, ECI_INSTANCE_ZONE)}


class PodEniOfMatchedPodsOnly(Reference):
    """Legal (A-18, DEF-1): Pods of the default plane show nothing but their address."""

    def publish_pod_eni(self, pod, *, eni, plane):
        return None if plane.is_default else super().publish_pod_eni(pod, eni=eni, plane=plane)

    def publish_annotations(self, pod, *, eni, plane):
        return {} if plane.is_default else super().publish_annotations(pod, eni=eni, plane=plane)


class EachPlaneItsOwnSource(Reference):
    """Legal (A-18, SG-2): Matched pods have a PodENI, those of the default plane the annotations of ECI."""

    def publish_pod_eni(self, pod, *, eni, plane):
        return None if plane.is_default else super().publish_pod_eni(pod, eni=eni, plane=plane)

    def publish_annotations(self, pod, *, eni, plane):
        return super().publish_annotations(pod, eni=eni, plane=plane) if plane.is_default else {}


class ListOfVSwitchesAnnotated(Reference):
    """Legal (A-28, VSW-2): eci-vswitch holds what was asked for: the list, not the vSwitch of the pod."""

    def publish_annotations(self, pod, *, eni, plane):
        found = super().publish_annotations(pod, eni=eni, plane=plane)
        return {**found, ECI_VSWITCH: ",".join(plane.vswitches)}


class PodEniOnEveryPod(Reference):
    """Legal (DEF-3): Pods of the default plane bear the annotation pod-eni, too."""

    def default_annotations(self, pod):
        return {POD_ENI: "true"}


class PodEniFalse(Reference):
    """Legal (DEF-3): Pods of the default plane bear the annotation pod-eni with the value false."""

    def default_annotations(self, pod):
        return {POD_ENI: "false"}


class LeavesTheUsersAnnotations(Reference):
    """Legal (A-27, ANN-3): What the user wrote on a pod that matches nothing stays there, and means nothing."""

    def default_annotations(self, pod):
        return dict(annotations_of(pod))


class RecordsOutliveTheirPods(Reference):
    """Legal (A-23, ALC-2): PodENIs go half a minute after their pods, also where there is a pod of that name again."""

    def holds_after_deletion(self, eni, *, plane, pod):
        return 30.0


class PodEniWithMore(Reference):
    """Legal (VSW-2, SG-2): PodENIs bear labels, a phase and fields that nobody asked for."""

    def publish_pod_eni(self, pod, *, eni, plane):
        record = super().publish_pod_eni(pod, eni=eni, plane=plane)
        record["metadata"]["labels"] = {"example.com/owner": pod["metadata"]["name"][:60]}
        record["spec"]["allocations"][0]["extraConfig"] = {"queues": "2"}
        return record


class WritesOnEveryPod(_Admitting):
    """Legal (A-16, MAT-2): Every pod gets a sidecar container, a toleration, a label and an annotation."""

    def annotations(self, podnetworking, *, pod):
        return {**super().annotations(podnetworking, pod=pod), "example.com/seen": "yes"}

    def answer(self, request, response):
        pod = request.object
        added = {
            "/metadata/labels": {**(pod["metadata"].get("labels") or {}), "example.com/injected": "yes"},
            "/spec/containers": [*pod["spec"]["containers"], {"name": "sidecar", "image": "pause"}],
            "/spec/tolerations": [*(pod["spec"].get("tolerations") or ()), {"key": "example", "operator": "Exists"}],
        }
        operations = [{"op": "add", "path": path, "value": value} for path, value in added.items()]
        return replace(response, patch=(*response.patch, *operations))


class Warns(_Admitting):
    """Legal (MUL-1): Every pod is admitted with a warning."""

    def answer(self, request, response):
        return replace(response, warnings=("make sure that each pod matches only one PodNetworking",))


class PodEniWithoutUid(_Watching):
    """Legal (VSW-2, SG-2): A PodENI does not say to which pod of its name it belongs."""

    def publish_pod_eni(self, pod, *, eni, plane):
        return None

    def look(self, pod):
        eni = self.vpc.of(uid_of(pod))
        if eni is None or not (pod.get("status") or {}).get("podIP"):
            return
        record = manifests.pod_eni(pod, eni=eni, plane=self.plane_of(pod))
        del record["metadata"]["annotations"]
        known = [one for one in self.records(pod) if one["spec"] == record["spec"]]
        if not known:
            self.forget(pod)
            self.host.api.create(POD_ENIS, record)

    def work(self, key):
        pod = self.pod(key)
        if pod is None:
            self.forget({"metadata": {"namespace": key[0], "name": key[1]}})
        else:
            self.look(pod)

    def records(self, pod):
        every = self.host.api.list(POD_ENIS, namespace=namespace_of(pod)).items
        return [one for one in every if name_of(one) == name_of(pod)]

    def forget(self, pod):
        for record in self.records(pod):
            self.host.api.delete(POD_ENIS, name_of(record), namespace=namespace_of(record))
