"""Implementations that use a freedom which the document leaves: every one of them must pass."""

from __future__ import annotations

from podnet.api.names import LEGACY_ZONE, POD_ENI
from podnet.reference import Reference


class ChoosesByName(Reference):
    """Of several PodNetworkings it takes the first by name."""

    def choose(self, matching, *, pod, identity):
        return min(matching, key=lambda one: one.name)


class ChoosesByNameBackwards(Reference):
    """Of several PodNetworkings it takes the last by name."""

    def choose(self, matching, *, pod, identity):
        return max(matching, key=lambda one: one.name)


class VSwitchInOrder(Reference):
    """It takes the vSwitches in the order of the list."""

    def choose_vswitch(self, candidates, *, pod):
        return candidates[0]


class VSwitchWithMostRoom(Reference):
    """It takes the vSwitch with the most idle addresses."""

    def choose_vswitch(self, candidates, *, pod):
        return max(candidates, key=self.vpc.idle)


class StartsLate(Reference):
    """Its pods take 40 seconds to run."""

    def delay(self, pod):
        return 40.0


class IgnoresReleaseParameters(Reference):
    """It accepts releaseStrategy with Fixed and ignores it."""

    def reject(self, podnetworking):
        return ()


class FailsWhenFull(Reference):
    """A pod that finds no idle address becomes Failed."""

    def exhausted(self, pod, *, refusal):
        return {"phase": "Failed", "reason": "ContainerInstanceScheduleFailed", "message": str(refusal)}


class ProviderFailed(Reference):
    """A pod that finds no idle address gets the reason ProviderFailed."""

    def exhausted(self, pod, *, refusal):
        return {**super().exhausted(pod, refusal=refusal), "reason": "ProviderFailed"}


class LegacyZoneLabel(Reference):
    """Its nodes bear the zone in the label of old."""

    zone_label = LEGACY_ZONE


class NoPodEni(Reference):
    """It publishes no PodENIs."""

    def publish_pod_eni(self, pod, *, eni, plane):
        return None


class NoAnnotationsOfEci(Reference):
    """It publishes none of the annotations eci-*."""

    def publish_annotations(self, pod, *, eni, plane):
        return {}


class KeepsAddressesOfTerminalPods(Reference):
    """The address of a pod that has ended is released when the pod is deleted."""

    def released(self, pod):
        return False


class PodEniOnEveryPod(Reference):
    """It writes pod-eni on pods of the default plane, too."""

    def default_annotations(self, pod):
        return {POD_ENI: "true"}


class JobsRunOn(Reference):
    """The pods of its Jobs do not end by themselves."""

    def complete_after(self, pod):
        return None
