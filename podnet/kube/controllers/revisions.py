"""The history of a pod template: ControllerRevisions, by which StatefulSets and DaemonSets tell old pods from new."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from podnet.api.objects import Obj, annotations_of, clone, labels_of, name_of, namespace_of
from podnet.api.resources import CONTROLLER_REVISIONS, DAEMON_SETS, Resource
from podnet.kube.controllers.ownership import controlled, owner_reference
from podnet.kube.controllers.templates import template_hash
from podnet.kube.host import KubeHost

REVISION_LABEL = "controller-revision-hash"
"""On a pod: which revision of the template it was made from."""
HASH_LABEL = "controller.kubernetes.io/hash"
DEFAULT_LIMIT = 10


def history_of(host: KubeHost, owner: Obj) -> Sequence[Obj]:
    """The revisions of a workload, oldest first."""
    return sorted(controlled(host, CONTROLLER_REVISIONS, owner["metadata"]["uid"]), key=_number)


def current_revision(host: KubeHost, owner: Obj, resource: Resource, history: Sequence[Obj]) -> Obj:
    """The revision of the template as it is now: created, or taken up again as the newest, if need be."""
    template = owner["spec"]["template"]
    mark = template_hash(template)
    latest = _number(history[-1]) if history else 0
    same = next((item for item in history if mark_of(item) == mark), None)
    if same is not None:
        if _number(same) == latest:
            return same
        patch = {"revision": latest + 1}
        return host.api.patch(CONTROLLER_REVISIONS, name_of(same), patch, namespace=namespace_of(owner))
    name = f"{name_of(owner)}-{mark}"
    revision = {
        "apiVersion": CONTROLLER_REVISIONS.api_version,
        "kind": CONTROLLER_REVISIONS.kind,
        "metadata": {
            "name": name,
            "namespace": namespace_of(owner),
            "labels": {**labels_of(template), REVISION_LABEL if resource == DAEMON_SETS else HASH_LABEL: mark},
            "annotations": annotations_of(owner),
            "ownerReferences": [owner_reference(owner, resource)],
        },
        "data": {"spec": {"template": {**clone(template), "$patch": "replace"}}},
        "revision": latest + 1,
    }
    return host.api.create(CONTROLLER_REVISIONS, revision, namespace=namespace_of(owner))


def mark_of(revision: Obj) -> str:
    """The hash of its template, by which the pods of a DaemonSet name a revision."""
    labels = labels_of(revision)
    return labels.get(REVISION_LABEL) or labels.get(HASH_LABEL, "")


def template_of(revision: Obj) -> Obj:
    """The pod template that a revision holds."""
    template: Obj = revision["data"]["spec"]["template"]
    return {key: value for key, value in template.items() if key != "$patch"}


def forget_old(host: KubeHost, owner: Obj, history: Sequence[Obj], *, live: Collection[str]) -> None:
    """Delete the oldest revisions beyond ``revisionHistoryLimit``, but none whose name is in ``live``."""
    limit = owner["spec"].get("revisionHistoryLimit")
    unused = [item for item in history if name_of(item) not in live]
    for item in unused[: max(len(unused) - (DEFAULT_LIMIT if limit is None else int(limit)), 0)]:
        host.api.delete(CONTROLLER_REVISIONS, name_of(item), namespace=namespace_of(item))


def _number(revision: Obj) -> int:
    return int(revision.get("revision") or 0)
