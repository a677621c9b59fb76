"""One in-process cluster with the reference in it, and short ways to ask for things."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from podnet.api import names
from podnet.api.errors import ApiError
from podnet.api.objects import Obj, annotations_of, name_of
from podnet.api.resources import NAMESPACES, NODES, POD_ENIS, POD_NETWORKINGS, PODS
from podnet.cloud.inventory_file import parse_inventory
from podnet.kube.cluster import InProcessCluster
from podnet.reference import Reference

STANDARD = Path(__file__).parents[2] / "fixtures" / "inventories" / "standard.yaml"
INVENTORY = parse_inventory(STANDARD.read_text(encoding="utf-8"), path=str(STANDARD))


class World:
    """A cluster in which ``implementation`` lives; ``restart`` replaces it by a new one that knows nothing."""

    def __init__(self, *, seed: int | str, implementation: Callable[[], Reference] = Reference) -> None:
        self.cluster = InProcessCluster(seed=seed)
        self.api = self.cluster.api
        self.implementation = implementation
        self.install()
        self.settle()  # as a target hands a cluster over: its nodes are known to be ready

    def install(self) -> None:
        self.host = self.cluster.host(INVENTORY)
        self.reference = self.implementation()
        self.reference.install(self.host)

    def crash(self) -> None:
        self.cluster.remove_host(self.host)

    def restart(self) -> None:
        self.crash()
        self.install()

    def settle(self) -> None:
        self.cluster.runtime.settle()

    def advance(self, seconds: float) -> None:
        self.cluster.runtime.advance(seconds)

    def namespace(self, name: str, **labels: str) -> None:
        self.api.create(
            NAMESPACES, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}}
        )

    def plane(
        self,
        name: str,
        *,
        vswitches: list[str],
        groups: list[str] | None = None,
        pods: Obj | None = None,
        namespaces: Obj | None = None,
        allocation: Obj | None = None,
    ) -> Obj:
        """Create a PodNetworking; ``pods`` and ``namespaces`` are its selectors, matchLabels unless they say more."""
        selector: Obj = {}
        if pods is not None:
            selector["podSelector"] = pods if "matchExpressions" in pods else {"matchLabels": pods}
        if namespaces is not None:
            selector["namespaceSelector"] = {"matchLabels": namespaces}
        return self.api.create(
            POD_NETWORKINGS,
            {
                "apiVersion": POD_NETWORKINGS.api_version,
                "kind": "PodNetworking",
                "metadata": {"name": name},
                "spec": {
                    "allocationType": allocation or {"type": "Elastic"},
                    "selector": selector,
                    "securityGroupIDs": groups or ["sg-1"],
                    "vSwitchOptions": vswitches,
                },
            },
        )

    def pod(
        self,
        name: str,
        labels: dict[str, str] | None = None,
        *,
        namespace: str = "default",
        annotations: dict[str, str] | None = None,
        metadata: Obj | None = None,
        sleep: int = 0,
        **spec: object,
    ) -> Obj:
        container: Obj = {"name": "main", "image": "nginx"}
        if sleep:
            container["lifecycle"] = {"preStop": {"sleep": {"seconds": sleep}}}
        manifest = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {
                "name": name,
                "namespace": namespace,
                "labels": labels or {},
                "annotations": annotations or {},
                **(metadata or {}),
            },
            "spec": {"containers": [container], **spec},
        }
        return self.api.create(PODS, manifest)

    def get(self, name: str, namespace: str = "default") -> Obj:
        return self.api.get(PODS, name, namespace=namespace)

    def gone(self, name: str, namespace: str = "default") -> bool:
        try:
            self.get(name, namespace)
        except ApiError as error:
            return error.code == 404
        return False

    def delete(self, name: str, *, namespace: str = "default", grace: int | None = None) -> None:
        self.api.delete(PODS, name, namespace=namespace, grace_period_seconds=grace)

    def pods(self) -> list[Obj]:
        return list(self.api.list(PODS).items)

    def phase(self, name: str, namespace: str = "default") -> str:
        return str(self.get(name, namespace)["status"]["phase"])

    def ip(self, name: str, namespace: str = "default") -> str:
        return str(self.get(name, namespace)["status"].get("podIP") or "")

    def vswitch(self, name: str, namespace: str = "default") -> str:
        """The vSwitch that a running pod is in, on which address, annotation and PodENI must agree."""
        pod = self.get(name, namespace)
        [allocation] = self.record(name, namespace)["spec"]["allocations"]
        found = INVENTORY.vswitch_of_address(pod["status"]["podIP"])
        assert found is not None
        assert found.id == annotations_of(pod)[names.ECI_VSWITCH] == allocation["eni"]["vSwitchID"]
        return found.id

    def groups(self, name: str, namespace: str = "default") -> list[str]:
        [allocation] = self.record(name, namespace)["spec"]["allocations"]
        told = annotations_of(self.get(name, namespace))[names.ECI_SECURITY_GROUP]
        assert told == ",".join(allocation["eni"]["securityGroupIDs"])
        return list(allocation["eni"]["securityGroupIDs"])

    def zone(self, name: str, namespace: str = "default") -> str:
        node = self.api.get(NODES, self.get(name, namespace)["spec"]["nodeName"])
        return str(node["metadata"]["labels"][names.TOPOLOGY_ZONE])

    def record(self, name: str, namespace: str = "default") -> Obj:
        return self.api.get(POD_ENIS, name, namespace=namespace)

    def records(self) -> list[str]:
        return sorted(map(name_of, self.api.list(POD_ENIS).items))

    def told(self, name: str, namespace: str = "default") -> tuple[str | None, str | None]:
        """The two annotations of the document."""
        annotations = annotations_of(self.get(name, namespace))
        return annotations.get(names.POD_ENI), annotations.get(names.POD_NETWORKING)


WEB = {"app": "web"}


def lived(implementation, *, labels=WEB, vswitches=("vsw-a1", "vsw-a2"), groups=("sg-1", "sg-2"), settle=True, **spec):
    """A world with the plane ``web`` and a pod ``web`` that it selects."""
    world = World(seed=0, implementation=implementation)
    world.plane("web", vswitches=list(vswitches), groups=list(groups), pods=WEB)
    world.settle()
    world.pod("web", labels, **spec)
    if settle:
        world.settle()
    return world
