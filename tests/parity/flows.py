"""What users do with workloads, one step after the other; what their pods then do stands in an annotation of these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from podnet.api.objects import Obj
from podnet.api.resources import DAEMON_SETS, DEPLOYMENTS, JOBS, REPLICA_SETS, STATEFUL_SETS, Resource

THEN = "parity/then"
"""An annotation of a pod: the phase that it comes to; Running (and ready) without it."""
NODE = "parity-flows-"


@dataclass(frozen=True)
class Flow:
    """Steps with one object named ``web`` in a namespace of its own: its spec, then merge patches of the object."""

    name: str
    resource: Resource
    spec: Obj
    changes: Sequence[Obj] = ()

    @property
    def namespace(self) -> str:
        return f"parity-flow-{self.name}"

    @property
    def obj(self) -> Obj:
        kind, version = self.resource.kind, self.resource.api_version
        metadata = {"name": "web", "namespace": self.namespace}
        return {"kind": kind, "apiVersion": version, "metadata": metadata, "spec": self.spec}


def template(*, then: str = "", image: str = "nothing:1", restart: str = "Always", **spec: object) -> Obj:
    """A pod template of the label ``app: web``, whose pods no scheduler looks at."""
    container = {"name": "main", "image": image}
    metadata: Obj = {"labels": {"app": "web"}, **({"annotations": {THEN: then}} if then else {})}
    return {
        "metadata": metadata,
        "spec": {"schedulerName": "nobody", "restartPolicy": restart, "containers": [container], **spec},
    }


def image(name: str, **spec: object) -> Obj:
    """A merge patch that changes the image of the template; and other fields of the spec."""
    containers = [{"name": "main", "image": name}]
    return {"spec": {"template": {"spec": {"containers": containers}}, **spec}}


def _selecting(**spec: object) -> Obj:
    return {"selector": {"matchLabels": {"app": "web"}}, "template": template(), **spec}


def _job(then: str, **spec: object) -> Obj:
    return {"template": template(then=then, restart="Never"), **spec}


def _spec(**spec: object) -> Obj:
    return {"spec": spec}


def _with(then: str | None, **more: object) -> Obj:
    return {"spec": {"template": {"metadata": {"annotations": {THEN: then}}}, **more}}


_ROLLING = {"rollingUpdate": {"maxSurge": 3, "maxUnavailable": 2}}
_ON_EXIT = {"onExitCodes": {"operator": "In", "values": [7]}}
_ON_DISRUPTION = {"onPodConditions": [{"type": "DisruptionTarget", "status": "True"}]}

# Few enough steps: of more than nine events of a kind a real recorder keeps the last one only.
DEPLOYMENT_FLOWS = (
    Flow("rollout", DEPLOYMENTS, _selecting(replicas=2), (image("nothing:2"), image("nothing:1"))),
    Flow("pause", DEPLOYMENTS, _selecting(replicas=2), (_spec(paused=True), image("nothing:2"), _spec(paused=False))),
    Flow("recreate", DEPLOYMENTS, _selecting(replicas=2, strategy={"type": "Recreate"}), (image("nothing:2"),)),
    Flow(
        "proportional",
        DEPLOYMENTS,
        _selecting(replicas=10, strategy=_ROLLING),
        (_with("Pending"), _spec(replicas=15), _spec(replicas=6)),
    ),
    Flow(
        "late",
        DEPLOYMENTS,
        _selecting(progressDeadlineSeconds=1) | {"template": template(then="Pending")},
        (_with(None),),
    ),
    Flow(
        "history",
        DEPLOYMENTS,
        _selecting(replicas=1, revisionHistoryLimit=1),
        (image("nothing:2"), image("nothing:3"), {"metadata": {"annotations": {"a": "b"}}}),
    ),
    Flow("empty", DEPLOYMENTS, _selecting(replicas=0), (image("nothing:2"), _spec(replicas=2), _spec(replicas=1))),
)
OTHER_FLOWS = (
    Flow("replicas", REPLICA_SETS, _selecting(replicas=3), (_spec(replicas=1), _spec(replicas=0), image("nothing:2"))),
    Flow(
        "ordered",
        STATEFUL_SETS,
        _selecting(replicas=3, serviceName="web"),
        (_spec(replicas=1), _spec(replicas=2), image("nothing:2")),
    ),
    Flow(
        "parallel",
        STATEFUL_SETS,
        _selecting(replicas=2, podManagementPolicy="Parallel", ordinals={"start": 3}),
        (_with("Pending", replicas=3), _spec(replicas=1)),
    ),
    Flow(
        "partition",
        STATEFUL_SETS,
        _selecting(replicas=3, updateStrategy={"rollingUpdate": {"partition": 2}}),
        (image("nothing:2"), _spec(updateStrategy={"rollingUpdate": {"partition": 0}})),
    ),
    Flow("deleted", STATEFUL_SETS, _selecting(replicas=1, updateStrategy={"type": "OnDelete"}), (image("nothing:2"),)),
    Flow("stuck", STATEFUL_SETS, _selecting(replicas=3) | {"template": template(then="Pending")}, (_spec(replicas=0),)),
    Flow("daemons", DAEMON_SETS, _selecting(), (image("nothing:2"), image("nothing:1"))),
    Flow(
        "chosen",
        DAEMON_SETS,
        _selecting() | {"template": template(nodeSelector={"kubernetes.io/hostname": f"{NODE}1"})},
        (_spec(template={"spec": {"nodeSelector": {"kubernetes.io/hostname": "none"}}}),),
    ),
)
JOB_FLOWS = (
    Flow("done", JOBS, _job("Succeeded", completions=3, parallelism=2)),
    Flow("queue", JOBS, _job("Succeeded", parallelism=2)),
    Flow("failed", JOBS, _job("Failed", backoffLimit=0)),
    Flow("deadline", JOBS, _job("Running", activeDeadlineSeconds=1, parallelism=2, completions=2)),
    Flow("forgotten", JOBS, _job("Succeeded", ttlSecondsAfterFinished=0)),
    Flow(
        "suspended",
        JOBS,
        _job("Running", suspend=True, parallelism=2, completions=2),
        (_spec(suspend=False), _spec(suspend=True), _spec(parallelism=1, suspend=False)),
    ),
    Flow("indexed", JOBS, _job("Succeeded", completions=3, parallelism=3, completionMode="Indexed")),
    Flow(
        "policy",
        JOBS,
        _job("Failed", backoffLimit=3, podFailurePolicy={"rules": [{"action": "FailJob", **_ON_EXIT}]}),
    ),
    Flow(
        "first",
        JOBS,
        _job(
            "Succeeded",
            completions=2,
            parallelism=1,
            completionMode="Indexed",
            successPolicy={"rules": [{"succeededIndexes": "0"}]},
        ),
    ),
    Flow("wider", JOBS, _job("Running", parallelism=1, completions=3), (_spec(parallelism=3), _spec(parallelism=0))),
)
FLOWS: Mapping[str, Flow] = {flow.name: flow for flow in (*DEPLOYMENT_FLOWS, *OTHER_FLOWS, *JOB_FLOWS)}
