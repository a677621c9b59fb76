"""``--implementation installed``: whatever a cluster has, which the suite neither starts nor ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from podnet.api.problems import EnvironmentProblem
from podnet.api.resources import POD_NETWORKINGS
from podnet.targets.base import Trouble, Unable
from podnet.targets.clearing import Clearing, made
from podnet.targets.connections import connection_to
from podnet.targets.remains import told
from podnet.targets.tenants import Tenant

if TYPE_CHECKING:
    from podnet.operator.connection import Connection
    from podnet.targets.places import Place


class InstalledTenant:
    """Implements ``podnet.targets.tenants.Tenant``; nothing can be done to it."""

    def start(self) -> None:
        """It runs all the time."""
        raise Unable("it is installed on the cluster, and the suite did not start it")

    def stop(self) -> None:
        """It runs all the time."""
        raise Unable("it is installed on the cluster, and the suite did not start it")

    def check(self) -> None:
        """Nobody can tell."""

    def caught_up(self) -> bool:
        """Nobody can tell: the budgets say how long a change may take."""
        return True

    def troubles(self) -> Sequence[Trouble]:
        """Nobody can tell."""
        return ()


class InstalledTenancy:
    """Implements ``podnet.targets.tenants.Tenancy``."""

    def __init__(self) -> None:
        self.left: Sequence[str] = ()
        self._clearing = Clearing()

    @contextmanager
    def opened(self, places: Sequence[Place]) -> Iterator[None]:
        """What is there when the run begins stays. Raises EnvironmentProblem for PodNetworkings that are not ours."""
        for place in places:
            found = made(connection_to(place.kubeconfig).api)
            foreign = sorted(name for kind, _, name in found if kind == POD_NETWORKINGS.kind)
            if foreign:
                raise EnvironmentProblem(
                    f"the cluster {place.name!r} has PodNetworkings that would match the pods of the suite"
                    f" ({', '.join(foreign[:5])}): remove them yourself"
                )
            self._clearing.begin(place.name, found=found)
        try:
            yield
        finally:
            left: dict[str, None] = {}
            for place in places:
                with told(left):
                    place.check()
                    self._clearing.clear(place.name, connection_to(place.kubeconfig).api)
            self.left = tuple(left)

    @contextmanager
    def tenant(self, place: Place, connection: Connection) -> Iterator[Tenant]:
        """What earlier scenarios have made is removed."""
        self._clearing.clear(place.name, connection.api)
        yield InstalledTenant()
