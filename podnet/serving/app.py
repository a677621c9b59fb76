"""From HTTP on a socket (ASGI) to the core and back: bodies within bounds, users, watches that wait for nobody."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, MutableMapping
from typing import Any

from podnet.api.errors import ApiError
from podnet.api.objects import Obj
from podnet.kube.responses import Response
from podnet.kube.streams import Stream
from podnet.kube.tokens import Tokens
from podnet.kube.users import ANONYMOUS, impersonated
from podnet.serving.core import QUIET, LiveCore

LARGEST_BODY = 3 * 2**20
"""Bytes; that of kube-apiserver (``MaxRequestBodyBytes``)."""
BODY_SECONDS = 60.0
"""How long a body may take; kube-apiserver's --request-timeout, which it does not keep while a body stays away."""
_MOST_DISCARDED = 64 * 2**20
"""Bytes that are read of a body that is too large, so that whoever sends it gets to hear of it."""
_PIECE = 2**18
_PATIENCE = 30.0
"""Seconds beyond its time after which a watch whose client does not read is given up."""
_PUBLIC = frozenset({"/healthz", "/livez", "/readyz", "/version"})

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class App:
    """An ASGI application on a core."""

    def __init__(self, core: LiveCore, tokens: Tokens) -> None:
        self._core = core
        self._tokens = tokens

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers = {key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]}
        response = await self._response(scope, headers, receive)
        if isinstance(response.body, Stream):
            await self._stream(response, response.body, receive, send)
            return
        length = {"content-length": str(len(response.body))}
        await send(_start(response.status, {**response.headers, **length}))
        body = b"" if scope["method"] == "HEAD" else response.body
        for at in range(0, len(body) - _PIECE, _PIECE):  # the rest waits until the client has read these
            await send({"type": "http.response.body", "body": body[at : at + _PIECE], "more_body": True})
        await send({"type": "http.response.body", "body": body[-(len(body) % _PIECE or _PIECE) :]})

    async def _response(self, scope: Message, headers: Mapping[str, str], receive: Receive) -> Response:
        path: str = scope["raw_path"].decode("latin-1")
        try:
            user = self._tokens.user_of(headers.get("authorization", ""))
            if user is ANONYMOUS and path not in _PUBLIC:
                raise _forbidden(scope["method"], path)
            user = impersonated(user, scope["headers"])
            async with asyncio.timeout(BODY_SECONDS):
                body = await _body(receive) if scope["method"] not in {"GET", "HEAD"} else b""
        except TimeoutError:
            late = ApiError(504, "Timeout: request did not complete within the allotted timeout")
            return _closing(_refusal(late))
        except ApiError as error:
            return _refusal(error)
        if query := scope["query_string"]:
            path = f"{path}?{query.decode('latin-1')}"
        return await self._core.answer(scope["method"], path, headers, body, user=user)

    async def _stream(self, response: Response, stream: Stream, receive: Receive, send: Send) -> None:
        headers = {key: value for key, value in response.headers.items() if key != "Transfer-Encoding"}
        hint = self._core.listen(stream.resource)
        gone = asyncio.create_task(_disconnected(receive, hint))
        try:
            async with asyncio.timeout(self._core.left(stream) + _PATIENCE):
                await send(_start(response.status, headers))
                await send({"type": "http.response.body", "body": b"", "more_body": True})
                await self._events(stream, hint, gone, send)
                await send({"type": "http.response.body", "body": b""})
        except TimeoutError:
            pass  # it has not read for so long that it will not read this either
        finally:
            gone.cancel()
            self._core.forget(stream.resource, hint)

    async def _events(self, stream: Stream, hint: asyncio.Event, gone: asyncio.Task[None], send: Send) -> None:
        """Send what happens. Nothing is kept for a slow client: what it missed is looked up when it is ready."""
        told = self._core.moment
        while not gone.done():
            pieces = _pieces(stream.pull())
            piece = next(pieces, b"")
            quiet = self._core.moment - told >= QUIET
            if quiet and not piece:
                piece = b"".join(stream.bookmark())
            if quiet or piece:
                told = self._core.moment
            while piece:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
                piece = next(pieces, b"")
            if stream.closed:
                return
            if not await self._core.changed(stream, hint, within=QUIET - (self._core.moment - told)):
                rest = b"".join(stream.farewell())
                await send({"type": "http.response.body", "body": rest, "more_body": True})
                return


def _pieces(lines: Iterable[bytes]) -> Iterator[bytes]:
    """The same in pieces that are worth to be sent, each made when the one before is on its way."""
    current, size = [], 0
    for line in lines:
        current.append(line)
        size += len(line)
        if size > _PIECE:
            yield b"".join(current)
            current, size = [], 0
    if current:
        yield b"".join(current)


async def _disconnected(receive: Receive, hint: asyncio.Event) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    hint.set()


async def _body(receive: Receive) -> bytes:
    """The body of a request. Raises ApiError 413 for one that is too large."""
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ApiError(400, "the request was not sent to its end")
        part = message.get("body", b"")
        size += len(part)
        if size <= LARGEST_BODY:
            parts.append(part)
        if not message.get("more_body") or size > _MOST_DISCARDED:
            break
    if size > LARGEST_BODY:
        raise ApiError(413, f"Request entity too large: limit is {LARGEST_BODY}")
    return b"".join(parts)


def _start(status: int, headers: Mapping[str, str]) -> Message:
    listed = [(key.lower().encode("latin-1"), _latin(value)) for key, value in headers.items()]
    return {"type": "http.response.start", "status": status, "headers": listed}


def _latin(value: str) -> bytes:
    """A header as bytes; line ends would begin another one."""
    return value.replace("\r", " ").replace("\n", " ").encode("utf-8")


def _refusal(error: ApiError) -> Response:
    body: Obj = error.status()
    return Response(error.code, {"Content-Type": "application/json"}, json.dumps(body).encode())


def _closing(response: Response) -> Response:
    """The same on a connection that ends with it, because the rest of the request may still come."""
    return Response(response.status, {**response.headers, "Connection": "close"}, response.body)


def _forbidden(method: str, path: str) -> ApiError:
    verb = {"POST": "post", "PUT": "put", "PATCH": "patch", "DELETE": "delete"}.get(method, "get")
    return ApiError(403, f'forbidden: User "{ANONYMOUS.name}" cannot {verb} path "{path}"')
