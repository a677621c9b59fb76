"""Paths below an object that do more than read or write it: the binding of pods, the scale of workloads, tokens."""

from __future__ import annotations

from datetime import timedelta

from podnet.api.errors import ApiError
from podnet.api.objects import Obj, timestamp
from podnet.api.resources import Resource
from podnet.kube import answers
from podnet.kube.admission import Attributes
from podnet.kube.answers import bad_value
from podnet.kube.backend import Backend, WriteOptions
from podnet.kube.field_types import check
from podnet.kube.registry import Served
from podnet.kube.shapes import BINDING, TOKEN_REQUEST
from podnet.kube.strategy_pods import topology_labels

_TOKENS = Resource("authentication.k8s.io", "v1", "tokenrequests", "TokenRequest")
_TOKEN_SECONDS, _LEAST_TOKEN_SECONDS, _MOST_TOKEN_SECONDS = 3600, 600, 2**32
SUCCESS: Obj = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}


def bind(backend: Backend, served: Served, name: str, binding: Obj, *, namespace: str, options: WriteOptions) -> Obj:
    """Assign a pod to a node (``POST pods/binding``). Raises ApiError 409 if it is assigned already or terminating."""
    check(binding, BINDING, kind="Binding", version="v1")
    stored(backend, served, namespace, name)
    metadata = binding.get("metadata") or {}
    if metadata.get("name", name) != name:
        raise answers.bad_request("name in URL does not match name in Binding object")
    target = binding.get("target") or {}
    if target.get("kind") not in {None, "", "Node"} or not target.get("name"):
        problem = (
            answers.required("target.name")
            if not target.get("name")
            else answers.unsupported("target.kind", target["kind"], ("Node", "<empty>"))
        )
        raise ApiError(500, str(problem), reason=None)
    labels = {**(metadata.get("labels") or {}), **topology_labels(backend.context(), target["name"])}
    binding = {
        **binding,
        "kind": "Binding",
        "apiVersion": "v1",
        "metadata": {**metadata, "name": name, "namespace": namespace, **({"labels": labels} if labels else {})},
    }
    attributes = Attributes(
        "CREATE",
        served.resource,
        subresource="binding",
        namespace=namespace,
        name=name,
        dry_run=options.dry_run,
        warn=options.warn,
    )
    binding = backend.admission.mutate(attributes, binding, old=None)
    backend.admission.validate(attributes, binding, old=None)
    pod = stored(backend, served, namespace, name)
    _check_bindable(served, pod, binding)
    bound = _bound(pod, binding, moment=timestamp(backend.now()))
    if not options.dry_run:
        backend.store.put(served.storage, bound)
    return dict(SUCCESS)


def stored(backend: Backend, served: Served, namespace: str, name: str) -> Obj:
    """The object that a path lies below. Raises ApiError 404."""
    obj = backend.store.get(served.storage, namespace, name)
    if obj is None:
        raise answers.not_found(served.resource, name)
    return obj


def _check_bindable(served: Served, pod: Obj, binding: Obj) -> None:
    metadata, name = pod["metadata"], pod["metadata"]["name"]
    wanted = binding["metadata"]
    if wanted.get("uid") and wanted["uid"] != metadata["uid"]:
        raise answers.uid_conflict(
            served.resource, name, namespace=metadata["namespace"], wanted=wanted["uid"], found=metadata["uid"]
        )
    why = ""
    if wanted.get("resourceVersion") and wanted["resourceVersion"] != metadata["resourceVersion"]:
        why = answers.MODIFIED
    elif metadata.get("deletionTimestamp"):
        why = f"pod {name} is being deleted, cannot be assigned to a host"
    elif pod["spec"].get("nodeName"):
        why = f'pod {name} is already assigned to node "{pod["spec"]["nodeName"]}"'
    elif pod["spec"].get("schedulingGates"):
        why = f"pod {name} has non-empty .spec.schedulingGates"
    if why:
        raise answers.conflict(served.resource, name, why, subresource="binding")


def _bound(pod: Obj, binding: Obj, *, moment: str) -> Obj:
    metadata = dict(pod["metadata"])
    for key in ("labels", "annotations"):
        if binding["metadata"].get(key):
            metadata[key] = {**(metadata.get(key) or {}), **binding["metadata"][key]}
    status = {key: value for key, value in pod["status"].items() if key != "nominatedNodeName"}
    status["conditions"] = _with_condition(
        status.get("conditions") or (), {"type": "PodScheduled", "status": "True", "lastProbeTime": None}, moment=moment
    )
    return {
        **pod,
        "metadata": metadata,
        "spec": {**pod["spec"], "nodeName": binding["target"]["name"]},
        "status": status,
    }


def _with_condition(conditions: list[Obj] | tuple[Obj, ...], condition: Obj, *, moment: str) -> list[Obj]:
    known = next((item for item in conditions if item.get("type") == condition["type"]), None)
    since = known.get("lastTransitionTime") if known and known.get("status") == condition["status"] else None
    changed = {**condition, "lastTransitionTime": since or moment}
    if known is None:
        return [*conditions, changed]
    return [changed if item is known else item for item in conditions]


def request_token(
    backend: Backend, served: Served, name: str, request: Obj, *, namespace: str, options: WriteOptions
) -> Obj:
    """A token for a ServiceAccount (``POST serviceaccounts/token``); it is as long as was asked for, else an hour."""
    del options
    check(request, TOKEN_REQUEST, kind="TokenRequest", version="v1")
    account = stored(backend, served, namespace, name)
    spec = request.get("spec") or {}
    seconds = spec.get("expirationSeconds") or _TOKEN_SECONDS
    if not _LEAST_TOKEN_SECONDS <= seconds <= _MOST_TOKEN_SECONDS:
        bound = "less than 10 minutes" if seconds < _LEAST_TOKEN_SECONDS else "larger than 2^32 seconds"
        problem = bad_value("spec.expirationSeconds", seconds, f"may not specify a duration {bound}")
        raise answers.invalid(_TOKENS, "", [problem])
    now = backend.now()
    audiences = spec.get("audiences") or [backend.tokens.issuer]
    claims = {
        "aud": audiences,
        "exp": int(now.timestamp()) + seconds,
        "iat": int(now.timestamp()),
        "iss": backend.tokens.issuer,
        "kubernetes.io": {"namespace": namespace, "serviceaccount": {"name": name, "uid": account["metadata"]["uid"]}},
        "sub": f"system:serviceaccount:{namespace}:{name}",
    }
    return {
        "kind": "TokenRequest",
        "apiVersion": "authentication.k8s.io/v1",
        "metadata": {"name": name, "namespace": namespace, "creationTimestamp": timestamp(now)},
        "spec": {"audiences": audiences, "expirationSeconds": seconds, "boundObjectRef": spec.get("boundObjectRef")},
        "status": {
            "token": backend.tokens.issue(claims),
            "expirationTimestamp": timestamp(now + timedelta(seconds=seconds)),
        },
    }


def selector_text(selector: Obj) -> str:
    """A label selector as it stands in a query."""
    terms = [f"{key}={value}" for key, value in sorted((selector.get("matchLabels") or {}).items())]
    for item in selector.get("matchExpressions") or ():
        values = f"({','.join(sorted(item.get('values') or ()))})"
        text = {"In": f"{item['key']} in {values}", "NotIn": f"{item['key']} notin {values}"}
        terms.append(text.get(item["operator"], item["key"] if item["operator"] == "Exists" else f"!{item['key']}"))
    return ",".join(terms)
