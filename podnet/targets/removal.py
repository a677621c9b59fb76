"""Removes from somebody else's cluster what runs have created, by their label, and waits until it is gone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from podnet.api.absence import may_be_gone
from podnet.api.client import Api
from podnet.api.objects import Obj, condition_of, is_terminating, name_of, uid_of
from podnet.api.resources import (
    DAEMON_SETS,
    DEPLOYMENTS,
    JOBS,
    NAMESPACES,
    POD_NETWORKINGS,
    PODS,
    REPLICA_SETS,
    STATEFUL_SETS,
    Resource,
)
from podnet.targets.renaming import RUN, run_of

MAKERS = (DEPLOYMENTS, STATEFUL_SETS, DAEMON_SETS, JOBS, REPLICA_SETS)
"""They make pods, so they go first."""
GRACE_SECONDS = 1
"""How long containers of the suite's pods get to stop: they have nothing to lose."""
POLL_SECONDS = 0.2


@dataclass(frozen=True)
class Removal:
    """What to remove: everything of a run, or of all runs where ``run`` is empty, in namespaces that begin so.

    ``spare``: but nothing of this run. ``patience``: how many seconds pods get to go by themselves, and half of what
    everything gets to go at all. ``enough`` is asked again and again; once it holds, nothing is waited for, and pods
    get no time. ``meanwhile`` is called as often.
    """

    run: str = ""
    prefix: str = ""
    spare: str = ""
    patience: float = 60.0
    enough: Callable[[], bool] = lambda: False
    meanwhile: Callable[[], None] = lambda: None

    @property
    def _selector(self) -> str:
        return f"{RUN}={self.run}" if self.run else RUN

    def runs(self, api: Api) -> list[str]:
        """The ids of the runs that have left something, but for the one that is spared."""
        found = {run_of(one) for kind in (NAMESPACES, POD_NETWORKINGS) for one in self._found(api, kind)}
        return sorted(found)

    def contents(self, api: Api, *, namespaces: bool = True) -> list[str]:
        """What is there, by kind and name. Without ``namespaces`` only what is in them and beside them."""
        spaces = self._found(api, NAMESPACES)
        held = [
            f"Pod {name_of(space)}/{name_of(pod)}" for space in spaces for pod in self._of(api, PODS, name_of(space))
        ]
        planes = [f"PodNetworking {name_of(one)}" for one in self._found(api, POD_NETWORKINGS)]
        named = [f"Namespace {name_of(one)}{_why(one)}" for one in spaces] if namespaces else []
        return [*held, *planes, *named]

    def carry_out(self, api: Api, *, namespaces: bool = True) -> list[str]:
        """Remove it and wait until it is gone; names what is left. Without ``namespaces`` these are not waited for.

        Pods that do not go by themselves are removed as ``kubectl delete --force`` does.
        """
        spaces = [name_of(one) for one in self._found(api, NAMESPACES)]
        begun = time.monotonic()
        self._delete_makers(api, spaces)
        while self._delete_pods(api, spaces, grace=GRACE_SECONDS if time.monotonic() < begun + self.patience else 0):
            if self.enough():
                self._delete_pods(api, spaces, grace=0)
                break
            if time.monotonic() > begun + 2 * self.patience:
                break
            self._pause()
        # Whoever gave the pods their network may need the PodNetworkings until the pods are gone.
        self._delete(api, POD_NETWORKINGS, self._found(api, POD_NETWORKINGS))
        self._delete(api, NAMESPACES, self._found(api, NAMESPACES))
        begun = time.monotonic()
        while left := self.contents(api, namespaces=namespaces):
            if self.enough() or time.monotonic() > begun + 2 * self.patience:
                return left
            self._pause()
        return []

    def _pause(self) -> None:
        self.meanwhile()
        time.sleep(POLL_SECONDS)

    def _found(self, api: Api, resource: Resource) -> list[Obj]:
        """What carries the label; everything else is not even looked at."""
        with may_be_gone():
            items = api.list(resource, label_selector=self._selector).items
            return [
                one
                for one in items
                if run_of(one)
                and run_of(one) != self.spare
                and (resource != NAMESPACES or name_of(one).startswith(self.prefix))
            ]
        return []

    def _of(self, api: Api, resource: Resource, namespace: str) -> list[Obj]:
        with may_be_gone():
            return list(api.list(resource, namespace=namespace).items)
        return []

    def _delete_makers(self, api: Api, spaces: Iterable[str]) -> None:
        for space in spaces:
            for resource in MAKERS:
                self._delete(api, resource, self._of(api, resource, space), namespace=space)

    def _delete_pods(self, api: Api, spaces: Iterable[str], *, grace: int) -> bool:
        """Delete the pods that there are; whether there were any."""
        found = False
        for space in spaces:
            for pod in self._of(api, PODS, space):
                found = True
                if not is_terminating(pod) or not grace:
                    with may_be_gone():
                        api.delete(PODS, name_of(pod), namespace=space, grace_period_seconds=grace, uid=uid_of(pod))
        return found

    def _delete(self, api: Api, resource: Resource, objects: Iterable[Obj], *, namespace: str = "") -> None:
        for one in objects:
            if not is_terminating(one):
                with may_be_gone():
                    api.delete(resource, name_of(one), namespace=namespace, propagation="Background", uid=uid_of(one))


def _why(namespace: Obj) -> str:
    """Why a namespace does not go, as it says itself."""
    said = (condition_of(namespace, kind) for kind in ("NamespaceContentRemaining", "NamespaceFinalizersRemaining"))
    texts = [str(one.get("message")) for one in said if one and one.get("status") == "True"]
    return f" ({'; '.join(texts)})" if texts else ""
