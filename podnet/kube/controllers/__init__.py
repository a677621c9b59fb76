"""The built-in controllers of the in-process cluster: what kube-controller-manager does, as far as the API shows it."""

from __future__ import annotations

from podnet.kube.controllers.daemonset import DaemonSetController
from podnet.kube.controllers.deployment import DeploymentController
from podnet.kube.controllers.disruption import DisruptionController
from podnet.kube.controllers.garbagecollector import GarbageCollector
from podnet.kube.controllers.job import JobController
from podnet.kube.controllers.namespace import NamespaceController
from podnet.kube.controllers.nodelifecycle import NodeLifecycleController
from podnet.kube.controllers.podgc import PodGarbageCollector
from podnet.kube.controllers.replicaset import ReplicaSetController
from podnet.kube.controllers.statefulset import StatefulSetController
from podnet.kube.controllers.tainteviction import TaintEvictionController
from podnet.kube.host import KubeHost
from podnet.kube.scheduler.scheduler import Scheduler

CONTROLLERS = (
    NodeLifecycleController,
    Scheduler,
    DeploymentController,
    ReplicaSetController,
    StatefulSetController,
    DaemonSetController,
    JobController,
    GarbageCollector,
    NamespaceController,
    PodGarbageCollector,
    TaintEvictionController,
    DisruptionController,
)


def install(host: KubeHost) -> None:
    """Register the scheduler and every controller with the host."""
    for controller in CONTROLLERS:
        controller(host).install()
