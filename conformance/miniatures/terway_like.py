"""A model of the other dialect: PodNetworking as the open-source Terway controllers implement it on ECS nodes.

It shows what Terway shows through the Kubernetes API: webhooks, status of PodNetworkings, annotations, PodENIs, nodes.
Left out: several interfaces for a pod, the cache of idle addresses, and that Terway accepts malformed selectors.
"""

from __future__ import annotations

import re

from podnet.api.errors import ApiError, is_not_found
from podnet.api.host import AdmissionResponse
from podnet.api.names import HOSTNAME, NODE_TYPE, POD_ENI, POD_NETWORKING, POD_NETWORKS, POD_UID, PREFIX
from podnet.api.objects import annotations_of, controller_of, key_of, labels_of, name_of, namespace_of, uid_of
from podnet.api.resources import MUTATING_WEBHOOK_CONFIGURATIONS, POD_ENIS, POD_NETWORKINGS, PODS
from podnet.api.selectors import Problem
from podnet.engine import admit
from podnet.reference import Reference, registration

LIMIT = 10
FOREVER = 1e9
GC_SECONDS = 90.0
MEMBER_ENI = "aliyun/member-eni"
EXCLUSIVE = (POD_NETWORKS, f"{PREFIX}pod-networks-request", POD_NETWORKING)
DURATION = re.compile(r"(?:\d+(?:\.\d+)?(?:ns|us|ms|s|m|h))+")
SECONDS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
POLICY = {"type": "object", "properties": {"vSwitchSelectionPolicy": {"type": "string"}}}
POLICY["properties"]["vSwitchSelectionPolicy"]["enum"] = ["ordered", "random", "most"]


def owner_kind(pod):
    """The kind of what made a pod; empty if users did."""
    return str((controller_of(pod) or {}).get("kind") or "")


def seconds_of(duration):
    """A duration of Go, such as ``1h30m``, in seconds; None if it is none."""
    if not DURATION.fullmatch(duration):
        return None
    return sum(float(number) * SECONDS[unit] for number, unit in re.findall(r"([\d.]+)([a-z]+)", duration))


class TerwayLike(Reference):
    """Dialect (terway): All security groups count, Fixed keeps addresses, and only Ready PodNetworkings are matched."""

    name = "terway-like"
    features = frozenset({"EmptySelector", "ReadyStatus", "TerminalPhaseRelease", "VSwitchFallback"})

    def install(self, host):
        self.host = host
        self.ready = set()
        self.policies = {}
        super().install(host)
        host.controller("podnetworking-ready", lambda _: None, watches={POD_NETWORKINGS: self.see_podnetworking})
        watches = {PODS: lambda change: [key_of(change.object)], POD_ENIS: lambda change: [key_of(change.object)]}
        host.controller("podeni-phase", self.keep_phase, watches=watches)

    def custom_resource_definitions(self):
        definitions = super().custom_resource_definitions()
        schema = definitions[0]["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
        schema["properties"]["spec"]["properties"]["vSwitchSelectOptions"] = POLICY
        return definitions

    # PodNetworkings: lists are filled, a few things are refused at creation, the status says whether one is used.

    def _admit(self, host, admission):
        super()._admit(host, admission)
        configuration = registration.mutating_webhook_configuration(host.serve("/mutate-podnetworkings", self.fill))
        configuration["metadata"]["name"] = self.name
        rule = configuration["webhooks"][0]["rules"][0]
        rule |= {"apiGroups": [POD_NETWORKINGS.group], "apiVersions": ["*"], "resources": [POD_NETWORKINGS.plural]}
        registration.apply(host.api, MUTATING_WEBHOOK_CONFIGURATIONS, configuration)

    def fill(self, request):
        default, spec = self.inventory.default, request.object["spec"]
        lists = {"securityGroupIDs": default.security_groups, "vSwitchOptions": default.vswitches}
        return AdmissionResponse(
            patch=tuple(
                {"op": "add", "path": f"/spec/{field}", "value": sorted(values)}
                for field, values in lists.items()
                if not spec.get(field)
            )
        )

    def reject(self, podnetworking):
        if name_of(podnetworking) in self.podnetworkings:  # an edit is not validated
            return ()
        spec = podnetworking["spec"]
        allocation = spec.get("allocationType") or {}
        strategy, after = allocation.get("releaseStrategy"), allocation.get("releaseAfter") or ""
        elastic = {**podnetworking, "spec": {**spec, "allocationType": {}}}
        problems = admit.refusals(elastic, limit=LIMIT)
        if strategy == "TTL" and seconds_of(after) is None:
            problems += (Problem("spec.allocationType.releaseAfter", "FieldValueInvalid", "no duration"),)
        if strategy == "Never" and after:
            problems += (Problem("spec.allocationType.releaseAfter", "FieldValueForbidden", "not with Never"),)
        return problems

    def status_of(self, podnetworking):
        status = super().status_of(podnetworking)
        known = all(self.inventory.vswitch(item) for item in podnetworking.vswitches)
        return status if status["status"] == "Fail" and not known else {**status, "status": "Ready", "message": None}

    def see_podnetworking(self, change):
        name = name_of(change.object)
        self.ready.discard(name)
        if change.new is not None:
            if (change.new.get("status") or {}).get("status") == "Ready":
                self.ready.add(name)
            options = change.new["spec"].get("vSwitchSelectOptions") or {}
            self.policies[name] = options.get("vSwitchSelectionPolicy") or "ordered"
        return ()

    # Pods: who is matched, and what is written on them.

    def candidates(self, podnetworkings, *, pod, namespace_labels):
        if self.opted_out(pod, namespace_labels=namespace_labels):
            return ()
        usable = [one for one in podnetworkings if one.name in self.ready and self.fits(one, pod)]
        return super().candidates(usable, pod=pod, namespace_labels=namespace_labels)

    def opted_out(self, pod, *, namespace_labels):
        return labels_of(pod).get(f"{PREFIX}ignore-by-terway") == "true" or namespace_labels.get(POD_ENI) == "false"

    def fits(self, podnetworking, pod):
        """Fixed is for pods that will have the same name again."""
        owned = bool(pod["metadata"].get("ownerReferences"))
        return podnetworking.allocation_type != "Fixed" or not owned or owner_kind(pod) == "StatefulSet"

    def deny(self, pod, *, matching):
        given = [name for name in EXCLUSIVE if name in annotations_of(pod)]
        return f"{' and '.join(given)} exclude each other" if len(given) > 1 else ""

    def effective_security_groups(self, podnetworking):
        return podnetworking.security_groups

    def default_annotations(self, pod):
        return {key: value for key, value in annotations_of(pod).items() if key == POD_NETWORKING}

    def admitted(self, pod, *, plane):
        spec = pod["spec"] if self.is_daemon(pod) else super().admitted(pod, plane=plane)
        kept = self.kept_zone(pod) if plane.allocation_type == "Fixed" else ""
        spec = self.constrain(spec, zones=[kept]) if kept else spec
        first, *others = spec["containers"]
        resources = {
            kind: {**((first.get("resources") or {}).get(kind) or {}), MEMBER_ENI: "1"}
            for kind in ("requests", "limits")
        }
        return {**spec, "containers": [{**first, "resources": resources}, *others]}

    def is_daemon(self, pod):
        return owner_kind(pod) == "DaemonSet"

    def kept_zone(self, pod):
        """The zone of the address that is kept for a pod of this name; empty if none is."""
        record = self.record(namespace_of(pod), pod["metadata"].get("name"))
        return record["spec"]["zone"] if record else ""

    # Nodes and addresses.

    def needs_node(self, zone):
        return False

    def node(self, zone):
        node, name = super().node(zone), f"ecs-{zone}"
        del node["metadata"]["labels"][NODE_TYPE]
        node["metadata"]["name"] = node["metadata"]["labels"][HOSTNAME] = name
        for room in ("capacity", "allocatable"):
            node["status"][room] = {**node["status"][room], MEMBER_ENI: "1000"}
        return node

    def choose_vswitch(self, candidates, *, pod):
        policy = self.policies.get(annotations_of(pod).get(POD_NETWORKING), "random")
        if policy == "most":
            return max(candidates, key=self.vpc.idle)
        return candidates[0] if policy == "ordered" else super().choose_vswitch(candidates, pod=pod)

    def publish_annotations(self, pod, *, eni, plane):
        return {}

    def publish_pod_eni(self, pod, *, eni, plane):
        return None if plane.is_default else super().publish_pod_eni(pod, eni=eni, plane=plane)

    def released(self, pod):
        return super().released(pod) and self.plane_of(pod).allocation_type != "Fixed"

    def holds_after_deletion(self, eni, *, plane, pod):
        if plane.allocation_type != "Fixed":
            return None
        return seconds_of(plane.release_after) + GC_SECONDS if plane.release_strategy == "TTL" else FOREVER

    def inherits(self, pod, *, eni):
        return self.plane_of(pod).allocation_type == "Fixed"

    def record(self, namespace, name):
        """The PodENI of a pod of this name, or None."""
        try:
            return self.host.api.get(POD_ENIS, name, namespace=namespace) if name else None
        except ApiError as error:
            if is_not_found(error):
                return None
            raise

    def keep_phase(self, key):
        """A PodENI is bound as long as its pod is there."""
        namespace, name = key
        record = self.record(namespace, name)
        if record is None:
            return
        pods = [pod for pod in self.host.api.list(PODS, namespace=namespace).items if name_of(pod) == name]
        bound = [pod for pod in pods if uid_of(pod) == annotations_of(record).get(POD_UID)]
        phase = "Bind" if bound else "Unbind"
        if record["status"]["phase"] != phase:
            self.host.api.patch(POD_ENIS, name, {"status": {"phase": phase}}, namespace=namespace)
