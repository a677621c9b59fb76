"""The official ``kubernetes`` client without a socket: all of its own code runs, only the wire is replaced."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from http.client import responses
from io import BytesIO
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlencode

from podnet.kube.hosts import ADDRESS
from podnet.kube.responses import Response

if TYPE_CHECKING:
    from kubernetes.client import ApiClient
    from urllib3 import HTTPResponse

Handle = Callable[[str, str, Mapping[str, str], bytes], Response]


def official_client(handle: Handle) -> ApiClient:
    """An ``ApiClient`` of the official package whose requests ``handle`` answers."""
    from kubernetes.client import ApiClient, Configuration  # half a second of import

    client = ApiClient(Configuration(host=ADDRESS))
    client.rest_client.pool_manager = cast("Any", InProcessPool(handle))
    return client


class InProcessPool:
    """Stands in for ``urllib3.PoolManager``."""

    def __init__(self, handle: Handle) -> None:
        from urllib3 import HTTPResponse

        self._handle = handle
        self._response_class = HTTPResponse

    def request(
        self,
        method: str,
        url: str,
        body: str | bytes | None = None,
        fields: Sequence[tuple[str, str]] | None = None,
        headers: Mapping[str, str] | None = None,
        **unused: Any,
    ) -> HTTPResponse:
        """Answer one request. Time-outs mean nothing here: an answer takes no time.

        ``fields`` are the query, as clients before version 37 hand it over.
        """
        del unused
        if fields:
            url = f"{url}?{urlencode(fields)}"
        content = body.encode() if isinstance(body, str) else body or b""
        lowered = {key.lower(): value for key, value in (headers or {}).items()}
        answer = self._handle(method, url.removeprefix(ADDRESS), lowered, content)
        stream = BytesIO(answer.body) if isinstance(answer.body, bytes) else _Lines(answer.body)
        return self._response_class(
            body=cast("Any", stream),
            headers=answer.headers,
            status=answer.status,
            reason=responses.get(answer.status),
            preload_content=False,
            request_method=method,
        )

    def clear(self) -> None:
        """There are no connections to close."""


class _Lines:
    """A file of which each ``read`` gives one line, so that a watch shows an event when it happens."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines = lines
        self._rest = b""
        self.closed = False

    def read(self, amount: int | None = None) -> bytes:
        if self.closed:
            return b""
        line = self._rest or next(self._lines, b"")
        if not line:
            self.close()
        if amount is None or amount < 0:
            self._rest = b""
            return line
        self._rest = line[amount:]
        return line[:amount]

    def close(self) -> None:
        self.closed = True
        close = getattr(self._lines, "close", None)
        if close is not None:
            close()

    def flush(self) -> None:
        """Files have it, and urllib3 asks for it."""
