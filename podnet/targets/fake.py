"""The in-process cluster as a target: a fresh one for each scenario, where waiting costs no time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path

from podnet.api.client import Api
from podnet.api.inventory import Inventory
from podnet.api.objects import Obj
from podnet.kube.cluster import InProcessCluster
from podnet.kube.discovery import VERSION
from podnet.kube.injection import Injection, Injector
from podnet.kube.recording import Recorder
from podnet.kube.responses import Response
from podnet.kube.rest import RestApi
from podnet.kube.runtime import Unsettled
from podnet.kube.tenancy import Tenancy
from podnet.kube.transport import official_client
from podnet.targets.base import Budgets, Cluster, Command, Installed, Judged, Restless, Trouble, Turns, Unable
from podnet.targets.in_turns import InTurns

MOST_STEPS = 20_000
"""Reconciliations in one moment of the clock; the busiest scenario of the suite needs a tenth of it."""


class FakeCluster:
    """One in-process cluster, reached through the official client."""

    kubeconfig: Path | None = None

    def __init__(self, cluster: InProcessCluster, *, tenancy: Tenancy, turns: Turns | None = None) -> None:
        self._cluster = cluster
        self._runtime = cluster.runtime
        self._tenancy = tenancy
        self._in_turns = InTurns(cluster, turns) if turns is not None else None
        self.api: Api = RestApi(official_client(self._handle), least_watch_seconds=0)

    def _handle(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Response:
        with self._undisturbed():
            response = self._cluster.handle(method, path, headers, body)
        if method != "GET" and not (self._in_turns and self._in_turns.racing):
            # Others work while a client writes: how far they get before it writes again is the seed's choice.
            self._cluster.nudge()
        return response

    @contextmanager
    def _undisturbed(self) -> Iterator[None]:
        """What the suite asks for is answered: faults are injected into the work of others only."""
        injector = self._cluster.injector
        if injector is None:
            yield
            return
        injector.quiet = True
        try:
            yield
        finally:
            injector.quiet = False

    def actual(self, obj: Obj) -> Obj:
        """Nobody else can look."""
        return obj

    @property
    def elapsed(self) -> float:
        """Logical seconds."""
        return self._runtime.elapsed

    def settle(self) -> None:
        """Run controllers until nothing is left to do at this moment of the clock."""
        with _restless():
            if self._in_turns is not None and self._in_turns.racing:
                self._in_turns.finish(max_steps=MOST_STEPS)
            self._runtime.settle(max_steps=MOST_STEPS)

    def next_of(self, waiting: Sequence[int]) -> int:
        """The seed's choice, or that of the turns."""
        if self._in_turns is not None:
            return self._in_turns.next_of(waiting)
        return waiting[self._cluster.choose(len(waiting))]

    def stop(self) -> None:
        """Its controllers and webhooks are gone; the cluster goes on without them."""
        self._tenancy.stop()

    def start(self) -> None:
        """A new instance of the implementation takes over."""
        self._tenancy.start()

    def progress(self, *, until: float) -> bool:
        """Run what is ready, or let time pass until the next thing happens."""
        with _restless():
            if self._runtime.settle(max_steps=MOST_STEPS):
                return True
            due = self._runtime.next_due()
            left = until - self._runtime.elapsed
            if due is None or due > left:
                if left > 0:
                    self._runtime.advance(left)
                return False
            self._runtime.advance(due)
            return True

    def troubles(self) -> Sequence[Trouble]:
        """The exceptions of the implementation."""
        return tuple(Trouble(fault.where, fault.error) for fault in self._cluster.faults)


@contextmanager
def _restless() -> Iterator[None]:
    try:
        yield
    except Unsettled as unsettled:
        raise Restless(f"the cluster does not come to rest: {unsettled}") from None


class FakeTarget:
    """``--target fake``. ``faults`` are injected; ``turns`` decides the order of what happens at once."""

    name = "fake"
    kubernetes = str(VERSION["gitVersion"])
    budgets = Budgets()
    left: Sequence[str] = ()
    notes: Sequence[str] = ()

    def __init__(self, *, faults: Sequence[Injection] = (), turns: Turns | None = None) -> None:
        self._faults = tuple(faults)
        self._turns = turns

    def prepare(self) -> None:
        """Import the official client (a fifth of a second) and what a cluster imports when it is made."""
        import kubernetes.client  # noqa: F401 - for its being loaded

        InProcessCluster(seed="")

    def opened(self, jobs: int, *, inventory: Inventory, implementation: Judged) -> AbstractContextManager[None]:
        """Nothing has to be made ready: each scenario makes its own cluster."""
        del jobs, inventory, implementation
        return nullcontext()

    def in_turns(self, turns: Turns) -> FakeTarget:
        """The same with ``turns``."""
        return FakeTarget(faults=self._faults, turns=turns)

    @contextmanager
    def cluster(self, *, inventory: Inventory, implementation: Judged, seed: str) -> Iterator[Cluster]:
        """A new cluster with the implementation installed and settled; it is forgotten at the end.

        Raises Unable for an implementation that is not made in this process.
        """
        if isinstance(implementation, Command | Installed):
            raise Unable("the in-process cluster can be reached by nobody outside of this process")
        cluster = InProcessCluster(
            seed=seed,
            recorder=Recorder() if self._turns is not None else None,
            injector=Injector(self._faults, seed=seed) if self._faults else None,
        )
        tenancy = Tenancy(cluster, inventory=inventory, make=implementation)
        try:
            tenancy.start()
        except (SystemExit, GeneratorExit) as error:
            # These have a meaning to whoever runs this generator; from an implementation they are errors like others.
            raise RuntimeError(f"the implementation raised {error!r} while it was installed") from error
        fake = FakeCluster(cluster, tenancy=tenancy, turns=self._turns)
        fake.settle()
        yield fake
