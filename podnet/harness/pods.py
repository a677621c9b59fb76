"""Bare pods of a scenario: one, a table of them, or many at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from podnet.api.errors import ApiError
from podnet.api.names import HOSTNAME, TOPOLOGY_ZONE
from podnet.api.objects import Obj, labels_of, name_of, uid_of
from podnet.api.resources import NAMESPACES, NODES, PODS
from podnet.harness import manifests
from podnet.harness.manifests import PodShape, parse_pairs
from podnet.harness.observer import EffectivePlane, zone_of_node
from podnet.harness.outcome import AuthoringError, Mismatch, NotApplicable

if TYPE_CHECKING:
    from podnet.harness.world import World

PodKey = tuple[str, str]


class Pods:
    """Bare pods by the names that the scenario gives them, and groups of them.

    ``since``: the resourceVersion before which no pod of a workload existed; 0 while there is no workload.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.groups: dict[str, list[PodKey]] = {}
        self.versions: dict[str, int] = {}
        self.since = 0
        self.refused: dict[PodKey, ApiError] = {}
        self.noted: dict[PodKey, Mapping[str, object]] = {}

    def create(self, name: str, *, shape: PodShape, namespace: str = "") -> None:
        """Create one pod, alone in a group of its name."""
        self.create_many([name], shape=shape, namespace=namespace, group=name)

    def create_numbered(self, count: int, *, group: str, shape: PodShape, namespace: str = "") -> None:
        """Create ``group-1`` to ``group-COUNT`` without waiting in between."""
        self.create_many(
            [f"{group}-{number + 1}" for number in range(count)], shape=shape, namespace=namespace, group=group
        )

    def create_many(self, pod_names: Sequence[str], *, shape: PodShape, namespace: str, group: str) -> None:
        """Create pods of one shape without waiting in between."""
        namespace = self.world.namespaces.use(namespace)
        for name in pod_names:
            manifest = manifests.pod(name, shape=shape)
            self.world.ledger.submit(namespace, manifest)
            self.refused.pop((namespace, name), None)
            try:
                created = self.world.api.create(PODS, manifest, namespace=namespace)
            except ApiError as error:
                if error.code >= 500:
                    raise
                # One of the ways to fail to create a pod: whether it had to be created is for the Then steps to say.
                self.refused[(namespace, name)] = error
            else:
                self.versions[uid_of(created)] = int(created["metadata"]["resourceVersion"])
        self.groups[group] = [(namespace, name) for name in pod_names]

    def shape(
        self,
        labels: str = "",
        *,
        annotations: str = "",
        zone: str = "",
        zones: Sequence[str] = (),
        preferred_zone: str = "",
        node_zone: str = "",
        stop_seconds: int = 0,
    ) -> PodShape:
        """A pod's shape from the words of a step; zones are symbolic, pinned by the hostnames of their nodes."""
        required = tuple(self.hostnames(symbol) for symbol in (*([zone] if zone else []), *zones))
        return PodShape(
            labels=parse_pairs(labels),
            annotations=parse_pairs(annotations),
            hostnames=required,
            preferred=self.hostnames(preferred_zone) if preferred_zone else (),
            node=self._nodes_of(node_zone)[0]["metadata"]["name"] if node_zone else "",
            stop_seconds=stop_seconds,
        )

    def by_node_name(self, shape: PodShape, *, zone: str) -> PodShape:
        """The shape of pods that require the nodes of a zone by the field metadata.name."""
        return replace(shape, node_names=tuple(name_of(node) for node in self._nodes_of(zone)))

    def by_zone_label(self, shape: PodShape, *, zone: str) -> PodShape:
        """The shape of pods whose nodeSelector names the zone. Not applicable where nodes lack today's zone label."""
        self.world.bind()
        return replace(shape, node_labels={self._zone_label(): self.world.binding.zone(zone)})

    def apart(self, shape: PodShape) -> PodShape:
        """The shape of pods that must be in different zones. Not applicable where nodes lack today's zone label."""
        return replace(shape, apart_by=self._zone_label())

    def near(self, shape: PodShape, *, labels: str) -> PodShape:
        """The shape of pods that must be in the zone of a pod with these labels. Not applicable as above."""
        return replace(shape, near=parse_pairs(labels), near_by=self._zone_label())

    def spread(self, shape: PodShape, *, strictly: bool = False) -> PodShape:
        """The shape of pods that would rather be spread over the zones, or ``strictly`` have to be."""
        return replace(shape, spread_by=self._zone_label(), spread_strictly=strictly)

    def by_common_label(self, shape: PodShape) -> PodShape:
        """The shape of pods whose nodeSelector every node satisfies. Not applicable where nodes share no label."""
        self.world.waiting.cluster.settle()
        labels = [set(labels_of(node).items()) for node in self.world.api.list(NODES).items]
        common = sorted(set[tuple[str, str]].intersection(*labels)) if labels else []
        if not common:
            raise NotApplicable("the nodes have no label in common")
        return replace(shape, node_labels=dict(common[:1]))

    def hostnames(self, symbol: str) -> tuple[str, ...]:
        """The hostname labels of the nodes that stand in a zone: zones are pinned by them, never by the zone label."""
        return tuple(str(labels_of(node).get(HOSTNAME, name_of(node))) for node in self._nodes_of(symbol))

    def _nodes_of(self, symbol: str) -> list[Obj]:
        self.world.bind()
        zone = self.world.binding.zone(symbol)

        def found() -> list[Obj]:
            nodes = [node for node in self.world.api.list(NODES).items if zone_of_node(node) == zone]
            if not nodes:
                raise Mismatch(expected=f"a virtual node in the zone {zone}", actual="no node there")
            return nodes

        return self.world.waiting.eventually(found, at_once=True)

    def _zone_label(self) -> str:
        self.world.waiting.cluster.settle()
        if any(TOPOLOGY_ZONE not in labels_of(node) for node in self.world.api.list(NODES).items):
            raise NotApplicable(f"not every node has the label {TOPOLOGY_ZONE}")
        return TOPOLOGY_ZONE

    def see(self) -> None:
        """Note which pods exist before something is written that concerns only later ones."""
        if (self.groups or self.world.workloads.made) and not self.world.race.open:
            self.world.waiting.catch_up()  # before we look, for nothing to pass between the look and the write
            self.world.waiting.cluster.settle()
            namespaces = {name_of(item): labels_of(item) for item in self.world.api.list(NAMESPACES).items}
            self.world.ledger.see(self.world.api.list(PODS).items, namespace_labels=namespaces)

    def group(self, name: str) -> list[PodKey]:
        """The pods of a group, or one pod of that name, which may be a workload's. Raises AuthoringError for others."""
        if name in self.groups:
            return self.groups[name]
        for members in self.groups.values():
            found = [key for key in members if key[1] == name]
            if found:
                return found
        if self.world.workloads.made:
            return [(self.world.namespaces.use(), name)]
        raise AuthoringError(f"no step has created the pods {name!r}")

    def observe(self, keys: Sequence[PodKey], *, present: bool = False) -> list[EffectivePlane]:
        """The effective planes of these pods. Raises Mismatch if one does not exist and ``present`` ones do not do."""
        namespaces = {namespace for namespace, _ in keys}
        seen = {
            plane.key: plane
            for plane in self.world.observer.observe(namespace=namespaces.pop() if len(namespaces) == 1 else "")
        }
        self.world.race.judge(seen.values())
        missing = [key for key in keys if key not in seen]
        if missing and not present:
            raise Mismatch(expected="all pods exist", actual=[self._absence(key) for key in missing])
        return [seen[key] for key in keys if key in seen]

    def _absence(self, key: PodKey) -> str:
        refusal = self.refused.get(key)
        why = f": its creation was refused with {refusal.code} {refusal.reason}: {refusal.message}" if refusal else ""
        return f"there is no pod {'/'.join(key)}{why}"

    def history(self, planes: Sequence[EffectivePlane]) -> list[EffectivePlane]:
        """Every state that these pods have been in since they were created, as far as the watch cache reaches."""
        uids = {plane.uid for plane in planes}
        known = [version for uid in uids if (version := self.versions.get(uid, self.since))]
        if not planes or not known:
            return []
        namespace = planes[0].key[0]
        try:
            events = list(self.world.api.watch(PODS, namespace=namespace, resource_version=str(min(known))))
        except ApiError as error:
            if error.code == 410:
                return []
            raise
        return [EffectivePlane(event.object, "", (), (), ()) for event in events if uid_of(event.object) in uids]

    def label(self, key: PodKey, *, labels: str) -> None:
        """Set labels of a pod, and let everybody learn of it."""
        self._patch(key, metadata={"labels": parse_pairs(labels)})

    def label_stopping(self, key: PodKey, *, labels: str) -> None:
        """Set labels of a pod that is being deleted. Not applicable where it is gone already."""
        try:
            self.label(key, labels=labels)
        except ApiError as error:
            if error.code != 404:
                raise
            raise NotApplicable(f"nothing holds {key[1]!r}: it is gone as soon as it is deleted") from None

    def unlabel(self, key: PodKey, *, label: str) -> None:
        """Remove a label of a pod, and let everybody learn of it."""
        self._patch(key, metadata={"labels": {label: None}})

    def annotate(self, key: PodKey, *, annotations: str) -> None:
        """Write annotations on a pod as its user, and let everybody learn of it."""
        written = parse_pairs(annotations)
        self.world.ledger.annotations[key] = {**self.world.ledger.annotations.get(key, {}), **written}
        self._patch(key, metadata={"annotations": written})

    def _patch(self, key: PodKey, *, metadata: Obj) -> None:
        self.see()
        self.world.api.patch(PODS, key[1], {"metadata": metadata}, namespace=key[0])
        self.world.waiting.rest()

    def replace_at_once(self, name: str, *, shape: PodShape, namespace: str = "") -> None:
        """Delete a pod by force, and create another one of its name as soon as the API server takes it."""
        key: PodKey = (self.world.namespaces.use(namespace), name)
        self.begin_deletion([key], how="deleted by force")
        self.create(name, shape=shape, namespace=namespace)

        def created() -> None:
            refusal = self.refused.get(key)
            if refusal is not None and refusal.code == 409:
                self.create(name, shape=shape, namespace=namespace)
                raise Mismatch(expected=f"the pod {name!r} is gone", actual=f"it is still there: {refusal.message}")

        self.world.waiting.eventually(created, within=self.world.waiting.budgets.end)

    def begin_deletion(self, keys: Sequence[PodKey], *, how: str = "deleted") -> None:
        """Begin to delete pods: ``deleted``, ``deleted by force`` or ``evicted``. A pod that is gone is no fault."""
        for namespace, name in keys:
            try:
                if how == "evicted":
                    eviction: Obj = {
                        "apiVersion": "policy/v1",
                        "kind": "Eviction",
                        "metadata": {"name": name, "namespace": namespace},
                    }
                    self.world.api.create(PODS, eviction, namespace=namespace, subresource="eviction")
                elif how == "deleted by force":
                    self.world.api.delete(PODS, name, namespace=namespace, grace_period_seconds=0)
                else:
                    self.world.api.delete(PODS, name, namespace=namespace)
            except ApiError as error:
                if error.code != 404:
                    raise

    def delete(self, keys: Sequence[PodKey], *, how: str = "deleted") -> None:
        """Delete pods and wait until they are gone."""
        uids = {uid_of(pod) for pod in self._existing(keys)}
        self.begin_deletion(keys, how=how)
        self.wait_gone(keys, uids=uids)

    def wait_gone(self, keys: Sequence[PodKey], *, uids: set[str]) -> None:
        """Wait until none of the pods with these UIDs exists."""

        def gone() -> None:
            left = [name_of(pod) for pod in self._existing(keys) if uid_of(pod) in uids]
            if left:
                raise Mismatch(expected="the pods are gone", actual=[f"the pod {name} is still there" for name in left])

        self.world.waiting.eventually(gone, within=self.world.waiting.budgets.end)

    def expect_gone(self, keys: Sequence[PodKey]) -> None:
        """Wait until none of the pods that exist now does any more."""
        self.wait_gone(keys, uids={uid_of(pod) for pod in self._existing(keys)})

    def recreated(self, key: PodKey) -> None:
        """Delete the pod of a workload and wait until there is another one of its name."""
        before = {uid_of(pod) for pod in self._existing([key])}
        self.begin_deletion([key])

        def replaced() -> None:
            if not any(uid_of(pod) not in before for pod in self._existing([key])):
                raise Mismatch(expected=f"another pod {key[1]!r} is created", actual="there is none yet")

        self.world.waiting.eventually(replaced)
        self.groups.setdefault(key[1], [key])

    def _existing(self, keys: Sequence[PodKey]) -> list[Obj]:
        wanted = set(keys)
        found: list[Obj] = []
        for namespace in {namespace for namespace, _ in keys}:
            items = self.world.api.list(PODS, namespace=namespace).items
            found += [item for item in items if (namespace, name_of(item)) in wanted]
        return found
