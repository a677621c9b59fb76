"""A cluster on a real clock, as scenarios use it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

from podnet.api.client import Api
from podnet.api.objects import Obj
from podnet.api.problems import EnvironmentProblem
from podnet.targets.base import Trouble
from podnet.targets.tenants import Tenant

POLL_SECONDS = 0.05
"""Between two looks at the cluster. A look takes about a fifth of it."""
SETTLE_SECONDS = 5.0
"""How long it may take to hear of everything; it usually takes a hundredth of it."""


class LiveCluster:
    """Implements ``podnet.targets.base.Cluster``. ``check`` raises EnvironmentProblem if the cluster has died.

    ``poll``: seconds between two looks. ``kubeconfig``: one that leads there and needs no other file, for observers;
    ``actual`` makes of an object what they find there.
    """

    def __init__(
        self,
        api: Api,
        *,
        tenant: Tenant,
        seed: str,
        check: Callable[[], None],
        kubeconfig: Path | None = None,
        poll: float = POLL_SECONDS,
        actual: Callable[[Obj], Obj] | None = None,
    ) -> None:
        self.api = api
        self.kubeconfig = kubeconfig
        self._poll = poll
        self._actual = actual
        self._tenant = tenant
        self._random = Random(seed)
        self._check = check
        self._begun = time.monotonic()

    def actual(self, obj: Obj) -> Obj:
        """As others find it there."""
        return self._actual(obj) if self._actual is not None else obj

    @property
    def elapsed(self) -> float:
        """Seconds on the wall clock."""
        return time.monotonic() - self._begun

    def progress(self, *, until: float) -> bool:
        """Wait for a moment; False once the time is over. Raises Ended if the implementation has."""
        left = until - self.elapsed
        if left <= 0:
            return False
        self._check()
        self._tenant.check()
        time.sleep(min(left, self._poll))
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
        """The exceptions of the implementation; that it has ended is no trouble of its own where the cluster has."""
        troubles = self._tenant.troubles()
        if any(trouble.fatal for trouble in troubles):
            try:
                self._check()
            except EnvironmentProblem:
                return [trouble for trouble in troubles if not trouble.fatal]
        return troubles
