"""Implementations that lose, double or keep addresses: each breaks the requirement that its docstring names."""

from __future__ import annotations

from podnet.reference import Reference

FOREVER = 1e9


class FallsBackToTheDefaultPlane(Reference):
    """CAP-2: a pod that finds no idle address gets one of the default plane."""

    def fall_back(self, plane, *, zone):
        return self.inventory.default.vswitches


class LeaksOnForce(Reference):
    """ALC-2: the address of a pod that is deleted by force is never released."""

    def holds_after_deletion(self, eni, *, plane, pod):
        return FOREVER if pod is None or pod["metadata"].get("deletionGracePeriodSeconds") == 0 else None


class HoldsForAnHour(Reference):
    """ALC-2: addresses are released an hour late."""

    def holds_after_deletion(self, eni, *, plane, pod):
        return 3600.0


class ReleasesTooEarly(Reference):
    """ALC-2: the address is released when the deletion begins, not when the pod is gone."""

    def released(self, pod):
        return bool(pod["metadata"].get("deletionTimestamp")) or super().released(pod)


class FixedIsKept(Reference):
    """ALC-7: an address under Fixed is never released."""

    def holds_after_deletion(self, eni, *, plane, pod):
        return FOREVER if plane.allocation_type == "Fixed" else None


class HonoursReleaseStrategy(Reference):
    """ALC-7: releaseStrategy is accepted and obeyed."""

    def reject(self, podnetworking):
        return ()

    def holds_after_deletion(self, eni, *, plane, pod):
        return FOREVER if plane.release_strategy == "Never" else None


class OneAddressTwice(Reference):
    """IPA-2: in a burst of pods one address is given to two."""

    def __init__(self):
        super().__init__()
        self.given = []

    def addresses(self, eni, *, pod):
        self.given.append(super().addresses(eni, pod=pod))
        return self.given[-2] if len(self.given) == 31 else self.given[-1]


class ReservedAddress(Reference):
    """CAP-5: the last address of a small vSwitch is one of the reserved ones."""

    def addresses(self, eni, *, pod):
        found = super().addresses(eni, pod=pod)
        vswitch = self.inventory.vswitch_of_address(found[0])
        if found[0] == list(vswitch.usable())[-1]:
            return (str(vswitch.cidrs[0].broadcast_address - 1),)
        return found
