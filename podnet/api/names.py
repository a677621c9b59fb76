"""The names that ACK, ECI and Terway write on pods, nodes and PodENIs, so that nobody spells one twice.

Source: the PodNetworking document (Step 2, "Verify the configuration"), the Terway source tree and real ECI pods.
"""

from __future__ import annotations

PREFIX = "k8s.aliyun.com/"

POD_ENI = f"{PREFIX}pod-eni"
"""On a pod: the string ``true`` once a PodNetworking applies."""
POD_NETWORKING = f"{PREFIX}pod-networking"
"""On a pod: the name of the PodNetworking that applies."""
POD_NETWORKS = f"{PREFIX}pod-networks"
"""On a pod: JSON of the plane as it was when the pod was admitted."""
POD_UID = f"{PREFIX}pod-uid"
"""On a PodENI: the UID of the pod that it belongs to."""

ECI_VSWITCH = f"{PREFIX}eci-vswitch"
ECI_SECURITY_GROUP = f"{PREFIX}eci-security-group"
ECI_VPC = f"{PREFIX}eci-vpc"
ECI_INSTANCE_ID = f"{PREFIX}eci-instance-id"
ECI_INSTANCE_ZONE = f"{PREFIX}eci-instance-zone"
ENI_INSTANCE_ID = f"{PREFIX}eni-instance-id"

ECI_ANNOTATIONS = (ECI_VSWITCH, ECI_SECURITY_GROUP, ECI_VPC, ECI_INSTANCE_ID, ECI_INSTANCE_ZONE, ENI_INSTANCE_ID)
"""What ECI writes on a pod that it runs. The first two are also input: a value that the user wrote proves nothing."""

CONTAINER_INSTANCE_CREATED = "ContainerInstanceCreated"
"""The pod condition that tells why ECI could not create the pod."""

NODE_TYPE = "type"
VIRTUAL_KUBELET = "virtual-kubelet"
"""Value of the label ``type`` on virtual nodes, and the beginning of their names."""
NODE_ROLE = "kubernetes.io/role"
HOSTNAME = "kubernetes.io/hostname"
TOPOLOGY_ZONE = "topology.kubernetes.io/zone"
TOPOLOGY_REGION = "topology.kubernetes.io/region"
LEGACY_ZONE = "failure-domain.beta.kubernetes.io/zone"
LEGACY_REGION = "failure-domain.beta.kubernetes.io/region"

NAMESPACE_NAME = "kubernetes.io/metadata.name"
"""The label that every namespace carries."""


NODE_NOT_READY = "node.kubernetes.io/not-ready"
"""The taint of a node that is not known to be ready."""


def virtual_node(zone: str) -> str:
    """The name of the virtual node of a zone."""
    return f"{VIRTUAL_KUBELET}-{zone}"
