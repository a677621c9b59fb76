"""Wrong about pods that are created again: they get what an earlier pod got."""

from __future__ import annotations

from dataclasses import replace

from _miniature import _Watching, kind_of

from podnet.api.names import NAMESPACE_NAME
from podnet.api.objects import controller_of, key_of, labels_of, name_of
from podnet.api.podnetworking import from_object
from podnet.api.resources import POD_NETWORKINGS, PODS
from podnet.reference import Reference


class _Remembering(Reference):
    """Which decides once for all pods of one ``key``; a key of None is decided about each time."""

    def __init__(self):
        super().__init__()
        self.known = {}

    def key(self, pod, namespace):
        return None

    def candidates(self, podnetworkings, *, pod, namespace_labels):
        found = super().candidates(podnetworkings, pod=pod, namespace_labels=namespace_labels)
        key = self.key(pod, namespace_labels.get(NAMESPACE_NAME))
        return found if key is None else self.known.setdefault(key, found)


class RemembersByName(_Remembering):
    """MAT-3: What was decided for a name is kept for the next pod of that name."""

    def key(self, pod, namespace):
        return (namespace, name_of(pod)) if name_of(pod) else None


class RemembersByNameAndLabels(_Remembering):
    """MAT-3: What was decided for a name is kept for the next pod of that name with the same labels."""

    def key(self, pod, namespace):
        return (namespace, name_of(pod), *sorted(labels_of(pod).items())) if name_of(pod) else None


class RemembersStatefulSets(_Remembering):
    """MAT-3: What was decided for the first pod of a StatefulSet is kept for all its pods."""

    def key(self, pod, namespace):
        return controller_of(pod)["uid"] if kind_of(pod) == "StatefulSet" else None


class RemembersReplicaSets(_Remembering):
    """MAT-3: What was decided for the first pod of a ReplicaSet is kept for all its pods."""

    def key(self, pod, namespace):
        return controller_of(pod)["uid"] if kind_of(pod) == "ReplicaSet" else None


class RemembersDeployments(_Remembering):
    """MAT-3: What was decided for the first pod of a Deployment is kept for all its pods of the same labels."""

    def key(self, pod, namespace):
        if kind_of(pod) != "ReplicaSet":
            return None
        deployment = controller_of(pod)["name"].rpartition("-")[0]
        labels = sorted(item for item in labels_of(pod).items() if item[0] != "pod-template-hash")
        return (namespace, deployment, *labels)


class RemembersWhoseItIs(Reference):
    """MAT-3: A pod that is created again under its name stays with the PodNetworking as long as that exists."""

    def __init__(self):
        super().__init__()
        self.known = {}

    def candidates(self, podnetworkings, *, pod, namespace_labels):
        key = (namespace_labels.get(NAMESPACE_NAME), name_of(pod), *sorted(labels_of(pod).items()))
        same = tuple(one for one in podnetworkings if one.name == self.known.get(key))
        found = same or super().candidates(podnetworkings, pod=pod, namespace_labels=namespace_labels)
        if name_of(pod) and len(found) == 1:
            self.known[key] = found[0].name
        return found


class PlaneReadOnce(Reference):
    """MAT-4: The vSwitches and security groups of a PodNetworking are those of its first pod, whatever is edited."""

    def __init__(self):
        super().__init__()
        self.known = {}

    def plane(self, podnetworking, *, matching):
        return self.known.setdefault(podnetworking.uid, super().plane(podnetworking, matching=matching))


class PlaneKnownByName(Reference):
    """MAT-4: A PodNetworking that is created again under its name has the vSwitches and groups of the first one."""

    def __init__(self):
        super().__init__()
        self.known = {}

    def plane(self, podnetworking, *, matching):
        plane = super().plane(podnetworking, matching=matching)
        uid, first = self.known.setdefault(podnetworking.name, (podnetworking.uid, plane))
        if uid == podnetworking.uid:
            self.known[podnetworking.name] = (uid, plane)
            return plane
        return first


class VSwitchesReadOnce(PlaneReadOnce):
    """MAT-4: The vSwitches of a PodNetworking are those of its first pod, whatever is edited."""

    def plane(self, podnetworking, *, matching):
        now = Reference.plane(self, podnetworking, matching=matching)
        return replace(now, vswitches=super().plane(podnetworking, matching=matching).vswitches)


class SecurityGroupReadOnce(PlaneReadOnce):
    """MAT-4: The security group of a PodNetworking is that of its first pod, whatever is edited."""

    def plane(self, podnetworking, *, matching):
        now = Reference.plane(self, podnetworking, matching=matching)
        return replace(now, security_groups=super().plane(podnetworking, matching=matching).security_groups)


class InheritsTheSecurityGroup(_Watching):
    """SG-2: A pod that follows another one of its name within a minute gets that one's security group."""

    def __init__(self):
        super().__init__()
        self.last = {}

    def watches(self):
        return {PODS: self.changed}

    def changed(self, change):
        if change.new is None:
            self.last[key_of(change.old)] = (self.host.now(), super().plane_of(change.old).security_groups)
        return ()

    def plane_of(self, pod):
        plane = super().plane_of(pod)
        gone, groups = self.last.get(key_of(pod), (None, ()))
        soon = gone is not None and (self.host.now() - gone).total_seconds() < 60
        return replace(plane, security_groups=groups) if soon and not plane.is_default else plane


class _TheDeletedStillServe(Reference):
    """Where nothing else matches, a deleted PodNetworking still applies to the pods of one ``kind`` of owner."""

    kind = ""

    def __init__(self):
        super().__init__()
        self.deleted = {}

    def install(self, host):
        super().install(host)

        def note(change):
            if change.new is None:
                self.deleted[name_of(change.old)] = from_object(change.old)
            return ()

        host.controller("miniature", lambda _: None, watches={POD_NETWORKINGS: note})

    def candidates(self, podnetworkings, *, pod, namespace_labels):
        found = super().candidates(podnetworkings, pod=pod, namespace_labels=namespace_labels)
        if found or kind_of(pod) != self.kind:
            return found
        return super().candidates(tuple(self.deleted.values()), pod=pod, namespace_labels=namespace_labels)


class TheDeletedServeDeployments(_TheDeletedStillServe):
    """MAT-3: A deleted PodNetworking still applies to pods that take the place of others of a Deployment."""

    kind = "ReplicaSet"


class TheDeletedServeStatefulSets(_TheDeletedStillServe):
    """MAT-3: A deleted PodNetworking still applies to pods that take the place of others of a StatefulSet."""

    kind = "StatefulSet"
