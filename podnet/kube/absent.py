"""Kinds that a real API server serves and this one knows by name only, so that clients find none instead of an error.

Nothing here would do what they ask for, so none can be created: the refusal says so.
"""

from __future__ import annotations

from podnet.api.errors import ApiError
from podnet.api.resources import Resource
from podnet.kube.registry import Served
from podnet.kube.strategy import Strategy

_NETWORK, _STORAGE, _DEVICES = "networking.k8s.io", "storage.k8s.io", "resource.k8s.io"
_FLOW = "flowcontrol.apiserver.k8s.io"
_ADMISSION = (
    ("validatingadmissionpolicies", "ValidatingAdmissionPolicy"),
    ("validatingadmissionpolicybindings", "ValidatingAdmissionPolicyBinding"),
    ("mutatingadmissionpolicies", "MutatingAdmissionPolicy"),
    ("mutatingadmissionpolicybindings", "MutatingAdmissionPolicyBinding"),
)
_MANY = (
    (Resource("", "v1", "replicationcontrollers", "ReplicationController"), ("rc",)),
    (Resource("autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler"), ("hpa",)),
    (Resource("autoscaling", "v1", "horizontalpodautoscalers", "HorizontalPodAutoscaler"), ("hpa",)),
    (Resource("batch", "v1", "cronjobs", "CronJob"), ("cj",)),
    (
        Resource(
            "certificates.k8s.io", "v1", "certificatesigningrequests", "CertificateSigningRequest", namespaced=False
        ),
        ("csr",),
    ),
    (Resource("apiregistration.k8s.io", "v1", "apiservices", "APIService", namespaced=False), ()),
    (Resource("node.k8s.io", "v1", "runtimeclasses", "RuntimeClass", namespaced=False), ()),
    (Resource("", "v1", "podtemplates", "PodTemplate"), ()),
    (Resource(_NETWORK, "v1", "ipaddresses", "IPAddress", namespaced=False), ("ip",)),
    (Resource(_NETWORK, "v1", "servicecidrs", "ServiceCIDR", namespaced=False), ()),
    (Resource(_STORAGE, "v1", "csidrivers", "CSIDriver", namespaced=False), ()),
    (Resource(_STORAGE, "v1", "csinodes", "CSINode", namespaced=False), ()),
    (Resource(_STORAGE, "v1", "csistoragecapacities", "CSIStorageCapacity"), ()),
    (Resource(_STORAGE, "v1", "volumeattachments", "VolumeAttachment", namespaced=False), ()),
    (Resource(_STORAGE, "v1", "volumeattributesclasses", "VolumeAttributesClass", namespaced=False), ("vac",)),
    *(
        (Resource("admissionregistration.k8s.io", "v1", plural, kind, namespaced=False), ())
        for plural, kind in _ADMISSION
    ),
    (Resource(_DEVICES, "v1", "deviceclasses", "DeviceClass", namespaced=False), ()),
    (Resource(_DEVICES, "v1", "resourceclaims", "ResourceClaim"), ()),
    (Resource(_DEVICES, "v1", "resourceclaimtemplates", "ResourceClaimTemplate"), ()),
    (Resource(_DEVICES, "v1", "resourceslices", "ResourceSlice", namespaced=False), ()),
    (Resource(_FLOW, "v1", "flowschemas", "FlowSchema", namespaced=False), ()),
    (Resource(_FLOW, "v1", "prioritylevelconfigurations", "PriorityLevelConfiguration", namespaced=False), ()),
)
ABSENT_KINDS = tuple(kind for kind, _ in _MANY)
"""All of them."""
_CATEGORIES = {
    **dict.fromkeys(("replicationcontrollers", "horizontalpodautoscalers", "cronjobs"), ("all",)),
    **dict.fromkeys(("apiservices", *(plural for plural, _ in _ADMISSION)), ("api-extensions",)),
}


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
            categories=_CATEGORIES.get(kind.plural, ()),
        )
        for kind, short in _MANY
    ]
