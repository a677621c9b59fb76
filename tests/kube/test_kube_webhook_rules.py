from typing import Any

import pytest
from kube_samples import (
    Bench,
    Hook,
    mutating,
    namespace,
    node,
    pod,
    refused,
    webhook,
)

from podnet.api.host import AdmissionRequest, AdmissionResponse
from podnet.api.objects import Obj
from podnet.api.resources import (
    MUTATING_WEBHOOK_CONFIGURATIONS,
    NAMESPACES,
    NODES,
    PODS,
)
from podnet.kube.backend import DeleteOptions


def annotate(key: str, value: str = "yes") -> AdmissionResponse:
    return AdmissionResponse(patch=({"op": "add", "path": f"/metadata/labels/{key}", "value": value},))


def rule(**changes: Any) -> Obj:
    return {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"], **changes}


@pytest.mark.parametrize(
    ("rules", "called"),
    [
        (rule(), True),
        (rule(operations=["*"], resources=["*"], apiGroups=["*"], apiVersions=["*"]), True),
        (rule(resources=["*/*"]), True),
        (rule(resources=["pods/*"]), True),
        (rule(resources=["pods/status"]), False),
        (rule(resources=["services", "pods"]), True),
        (rule(operations=["UPDATE", "DELETE"]), False),
        (rule(apiGroups=["apps"]), False),
        (rule(apiVersions=["v2"]), False),
        (rule(scope="Namespaced"), True),
        (rule(scope="Cluster"), False),
    ],
)
def test_rules_say_which_requests_a_webhook_sees(bench: Bench, rules: Obj, called: bool) -> None:
    hook = Hook(bench)
    mutating(bench, webhook(rules=[rules]))
    bench.api.create(PODS, pod())
    assert bool(hook.requests) is called


def test_subresources_are_resources_of_their_own(bench: Bench) -> None:
    hook = Hook(bench)
    mutating(bench, webhook(rules=[rule(resources=["pods/binding", "pods/status"], operations=["*"])]))
    bench.api.create(NODES, node("n", **{"topology.kubernetes.io/zone": "z"}))
    bench.api.create(PODS, pod())
    bench.api.patch(PODS, "web", {"metadata": {"labels": {"a": "b"}}}, namespace="default")
    assert hook.requests == []
    target = {"metadata": {"name": "web"}, "target": {"kind": "Node", "name": "n"}}
    bench.api.create(PODS, target, namespace="default", subresource="binding")
    bench.api.patch(PODS, "web", {"status": {"phase": "Running"}}, namespace="default", subresource="status")
    assert [(request.operation, request.subresource) for request in hook.requests] == [
        ("CREATE", "binding"),
        ("UPDATE", "status"),
    ]
    assert hook.requests[0].object is not None
    assert hook.requests[0].object["metadata"]["labels"] == {"topology.kubernetes.io/zone": "z"}


def test_selectors_look_at_the_namespace_and_at_old_and_new_object(bench: Bench) -> None:
    bench.api.create(NAMESPACES, namespace("red", team="red"))
    hook = Hook(bench)
    mutating(
        bench,
        webhook(
            namespaceSelector={"matchLabels": {"team": "red"}},
            objectSelector={"matchLabels": {"app": "web"}},
            rules=[rule(operations=["*"])],
        ),
    )
    bench.api.create(PODS, pod("web"))
    bench.api.create(PODS, pod("other", namespace="red"))
    assert hook.requests == []
    bench.api.create(PODS, pod("web", namespace="red"))
    bench.api.patch(PODS, "web", {"metadata": {"labels": {"app": "gone"}}}, namespace="red")
    assert [request.operation for request in hook.requests] == ["CREATE", "UPDATE"]
    bench.api.patch(PODS, "web", {"metadata": {"labels": {"a": "b"}}}, namespace="red")
    assert len(hook.requests) == 2


def test_namespaces_are_judged_by_their_own_labels_and_cluster_objects_always_pass(bench: Bench) -> None:
    hook = Hook(bench)
    selector = {"matchLabels": {"team": "red"}}
    mutating(bench, webhook(namespaceSelector=selector, rules=[rule(resources=["namespaces", "nodes"])]))
    bench.api.create(NAMESPACES, namespace("blue", team="blue"))
    assert hook.requests == []
    bench.api.create(NAMESPACES, namespace("red", team="red"))
    bench.api.create(NODES, node("n"))
    assert [request.name for request in hook.requests] == ["red", "n"]
    assert hook.requests[0].namespace == "red"


def test_webhooks_are_called_by_name_of_their_configuration_then_as_listed(bench: Bench) -> None:
    order: list[str] = []
    for name in ("a", "b", "c"):

        def note(request: AdmissionRequest, name: str = name) -> AdmissionResponse:
            order.append(name)
            return AdmissionResponse()

        Hook(bench, url=f"https://in-process/{name}", answer=note)
    mutating(bench, webhook("z.example.com", "https://in-process/c"), name="second")
    mutating(
        bench,
        webhook("y.example.com", "https://in-process/b"),
        webhook("x.example.com", "https://in-process/a"),
        name="first",
    )
    bench.api.create(PODS, pod())
    assert order == ["b", "a", "c"]


def test_a_webhook_that_asks_for_it_sees_what_later_ones_changed(bench: Bench) -> None:
    early, never = Hook(bench, url="https://in-process/early"), Hook(bench, url="https://in-process/never")
    late = Hook(bench, url="https://in-process/late", answer=annotate("late"))
    mutating(
        bench,
        webhook("early.example.com", "https://in-process/early", reinvocationPolicy="IfNeeded"),
        webhook("never.example.com", "https://in-process/never"),
        webhook("late.example.com", "https://in-process/late", reinvocationPolicy="IfNeeded"),
    )
    bench.api.create(PODS, pod())
    assert (len(early.requests), len(never.requests), len(late.requests)) == (2, 1, 1)
    assert early.requests[1].object is not None
    assert early.requests[1].object["metadata"]["labels"]["late"] == "yes"


def test_nobody_is_called_again_if_nothing_changed(bench: Bench) -> None:
    early = Hook(bench, url="https://in-process/early", answer=annotate("app", "web"))
    late = Hook(bench, url="https://in-process/late", answer=annotate("app", "web"))
    mutating(
        bench,
        webhook("early.example.com", "https://in-process/early", reinvocationPolicy="IfNeeded"),
        webhook("late.example.com", "https://in-process/late", reinvocationPolicy="IfNeeded"),
    )
    bench.api.create(PODS, pod())
    assert (len(early.requests), len(late.requests)) == (1, 1)


def test_dry_run_asks_only_webhooks_without_side_effects(bench: Bench) -> None:
    hook = Hook(bench, answer=annotate("seen"))
    mutating(bench, webhook())
    answer = bench.api.create(PODS, pod(), dry_run=True)
    assert answer["metadata"]["labels"]["seen"] == "yes"
    assert hook.requests[0].dry_run


def test_webhooks_never_see_webhook_configurations(bench: Bench) -> None:
    hook = Hook(bench)
    everything = rule(apiGroups=["*"], apiVersions=["*"], operations=["*"], resources=["*/*"])
    mutating(bench, webhook(rules=[everything]))
    mutating(bench, webhook(rules=[everything]), name="more")
    bench.api.delete(MUTATING_WEBHOOK_CONFIGURATIONS, "more")
    assert hook.requests == []


def test_a_dry_run_deletion_says_so(bench: Bench) -> None:
    hook = Hook(bench)
    mutating(bench, webhook(rules=[rule(operations=["DELETE"])]))
    bench.api.create(PODS, pod())
    bench.server.delete(PODS, "web", namespace="default", options=DeleteOptions(dry_run=True))
    assert hook.requests[0].dry_run


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"name": "short"}, "should be a domain with at least three segments separated by dots"),
        ({"sideEffects": None}, "webhooks[0].sideEffects: Required value: must specify one of None, NoneOnDryRun"),
        ({"sideEffects": "Some"}, 'Unsupported value: "Some": supported values: "None", "NoneOnDryRun"'),
        ({"admissionReviewVersions": []}, "webhooks[0].admissionReviewVersions: Required value"),
        ({"clientConfig": {}}, "webhooks[0].clientConfig: Required value: exactly one of url or service is required"),
        ({"timeoutSeconds": 31}, "the timeout value must be between 1 and 30 seconds"),
        ({"matchConditions": [{"name": "a", "expression": "true"}]}, "webhooks[0].matchConditions: Forbidden"),
        ({"failurePolicy": "Panic"}, 'supported values: "Fail", "Ignore"'),
        ({"objectSelector": {"matchExpressions": [{"key": "a", "operator": "Like"}]}}, "webhooks[0].objectSelector"),
    ],
)
def test_malformed_configurations_are_refused(bench: Bench, changes: Obj, text: str) -> None:
    with refused(422, "Invalid", text):
        mutating(bench, webhook(**changes))
