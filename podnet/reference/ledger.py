"""Who holds which ENI: in the cluster as PodENIs, which is the truth, and in memory as an index that they rebuild.

The order of writes keeps both honest at every step. A PodENI is there before its pod has an address, and an address is
free only when its PodENI is gone.
"""

from __future__ import annotations

from collections.abc import Iterable

from podnet.api.client import Api
from podnet.api.errors import ApiError, already_exists, is_conflict, is_not_found
from podnet.api.host import Change
from podnet.api.names import POD_UID
from podnet.api.objects import Obj, key_of, name_of, namespace_of, uid_of
from podnet.api.resources import POD_ENIS
from podnet.cloud.vpc import Eni, Vpc
from podnet.reference.manifests import eni_of, eni_of_pod, owner_of
from podnet.reference.plane import Plane, snapshot_of

PodKey = tuple[str, str]


class Ledger:
    """ENIs by the namespace and name of their pod. At most one pod of a name holds one."""

    def __init__(self, api: Api, vpc: Vpc) -> None:
        self._api = api
        self._vpc = vpc
        self._records: dict[PodKey, Obj] = {}
        self._holders: dict[PodKey, str] = {}

    def recover(self, *, is_live: Iterable[Obj]) -> None:
        """Take over what an earlier life left: every PodENI seen, and the addresses of ``is_live`` pods without one."""
        for record in self._records.values():
            self._adopt(record)
        for pod in is_live:
            if self._vpc.of(uid_of(pod)) is None:
                eni = eni_of_pod(pod, plane=snapshot_of(pod) or Plane("", (), ()))
                if eni:
                    self._vpc.adopt(eni)
                    self._holders[key_of(pod)] = eni.owner

    def _adopt(self, record: Obj) -> None:
        eni = eni_of(record)
        if eni and self._vpc.of(eni.owner) is None:
            self._vpc.adopt(eni)
            self._holders[key_of(record)] = eni.owner

    def see(self, change: Change) -> PodKey:
        """Take note of a change of a PodENI; returns the key of its pod."""
        key = key_of(change.object)
        if change.new is not None:
            self._records[key] = change.new
        else:
            self._records.pop(key, None)
        return key

    @property
    def keys(self) -> tuple[PodKey, ...]:
        """The keys of all pods that hold an ENI."""
        return tuple(self._holders)

    def holders(self, key: PodKey) -> tuple[str, ...]:
        """The UIDs for which something is booked under the name of a pod: usually none or one."""
        record = self._records.get(key)
        found = (self._holders.get(key, ""), owner_of(record) if record else "")
        return tuple(dict.fromkeys(uid for uid in found if uid))

    def eni(self, uid: str) -> Eni | None:
        """The ENI of a pod, or None."""
        return self._vpc.of(uid)

    def book(self, pod: Obj) -> None:
        """Note that the pod holds an ENI from now on."""
        self._holders[key_of(pod)] = uid_of(pod)

    def is_recorded(self, pod: Obj) -> bool:
        """Whether the PodENI of this very pod is there."""
        record = self._records.get(key_of(pod))
        return record is not None and owner_of(record) == uid_of(pod)

    def record(self, manifest: Obj) -> None:
        """Create a PodENI. One of the same name that belongs to another pod makes way."""
        key = key_of(manifest)
        try:
            self._records[key] = self._api.create(POD_ENIS, manifest)
        except ApiError as error:
            if not already_exists(error):
                raise
            there = self._api.get(POD_ENIS, name_of(manifest), namespace=namespace_of(manifest))
            if owner_of(there) != owner_of(manifest):
                self._delete(there)
                there = self._api.create(POD_ENIS, manifest)
            self._records[key] = there

    def change(self, pod: Obj, patch: Obj) -> None:
        """Merge ``patch`` into the PodENI of a pod."""
        if self.is_recorded(pod):
            key = key_of(pod)
            self._records[key] = self._api.patch(POD_ENIS, name_of(pod), patch, namespace=namespace_of(pod))

    def retire(self, key: PodKey, uid: str) -> None:
        """Free the ENI that ``uid`` holds under the name of ``key``: the record first, then the address."""
        record = self._records.get(key)
        if record is not None and owner_of(record) == uid:
            self._delete(record)
            self._records.pop(key, None)
        self._vpc.release(uid)
        if self._holders.get(key) == uid:
            del self._holders[key]

    def hand_over(self, key: PodKey, uid: str, *, to: str) -> None:
        """Give what ``uid`` holds under the name of ``key`` to another pod of that name: the record first, as ever."""
        record = self._records.get(key)
        if record is not None and owner_of(record) == uid:
            patch = {"metadata": {"annotations": {POD_UID: to}}}
            self._records[key] = self._api.patch(POD_ENIS, name_of(record), patch, namespace=namespace_of(record))
        self._vpc.hand_over(uid, to=to)
        self._holders[key] = to

    def _delete(self, record: Obj) -> None:
        try:
            self._api.delete(POD_ENIS, name_of(record), namespace=namespace_of(record), uid=uid_of(record))
        except ApiError as error:
            if not is_not_found(error) and not is_conflict(error):
                raise
