"""What only the dialect of Terway promises: addresses that are kept, PodENIs, statuses, what is refused to pods."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from podnet.api import names
from podnet.api.errors import ApiError
from podnet.api.objects import Obj, annotations_of, clone, controller_of, name_of, uid_of
from podnet.api.resources import DAEMON_SETS, NODES, POD_ENIS, POD_NETWORKINGS, PODS
from podnet.harness.expectations import Subject, not_running
from podnet.harness.manifests import parse_pairs, workload
from podnet.harness.observer import EffectivePlane, zone_of_node
from podnet.harness.outcome import AuthoringError, Mismatch
from podnet.harness.pods import PodKey

if TYPE_CHECKING:
    from podnet.harness.world import World

ENI_RESOURCES = ("aliyun/member-eni", "aliyun/eni")
NO_RECORD = "there is no PodENI of its name"


class Terway:
    """Sentences about one dialect; everything else that its scenarios say is said by all."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.addresses: dict[PodKey, tuple[str, ...]] = {}

    def submit_wide(self, name: str, *, count: int) -> None:
        """Submit a PodNetworking with so many security groups: those of the inventory, then such as do not exist.

        They are looked up only when a pod needs them, and here none does.
        """
        known = self.world.inventory.security_groups
        groups = [*known, *(f"sg-podnet-{number}" for number in range(count))][:count]
        spec = {
            "allocationType": {"type": "Elastic"},
            "selector": {"podSelector": {"matchLabels": {"selected": "nobody"}}},
            "securityGroupIDs": groups,
            "vSwitchOptions": [self.world.binding.any_vswitch(name)],
        }
        self.world.submissions.submit(self.world.podnetworkings.object(name, spec=spec))

    def accepted_with(self, count: int) -> None:
        """The last PodNetworking that was submitted is accepted with the first so many of its security groups."""
        if self.world.submissions.manifest is None:
            raise AuthoringError("no step has submitted a PodNetworking")
        manifest = clone(self.world.submissions.manifest)
        del manifest["spec"]["securityGroupIDs"][count:]
        self.world.submissions.submit(manifest)
        self.world.submissions.expect_accepted()

    def lists(self, name: str, *, field: str, wanted: Sequence[str]) -> None:
        """A list of a PodNetworking reads back as these ids, in any order."""
        found = self.world.api.get(POD_NETWORKINGS, name)["spec"].get(field)
        if sorted(found or ()) != sorted(wanted):
            raise Mismatch(expected=f"{field} {sorted(wanted)}", actual=f"{field} {found}")

    def status_lists_vswitches(self, name: str) -> None:
        """``status.vSwitches`` comes to hold every vSwitch of the spec with its zone."""
        listed = self.world.podnetworkings.submitted[name]["spec"]["vSwitchOptions"]
        wanted = {id_: self.world.inventory.zone_of(id_) for id_ in listed}

        def check() -> None:
            status = self.world.api.get(POD_NETWORKINGS, name).get("status") or {}
            found = {entry.get("id"): entry.get("zone") for entry in status.get("vSwitches") or ()}
            if found != wanted:
                raise Mismatch(expected=f"status.vSwitches {wanted}", actual=f"status.vSwitches {found}")

        self.world.waiting.eventually(check, within=self.world.waiting.budgets.late)

    def list_unknown_vswitch(self, name: str) -> None:
        """Edit a PodNetworking so that it lists one vSwitch more, which does not exist."""
        manifest = clone(self.world.podnetworkings.submitted[name])
        manifest["spec"]["vSwitchOptions"].append("podnet-does-not-exist")
        self.world.podnetworkings.write(manifest, change=True)
        self.world.podnetworkings.settle()

    def note_addresses(self, subject: Subject) -> None:
        """Remember the addresses of pods, which must run, by the pods' names."""
        self.world.expect.runs(subject)
        self.addresses |= {plane.key: plane.ips for plane in subject()}

    def has_noted_addresses(self, subject: Subject) -> None:
        """Each pod runs with the addresses that one of its name had."""

        def judge(plane: EffectivePlane) -> str | None:
            noted = self.addresses[plane.key]
            wrong = f"{', '.join(noted)} was noted of {plane.describe()}"
            return not_running(plane) or (None if plane.ips == noted else wrong)

        self.world.expect.each(subject, judge, expected="each has the address that was noted of its name")
        self.world.control("a PodNetworking")

    def pod_eni(self, name: str) -> Obj | None:
        """The PodENI of a pod's name, None if there is none."""
        try:
            return self.world.api.get(POD_ENIS, name, namespace=self.world.namespaces.use())
        except ApiError as error:
            if error.code == 404:
                return None
            raise

    def expect_recorded(self, subject: Subject) -> None:
        """The PodENI of each pod says what the pod got: address, vSwitch, groups, zone, and that it is bound."""
        self.world.expect.each(
            subject, self._wrong_record, expected="a PodENI that says what the pod has, in phase Bind"
        )
        self.world.control("a PodNetworking")

    def _wrong_record(self, plane: EffectivePlane) -> str | None:
        record = self.pod_eni(plane.key[1])
        if not_running(plane) or record is None:
            return not_running(plane) or f"{NO_RECORD}: {plane.describe()}"
        spec = record.get("spec") or {}
        entry: Obj = next((one for one in spec.get("allocations") or () if one.get("interface") == "eth0"), {})
        eni = entry.get("eni") or {}
        named = self.world.ledger.planes(plane.uid).get(str(plane.named))
        if named is None:
            return f"it uses no PodNetworking: {plane.describe()}"
        told = (
            ("the pod's UID", annotations_of(record).get(names.POD_UID), plane.uid),
            ("ipv4", entry.get("ipv4"), next((ip for ip in plane.ips if "." in ip), None)),
            ("zone", spec.get("zone"), plane.node_zone),
            ("securityGroupIDs", set(eni.get("securityGroupIDs") or ()), set(named.effective_security_groups)),
            ("vSwitchID", eni.get("vSwitchID"), self._vswitch_of(plane)),
            ("phase", (record.get("status") or {}).get("phase"), "Bind"),
        )
        wrong = [f"{what} {found!r} instead of {right!r}" for what, found, right in told if found != right]
        return f"PodENI {plane.key[1]}: {', '.join(wrong)}" if wrong else None

    def _vswitch_of(self, plane: EffectivePlane) -> str:
        owner = self.world.inventory.vswitch_of_address(plane.ips[0])
        return owner.id if owner else ""

    def expect_phase(self, name: str, *, phase: str) -> None:
        """The PodENI of a pod's name comes to have this phase."""

        def check() -> None:
            record = self.pod_eni(name)
            found = (record.get("status") or {}).get("phase") if record else NO_RECORD
            if found != phase:
                raise Mismatch(expected=f"the phase {phase} of the PodENI {name!r}", actual=str(found))

        self.world.waiting.eventually(check)

    def expect_no_record(self, name: str) -> None:
        """The PodENI of a pod's name goes."""

        def check() -> None:
            if self.pod_eni(name) is not None:
                raise Mismatch(expected=f"no PodENI {name!r}", actual="it is still there")

        self.world.waiting.eventually(check, within=self.world.waiting.budgets.end)

    def expect_refused(self, keys: Sequence[PodKey]) -> None:
        """The creation of each pod was refused."""
        there = ["/".join(key) for key in keys if key not in self.world.pods.refused]
        if there:
            raise Mismatch(
                expected="the creation of the pod is refused", actual=[f"{one} was created" for one in there]
            )
        self.world.absence("a PodNetworking", step="the creation of the pod is refused")

    def expect_eni_request(self, subject: Subject, *, wanted: bool) -> None:
        """A container of each pod asks for an ENI of its node, within a limit; or none does."""

        def judge(plane: EffectivePlane) -> str | None:
            resources = [one.get("resources") or {} for one in plane.pod["spec"]["containers"]]
            asked = [one for one in resources if any(_positive(one, kind) for kind in ENI_RESOURCES)]
            return None if bool(asked) is wanted else f"pod {'/'.join(plane.key)}: the resources {resources}"

        quantity = "one container that asks" if wanted else "no container that asks"
        self.world.expect.each(subject, judge, expected=f"{quantity} for {' or '.join(ENI_RESOURCES)}")

    def create_daemon_set(self, name: str, *, labels: str) -> None:
        """Create a DaemonSet, and let its pods come to their nodes."""
        shape = self.world.pods.shape(labels)
        manifest = workload("Deployment", name, count=1, shape=shape, labels=parse_pairs(labels))
        del manifest["spec"]["replicas"]
        manifest |= {"kind": DAEMON_SETS.kind}
        self.world.workloads.apply(manifest)
        self.world.waiting.rest()

    def daemon(self, name: str, *, zone: str) -> Subject:
        """A reading of the pods of a DaemonSet on the nodes of a zone; Mismatch while there is none."""
        namespace = self.world.namespaces.use()
        place = self.world.binding.zone(zone)
        nodes = [name_of(node) for node in self.world.api.list(NODES).items if zone_of_node(node) == place]

        def read() -> list[EffectivePlane]:
            uid = uid_of(self.world.api.get(DAEMON_SETS, name, namespace=namespace))
            pods = self.world.api.list(PODS, namespace=namespace).items
            own = [pod for pod in pods if (controller_of(pod) or {}).get("uid") == uid]
            keys = [(namespace, name_of(pod)) for pod in own if pod["spec"].get("nodeName") in nodes]
            if not keys:
                where = sorted(str(pod["spec"].get("nodeName")) for pod in own)
                raise Mismatch(expected=f"a pod of the DaemonSet {name!r} on {', '.join(nodes)}", actual=where)
            return self.world.pods.observe(keys)

        return read

    def expect_stuck(self, subject: Subject) -> None:
        """Each pod is matched and bound to its node, where it never runs."""

        def judge(plane: EffectivePlane) -> str | None:
            return None if plane.named and plane.node else plane.describe()

        self.world.expect.each(subject, judge, expected=f"a node, and the annotation {names.POD_NETWORKING}")
        self.world.expect.never_runs(subject)


def _positive(resources: Obj, kind: str) -> bool:
    asked, limit = ((resources.get(part) or {}).get(kind) for part in ("requests", "limits"))
    return bool(asked) and str(asked) != "0" and asked == limit
