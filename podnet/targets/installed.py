"""``--implementation installed``: whatever a cluster has, which the suite neither starts nor ends."""

from __future__ import annotations

from collections.abc import Sequence

from podnet.targets.base import Trouble, Unable


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
