import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kube_samples import (
    Bench,
    config_map,
    crd,
    deployment,
    hook_configuration,
    namespace,
    node,
    plane,
    pod,
    webhook,
)

from podnet.api.objects import Obj, clone
from podnet.kube.direct import never_waits
from podnet.kube.http import HttpApi

IN_DEFAULT = "namespaces/default/"
FULL_POD = pod(
    nodeName="n",
    nodeSelector={"a": "b"},
    tolerations=[{"key": "a", "operator": "Exists"}],
    schedulingGates=[{"name": "g"}],
    volumes=[{"name": "v", "emptyDir": {}}],
    affinity={"nodeAffinity": {}},
    initContainers=[{"name": "i", "image": "x"}],
    containers=[
        {
            "name": "c",
            "image": "x",
            "ports": [{"containerPort": 1}],
            "env": [{"name": "A", "value": "b"}],
            "resources": {"limits": {"cpu": "1", "aliyun/eni": "1"}, "requests": {"cpu": "1"}},
            "livenessProbe": {"exec": {"command": ["true"]}},
        }
    ],
)
FULL_POD["metadata"].update(
    annotations={"a": "b"},
    finalizers=["a.b/c"],
    ownerReferences=[{"apiVersion": "v1", "kind": "Pod", "name": "a", "uid": "1", "controller": True}],
)
FULL_POD["status"] = {"phase": "Running", "podIP": "10.0.0.1", "podIPs": [{"ip": "10.0.0.1"}], "conditions": [{}]}
FULL_NODE = {
    **node("n"),
    "spec": {"taints": [{"key": "a", "effect": "NoSchedule"}]},
    "status": {"capacity": {"a": "1"}},
}
EXPRESSION = {"matchExpressions": [{"key": "a", "operator": "In", "values": ["b"]}]}
HOOK = hook_configuration(webhook(namespaceSelector=EXPRESSION, objectSelector=EXPRESSION, failurePolicy="Ignore"))
EVENT = {"metadata": {"name": "e"}, "involvedObject": {"name": "a"}, "source": {"component": "c"}}
BODIES: dict[str, Obj] = {
    f"api/v1/{IN_DEFAULT}pods": FULL_POD,
    "api/v1/nodes": FULL_NODE,
    "api/v1/namespaces": {**namespace("team"), "spec": {"finalizers": ["a"]}},
    f"api/v1/{IN_DEFAULT}configmaps": config_map(data={"a": "b"}),
    f"api/v1/{IN_DEFAULT}events": EVENT,
    f"apis/apps/v1/{IN_DEFAULT}deployments": deployment(),
    f"apis/apps/v1/{IN_DEFAULT}replicasets": {**deployment(), "kind": "ReplicaSet"},
    f"apis/apps/v1/{IN_DEFAULT}statefulsets": {**deployment(), "kind": "StatefulSet"},
    f"apis/apps/v1/{IN_DEFAULT}daemonsets": {**deployment(), "kind": "DaemonSet"},
    f"apis/batch/v1/{IN_DEFAULT}jobs": {
        "metadata": {"name": "j"},
        "spec": {"template": {"spec": {**pod()["spec"], "restartPolicy": "Never"}}, "completions": 1},
    },
    f"apis/coordination.k8s.io/v1/{IN_DEFAULT}leases": {"metadata": {"name": "l"}, "spec": {"holderIdentity": "a"}},
    "apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations": HOOK,
    "apis/apiextensions.k8s.io/v1/customresourcedefinitions": crd(),
    "apis/example.com/v1/planes": {**plane(), "status": {"phase": "Ready"}},
    f"api/v1/{IN_DEFAULT}pods/web/binding": {
        "metadata": {"name": "web", "labels": {"a": "b"}},
        "target": {"name": "n"},
    },
    f"api/v1/{IN_DEFAULT}pods/web/eviction": {
        "metadata": {"name": "web"},
        "deleteOptions": {"gracePeriodSeconds": 1, "preconditions": {"uid": "a"}},
    },
}
odd = st.sampled_from(
    [None, True, 7, -1, 1.5, "", "text", "Always", [], ["x"], [None], [1], {}, {"a": 1}, [{"a": "b"}]]
)


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from paths(item, (*path, key))


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    value[path[0]] = replaced(value[path[0]], path[1:], new)
    return value


class Place:
    """A server with everything in it that the bodies refer to."""

    def __init__(self) -> None:
        self.http = HttpApi(Bench().server, now=lambda: 0.0, wait=never_waits)
        self.send("POST", "apis/apiextensions.k8s.io/v1/customresourcedefinitions", crd())
        self.send("POST", f"api/v1/{IN_DEFAULT}pods", pod())

    def send(self, method: str, path: str, body: Any, media: str = "application/json") -> int:
        content = json.dumps(body).encode()
        return self.http.handle(method, f"/{path}", {"content-type": media}, content).status


@pytest.mark.parametrize("path", BODIES)
def test_the_unchanged_body_is_accepted(path: str) -> None:
    taken = "customresourcedefinitions" in path or path.endswith(("default/pods", "/eviction"))
    assert Place().send("POST", path, BODIES[path]) == (409 if taken else 201)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_body_with_one_odd_value_is_answered_and_never_breaks_the_server(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(sorted(BODIES)))
    at = data.draw(st.sampled_from(list(paths(BODIES[path]))))
    body = replaced(clone(BODIES[path]), at, data.draw(odd))
    place = Place()
    assert place.send("POST", path, body) in {200, 201, 400, 404, 405, 409, 415, 422, 500}


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_an_odd_patch_is_answered_and_never_breaks_the_server(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(sorted(path for path in BODIES if "/web/" not in path)))
    place = Place()
    body = clone(BODIES[path])
    place.send("POST", path, body)
    at = data.draw(
        st.sampled_from([found for found in paths(body) if found and all(isinstance(x, str) for x in found)])
    )
    patch: Any = data.draw(odd)
    for key in reversed(at):
        patch = {key: patch}
    media = data.draw(st.sampled_from(["merge-patch", "strategic-merge-patch"]))
    subresource = data.draw(st.sampled_from(["", "/status", "/scale"]))
    target = f"{path}/{body['metadata']['name']}{subresource}"
    code = place.send("PATCH", target, patch, f"application/{media}+json")
    assert code in {200, 400, 404, 405, 409, 415, 422}
    # Whatever was stored can be read and changed again.
    assert place.send("PATCH", f"{path}/{body['metadata']['name']}", {}, "application/merge-patch+json") in {200, 404}
    assert place.http.handle("GET", f"/{path}", {}, b"").status == 200
