"""What goes back to a client over HTTP: status, headers and a body, of objects, lists and refusals alike."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from podnet.api.objects import Obj
from podnet.kube.listing import Page
from podnet.kube.registry import Served
from podnet.kube.requests import JSON, YAML
from podnet.kube.streams import Stream, encode


@dataclass(frozen=True)
class Response:
    """What goes back to the client; ``body`` is an iterator of whole lines for a watch."""

    status: int
    headers: Mapping[str, str]
    body: bytes | Stream


def unfit_segment(text: str) -> str:
    """Why a text can be no part of a path (k8s.io/apimachinery/pkg/api/validation/path); empty if it can."""
    if text in {".", ".."}:
        return f"may not be '{text}'"
    return next((f"may not contain '{letter}'" for letter in "/%" if letter in text), "")


def json_response(status: int, body: Obj) -> Response:
    """An object."""
    return Response(status, {"Content-Type": JSON}, f"{encode(body)}\n".encode())


def page_response(served: Served, page: Page) -> Response:
    """A list."""
    metadata, items = list_metadata(page), page.items
    if served.custom:
        metadata.setdefault("continue", "")
    else:  # of built-in kinds only the list says what it holds
        items = [_without_type(item) for item in items]
    resource = served.resource
    return json_response(
        200, {"kind": served.list_kind, "apiVersion": resource.api_version, "metadata": metadata, "items": items}
    )


def _without_type(item: Obj) -> Obj:
    shown = item.copy()
    del shown["kind"], shown["apiVersion"]
    return shown


def list_metadata(page: Page) -> Obj:
    """``metadata`` of a list."""
    metadata: Obj = {"resourceVersion": page.resource_version}
    if page.continue_token:
        metadata["continue"] = page.continue_token
    if page.remaining is not None:
        metadata["remainingItemCount"] = page.remaining
    return metadata


def with_warnings(response: Response, warnings: Iterable[str]) -> Response:
    """The same with a ``Warning`` header, unless there are none; equal ones count once."""
    texts = ", ".join(f'299 - "{_quoted(text)}"' for text in dict.fromkeys(warnings))
    return Response(response.status, {**response.headers, "Warning": texts}, response.body) if texts else response


def as_yaml(response: Response, accept: str) -> Response:
    """The same in YAML for a client that asks for that before anything else."""
    if not accept.lower().startswith(YAML) or not isinstance(response.body, bytes):
        return response
    if response.headers.get("Content-Type", "").partition(";")[0] != JSON:
        return response
    import yaml  # few clients ask for it

    text = yaml.dump(json.loads(response.body), Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper), width=10**6)
    return Response(response.status, {**response.headers, "Content-Type": YAML}, text.encode())


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
