"""Rolls a Deployment out: a ReplicaSet for each pod template, the new one grown while the old ones shrink.

Left out of what upstream does: rollback through the long gone ``spec.rollbackTo``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from podnet.api.errors import ApiError, already_exists
from podnet.api.host import Change, Key
from podnet.api.objects import (
    Obj,
    annotations_of,
    clone,
    condition_of,
    is_terminating,
    key_of,
    labels_of,
    name_of,
    namespace_of,
    uid_of,
)
from podnet.api.resources import DEPLOYMENTS, PODS, REPLICA_SETS
from podnet.kube.conditions import ConditionStatus
from podnet.kube.controllers.deployment_status import deadline_in, is_complete, progress, status_of
from podnet.kube.controllers.ownership import claim, controller_key, dependents, itself, owner_reference
from podnet.kube.controllers.pods import TERMINAL, is_namespace_terminating, phase_of, write_status
from podnet.kube.controllers.replicaset import replicas_of
from podnet.kube.controllers.rollout import (
    DESIRED_REPLICAS,
    MAX_REPLICAS,
    NOT_INHERITED,
    REVISION,
    Sizes,
    is_rolling,
    is_scaling,
    limits,
    new_size,
    old_sizes,
    raised,
    revision_of,
    scaled_sizes,
)
from podnet.kube.controllers.templates import POD_TEMPLATE_HASH, template_hash
from podnet.kube.host import KubeHost

COMPONENT = "deployment-controller"


class DeploymentController:
    """Reconciles one Deployment at a time."""

    def __init__(self, host: KubeHost) -> None:
        self._host = host

    def install(self) -> None:
        """Register with the host."""
        watches = {
            DEPLOYMENTS: itself,
            REPLICA_SETS: dependents(self._host, DEPLOYMENTS),
            PODS: self._pod_changed,
        }
        self._host.controller("deployment", self.reconcile, watches=watches)

    def reconcile(self, key: Key) -> float | None:
        """Take the next step of the rollout, then say in the status how far it is."""
        deployment = self._host.peek(DEPLOYMENTS, *cast("tuple[str, str]", key))
        if deployment is None or not deployment["spec"].get("selector"):
            return None
        replica_sets = claim(self._host, deployment, kind=DEPLOYMENTS, of=REPLICA_SETS)
        return _Sync(self._host, deployment, replica_sets).run()

    def _pod_changed(self, change: Change) -> Iterable[Key]:
        """Under Recreate the new pods wait until the last old one is gone."""
        if change.new is not None and phase_of(change.new) not in TERMINAL:
            return ()
        owner = controller_key(change.object, REPLICA_SETS)
        replica_set = self._host.peek(REPLICA_SETS, *owner) if owner is not None else None
        key = controller_key(replica_set, DEPLOYMENTS) if replica_set is not None else None
        return (key,) if key is not None else ()


class _Sync:
    """One pass over one Deployment. ``new`` is the ReplicaSet of the current template; the lists are oldest first."""

    def __init__(self, host: KubeHost, deployment: Obj, replica_sets: Sequence[Obj]) -> None:
        self._host = host
        self._deployment = deployment
        self._all = sorted(replica_sets, key=_created)
        self._hash = template_hash(
            deployment["spec"]["template"],
            collisions=int((deployment.get("status") or {}).get("collisionCount") or 0),
        )
        self._new = next((item for item in self._all if self._is_new(item)), None)

    def run(self) -> float | None:
        """Take the step and write the status; the seconds until the rollout counts as stuck."""
        if not is_terminating(self._deployment):
            paused = bool(self._deployment["spec"].get("paused"))
            self._note_pause(paused)
            if paused or is_scaling(self._deployment, self._all):
                self._sync_revision(create=False)
                self._resize(scaled_sizes(self._deployment, self._new, self._all))
            elif is_rolling(self._deployment):
                self._sync_revision(create=True)
                self._roll()
            else:
                self._sync_revision(create=False)
                self._recreate()
        return self._finish()

    @property
    def _old(self) -> Sequence[Obj]:
        return [item for item in self._all if item is not self._new]

    def _is_new(self, replica_set: Obj) -> bool:
        """Whether it stands for the current template: by its hash, or as an adopted one by comparison."""
        if labels_of(replica_set).get(POD_TEMPLATE_HASH) == self._hash:
            return True
        template = replica_set["spec"].get("template") or {}
        labels = {key: value for key, value in labels_of(template).items() if key != POD_TEMPLATE_HASH}
        metadata = {**(template.get("metadata") or {}), "labels": labels}
        return bool({**template, "metadata": metadata} == self._deployment["spec"]["template"])

    def _roll(self) -> None:
        if self._new is None:
            return
        size = new_size(self._deployment, self._old, replicas_of(self._new))
        if size != replicas_of(self._new):
            self._resize({name_of(self._new): size})
        else:
            self._resize(old_sizes(self._deployment, self._new, self._old))

    def _recreate(self) -> None:
        if any(map(replicas_of, self._old)):
            self._resize(dict.fromkeys(map(name_of, self._old), 0))
        elif not any(map(self._has_pods, self._old)):
            self._sync_revision(create=True)
            if self._new is not None:
                self._resize({name_of(self._new): replicas_of(self._deployment)})

    def _has_pods(self, replica_set: Obj) -> bool:
        pods = self._host.by_owner(PODS, uid_of(replica_set))
        reported = int((replica_set.get("status") or {}).get("replicas") or 0)
        return reported > 0 or any(phase_of(pod) not in TERMINAL for pod in pods)

    def _sync_revision(self, *, create: bool) -> None:
        """Find or create the ReplicaSet of the current template; it gets the highest revision."""
        revision = str(max((revision_of(item) for item in self._old), default=0) + 1)
        if self._new is None:
            if create:
                self._create(revision)
            return
        wanted = {**self._inherited(), **raised(self._new, revision)}
        if any(annotations_of(self._new).get(key) != value for key, value in wanted.items()):
            self._replace(self._new, {"metadata": {"annotations": wanted}})
        self._note_revision(annotations_of(self._new).get(REVISION, revision))
        if condition_of(self._deployment, "Progressing") is None:
            self._progress("True", "FoundNewReplicaSet", f'Found new replica set "{name_of(self._new)}"')

    def _create(self, revision: str) -> None:
        deployment, spec = self._deployment, self._deployment["spec"]
        name = f"{name_of(deployment)}-{self._hash}"
        label = {POD_TEMPLATE_HASH: self._hash}
        template = clone(spec["template"])
        template["metadata"] = {**(template.get("metadata") or {}), "labels": {**labels_of(template), **label}}
        selector = clone(spec["selector"])
        selector["matchLabels"] = {**(selector.get("matchLabels") or {}), **label}
        size = new_size(deployment, self._old, 0)
        replica_set: Obj = {
            "apiVersion": REPLICA_SETS.api_version,
            "kind": REPLICA_SETS.kind,
            "metadata": {
                "name": name,
                "namespace": namespace_of(deployment),
                "labels": template["metadata"]["labels"],
                "annotations": {**self._inherited(), REVISION: revision, **self._size_annotations()},
                "ownerReferences": [owner_reference(deployment, DEPLOYMENTS)],
            },
            "spec": {"replicas": size, "selector": selector, "template": template},
        }
        if spec.get("minReadySeconds"):
            replica_set["spec"]["minReadySeconds"] = spec["minReadySeconds"]
        try:
            created = self._host.api.create(REPLICA_SETS, replica_set, namespace=namespace_of(deployment))
        except ApiError as error:
            self._creation_failed(name, error)
            return
        self._all.append(created)
        self._new = created
        if size:
            self._record("ScalingReplicaSet", f"Scaled up replica set {name} from 0 to {size}")
        self._note_revision(revision)
        self._progress("True", "NewReplicaSetCreated", f'Created new replica set "{name}"')

    def _creation_failed(self, name: str, error: ApiError) -> None:
        if is_namespace_terminating(error):
            return
        if already_exists(error):
            status = {**(self._deployment.get("status") or {})}
            status["collisionCount"] = int(status.get("collisionCount") or 0) + 1
            self._deployment = {**self._deployment, "status": status}
        else:
            self._progress("False", "FailedCreate", f'Failed to create new replica set "{name}": {error.message}')
        write_status(self._host, DEPLOYMENTS, self._stored(), self._deployment["status"])
        raise error

    def _resize(self, sizes: Sizes) -> None:
        annotations = self._size_annotations()
        for item in list(self._all):
            before, after = replicas_of(item), sizes.get(name_of(item))
            is_noted = before == 0 or annotations.items() <= annotations_of(item).items()
            if after is None or (after == before and is_noted):
                continue
            self._replace(item, {"metadata": {"annotations": dict(annotations)}, "spec": {"replicas": after}})
            if after != before:
                way = "up" if after > before else "down"
                self._record("ScalingReplicaSet", f"Scaled {way} replica set {name_of(item)} from {before} to {after}")

    def _replace(self, replica_set: Obj, patch: Obj) -> None:
        changed = self._host.api.patch(REPLICA_SETS, name_of(replica_set), patch, namespace=namespace_of(replica_set))
        self._all[next(index for index, item in enumerate(self._all) if item is replica_set)] = changed
        if replica_set is self._new:
            self._new = changed

    def _clean_up(self) -> None:
        """Delete the oldest ReplicaSets that are empty, beyond ``revisionHistoryLimit``."""
        limit = self._deployment["spec"].get("revisionHistoryLimit")
        old = [item for item in self._old if not is_terminating(item)]
        surplus = len(old) - (10 if limit is None else int(limit))
        for item in sorted(old, key=revision_of)[: max(surplus, 0)]:
            if not replicas_of(item) and not (item.get("status") or {}).get("replicas"):
                self._host.api.delete(REPLICA_SETS, name_of(item), namespace=namespace_of(item))

    def _finish(self) -> float | None:
        now = self._host.now()
        status = status_of(self._deployment, self._all, self._new, now)
        if not is_terminating(self._deployment) and is_complete(self._deployment, status):
            self._clean_up()
        write_status(self._host, DEPLOYMENTS, self._stored(), status)
        return deadline_in(self._deployment, status, now)

    def _stored(self) -> Obj:
        """The Deployment as it is stored now: this pass may have written its annotations."""
        stored = self._host.peek(DEPLOYMENTS, *key_of(self._deployment))
        return stored if stored is not None and uid_of(stored) == uid_of(self._deployment) else self._deployment

    def _note_pause(self, paused: bool) -> None:
        reason = (condition_of(self._deployment, "Progressing") or {}).get("reason")
        if reason == "ProgressDeadlineExceeded" or paused == (reason == "DeploymentPaused"):
            return
        if paused:
            self._progress("Unknown", "DeploymentPaused", "Deployment is paused")
        else:
            self._progress("Unknown", "DeploymentResumed", "Deployment is resumed")

    def _note_revision(self, revision: str) -> None:
        if annotations_of(self._deployment).get(REVISION) == revision:
            return
        name, namespace = name_of(self._deployment), namespace_of(self._deployment)
        patch = {"metadata": {"annotations": {REVISION: revision}}}
        # Through the status, as upstream: it is no change of what the Deployment asks for.
        self._host.api.patch(DEPLOYMENTS, name, patch, namespace=namespace, subresource="status")

    def _progress(self, status: ConditionStatus, reason: str, message: str) -> None:
        """Set the condition Progressing, to be written with the rest of the status."""
        old = self._deployment.get("status") or {}
        conditions = progress(old.get("conditions") or (), status, reason, message, self._host.now())
        self._deployment = {**self._deployment, "status": {**old, "conditions": conditions}}

    def _inherited(self) -> Mapping[str, str]:
        annotations = annotations_of(self._deployment)
        return {key: value for key, value in annotations.items() if key not in NOT_INHERITED}

    def _size_annotations(self) -> Mapping[str, str]:
        total = replicas_of(self._deployment)
        return {DESIRED_REPLICAS: str(total), MAX_REPLICAS: str(total + limits(self._deployment)[0])}

    def _record(self, reason: str, message: str) -> None:
        self._host.record_event(self._deployment, type="Normal", reason=reason, message=message, component=COMPONENT)


def _created(obj: Obj) -> str:
    return str(obj["metadata"].get("creationTimestamp") or "")
