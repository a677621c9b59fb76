"""An implementation in Python as an operator in a thread of this process, on a cluster with a real clock."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from podnet.api.problems import EnvironmentProblem
from podnet.targets.base import ImplementationFactory, Trouble
from podnet.targets.tenants import NotReady, Tenant
from podnet.targets.wiping import wipe

if TYPE_CHECKING:
    from podnet.api.inventory import Inventory
    from podnet.operator.connection import Connection
    from podnet.operator.operator import Operator
    from podnet.targets.places import Place

POLL_SECONDS = 0.05
START_SECONDS, STOP_SECONDS = 30.0, 10.0
"""How long an implementation may take until it is ready, and until it has ended."""


class EmbeddedTenant:
    """Implements ``podnet.targets.tenants.Tenant``. ``webhook_host``: where the API server reaches this process."""

    def __init__(
        self,
        connection: Connection,
        *,
        inventory: Inventory,
        implementation: ImplementationFactory,
        webhook_host: str,
    ) -> None:
        self._connection = connection
        self._webhook_host = webhook_host
        self._inventory = inventory
        self._implementation = implementation
        self._operator: Operator | None = None
        self._thread: threading.Thread | None = None
        self._troubles: list[Trouble] = []
        self._broken: BaseException | None = None

    def start(self) -> None:
        """Start it, and wait until it is ready. Raises NotReady, and EnvironmentProblem where that is not its fault."""
        from podnet.operator.operator import Operator  # a tenth of a second
        from podnet.operator.settings import Settings

        self._broken = None
        operator = self._operator = Operator(
            self._connection,
            inventory=self._inventory,
            implementation=self._implementation,
            settings=Settings(elect=False, webhook_host=self._webhook_host),
        )
        self._thread = threading.Thread(target=self._run, args=(operator,), name="operator", daemon=True)
        self._thread.start()
        deadline = time.monotonic() + START_SECONDS
        while not operator.ready.wait(POLL_SECONDS):
            if time.monotonic() > deadline or not self._thread.is_alive():
                said = self._broken or next((fault.error for fault in reversed(operator.faults)), "it says nothing")
                self.stop()
                if isinstance(self._broken, EnvironmentProblem):
                    raise self._broken
                raise NotReady(f"the implementation did not get ready: {said}")

    def stop(self) -> None:
        """End it as a crash would: what it has not stored is gone."""
        operator, self._operator = self._operator, None
        if operator is None or self._thread is None:
            return
        operator.stop()
        self._thread.join(STOP_SECONDS)
        self._troubles += (Trouble(fault.where, fault.error) for fault in operator.faults)

    def check(self) -> None:
        """It ends with this process."""

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


class EmbeddedTenancy:
    """Implements ``podnet.targets.tenants.Tenancy``: the implementation comes and goes with each scenario.

    ``emptied``: whether the place is to be emptied after it too, because others use it.
    """

    left: Sequence[str] = ()

    def __init__(self, implementation: ImplementationFactory, *, inventory: Inventory, emptied: bool) -> None:
        self._implementation = implementation
        self._inventory = inventory
        self._emptied = emptied

    @contextmanager
    def opened(self, places: Sequence[Place]) -> Iterator[None]:
        """Nothing is needed."""
        del places
        yield

    @contextmanager
    def tenant(self, place: Place, connection: Connection) -> Iterator[Tenant]:
        """A new one on an empty place."""
        wipe(connection.api, standing_nodes=place.standing_nodes)
        tenant = EmbeddedTenant(
            connection,
            inventory=self._inventory,
            implementation=self._implementation,
            webhook_host=place.webhook_host,
        )
        try:
            tenant.start()
            yield tenant
        finally:
            tenant.stop()
            if self._emptied:
                wipe(connection.api, standing_nodes=place.standing_nodes)
