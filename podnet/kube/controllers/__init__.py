"""The built-in controllers of the in-process cluster: what kube-controller-manager does, as far as the API shows it."""

from __future__ import annotations

from podnet.kube.controllers.deployment import DeploymentController
from podnet.kube.controllers.replicaset import ReplicaSetController
from podnet.kube.host import KubeHost
from podnet.kube.scheduler.scheduler import Scheduler


def install(host: KubeHost) -> None:
    """Register the scheduler and every controller with the host."""
    for controller in (DeploymentController, ReplicaSetController, Scheduler):
        controller(host).install()
