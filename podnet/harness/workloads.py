"""Deployments, StatefulSets and Jobs of a scenario, and the pods that they make."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from podnet.api.errors import ApiError
from podnet.api.objects import Obj, condition_of, is_terminating, name_of, namespace_of, uid_of
from podnet.api.resources import DEPLOYMENTS, JOBS, KNOWN, PODS, STATEFUL_SETS, Resource
from podnet.harness import manifests
from podnet.harness.manifests import PodShape, parse_pairs
from podnet.harness.observer import EffectivePlane
from podnet.harness.outcome import AuthoringError, Mismatch
from podnet.harness.pods import PodKey

if TYPE_CHECKING:
    from podnet.harness.world import World

RESOURCES = {resource.kind: resource for resource in (DEPLOYMENTS, STATEFUL_SETS, JOBS)}
WorkloadKey = tuple[str, str, str]


def resource_of(kind: str) -> Resource:
    """The resource type of a workload's kind. Raises AuthoringError for a kind that the suite does not create."""
    if kind not in RESOURCES:
        raise AuthoringError(f"the suite creates no {kind}; known: {', '.join(RESOURCES)}")
    return RESOURCES[kind]


class Workloads:
    """Workloads by kind, name and namespace."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.made: set[WorkloadKey] = set()
        self.stale: dict[WorkloadKey, set[str]] = {}
        self.restarts = 0
        self.noted: dict[WorkloadKey, list[PodKey]] = {}

    def create(
        self, kind: str, name: str, *, count: int, shape: PodShape, namespace: str = "", labels: str = ""
    ) -> None:
        """Create a workload of ``count`` pods; ``labels`` are the workload's own."""
        manifest = manifests.workload(kind, name, count=count, shape=shape, labels=parse_pairs(labels))
        self.apply(manifest, namespace=namespace)

    def apply(self, manifest: Obj, *, namespace: str = "") -> None:
        """Create a workload from its manifest."""
        namespace = self.world.namespaces.use(namespace)
        kind = str(manifest.get("kind"))
        self.world.ledger.submit_template(namespace, manifest)
        created = self.world.api.create(KNOWN[(str(manifest.get("apiVersion")), kind)], manifest, namespace=namespace)
        self.made.add((kind, namespace, name_of(manifest)))
        self.world.pods.since = self.world.pods.since or int(created["metadata"]["resourceVersion"])

    def scale(self, kind: str, name: str, *, count: int, namespace: str = "") -> None:
        """Set the number of replicas, and wait until there are no more pods than that."""
        namespace = self.world.namespaces.use(namespace)
        self.world.api.patch(resource_of(kind), name, {"spec": {"replicas": count}}, namespace=namespace)

        def scaled() -> None:
            left = self._members(kind, name, namespace=namespace, terminating=True)
            if len(left) > count:
                raise Mismatch(expected=f"{count} pods", actual=f"{len(left)} pods")

        self.world.waiting.eventually(scaled, within=self.world.waiting.budgets.end)

    def restart(self, kind: str, name: str, *, namespace: str = "") -> None:
        """Replace all pods, as ``kubectl rollout restart`` does."""
        self.restarts += 1
        moment = f"restart-{self.restarts}"
        self._roll(
            kind, name, metadata={"annotations": {"kubectl.kubernetes.io/restartedAt": moment}}, namespace=namespace
        )

    def relabel(self, kind: str, name: str, *, labels: str, namespace: str = "") -> None:
        """Set labels of the template, which replaces all pods."""
        self._roll(kind, name, metadata={"labels": parse_pairs(labels)}, namespace=namespace)

    def _roll(self, kind: str, name: str, *, metadata: Obj, namespace: str) -> None:
        namespace = self.world.namespaces.use(namespace)
        before = {uid_of(pod) for pod in self._members(kind, name, namespace=namespace, terminating=True)}
        self.stale.setdefault((kind, namespace, name), set()).update(before)
        self.world.pods.see()
        patch = {"spec": {"template": {"metadata": metadata}}}
        self.world.api.patch(resource_of(kind), name, patch, namespace=namespace)

    def delete(self, kind: str, name: str, *, namespace: str = "") -> None:
        """Delete a workload and wait until its pods are gone."""
        namespace = self.world.namespaces.use(namespace)
        uids = {uid_of(pod) for pod in self._members(kind, name, namespace=namespace, terminating=True)}
        self.world.api.delete(resource_of(kind), name, namespace=namespace, propagation="Background")

        def gone() -> None:
            left = [pod for pod in self.world.api.list(PODS, namespace=namespace).items if uid_of(pod) in uids]
            if left:
                raise Mismatch(
                    expected=f"the pods of the {kind} {name!r} are gone",
                    actual=[f"the pod {name_of(pod)} is still there" for pod in left],
                )

        self.world.waiting.eventually(gone, within=self.world.waiting.budgets.end)

    def delete_by_force(self, kind: str, name: str, *, namespace: str = "") -> None:
        """Delete every pod by force; the workload makes others in their place."""
        namespace = self.world.namespaces.use(namespace)
        members = self._members(kind, name, namespace=namespace, terminating=True)
        self.stale.setdefault((kind, namespace, name), set()).update(uid_of(pod) for pod in members)
        self.world.pods.begin_deletion([(namespace, name_of(pod)) for pod in members], how="deleted by force")

    def note(self, kind: str, name: str, *, namespace: str = "") -> None:
        """Remember which pods the workload has and what their network looks like."""
        namespace = self.world.namespaces.use(namespace)
        subject = self.subject(kind, name, namespace=namespace)
        self.world.expect.runs(subject)
        self.world.expect.note(subject)
        self.noted[(kind, namespace, name)] = [plane.key for plane in subject()]

    def those_noted(self, kind: str, name: str, *, namespace: str = "") -> Callable[[], list[EffectivePlane]]:
        """A reading of the pods that the workload had when they were noted, which must all be there."""
        key = (kind, self.world.namespaces.use(namespace), name)
        if key not in self.noted:
            raise AuthoringError(f"no step has noted the network of the pods of the {kind} {name!r}")
        return lambda: self.world.pods.observe(self.noted[key])

    def completed(self, name: str, *, namespace: str = "") -> None:
        """Wait until a Job has the condition Complete."""
        namespace = self.world.namespaces.use(namespace)

        def complete() -> None:
            job = self.world.api.get(JOBS, name, namespace=namespace)
            if (condition_of(job, "Complete") or {}).get("status") != "True":
                raise Mismatch(expected=f"the Job {name!r} is complete", actual=f"its status is {job.get('status')}")

        self.world.waiting.eventually(complete, within=10 * self.world.waiting.budgets.start)

    def subject(
        self, kind: str, name: str, *, namespace: str = "", count: int | None = None
    ) -> Callable[[], list[EffectivePlane]]:
        """A reading of the workload's pods, which raises Mismatch until there are exactly as many as it wants."""
        namespace = self.world.namespaces.use(namespace)

        def read() -> list[EffectivePlane]:
            wanted = self._replicas(kind, name, namespace=namespace) if count is None else count
            members = self._members(kind, name, namespace=namespace)
            stale = self.stale.get((kind, namespace, name), set())
            old = [name_of(pod) for pod in members if uid_of(pod) in stale]
            if len(members) != wanted or old:
                raise Mismatch(
                    expected=f"{wanted} pods of the {kind} {name!r}",
                    actual=[f"{len(members)} pods", *(f"the pod {pod} is from before the restart" for pod in old)],
                )
            return self.world.pods.observe([(namespace_of(pod), name_of(pod)) for pod in members])

        return read

    def those_there(self, kind: str, name: str, *, namespace: str = "") -> Callable[[], list[EffectivePlane]]:
        """A reading of the workload's pods, however many there are."""
        namespace = self.world.namespaces.use(namespace)

        def read() -> list[EffectivePlane]:
            keys = [(namespace, name_of(pod)) for pod in self._members(kind, name, namespace=namespace)]
            return self.world.pods.observe(keys, present=True) if keys else []

        return read

    def _replicas(self, kind: str, name: str, *, namespace: str) -> int:
        spec = self.world.api.get(resource_of(kind), name, namespace=namespace)["spec"]
        return int(spec.get("completions" if kind == "Job" else "replicas", 1))

    def _members(self, kind: str, name: str, *, namespace: str, terminating: bool = False) -> list[Obj]:
        """The pods that the workload's selector finds, without failed ones and, unless asked for, terminating ones."""
        try:
            workload = self.world.api.get(resource_of(kind), name, namespace=namespace)
        except ApiError as error:
            if error.code == 404:
                raise AuthoringError(f"there is no {kind} {name!r} in the namespace {namespace!r}") from None
            raise
        labels = (workload["spec"].get("selector") or {}).get("matchLabels") or {}
        selector = ",".join(f"{key}={value}" for key, value in sorted(labels.items()))
        pods = self.world.api.list(PODS, namespace=namespace, label_selector=selector).items
        return [
            pod
            for pod in pods
            if (terminating or not is_terminating(pod)) and pod.get("status", {}).get("phase") != "Failed"
        ]
