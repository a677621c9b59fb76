"""Faults that a cluster injects on purpose: an API server, a watch or a process that is not at its best.

Each is something that happens to every program on a real cluster. Which occasions it strikes is decided by the seed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, TypeVar

from podnet.api.client import Api, ObjectList
from podnet.api.errors import ApiError
from podnet.api.objects import Obj
from podnet.kube.admission import WebhookDown
from podnet.kube.answers import MODIFIED
from podnet.kube.webhook_rules import Hook

CONFLICT, SERVER_ERROR, LOST_ANSWER = "conflict", "server-error", "lost-answer"
WATCH_EXPIRED, RESTART = "watch-expired", "restart"
WEBHOOK_FAILING, WEBHOOK_SLOW = "webhook-failing", "webhook-slow"

FAULTS: Mapping[str, str] = {
    CONFLICT: "an update or a patch is refused with 409 Conflict",
    SERVER_ERROR: "a request is refused with 500 InternalError and not carried out",
    LOST_ANSWER: "a write is carried out, and answered with 504 Timeout",
    WATCH_EXPIRED: "a watch of the implementation ends with 410 Expired, and its informer lists again some time later",
    RESTART: "the implementation crashes before or after a request that it makes, and starts anew",
    WEBHOOK_FAILING: "a webhook cannot be reached",
    WEBHOOK_SLOW: "a webhook takes up to twice its timeout",
}
"""The faults that can be injected, and what each is."""

WEBHOOK_FAULTS = (WEBHOOK_FAILING, WEBHOOK_SLOW)
"""Those after which the failurePolicy of a webhook decides."""

DEFAULT_RATE = 0.05

Value = TypeVar("Value")


@dataclass(frozen=True)
class Injection:
    """One fault. ``rate``: the share of the occasions that it strikes; ``at``: this one occasion alone, from 1 up."""

    name: str
    rate: float = DEFAULT_RATE
    at: int = 0


class Crash(BaseException):
    """The process of the implementation is gone. A BaseException, so that the implementation does not survive it."""


class Life:
    """One process of an implementation."""

    def __init__(self) -> None:
        self.over = False


class Injector:
    """Decides on every occasion whether a fault strikes.

    ``armed``: anything strikes at all. ``quiet`` while a client is served who must get an answer: no request that is
    made meanwhile is struck.

    ``occasions`` counts them by the name of the fault, whether it struck or not; ``struck`` those that it did.
    """

    def __init__(self, injections: Sequence[Injection], *, seed: str | int) -> None:
        self._injections = {one.name: one for one in injections}
        self._random = {one.name: Random(f"{seed}/fault/{one.name}") for one in injections}
        self.occasions = dict.fromkeys(self._injections, 0)
        self.struck = dict.fromkeys(self._injections, 0)
        self.armed = True
        self.quiet = False

    def injects(self, name: str) -> bool:
        """Whether this fault is injected at all."""
        return name in self._injections

    def strikes(self, name: str) -> bool:
        """Whether the fault strikes on this occasion."""
        injection = self._injections.get(name)
        if injection is None or not self.armed:
            return False
        self.occasions[name] += 1
        drawn = self._random[name].random() < injection.rate
        hit = self.occasions[name] == injection.at if injection.at else drawn
        self.struck[name] += hit
        return hit

    def part(self, name: str) -> float:
        """A number from 0 to 1 for a fault that comes in degrees."""
        return self._random[name].random()

    def call_webhook(self, hook: Hook, *, wait: Callable[[float], None]) -> None:
        """What happens before a webhook answers. Raises WebhookDown if it does not get to that."""
        if self.strikes(WEBHOOK_FAILING):
            raise WebhookDown("connect: connection refused")
        if self.strikes(WEBHOOK_SLOW):
            seconds = 2 * hook.timeout * self.part(WEBHOOK_SLOW)
            wait(min(seconds, hook.timeout))
            if seconds > hook.timeout:
                raise WebhookDown("context deadline exceeded")


class DisturbedApi:
    """Implements ``podnet.api.client.Api`` on another one that is struck by faults. ``life``: whose requests they are.

    Without a ``life`` there is no process that could crash: the built-in controllers never do.
    """

    def __init__(self, api: Api, injector: Injector, *, life: Life | None = None) -> None:
        self._api = api
        self._injector = injector
        self._life = life

    def get(self, *arguments: Any, **named: Any) -> Obj:
        """One object."""
        return self._ask(lambda: self._api.get(*arguments, **named))

    def list(self, *arguments: Any, **named: Any) -> ObjectList:
        """The objects of one namespace, or of all."""
        return self._ask(lambda: self._api.list(*arguments, **named))

    def create(self, *arguments: Any, **named: Any) -> Obj:
        """Create an object."""
        return self._ask(lambda: self._api.create(*arguments, **named), write=True)

    def update(self, *arguments: Any, **named: Any) -> Obj:
        """Replace an object."""
        return self._ask(lambda: self._api.update(*arguments, **named), write=True, revision=True)

    def patch(self, *arguments: Any, **named: Any) -> Obj:
        """Change a part of an object."""
        return self._ask(lambda: self._api.patch(*arguments, **named), write=True, revision=True)

    def delete(self, *arguments: Any, **named: Any) -> Obj:
        """Delete an object."""
        return self._ask(lambda: self._api.delete(*arguments, **named), write=True)

    def watch(self, *arguments: Any, **named: Any) -> Any:
        """The changes since a version."""
        return self._ask(lambda: self._api.watch(*arguments, **named))

    def _ask(self, request: Callable[[], Value], *, write: bool = False, revision: bool = False) -> Value:
        injector = self._injector
        if self._life is not None and self._life.over:
            raise Crash
        if injector.quiet:
            return request()
        late = self._crashes()
        if injector.strikes(SERVER_ERROR):
            raise ApiError(500, "an error on the server has prevented the request from succeeding")
        if revision and injector.strikes(CONFLICT):
            raise ApiError(409, f"Operation cannot be fulfilled: {MODIFIED}")
        answer = request()
        if late and self._life is not None:
            self._end(self._life)
        if write and injector.strikes(LOST_ANSWER):
            raise ApiError(504, "the server was unable to return a response in the time allotted")
        return answer

    def _crashes(self) -> bool:
        """Whether the process ends after this request; raises Crash if it ends before."""
        life = self._life
        if life is None:
            return False
        # Two occasions for each request: before it is carried out, and after.
        if self._injector.strikes(RESTART):
            self._end(life)
        return self._injector.strikes(RESTART)

    def _end(self, life: Life) -> None:
        life.over = True
        raise Crash
