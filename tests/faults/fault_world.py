"""A small world with two planes, in which faults strike; and what must hold in it whatever strikes."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from podnet.api import names
from podnet.api.errors import ApiError
from podnet.api.objects import Obj, annotations_of, name_of, uid_of
from podnet.api.resources import MUTATING_WEBHOOK_CONFIGURATIONS, POD_NETWORKINGS, PODS
from podnet.cloud.inventory_file import parse_inventory
from podnet.kube.cluster import InProcessCluster
from podnet.kube.injection import Injection, Injector
from podnet.kube.tenancy import Tenancy
from podnet.reference import Reference

STANDARD = Path(__file__).parents[2] / "fixtures" / "inventories" / "standard.yaml"
INVENTORY = parse_inventory(STANDARD.read_text(encoding="utf-8"), path=str(STANDARD))
SMALL = INVENTORY.vswitches_by_id["vsw-small-1"]
ROOM = SMALL.capacity
WEB = {"app": "web"}
PLANE = {
    "allocationType": {"type": "Elastic"},
    "selector": {"podSelector": {"matchLabels": WEB}},
    "securityGroupIDs": ["sg-1", "sg-2"],
    "vSwitchOptions": [SMALL.id],
}


class World:
    """Begins without faults: they strike between ``disturb`` and ``calm``."""

    def __init__(
        self,
        faults: Sequence[Injection],
        *,
        seed: int = 0,
        implementation: Callable[[], Reference] = Reference,
        policy: str = "Fail",
    ) -> None:
        self.injector = Injector(faults, seed=seed)
        self.cluster = InProcessCluster(seed=seed, injector=self.injector)
        self.runtime = self.cluster.runtime
        self.api = self.cluster.api
        self.tenancy = Tenancy(self.cluster, inventory=INVENTORY, make=implementation)
        self.calm()
        self.tenancy.start()
        self.runtime.settle()
        for configuration in self.api.list(MUTATING_WEBHOOK_CONFIGURATIONS).items:
            configuration["webhooks"][0]["failurePolicy"] = policy
            self.api.update(MUTATING_WEBHOOK_CONFIGURATIONS, configuration)
        self.api.create(
            POD_NETWORKINGS,
            {
                "apiVersion": POD_NETWORKINGS.api_version,
                "kind": "PodNetworking",
                "metadata": {"name": "small"},
                "spec": PLANE,
            },
        )
        self.runtime.settle()
        self.version = self.api.list(PODS).resource_version

    def disturb(self) -> None:
        self.injector.armed = True

    def calm(self) -> None:
        self.injector.armed = False

    def pod(self, name: str, labels: Obj = WEB) -> bool:
        """Create a pod; whether it was admitted."""
        spec = {"containers": [{"name": "main", "image": "nginx"}]}
        metadata = {"name": name, "namespace": "default", "labels": labels}
        try:
            self.api.create(PODS, {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec})
        except ApiError:
            return False
        return True

    def delete(self, name: str, *, grace: int | None = None) -> None:
        with contextlib.suppress(ApiError):
            self.api.delete(PODS, name, namespace="default", grace_period_seconds=grace)

    def pods(self) -> list[Obj]:
        return list(self.api.list(PODS).items)

    def assert_sound(self) -> None:
        """No address was ever held by two live pods; every pod that runs is on one plane and says so."""
        assert_never_shared(self.api.watch(PODS, resource_version=self.version))
        for pod in live(self.pods()):
            assert plane_of(pod) in {"small", "default"}, pod

    def assert_nothing_is_lost(self) -> None:
        """Without faults, and with all pods gone, as many run as on the first day."""
        self.calm()
        self.runtime.advance(120)
        for pod in self.pods():
            self.delete(name_of(pod))
        self.runtime.advance(120)
        assert self.pods() == []
        for number in range(ROOM + 1):
            self.pod(f"last-{number}")
        self.runtime.advance(120)
        assert len(live(self.pods())) == ROOM
        self.assert_sound()


def live(pods: Iterable[Obj]) -> list[Obj]:
    return [pod for pod in pods if is_live(pod)]


def is_live(pod: Obj) -> bool:
    status = pod["status"]
    return bool(status.get("podIP")) and status["phase"] not in {"Succeeded", "Failed"}


def plane_of(pod: Obj) -> str:
    """The plane that address, vSwitch, security group and annotation agree on; empty if they do not."""
    told = annotations_of(pod)
    found = INVENTORY.vswitch_of_address(pod["status"]["podIP"])
    assert found is not None
    seen = (found.id, told.get(names.ECI_VSWITCH), told.get(names.ECI_SECURITY_GROUP), told.get(names.POD_NETWORKING))
    if seen == (SMALL.id, SMALL.id, "sg-1", "small"):
        return "small"
    default = INVENTORY.default
    on_default = seen[0] in default.vswitches and seen[1:] == (seen[0], ",".join(default.security_groups), None)
    return "default" if on_default else ""


def assert_never_shared(events) -> None:
    holders: dict[str, str] = {}
    for event in events:
        pod = event.object
        holders = {ip: uid for ip, uid in holders.items() if uid != uid_of(pod)}
        if event.type != "DELETED" and is_live(pod):
            ip = pod["status"]["podIP"]
            assert ip not in holders, f"{ip} belongs to two pods"
            holders[ip] = uid_of(pod)
