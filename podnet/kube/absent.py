"""Kinds that a real API server serves and this one knows by name only, so that clients find none instead of an error.

Nothing here would do what they ask for, so none can be created: the refusal says so.
"""

from __future__ import annotations

from podnet.api.errors import ApiError
from podnet.api.resources import Resource
from podnet.kube.registry import Served
from podnet.kube.strategy import Strategy

_MANY = (
    (Resource("", "v1", "services", "Service"), ("svc",)),
    (Resource("", "v1", "endpoints", "Endpoints"), ("ep",)),
    (Resource("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim"), ("pvc",)),
    (Resource("", "v1", "persistentvolumes", "PersistentVolume", namespaced=False), ("pv",)),
    (Resource("", "v1", "replicationcontrollers", "ReplicationController"), ("rc",)),
    (Resource("", "v1", "resourcequotas", "ResourceQuota"), ("quota",)),
    (Resource("", "v1", "limitranges", "LimitRange"), ("limits",)),
    (Resource("autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler"), ("hpa",)),
    (Resource("autoscaling", "v1", "horizontalpodautoscalers", "HorizontalPodAutoscaler"), ("hpa",)),
    (Resource("batch", "v1", "cronjobs", "CronJob"), ("cj",)),
    (Resource("networking.k8s.io", "v1", "ingresses", "Ingress"), ("ing",)),
)
_ALL = frozenset({"services", "replicationcontrollers", "horizontalpodautoscalers", "cronjobs"})


class AbsentStrategy(Strategy):
    """A kind of which there are no objects."""

    def __init__(self, kind: str) -> None:
        self.absent = ApiError(
            405, f"{kind} cannot be created: nothing in podnet's in-process cluster would act on it; use --target local"
        )


def absent_kinds() -> list[Served]:
    """How they are served."""
    return [
        Served(
            kind,
            AbsentStrategy(kind.kind),
            storage=kind,
            singular=kind.kind.lower(),
            list_kind=f"{kind.kind}List",
            short_names=short,
            categories=("all",) if kind.plural in _ALL else (),
        )
        for kind, short in _MANY
    ]
