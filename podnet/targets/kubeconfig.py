"""Somebody else's cluster as a target: nothing of theirs is changed, and nothing of ours stays.

PodNetworkings are cluster-scoped, so scenarios are played one after the other; namespaces have a prefix of the run's
own, and one more part that is new for each scenario, because a namespace takes its time to go.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING

from podnet.api.errors import ApiError, Unreachable
from podnet.api.inventory import Inventory
from podnet.api.problems import EnvironmentProblem
from podnet.targets.access import Access
from podnet.targets.base import Budgets, Cluster, Judged, Turns
from podnet.targets.confined import ConfinedApi, is_missing_right
from podnet.targets.foreseen import Foreseen
from podnet.targets.impatience import Impatience
from podnet.targets.installed import InstalledTenant
from podnet.targets.live import LiveCluster
from podnet.targets.preflight import Neighbours, check_definition, check_rights
from podnet.targets.probing import Probe
from podnet.targets.removal import Removal
from podnet.targets.renaming import Names, check_prefix
from podnet.targets.run_lease import RunLease, refuse_living

if TYPE_CHECKING:
    from podnet.operator.connection import Connection

BUDGETS = Budgets(
    start=180.0, late=30.0, end=180.0, window=180.0, settle=2.0, patience=60.0, real=True, scenario=3600.0
)
"""Pods of virtual nodes take 10 to 60 s to start. ``start`` and ``window`` are the most; see ``_fitted``."""
SHORTEST_WINDOW = 3.0
"""Whatever does not happen within this time does not happen soon."""
PATIENCE_SECONDS = 60.0
"""How long pods get to go by themselves where nobody is judged by that."""
POLL_SECONDS = 0.25
"""Between two looks: it is not our API server."""
IMAGE = "registry.k8s.io/pause:3.10"
"""Sleeps until it is told to end, and with the argument -v ends at once."""


@dataclass(frozen=True)
class Guest:
    """How the suite behaves there. ``prefix``: what its namespaces begin with; ``image``: that of its containers."""

    run: str
    prefix: str
    image: str = IMAGE

    @classmethod
    def of(cls, *, prefix: str = "", image: str = "") -> Guest:
        """One with an id that nobody else has. Raises UsageProblem for a prefix that cannot be one."""
        run = secrets.token_hex(4)
        return cls(run, check_prefix(prefix or f"podnet-{run}-"), image or IMAGE)


class KubeconfigTarget:
    """Implements ``podnet.targets.base.Target`` for a context of the user's kubeconfig.

    ``notes``: what the user should know of the cluster. ``left``: what could not be removed.
    """

    name = "kubeconfig"

    def __init__(self, access: Access, *, guest: Guest, budgets: Budgets) -> None:
        self.access = access
        self.guest = guest
        self.budgets = budgets
        self.foreseen = Foreseen(unknown=True)
        self.kubernetes = ""
        self.notes: tuple[str, ...] = ()
        self.left: tuple[str, ...] = ()
        self._hopeless = ""
        self._silent = False
        self._lease = RunLease(guest.run)
        self._neighbours = Neighbours(self.foreseen, prefix=guest.prefix, run=guest.run)
        self._impatience = Impatience()

    def prepare(self) -> None:
        """Import what a connection needs."""
        import podnet.operator.connection  # noqa: F401 - for its being loaded

    @property
    def remedy(self) -> str:
        """The command that removes what is left of runs."""
        return f"podnet cluster prune --target {self.access.target}"

    @contextmanager
    def opened(self, jobs: int, *, inventory: Inventory, implementation: Judged) -> Iterator[None]:
        """The cluster looked at, and found fit; afterwards what the run has created is removed.

        Raises EnvironmentProblem, before anything is created where that can be known before.
        """
        del implementation
        assert jobs == 1, "scenarios on one cluster would match each other's pods"
        connection = self._connection()
        with self._answering(connection):
            self.kubernetes = self.access.check(connection)
            check_rights(connection.api, target=self.access.target)
            notes = [check_definition(connection.api)]
            neighbours = Neighbours(self.foreseen, prefix=self.guest.prefix, run=self.guest.run)
            refuse_living(connection.api)
            neighbours.check(connection.api)
            self._lease.take(connection.api)
        try:
            with self._answering(connection):
                with self._impatience.listening():
                    neighbours, told = self._probed(connection, neighbours, inventory=inventory)
                notes += [*told, *neighbours.check(connection.api)]
            self.notes, self._neighbours = tuple(notes), neighbours
            yield
        finally:
            self._close()

    def in_turns(self, turns: Turns) -> None:
        """Nobody decides the order of work on a real cluster."""
        del turns

    @contextmanager
    def cluster(self, *, inventory: Inventory, implementation: Judged, seed: str) -> Iterator[Cluster]:
        """The cluster with namespaces of the scenario's own; what it makes is removed at its end."""
        del inventory, implementation
        if self._hopeless:
            raise EnvironmentProblem(f"not tried, after an earlier scenario: {self._hopeless}")
        connection = self._connection()
        names = Names(f"{self.guest.prefix}{secrets.token_hex(2)}-")
        confined = ConfinedApi(
            connection.api,
            names=names,
            run=self.guest.run,
            image=self.guest.image,
            lost=lambda error: self._is_lost(connection, error),
        )
        self._keep(connection)
        self._look_around(connection)
        try:
            yield LiveCluster(
                confined,
                tenant=InstalledTenant(),
                seed=seed,
                check=lambda: self._keep(connection),
                poll=POLL_SECONDS,
                actual=lambda obj: names.outward(obj, is_namespace=False),
            )
            self._look_around(connection)
        finally:
            if not self._silent:
                self._tidy(connection, names)

    def _look_around(self, connection: Connection) -> None:
        """Whoever came in the middle of the run may have changed what was seen, and may change what will be."""
        try:
            with self._answering(connection):
                self._neighbours.check(connection.api)
        except EnvironmentProblem as problem:
            self._hopeless = self._hopeless or str(problem)
            raise

    def _probed(
        self, connection: Connection, neighbours: Neighbours, *, inventory: Inventory
    ) -> tuple[Neighbours, Sequence[str]]:
        probe = Probe(
            inventory,
            namespace=f"{self.guest.prefix}probe",
            run=self.guest.run,
            image=self.guest.image,
            within=self.budgets.start,
            meanwhile=lambda: self._wait(connection),
        )
        found = probe.carry_out(connection.api)
        removal = replace(self._removal(), meanwhile=lambda: self._wait(connection))
        left = removal.carry_out(connection.api, namespaces=False)
        if left:
            raise EnvironmentProblem(f"what shows whether the inventory is right does not go: {', '.join(left)}")
        self.budgets = _fitted(self.budgets, found.seconds)
        return neighbours.with_labels(*found.labels), found.told

    def _wait(self, connection: Connection) -> None:
        if self._impatience.heard():
            raise KeyboardInterrupt
        self._keep(connection)

    def _keep(self, connection: Connection) -> None:
        try:
            self._lease.keep(connection.api)
        except (ApiError, Unreachable) as error:
            raise self._is_lost(connection, error) from None

    def _tidy(self, connection: Connection, names: Names) -> None:
        """Remove what a scenario has made; its namespaces go while others are played."""
        removal = replace(self._removal(), prefix=names.prefix, meanwhile=lambda: self._keep(connection))
        with self._answering(connection):
            left = removal.carry_out(connection.api, namespaces=False)
        if left:
            self._hopeless = f"what a scenario has made does not go: {', '.join(left[:5])}"
            raise EnvironmentProblem(self._hopeless)

    def _close(self) -> None:
        """Remove everything of the run and give the Lease back; ``left`` says what that did not work for."""
        with self._impatience.listening(alone=True):
            try:
                api = self._connection().api
                removal = replace(self._removal(), enough=self._impatience.heard)
                self.left = tuple(removal.carry_out(api))
                if not self.left:
                    self._lease.release(api)
            except (ApiError, Unreachable, EnvironmentProblem) as error:
                self.left = (f"everything of the run {self.guest.run}, because it cannot be removed now: {error}",)

    def _removal(self) -> Removal:
        """Of everything of the run."""
        return Removal(run=self.guest.run, patience=min(self.budgets.end, PATIENCE_SECONDS))

    def _is_lost(self, connection: Connection, error: Exception) -> EnvironmentProblem:
        problem = self.access.lost(connection, error)
        self._hopeless, self._silent = str(problem), True
        return problem

    @contextmanager
    def _answering(self, connection: Connection) -> Iterator[None]:
        """No answer, and one that refuses the user, are the end of the run and no finding."""
        try:
            yield
        except Unreachable as error:
            raise self._is_lost(connection, error) from None
        except ApiError as error:
            if error.code == 401 or is_missing_right(error):
                raise self._is_lost(connection, error) from None
            raise EnvironmentProblem(
                f"the API server of {self.access.target} answers {error.code} {error.reason}: {error.message}"
            ) from None

    def _connection(self) -> Connection:
        return _connection(self.access, os.getpid())


def _fitted(budgets: Budgets, seconds: float) -> Budgets:
    """The budgets for a cluster where a pod was seen to run after so many seconds."""
    return replace(
        budgets,
        start=min(budgets.start, max(budgets.start / 3, 6 * seconds)),
        window=min(budgets.window, max(SHORTEST_WINDOW, 3 * seconds)),
    )


@cache
def _connection(access: Access, process: int) -> Connection:
    """The connection of one process: open sockets are not to be shared with others."""
    del process
    return access.connect()
