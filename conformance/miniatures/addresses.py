"""Wrong about who has which address."""

from __future__ import annotations

from _miniature import FOREVER, _Watching, kind_of

from podnet.api.names import POD_NETWORKING
from podnet.api.objects import annotations_of, controller_of, key_of, labels_of, name_of, namespace_of, uid_of
from podnet.api.resources import POD_NETWORKINGS, PODS
from podnet.engine import lifecycle
from podnet.reference import Reference
from podnet.reference.plane import snapshot_of


class _Giving(Reference):
    """Which gives a matched pod the IPv4 address that ``give`` says, once and for all."""

    def __init__(self):
        super().__init__()
        self.given = {}
        self.books = {}

    def give(self, eni, *, pod):
        return eni.ipv4

    def addresses(self, eni, *, pod):
        if self.plane_of(pod).is_default:
            return eni.addresses
        if uid_of(pod) not in self.given:
            self.given[uid_of(pod)] = self.give(eni, pod=pod)
        return (self.given[uid_of(pod)], *eni.addresses[1:])

    def usable(self, eni):
        return list(self.inventory.vswitch(eni.vswitch_id).usable())

    def book(self, *key):
        return self.books.setdefault(key, [])


class OneAddressForAll(_Giving):
    """CAP-5: All pods of a vSwitch have the same address."""

    def give(self, eni, *, pod):
        return self.usable(eni)[0]


class OneAddressTwice(_Giving):
    """IPA-2: In a burst of pods one address is given to two."""

    def give(self, eni, *, pod):
        book = self.book(eni.vswitch_id)
        book.append(eni.ipv4)
        return book[-2] if len(book) == 31 else eni.ipv4


class EveryTenthSharesAnAddress(_Giving):
    """CAP-5: Every tenth pod in a vSwitch gets the address of the one before it."""

    def give(self, eni, *, pod):
        book = self.book(eni.vswitch_id)
        book.append(eni.ipv4)
        return book[-2] if len(book) % 10 == 0 else eni.ipv4


class ReservedAddress(_Giving):
    """CAP-5: The last address of a small vSwitch is one of the reserved ones."""

    def give(self, eni, *, pod):
        last = eni.ipv4 == self.usable(eni)[-1]
        return str(self.inventory.vswitch(eni.vswitch_id).cidrs[0].broadcast_address - 1) if last else eni.ipv4


class NetworkAddress(_Giving):
    """CAP-5: The first pod of a vSwitch gets the address of the network."""

    def give(self, eni, *, pod):
        first = eni.ipv4 == self.usable(eni)[0]
        return str(self.inventory.vswitch(eni.vswitch_id).cidrs[0].network_address) if first else eni.ipv4


class AddressOfTheOrdinal(_Giving):
    """CAP-5: A pod of a StatefulSet has the address of its ordinal, whatever its StatefulSet is called."""

    def give(self, eni, *, pod):
        if kind_of(pod) != "StatefulSet":
            return eni.ipv4
        return self.usable(eni)[-1 - int(name_of(pod).rpartition("-")[2])]


class AddressOfTheName(_Giving):
    """CAP-5: Pods of one name have one address, also in two namespaces."""

    def give(self, eni, *, pod):
        return self.books.setdefault((name_of(pod), eni.vswitch_id), eni.ipv4)


class AddressOfTheFirstLife(_Giving):
    """CAP-5: A pod that is created again under its name has the address of the first one, though that is in use."""

    def give(self, eni, *, pod):
        return self.books.setdefault((key_of(pod), eni.vswitch_id), eni.ipv4)


class _Counting(_Giving):
    """Which counts the addresses that are given in a vSwitch by itself, in a book for each ``key``."""

    def key(self, plane):
        return plane.podnetworking

    def give(self, eni, *, pod):
        book = self.book(eni.vswitch_id, self.key(self.plane_of(pod)))
        book[:] = [uid for uid in book if self.vpc.of(uid)]
        taken = [self.given[uid] for uid in book]
        book.append(uid_of(pod))
        return next((ip for ip in self.usable(eni) if ip not in taken), eni.ipv4)


class ABookForEachPlane(_Counting):
    """CAP-5: Each PodNetworking counts the addresses of a vSwitch as if no other used it."""


class TwoBooks(_Counting):
    """CAP-5: In a vSwitch of the default plane that PodNetworkings list, both give out the same addresses."""

    def key(self, plane):
        return "planes"


class ReplicasShareAnAddress(_Giving):
    """EXM-3: The pods of one ReplicaSet have one address together."""

    def give(self, eni, *, pod):
        if kind_of(pod) != "ReplicaSet":
            return eni.ipv4
        return self.books.setdefault((controller_of(pod)["uid"], eni.vswitch_id), eni.ipv4)


class _Freeing(_Watching):
    """Which makes the addresses of living pods idle."""

    def free(self, pod):
        ip = (pod.get("status") or {}).get("podIP")
        vswitch = self.inventory.vswitch_of_address(ip) if ip else None
        if vswitch:
            self.vpc._existing_pool(vswitch.id).give_back(ip)

    def users(self, podnetworking):
        return [pod for pod in self.pods() if annotations_of(pod).get(POD_NETWORKING) == name_of(podnetworking)]

    def free_users(self, podnetworking):
        for pod in self.users(podnetworking):
            self.free(pod)


class DeletionFreesAddresses(_Freeing):
    """CAP-2: When a PodNetworking is deleted, the addresses of its running pods count as idle."""

    def watches(self):
        return {POD_NETWORKINGS: self.changed}

    def changed(self, change):
        if change.new is None:
            self.free_users(change.old)
        return ()


class EditFreesAddresses(_Freeing):
    """CAP-2: When a PodNetworking is edited, the addresses of its running pods count as idle."""

    def watches(self):
        return {POD_NETWORKINGS: self.changed}

    def changed(self, change):
        if change.old is not None and change.new is not None and change.old["spec"] != change.new["spec"]:
            self.free_users(change.new)
        return ()


class RelabellingFreesTheAddress(_Freeing):
    """CAP-2: When a label of a running pod is changed, its address counts as idle."""

    def watches(self):
        return {PODS: self.changed}

    def changed(self, change):
        if change.old is not None and change.new is not None and labels_of(change.old) != labels_of(change.new):
            self.free(change.new)
        return ()


class ReleasesTwice(_Freeing):
    """CAP-5: The address of a pod that has ended is released once more when the pod is deleted."""

    def watches(self):
        return {PODS: self.changed}

    def changed(self, change):
        if change.new is None and lifecycle.is_terminal(change.old):
            self.free(change.old)
        return ()


class ReleasesTheNamesake(_Freeing):
    """CAP-2: The deletion of one pod of a name releases the address of its namesake in another namespace."""

    def watches(self):
        return {PODS: self.changed}

    def changed(self, change):
        if change.new is None:
            for pod in self.pods():
                if name_of(pod) == name_of(change.old) and namespace_of(pod) != namespace_of(change.old):
                    self.free(pod)
        return ()


class ReleasesByName(_Watching):
    """IPA-2: Two seconds after a pod is gone its address is released once more: that of whoever has its name then."""

    def watches(self):
        return {PODS: lambda change: [(self.host.now(), key_of(change.old))] if change.new is None else []}

    def work(self, key):
        gone, name = key
        left = 2 - (self.host.now() - gone).total_seconds()
        if left > 0:
            return left
        pod = self.pod(name)
        eni = self.vpc.of(uid_of(pod)) if pod else None
        if eni:
            self.vpc._existing_pool(eni.vswitch_id).give_back(eni.ipv4)
        return None


class WaitsForASibling(Reference):
    """IPA-1: The first pod of a PodNetworking does not run before there is a second."""

    def __init__(self):
        super().__init__()
        self.seen = {}

    def delay(self, pod):
        plane = self.plane_of(pod)
        seen = self.seen.setdefault(plane.podnetworking, set())
        seen.add(uid_of(pod))
        return 0.0 if plane.is_default or len(seen) > 1 else FOREVER


class WaitingPodGivesBack(_Watching):
    """CAP-5: With a pod that waits for an address of a full vSwitch, an address goes that another pod uses."""

    def watches(self):
        return {PODS: self.changed}

    def changed(self, change):
        plane = snapshot_of(change.object)
        waited = change.new is None and plane and not (change.old.get("status") or {}).get("podIP")
        if waited and not lifecycle.is_terminal(change.old) and self.vpc.idle(plane.vswitches[0]) == 0:
            self.vpc.release(next(one.owner for one in self.vpc.enis.values() if one.vswitch_id == plane.vswitches[0]))
        return ()
