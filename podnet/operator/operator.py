"""Brings an implementation to life on a real cluster and keeps it there, through restarts of everything around it.

Each change of its role begins a new life: a new implementation is installed, which knows nothing but what the cluster
tells. One that leads does all its work. One that stands by is installed too, with writes that the server only
rehearses, so that its webhooks answer by what it watches; it takes over by beginning anew.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Literal

from podnet.api.errors import ApiError, Unreachable
from podnet.api.host import Implementation, Key
from podnet.api.inventory import Inventory
from podnet.api.problems import EnvironmentProblem
from podnet.api.resources import POD_NETWORKINGS
from podnet.kube.faults import Fault, fault_of
from podnet.operator import in_force
from podnet.operator.backoff import delay
from podnet.operator.calls import Calls
from podnet.operator.connection import REQUEST_SECONDS, Connection
from podnet.operator.endpoint import Endpoint
from podnet.operator.host import OperatorHost
from podnet.operator.informers import Informers
from podnet.operator.leadership import Election
from podnet.operator.metrics import Metrics
from podnet.operator.monitor import Monitor
from podnet.operator.probes import ProbeServer
from podnet.operator.settings import Settings

log = logging.getLogger(__name__)

Role = Literal["leader", "standby"]
LONGEST_PAUSE = 5.0
"""Seconds between attempts to install an implementation."""
LAST_WORK = 3.0
"""Seconds for which the last reconciliation is waited for at the end."""
REHEARSAL_SECONDS = 15.0
"""How long the rehearsal of a pod may take: a webhook that does not answer is given up after ten."""
MOST_FAULTS = 100
"""So many of the last ones are kept."""


@dataclass
class _Life:
    """``term``: the term in which it leads, 0 while it stands by. Once it is ``over`` it writes nothing."""

    term: int
    host: OperatorHost
    over: bool = False

    @property
    def role(self) -> Role:
        return "leader" if self.term else "standby"


class Operator:
    """One replica. ``implementation`` makes a new one for each life; what it raises there is tried again.

    ``run`` does the work in the calling thread until another one, or a signal handler, calls ``stop``.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        inventory: Inventory,
        implementation: Callable[[], Implementation],
        settings: Settings | None = None,
    ) -> None:
        self._connection = connection
        self._inventory = inventory
        self._make = implementation
        self._settings = settings or Settings()
        self._monitor = Monitor()
        self._metrics = Metrics()
        self._informers = Informers(connection.api, monitor=self._monitor, expired=self._metrics.expired)
        self._election: Election | None = None
        self._endpoint: Endpoint
        self._life: _Life | None = None
        self._faults: deque[Fault] = deque(maxlen=MOST_FAULTS)
        self._begun = time.monotonic()
        self._changed = threading.Event()
        self._stopping = threading.Event()
        self.problem = "starting"
        """Why it is not ready, in words; empty if it is."""
        self.ready = threading.Event()
        self.metrics_port: int | None = None

    @property
    def faults(self) -> Sequence[Fault]:
        """The exceptions that the implementation let escape so far."""
        return tuple(self._faults)

    @property
    def leads(self) -> bool:
        """Whether this replica does the work at this moment."""
        return self._life is not None and self._life.term != 0 and self._life.term == self._term()

    def caught_up(self) -> bool:
        """Whether the implementation has heard of all that is stored now, and has done what it had to do at once.

        Raises ApiError or Unreachable if the cluster cannot be asked.
        """
        return self._informers.current() and self._life is not None and self._life.host.idle

    def stop(self) -> None:
        """Let ``run`` come to its end. Can be called at any time, from any thread, more than once."""
        self._stopping.set()
        self._changed.set()

    def run(self, *, announce: Callable[[], None] = lambda: None) -> None:
        """Live until ``stop``; ``announce`` is called once, when it is ready for the first time.

        Raises EnvironmentProblem if a port or the certificate cannot be had, if the API server does not reach the
        webhooks, or if the implementation cannot be installed in time. However it ends, nothing is left behind.
        """
        settings = self._settings
        with ExitStack() as stack:
            stack.callback(self.ready.clear)
            self._endpoint = Endpoint(
                self._connection.api,
                host=settings.webhook_host,
                port=settings.webhook_port,
                service=settings.webhook_service,
                namespace=settings.namespace,
                answered=self._metrics.reviewed,
            )
            stack.callback(self._endpoint.server.stop)
            if settings.metrics_port is not None:
                probes = self._probes(settings.metrics_port)
                stack.callback(probes.stop)
                self.metrics_port = probes.port
                probes.start()
                log.info("metrics are served on port %d", probes.port)
            self._endpoint.server.start()
            stack.callback(self._end_watching)
            if settings.elect:
                pace, api = settings.pace, self._connection.within(settings.pace.renew_within / 2)
                self._election = Election(api, namespace=settings.namespace, changed=self._changed.set, pace=pace)
                stack.callback(self._election.stop, seconds=LAST_WORK)
                self._election.start(seconds=1.0)
            stack.callback(self._end_life)  # before the Lease is given away
            self._live(announce)

    def _probes(self, port: int) -> ProbeServer:
        host = "" if self._settings.webhook_service else self._settings.webhook_host
        questions = {"/healthz": self._illness, "/readyz": lambda: self.problem}
        metrics = self._metrics
        metrics.gauge("podnet_leader", "Whether this replica does the work.", lambda: float(self.leads))
        metrics.gauge("podnet_ready", "Whether webhooks are in force and answered.", lambda: float(not self.problem))
        metrics.gauge(
            "podnet_keys_waiting",
            "Keys that wait to be reconciled.",
            lambda: self._life.host.waiting if self._life else 0,
        )
        metrics.gauge(
            "podnet_objects", "Objects that are watched.", lambda: sum(one.count for one in self._informers.all)
        )
        return ProbeServer(host, port, questions=questions, metrics=metrics.text)

    def _illness(self) -> str:
        life = self._life
        ended = life is not None and life.term and not life.over and not life.host.works
        return "the reconciling thread has ended" if ended else ""

    def _term(self) -> int:
        return 1 if self._election is None else self._election.term

    def _live(self, announce: Callable[[], None]) -> None:
        failures = 0
        while True:
            self._changed.clear()
            if self._stopping.is_set():
                return
            term = self._term()
            if self._life is None or self._life.over or term != self._life.term:
                try:
                    self._begin(term)
                    failures = 0
                    if not self.ready.is_set():
                        self.ready.set()
                        announce()
                except EnvironmentProblem:
                    raise
                except (Exception, SystemExit) as error:  # somebody else's code, or a cluster that is not there yet
                    failures += 1
                    self._give_up_late(error)
                    self._say_why(error)
                    self._changed.wait(delay(failures, longest=LONGEST_PAUSE))
                    continue
            self._changed.wait()

    def _begin(self, term: int) -> None:
        before = self._life
        if before is not None:
            # Its webhooks answer until those of the new life do; what it writes now would come after our first look.
            before.over = True
            before.host.rest(seconds=REQUEST_SECONDS)
        life = self._new_life(term)
        known = in_force.configured(self._connection.api) if self._endpoint.is_direct else None
        try:
            with self._monitor:
                self._make().install(life.host)
            in_force.await_served(self._connection.hasty, POD_NETWORKINGS)
        except BaseException:
            life.host.close()
            raise
        self._life = life
        if before is not None:
            before.host.close()
        if term:
            life.host.start()
            if life.host.paths and self._endpoint.is_direct:
                self._await_force(known)
        self.problem = ""
        log.info("ready as %s", life.role)

    def _await_force(self, known: in_force.Configured | None) -> None:
        """See that webhooks are asked. Raises EnvironmentProblem if they cannot be, unless they were once."""
        url = self._endpoint.url
        try:
            in_force.await_force(self._connection.within(REHEARSAL_SECONDS), server=self._endpoint.server, url=url)
        except EnvironmentProblem as problem:
            if self.ready.is_set():
                log.warning("%s", problem)
                return
            if known is not None:
                in_force.withdraw(self._connection.api, url, before=known)
            raise

    def _new_life(self, term: int) -> _Life:
        def refuse() -> None:
            if life.over or (term and self._term() != term):
                raise Unreachable("this replica leads no longer, and writes nothing")

        connection = self._connection
        api = Calls(
            connection.api if term else connection.rehearsal,
            monitor=self._monitor,
            called=self._metrics.called,
            refuse=refuse,
        )
        host = OperatorHost(
            api,
            inventory=self._inventory,
            informers=self._informers,
            server=self._endpoint.server,
            client_config=self._endpoint.client_config,
            monitor=self._monitor,
            metrics=self._metrics,
            fault=self._fault,
            at_once=self._settings.at_once,
        )
        life = _Life(term, host)
        return life

    def _give_up_late(self, error: BaseException) -> None:
        """Raise EnvironmentProblem where it has never been ready and has had its time."""
        seconds = self._settings.start_seconds
        if not self.ready.is_set() and time.monotonic() - self._begun > seconds:
            raise EnvironmentProblem(
                f"the implementation could not be installed within {seconds:g} s: {error}; if the cluster lacks"
                " resource types or rights, apply what `podnet operator --print-manifests` prints"
            ) from None

    def _say_why(self, error: BaseException) -> None:
        if isinstance(error, (ApiError, Unreachable)):
            log.warning("the implementation cannot be installed, trying again: %s", error)
        else:
            log.error("the implementation cannot be installed, trying again", exc_info=error)
            self._fault("install", "", error if isinstance(error, Exception) else RuntimeError(repr(error)))
        if self._life is None:
            self.problem = f"the implementation cannot be installed: {error}"

    def _fault(self, queue: str, key: Key, error: Exception) -> None:
        self._faults.append(fault_of(queue, key, error, at=time.monotonic() - self._begun))
        self._metrics.fault()

    def _end_life(self) -> None:
        life, self._life = self._life, None
        self.problem = "ending"
        if life is not None:
            if not life.host.rest(seconds=LAST_WORK):
                log.warning("the last reconciliation does not end; it is left to itself")
            life.over = True
            life.host.close()

    def _end_watching(self) -> None:
        self._informers.stop()
        self._connection.api.end_watches()
        self._informers.join(LAST_WORK)
