from typing import Any

import pytest
from kube_samples import (
    PLANES,
    Bench,
    Hook,
    config_map,
    define_planes,
    hook_configuration,
    mutating,
    plane,
    pod,
    refused,
    webhook,
)

from podnet.api.host import AdmissionRequest, AdmissionResponse
from podnet.api.objects import Obj
from podnet.api.resources import (
    CONFIG_MAPS,
    MUTATING_WEBHOOK_CONFIGURATIONS,
    PODS,
    VALIDATING_WEBHOOK_CONFIGURATIONS,
)
from podnet.kube.backend import WriteOptions


def annotate(key: str, value: str = "yes") -> AdmissionResponse:
    return AdmissionResponse(patch=({"op": "add", "path": f"/metadata/labels/{key}", "value": value},))


def validating(bench: Bench, *webhooks: Obj, name: str = "checks") -> None:
    configuration = hook_configuration(*webhooks, name=name, kind="ValidatingWebhookConfiguration")
    bench.api.create(VALIDATING_WEBHOOK_CONFIGURATIONS, configuration)


def rule(**changes: Any) -> Obj:
    return {"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["pods"], **changes}


def test_a_mutating_webhook_changes_what_is_stored(bench: Bench) -> None:
    hook = Hook(bench, answer=annotate("seen"))
    mutating(bench, webhook())
    assert bench.api.create(PODS, pod())["metadata"]["labels"] == {"app": "web", "seen": "yes"}
    [request] = hook.requests
    assert (request.operation, request.resource, request.subresource) == ("CREATE", PODS, "")
    assert (request.namespace, request.name, request.dry_run) == ("default", "web", False)
    assert request.old_object is None
    assert request.object is not None
    assert request.object["spec"]["restartPolicy"] == "Always"  # defaults come first
    assert "uid" not in request.object["metadata"]


def test_a_webhook_sees_the_namespace_but_no_name_of_an_object_whose_name_is_generated(bench: Bench) -> None:
    hook = Hook(bench)
    mutating(bench, webhook())
    unnamed = {**pod(), "metadata": {"generateName": "web-"}}
    bench.api.create(PODS, unnamed, namespace="default")
    [request] = hook.requests
    assert request.name == ""
    assert request.object is not None
    assert request.object["metadata"] == {"generateName": "web-", "namespace": "default"}


def test_defaults_are_filled_in_again_after_a_mutation(bench: Bench) -> None:
    container = {"name": "side", "image": "side"}
    Hook(bench, answer=AdmissionResponse(patch=({"op": "add", "path": "/spec/containers/-", "value": container},)))
    mutating(bench, webhook())
    assert bench.api.create(PODS, pod())["spec"]["containers"][1]["imagePullPolicy"] == "Always"


def test_what_a_mutation_breaks_is_found_by_validation(bench: Bench) -> None:
    Hook(bench, answer=AdmissionResponse(patch=({"op": "remove", "path": "/spec/containers/0/image"},)))
    mutating(bench, webhook())
    with refused(422, "Invalid", "spec.containers[0].image: Required value"):
        bench.api.create(PODS, pod())


def test_a_refusal_carries_message_and_code_of_the_webhook(bench: Bench) -> None:
    hook = Hook(bench, answer=AdmissionResponse(allowed=False, message="no vSwitch left"))
    mutating(bench, webhook())
    text = 'admission webhook "pods.example.com" denied the request: no vSwitch left'
    with refused(403, text=text) as seen:
        bench.api.create(PODS, pod())
    assert seen[0].reason == ""  # the webhook gave none
    hook.answer = AdmissionResponse(allowed=False, code=200)
    with refused(400, text='admission webhook "pods.example.com" denied the request without explanation'):
        bench.api.create(PODS, pod())
    assert bench.faults == []


def test_validating_webhooks_see_the_final_object_and_cannot_change_it(bench: Bench) -> None:
    Hook(bench, answer=annotate("seen"))
    check = Hook(bench, url="https://in-process/check")
    mutating(bench, webhook())
    validating(bench, webhook("check.example.com", "https://in-process/check"))
    unnamed = {**pod(), "metadata": {"generateName": "web-", "labels": {"app": "web"}}}
    created = bench.api.create(PODS, unnamed, namespace="default")
    [request] = check.requests
    assert request.name == created["metadata"]["name"]
    assert request.object is not None
    assert request.object["metadata"]["labels"]["seen"] == "yes"
    check.answer = AdmissionResponse(allowed=False, message="not like this", code=422)
    with refused(422, text='admission webhook "check.example.com" denied the request: not like this'):
        bench.api.create(PODS, pod())


def test_an_invalid_object_never_reaches_a_validating_webhook(bench: Bench) -> None:
    check = Hook(bench)
    validating(bench, webhook())
    with refused(422):
        bench.api.create(PODS, pod(containers=[]))
    assert check.requests == []


def test_updates_and_deletions_show_the_old_object(bench: Bench) -> None:
    hook = Hook(bench)
    mutating(bench, webhook(rules=[rule(operations=["UPDATE", "DELETE"], resources=["configmaps"])]))
    bench.api.create(CONFIG_MAPS, config_map(data={"a": "1"}))
    bench.api.patch(CONFIG_MAPS, "settings", {"data": {"a": "2"}}, namespace="default")
    bench.api.delete(CONFIG_MAPS, "settings", namespace="default")
    update, delete = hook.requests
    assert update.old_object is not None
    assert update.object is not None
    assert (update.old_object["data"], update.object["data"]) == ({"a": "1"}, {"a": "2"})
    assert delete.object is None
    assert delete.old_object is not None
    assert delete.old_object["data"] == {"a": "2"}


def test_a_deletion_can_be_refused(bench: Bench) -> None:
    Hook(bench, answer=AdmissionResponse(allowed=False, message="in use"))
    validating(bench, webhook(rules=[rule(operations=["DELETE"], resources=["configmaps"])]))
    bench.api.create(CONFIG_MAPS, config_map())
    with refused(403, text="in use"):
        bench.api.delete(CONFIG_MAPS, "settings", namespace="default")
    assert bench.api.get(CONFIG_MAPS, "settings", namespace="default")


def test_a_webhook_that_is_down_stops_the_request_or_is_ignored(bench: Bench) -> None:
    mutating(bench, webhook(timeoutSeconds=3))
    text = (
        'Internal error occurred: failed calling webhook "pods.example.com": failed to call webhook:'
        ' Post "https://in-process/pods?timeout=3s"'
    )
    with refused(500, "InternalError", text):
        bench.api.create(PODS, pod())
    bench.api.delete(MUTATING_WEBHOOK_CONFIGURATIONS, "hooks")
    mutating(bench, webhook(failurePolicy="Ignore"))
    assert bench.api.create(PODS, pod())["metadata"]["labels"] == {"app": "web"}
    assert bench.faults == []


def crash(request: AdmissionRequest) -> AdmissionResponse:
    raise KeyError(request.name)


@pytest.mark.parametrize(
    "answer",
    [
        crash,
        lambda request: None,
        lambda request: {"allowed": True},
        AdmissionResponse(allowed="yes"),  # type: ignore[arg-type]  # on purpose
        AdmissionResponse(patch="nonsense"),  # type: ignore[arg-type]  # on purpose
        AdmissionResponse(patch=("nonsense",)),  # type: ignore[arg-type]  # on purpose
    ],
)
def test_a_webhook_that_crashes_or_talks_nonsense_has_failed_and_is_at_fault(bench: Bench, answer: Any) -> None:
    Hook(bench, answer=answer)
    mutating(bench, webhook())
    with refused(500, "InternalError", 'failed calling webhook "pods.example.com"'):
        bench.api.create(PODS, pod())
    assert [(source, key) for source, key, _ in bench.faults] == [("pods.example.com", ("default", "web"))]
    bench.api.patch(
        MUTATING_WEBHOOK_CONFIGURATIONS, "hooks", {"webhooks": [webhook(failurePolicy="Ignore")]}, type="merge"
    )
    assert bench.api.create(PODS, pod())["metadata"]["name"] == "web"
    assert len(bench.faults) == 2


def test_a_patch_that_does_not_apply_is_an_internal_error_whatever_the_policy(bench: Bench) -> None:
    Hook(bench, answer=AdmissionResponse(patch=({"op": "replace", "path": "/metadata/annotations/a", "value": "b"},)))
    mutating(bench, webhook(failurePolicy="Ignore"))
    with refused(500, "InternalError", "Internal error occurred: "):
        bench.api.create(PODS, pod())
    assert len(bench.faults) == 1


def test_a_patch_that_breaks_the_shape_of_the_object_is_an_internal_error(bench: Bench) -> None:
    Hook(bench, answer=AdmissionResponse(patch=({"op": "replace", "path": "/spec/containers", "value": "none"},)))
    mutating(bench, webhook())
    with refused(500, "InternalError", "cannot unmarshal string"):
        bench.api.create(PODS, pod())


def test_warnings_reach_the_client_once_for_each_webhook(bench: Bench) -> None:
    Hook(bench, answer=AdmissionResponse(warnings=("falls back to the default plane",)))
    mutating(bench, webhook())
    heard: list[str] = []
    bench.server.create(PODS, pod(), options=WriteOptions(warn=heard.append))
    assert heard == ["falls back to the default plane"]


def test_a_webhook_may_use_the_api_while_it_is_asked(bench: Bench) -> None:
    def answer(request: AdmissionRequest) -> AdmissionResponse:
        count = len(bench.api.list(PODS).items)
        bench.api.create(CONFIG_MAPS, config_map(f"seen-{count}"))
        return AdmissionResponse()

    Hook(bench, answer=answer)
    mutating(bench, webhook())
    bench.api.create(PODS, pod())
    assert [item["metadata"]["name"] for item in bench.api.list(CONFIG_MAPS).items] == ["seen-0"]


def test_a_change_that_a_webhook_makes_to_the_same_object_is_not_lost(bench: Bench) -> None:
    bench.api.create(CONFIG_MAPS, config_map(data={"a": "1"}))
    hook = Hook(bench)

    def answer(request: AdmissionRequest) -> AdmissionResponse:
        if len(hook.requests) == 1:
            bench.server.admission.webhooks.pop("https://in-process/pods")
            bench.api.patch(CONFIG_MAPS, "settings", {"data": {"b": "2"}}, namespace="default")
            bench.server.admission.webhooks["https://in-process/pods"] = hook
        return AdmissionResponse()

    hook.answer = answer
    mutating(bench, webhook(failurePolicy="Ignore", rules=[rule(operations=["UPDATE"], resources=["configmaps"])]))
    after = bench.api.patch(CONFIG_MAPS, "settings", {"data": {"c": "3"}}, namespace="default")
    assert after["data"] == {"a": "1", "b": "2", "c": "3"}
    assert len(hook.requests) == 2


def test_a_webhook_cannot_change_the_stored_object_behind_the_servers_back(bench: Bench) -> None:
    def answer(request: AdmissionRequest) -> AdmissionResponse:
        for obj in (request.object, request.old_object):
            if obj is not None:
                obj["metadata"]["labels"] = {"vandal": "yes"}
        return AdmissionResponse()

    bench.api.create(PODS, pod())
    Hook(bench, answer=answer)
    mutating(bench, webhook(rules=[rule(operations=["*"])]))
    after = bench.api.patch(PODS, "web", {"metadata": {"annotations": {"a": "b"}}}, namespace="default")
    assert after["metadata"]["labels"] == {"app": "web"}


def test_custom_resources_are_pruned_and_defaulted_around_mutation(bench: Bench) -> None:
    define_planes(bench)
    patch = (
        {"op": "add", "path": "/spec/unknown", "value": 1},
        {"op": "remove", "path": "/spec/allocationType"},
    )
    hook = Hook(bench, answer=AdmissionResponse(patch=patch))
    mutating(bench, webhook(rules=[rule(apiGroups=["example.com"], resources=["planes"])]))
    created = bench.api.create(PLANES, plane(surplus=True))
    assert hook.requests[0].object is not None
    assert "surplus" not in hook.requests[0].object["spec"]
    assert created["spec"]["allocationType"] == {"type": "Elastic", "releaseAfter": "10m"}
    assert "unknown" not in created["spec"]
