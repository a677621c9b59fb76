"""What is on a node, kept up to date pod by pod, so that a decision costs the same among ten pods and ten thousand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from podnet.api.host import Change
from podnet.api.objects import Obj, is_terminating, key_of, labels_of, namespace_of
from podnet.kube.scheduler.ports import Port, host_ports
from podnet.kube.scheduler.quantities import Requests, requests_of

TERMINAL = frozenset({"Succeeded", "Failed"})


def occupies(pod: Obj) -> bool:
    """Whether the pod is bound and has not finished."""
    return bool((pod.get("spec") or {}).get("nodeName")) and (pod.get("status") or {}).get("phase") not in TERMINAL


class Alike:
    """Pods on one node that no selector can tell apart: one namespace, the same labels, leaving or all staying."""

    __slots__ = ("count", "labels", "leaving", "namespace")

    def __init__(self, namespace: str, labels: Mapping[str, str], *, leaving: bool) -> None:
        self.namespace = namespace
        self.labels = labels
        self.leaving = leaving
        self.count = 0


Likeness = tuple[str, tuple[tuple[str, str], ...], bool]


class Occupants:
    """The pods on one node. Those that have finished occupy nothing and are not among them; terminating ones are."""

    def __init__(self) -> None:
        self._pods: dict[tuple[str, str], tuple[Obj, Requests]] = {}
        self._opinionated: dict[tuple[str, str], Obj] = {}
        self._alike: dict[Likeness, Alike] = {}
        self._asked: dict[str, int] = {}
        self._asking: Counter[str] = Counter()
        self._ports: Counter[Port] = Counter()

    def __len__(self) -> int:
        return len(self._pods)

    @property
    def all(self) -> Iterable[Obj]:
        """Each of them."""
        return (pod for pod, _ in self._pods.values())

    @property
    def ports(self) -> Collection[Port]:
        """The ports of the node that they have."""
        return self._ports.keys()

    @property
    def asked(self) -> Requests:
        """What the pods ask for together."""
        return self._asked

    def silent(self, resource: str) -> int:
        """How many pods do not say what they need of a resource."""
        return len(self._pods) - self._asking[resource]

    @property
    def alike(self) -> Collection[Alike]:
        """The pods, counted by what selectors see of them."""
        return self._alike.values()

    @property
    def opinionated(self) -> Collection[Obj]:
        """The pods with an affinity to pods, or against them: they have a say in who comes near."""
        return self._opinionated.values()

    def add(self, pod: Obj) -> None:
        """One more pod, or another state of one that is here already."""
        key = key_of(pod)
        self.remove(key)
        requests = requests_of(pod)
        self._pods[key] = (pod, requests)
        affinity = pod["spec"].get("affinity") or {}
        if affinity.get("podAffinity") or affinity.get("podAntiAffinity"):
            self._opinionated[key] = pod
        likeness = _likeness(pod)
        alike = self._alike.get(likeness)
        if alike is None:
            alike = self._alike[likeness] = Alike(likeness[0], labels_of(pod), leaving=likeness[2])
        alike.count += 1
        for name, amount in requests.items():
            self._asked[name] = self._asked.get(name, 0) + amount
            self._asking[name] += 1
        for port in host_ports(pod):
            self._ports[port] += 1

    def remove(self, key: tuple[str, str]) -> None:
        """The pod ``(namespace, name)`` is not here any more; nothing happens if it never was."""
        pod, requests = self._pods.pop(key, (None, {}))
        if pod is None:
            return
        self._opinionated.pop(key, None)
        likeness = _likeness(pod)
        alike = self._alike[likeness]
        alike.count -= 1
        if not alike.count:
            del self._alike[likeness]
        for name, amount in requests.items():
            self._asked[name] -= amount
            self._asking[name] -= 1
        for port in host_ports(pod):
            self._ports[port] -= 1
            if not self._ports[port]:
                del self._ports[port]


def occupants(pods: Iterable[Obj]) -> Occupants:
    """These pods on one node."""
    found = Occupants()
    for pod in pods:
        found.add(pod)
    return found


def _likeness(pod: Obj) -> Likeness:
    return namespace_of(pod), tuple(sorted(labels_of(pod).items())), is_terminating(pod)


class Occupancy:
    """The occupants of all nodes, by the names of these."""

    def __init__(self) -> None:
        self._nodes: dict[str, Occupants] = {}
        self._where: dict[tuple[str, str], str] = {}

    def of(self, node: str) -> Occupants:
        """Who is on a node; it need not exist."""
        return self._nodes.get(node) or Occupants()

    def note(self, change: Change) -> None:
        """A pod was created, changed or deleted."""
        pod, key = change.new, key_of(change.object)
        there = pod["spec"]["nodeName"] if pod is not None and occupies(pod) else None
        before = self._where.get(key)
        if before is not None and before != there:
            del self._where[key]
            self._nodes[before].remove(key)
            if not self._nodes[before]:
                del self._nodes[before]
        if pod is not None and there is not None:
            self._where[key] = there
            self._nodes.setdefault(there, Occupants()).add(pod)
