"""What both sides publish as OpenAPI v3 of the resources that the in-process server has is the same to the letter."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from canned_webhooks import served
from planes import eventually
from sides import FakeSide, RealSide, Side

from podnet.controlplane.plane import ControlPlane

DEFINITIONS = Path(__file__).parent / "definitions.yaml"
PATIENCE = 30.0
UNTOLD = {
    # The resources of a group are told by discovery; these documents say the same once more, as paths of their own.
    "io.k8s.apimachinery.pkg.apis.meta.v1.APIResource",
    "io.k8s.apimachinery.pkg.apis.meta.v1.APIResourceList",
    # Only the paths below /watch speak of these: deprecated since 1.11, served in process, and not described.
    "io.k8s.apimachinery.pkg.apis.meta.v1.WatchEvent",
    "io.k8s.apimachinery.pkg.runtime.RawExtension",
}


@pytest.fixture(scope="module")
def sides(plane: ControlPlane) -> Iterator[tuple[Side, Side]]:
    """kube-apiserver and the in-process one, which both know the same definitions."""
    with served({}) as webhooks:
        both = RealSide(plane, webhooks), FakeSide(webhooks, controllers=False)
        definitions = list(yaml.safe_load_all(DEFINITIONS.read_text(encoding="utf-8")))
        for side in both:
            for definition in definitions:
                path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
                assert asked(side, "POST", path, definition).status == 201
        yield both
        for definition in definitions:
            asked(both[0], "DELETE", f"{path}/{definition['metadata']['name']}")


def asked(side: Side, method: str, path: str, body: Any = None) -> Any:
    headers = {"accept": "application/json", "content-type": "application/json"}
    return side.send(method, path, headers=headers, body=json.dumps(body).encode() if body is not None else b"")


def published(side: Side, name: str) -> Any:
    """A document, once it holds all that is defined: a real server publishes it a moment later."""
    found: list[Any] = []

    def is_whole() -> bool:
        found[:] = [asked(side, "GET", f"/openapi/v3/{name}")]
        return found[0].status == 200 and ("rich.example.com" not in name or len(found[0].body["paths"]) == 7)

    eventually(is_whole, within=PATIENCE)
    return found[0].body


def differing(real: Any, fake: Any, path: str = "") -> Iterator[str]:
    if isinstance(real, dict) and isinstance(fake, dict):
        for key in real.keys() | fake.keys():
            yield from differing(real.get(key), fake.get(key), f"{path}/{key}")
    elif real != fake:
        yield f"{path}: {real!r} in kube-apiserver, {fake!r} in process"


def shared(real: Mapping[str, Any], fake: Mapping[str, Any]) -> Mapping[str, Any]:
    """Of the real document what the fake speaks of, besides all that both must have."""
    schemas = real["components"]["schemas"]
    components = {**real["components"], "schemas": {key: schemas.get(key) for key in fake["components"]["schemas"]}}
    return {**real, "paths": {key: real["paths"].get(key) for key in fake["paths"]}, "components": components}


def test_all_that_is_published_in_process_is_what_kube_apiserver_publishes(sides: tuple[Side, Side]) -> None:
    real, fake = sides
    names = asked(fake, "GET", "/openapi/v3").body["paths"]
    assert "apis/rich.example.com/v1" in names
    for name in names:
        theirs, ours = published(real, name), published(fake, name)
        assert not list(differing(shared(theirs, ours), ours, name))


def test_nothing_is_missing_of_what_all_kinds_of_a_group_need(sides: tuple[Side, Side]) -> None:
    real, fake = sides
    for name in ("apis/apps/v1", "apis/rbac.authorization.k8s.io/v1", "apis/rich.example.com/v1"):
        theirs, ours = published(real, name), published(fake, name)
        missing = theirs["components"]["schemas"].keys() - ours["components"]["schemas"].keys()
        assert missing <= UNTOLD
        paths = theirs["paths"].keys() - ours["paths"].keys()
        assert {path for path in paths if "/watch/" not in path} <= {f"/{name}/"}
