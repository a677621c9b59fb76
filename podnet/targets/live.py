"""A cluster on a real clock, and an implementation that lives in this process on it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from random import Random
from typing import TYPE_CHECKING

from podnet.api.client import Api
from podnet.targets.base import ImplementationFactory, Trouble

if TYPE_CHECKING:
    from podnet.api.inventory import Inventory
    from podnet.operator.connection import Connection
    from podnet.operator.operator import Operator

POLL_SECONDS = 0.05
"""Between two looks at the cluster. A look takes about a fifth of it."""
SETTLE_SECONDS = 5.0
"""How long it may take to hear of everything; it usually takes a hundredth of it."""
START_SECONDS, STOP_SECONDS = 30.0, 10.0
"""How long an implementation may take until it is ready, and until it has ended."""


class NotReady(Exception):  # noqa: N818  # a state of the implementation, told as what it is
    """The implementation did not get ready. The message says what it raised last."""


class Tenant:
    """An implementation as an operator in a thread of this process; it can be stopped and started again."""

    def __init__(self, connection: Connection, *, inventory: Inventory, implementation: ImplementationFactory) -> None:
        self._connection = connection
        self._inventory = inventory
        self._implementation = implementation
        self._operator: Operator | None = None
        self._thread: threading.Thread | None = None
        self._troubles: list[Trouble] = []
        self._broken: BaseException | None = None

    def start(self) -> None:
        """Start it, and wait until it is ready. Raises NotReady."""
        from podnet.operator.operator import Operator, Settings  # a tenth of a second

        self._broken = None
        operator = self._operator = Operator(
            self._connection,
            inventory=self._inventory,
            implementation=self._implementation,
            settings=Settings(elect=False),
        )
        self._thread = threading.Thread(target=self._run, args=(operator,), name="operator", daemon=True)
        self._thread.start()
        deadline = time.monotonic() + START_SECONDS
        while not operator.ready.wait(POLL_SECONDS):
            if time.monotonic() > deadline or not self._thread.is_alive():
                said = self._broken or next((fault.error for fault in reversed(operator.faults)), "it says nothing")
                self.stop()
                raise NotReady(f"the implementation did not get ready: {said}")

    def stop(self) -> None:
        """End it as a crash would: what it has not stored is gone."""
        operator, self._operator = self._operator, None
        if operator is None or self._thread is None:
            return
        operator.stop()
        self._thread.join(STOP_SECONDS)
        self._troubles += (Trouble(fault.where, fault.error) for fault in operator.faults)

    def caught_up(self) -> bool:
        """Whether it knows all that is stored now; true of one that does not run."""
        return self._operator is None or self._operator.caught_up()

    def troubles(self) -> Sequence[Trouble]:
        """What the implementation let escape so far, in all its lives."""
        now = self._operator.faults if self._operator is not None else ()
        return (*self._troubles, *(Trouble(fault.where, fault.error) for fault in now))

    def _run(self, operator: Operator) -> None:
        try:
            operator.run()
        except BaseException as error:
            self._broken = error


class LiveCluster:
    """Implements ``podnet.targets.base.Cluster``. ``check`` raises EnvironmentProblem if the cluster has died."""

    def __init__(self, api: Api, *, tenant: Tenant, seed: str, check: Callable[[], None]) -> None:
        self.api = api
        self._tenant = tenant
        self._random = Random(seed)
        self._check = check
        self._begun = time.monotonic()

    @property
    def elapsed(self) -> float:
        """Seconds on the wall clock."""
        return time.monotonic() - self._begun

    def progress(self, *, until: float) -> bool:
        """Wait for a moment; False once the time is over."""
        left = until - self.elapsed
        if left <= 0:
            return False
        self._check()
        time.sleep(min(left, POLL_SECONDS))
        return True

    def settle(self) -> None:
        """Let the implementation hear of everything that was written, and do what it has to do at once.

        What others do at the same time, the scheduler or the controller manager, nobody can tell.
        """
        until = self.elapsed + SETTLE_SECONDS
        while not self._tenant.caught_up() and self.progress(until=until):
            pass

    def next_of(self, waiting: Sequence[int]) -> int:
        """Any of them: the cluster works on meanwhile."""
        return self._random.choice(waiting)

    def stop(self) -> None:
        """End the implementation."""
        self._tenant.stop()

    def start(self) -> None:
        """Start the implementation again."""
        self._tenant.start()

    def troubles(self) -> Sequence[Trouble]:
        """The exceptions of the implementation."""
        return self._tenant.troubles()
