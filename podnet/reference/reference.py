"""The reference implementation as one class, so that a wrong or different one is a subclass of ten lines."""

from __future__ import annotations

from podnet import __version__
from podnet.api.host import Change, Host, Watches
from podnet.api.objects import Obj, key_of, name_of, uid_of
from podnet.api.podnetworking import PodNetworking
from podnet.api.resources import (
    CUSTOM_RESOURCE_DEFINITIONS,
    MUTATING_WEBHOOK_CONFIGURATIONS,
    NAMESPACES,
    POD_NETWORKINGS,
    VALIDATING_WEBHOOK_CONFIGURATIONS,
)
from podnet.cloud.vpc import Vpc
from podnet.reference import registration
from podnet.reference.admission import Admission
from podnet.reference.index import Index
from podnet.reference.running import Running
from podnet.reference.selecting import Selecting
from podnet.reference.status import Status
from podnet.reference.virtual_kubelet import VirtualKubelet
from podnet.reference.virtual_nodes import VirtualNodes

FEATURES = frozenset(
    {
        "CapacityRecovery",
        "DualStack",
        "EmptySelector",
        "FixedRejectsReleaseParams",
        "InvalidReference",
        "ManyPodNetworkings",
        "MatchExpressions",
        "ReadyStatus",
        "SGLimitEnforced",
        "TerminalPhaseRelease",
        "VSwitchFallback",
        "VirtualNodeAutoCreate",
    }
)


class Reference(Selecting, Running):
    """The smallest implementation that keeps every promise of the document.

    Each decision is one method, to be overridden alone:

    ==============================  ====================================================================
    requirement                     method
    ==============================  ====================================================================
    SEL-1 to SEL-9                  ``matches``
    MAT-1, MAT-3, MAT-4, ALC-5      ``candidates`` (sees the pod; ``podnetworkings`` is always current)
    MUL-2 to MUL-4                  ``choose``, ``plane`` (a mix), ``deny``
    SG-1, SG-2, SG-4                ``effective_security_groups``
    ZON-1, ZON-3, ZON-5             ``zones``, ``constrain``, ``admitted`` (the whole spec)
    ANN-1 to ANN-3, DEF-3           ``annotations``, ``default_annotations``
    SG-3, ALC-1, ALC-6, selectors   ``reject``, ``custom_resource_definitions``
    ReadyStatus                     ``status_of``
    VSW-1 to VSW-3, ZON-2           ``eligible_vswitches``, ``choose_vswitch``
    VSW-4, IPA-2, CAP-5             ``address_source``, ``addresses``
    DEF-1, DEF-2                    ``default_vswitches``, ``default_security_groups``
    CAP-2 to CAP-4                  ``fall_back``, ``exhausted``, ``retry_seconds``
    ALC-2, ALC-7                    ``released`` (while the pod exists), ``holds_after_deletion``, ``inherits``
    MAT-2                           ``after_update``, ``revisit``, ``plane_of``
    NOD-1, NOD-2                    ``needs_node``, ``node``, ``zone_label``
    observation                     ``publish_annotations``, ``publish_pod_eni``
    pace                            ``delay``, ``complete_after``
    ==============================  ====================================================================
    """

    name = "reference"
    version = __version__
    features: frozenset[str] = FEATURES
    """The optional features of profile ``ack-serverless`` that it claims."""

    def custom_resource_definitions(self) -> tuple[Obj, ...]:
        """The CustomResourceDefinitions to install; each call gives a new copy."""
        return registration.custom_resource_definitions()

    def install(self, host: Host) -> None:
        """Bring a cluster under its care, fresh or with the pods and records of an earlier life."""
        for definition in self.custom_resource_definitions():
            registration.apply(host.api, CUSTOM_RESOURCE_DEFINITIONS, definition)
        index = Index(host.api)
        self.inventory = host.inventory
        self.vpc = Vpc(host.inventory)
        self.podnetworkings = index.podnetworkings
        # Before the webhooks: registering fills the index.
        host.controller("podnetworking-index", _nothing, watches=_index_watches(index))
        admission = Admission(self, index=index)
        self._admit(host, admission)
        nodes = {name_of(self.node(zone.name)): zone.name for zone in host.inventory.zones}
        VirtualNodes(self, self, host=host, nodes=nodes).start()
        Status(self, host=host).start()

        def decide(pod: Obj) -> PodNetworking | None:
            return admission.decide(pod, namespace=key_of(pod)[0], identity=uid_of(pod))

        VirtualKubelet(self, host=host, vpc=self.vpc, nodes=nodes, decide=decide, revisit=self.revisit).start()

    def _admit(self, host: Host, admission: Admission) -> None:
        pods = host.serve("/mutate-pods", admission.mutate_pod)
        planes = host.serve("/validate-podnetworkings", admission.validate_podnetworking)
        registration.apply(host.api, MUTATING_WEBHOOK_CONFIGURATIONS, registration.mutating_webhook_configuration(pods))
        registration.apply(
            host.api, VALIDATING_WEBHOOK_CONFIGURATIONS, registration.validating_webhook_configuration(planes)
        )


def _index_watches(index: Index) -> Watches:
    def podnetworking(change: Change) -> tuple[str, ...]:
        index.see_podnetworking(change)
        return ()

    def namespace(change: Change) -> tuple[str, ...]:
        index.see_namespace(change)
        return ()

    return {POD_NETWORKINGS: podnetworking, NAMESPACES: namespace}


def _nothing(_: object) -> None:
    """The index has no work of its own: it only listens."""
