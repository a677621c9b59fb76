"""What the suite itself wrote and when, because a pod is judged by the PodNetworkings as they were at its creation.

Cross-checks compare with the manifest as it was written, not as it reads back: otherwise a fault in keeping the
manifest would be blamed on the security group, or hidden.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from podnet.api.objects import Obj, key_of, labels_of, namespace_of, uid_of
from podnet.api.selectors import SelectorError, from_label_selector
from podnet.harness.manifests import WORKLOAD_LABEL
from podnet.suite.dialect import DOCUMENT, Rules


@dataclass(frozen=True)
class WrittenPlane:
    """The spec of a PodNetworking as the suite wrote it, with real ids, and the rules by which its pods are judged."""

    name: str
    spec: Mapping[str, Any]
    rules: Rules = DOCUMENT

    @property
    def vswitches(self) -> tuple[str, ...]:
        """``spec.vSwitchOptions``."""
        return tuple(self.spec.get("vSwitchOptions") or ())

    @property
    def security_groups(self) -> tuple[str, ...]:
        """``spec.securityGroupIDs``, in the order written."""
        return tuple(self.spec.get("securityGroupIDs") or ())

    @property
    def effective_security_groups(self) -> frozenset[str]:
        """Those that its pods have: by the document the first one alone."""
        listed = self.security_groups
        return frozenset(listed[:1] if self.rules.effective == "first" else listed)

    def selects(self, *, pod_labels: Mapping[str, str], namespace_labels: Mapping[str, str]) -> bool:
        """Whether a pod matches, by the Kubernetes meaning of label selectors. Neither selector set: no pod."""
        selector = self.spec.get("selector") or {}
        pairs = (
            (selector.get("podSelector"), pod_labels),
            (selector.get("namespaceSelector"), namespace_labels),
        )
        given = [(chosen, labels) for chosen, labels in pairs if chosen is not None]
        try:
            return bool(given) and all(from_label_selector(chosen).matches(labels) for chosen, labels in given)
        except SelectorError:
            return False


def matching(written: Mapping[str, WrittenPlane], pod: Obj, namespace_labels: Mapping[str, str]) -> frozenset[str]:
    """The names of the PodNetworkings that a pod matches by its present labels."""
    labels = labels_of(pod)
    return frozenset(
        name for name, one in written.items() if one.selects(pod_labels=labels, namespace_labels=namespace_labels)
    )


@dataclass
class Ledger:
    """All versions of all PodNetworkings of a scenario, the pods that were seen in between, and what was submitted."""

    rules: Rules = DOCUMENT
    epoch: int = 0
    versions: dict[str, list[tuple[int, WrittenPlane | None]]] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)
    matching: dict[str, frozenset[str]] = field(default_factory=dict)
    annotations: dict[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)
    templates: dict[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)

    def write(self, name: str, spec: Mapping[str, Any] | None) -> None:
        """Note a new version of a PodNetworking; None notes its deletion."""
        self.epoch += 1
        plane = None if spec is None else WrittenPlane(name, spec, self.rules)
        self.versions.setdefault(name, []).append((self.epoch, plane))

    def see(self, pods: Iterable[Obj], *, namespace_labels: Mapping[str, Mapping[str, str]]) -> None:
        """Note that these pods were created before whatever is written next, and which PodNetworkings they match."""
        for pod in pods:
            uid = uid_of(pod)
            if uid not in self.seen:
                self.seen[uid] = self.epoch
                labels = namespace_labels.get(namespace_of(pod), {})
                self.matching[uid] = matching(self.planes(uid), pod, labels)

    def planes(self, uid: str = "") -> dict[str, WrittenPlane]:
        """The PodNetworkings as they were when the pod was created; as they are now for a pod not seen before."""
        epoch = self.seen.get(uid, self.epoch)
        found: dict[str, WrittenPlane] = {}
        for name, history in self.versions.items():
            current = next((plane for written, plane in reversed(history) if written <= epoch), None)
            if current is not None:
                found[name] = current
        return found

    def submit(self, namespace: str, manifest: Obj) -> None:
        """Note the annotations that the suite writes on a pod: they prove nothing about the implementation."""
        metadata = manifest.get("metadata", {})
        self.annotations[(namespace, str(metadata.get("name")))] = dict(metadata.get("annotations") or {})

    def submit_template(self, namespace: str, workload: Obj) -> None:
        """Note the annotations that the suite writes on the pods of a workload, by the label that all of these bear."""
        metadata = (workload.get("spec", {}).get("template") or {}).get("metadata") or {}
        name = str((metadata.get("labels") or {}).get(WORKLOAD_LABEL))
        self.templates[(namespace, name)] = dict(metadata.get("annotations") or {})

    def submitted(self, pod: Obj) -> Mapping[str, str]:
        """The annotations that the suite itself wrote on a pod, or on the template that it was made from."""
        made_by = str(labels_of(pod).get(WORKLOAD_LABEL))
        return {**self.templates.get((namespace_of(pod), made_by), {}), **self.annotations.get(key_of(pod), {})}
