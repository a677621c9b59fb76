"""Filling and emptying a vSwitch: a leak of addresses shows when nothing is left for the next pods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from podnet.harness.observer import EffectivePlane
from podnet.harness.outcome import AuthoringError, Mismatch, NotApplicable

if TYPE_CHECKING:
    from podnet.harness.world import World

ENDINGS = ("deleted", "deleted by force", "evicted", "deleted before they run")
ENDINGS_OF_WORKLOADS = ("deleted", "scaled to nothing")


class Capacity:
    """The addresses of vSwitches."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.fillings = 0

    def of(self, symbol: str) -> int:
        """How many pods fit into a vSwitch: its usable addresses less those in use outside of the cluster."""
        self.world.bind()
        return self.world.binding.vswitch(symbol).capacity

    def churn(self, symbol: str, *, labels: str, ending: str, rounds: int) -> None:
        """Fill a vSwitch and empty it, again and again; the pods end in one of the ENDINGS."""
        if ending not in ENDINGS:
            raise AuthoringError(f"pods cannot be {ending!r}; known: {', '.join(ENDINGS)}")
        for _ in range(rounds):
            group = self._fill(symbol, labels=labels)
            if ending != "deleted before they run":
                self._expect_full(symbol, group=group)
            how = "deleted" if ending == "deleted before they run" else ending
            self.world.pods.delete(self.world.pods.group(group), how=how)

    def churn_workloads(self, symbol: str, *, kind: str, labels: str, ending: str, rounds: int) -> None:
        """Fill a vSwitch with the pods of a workload and empty it, again and again."""
        if ending not in ENDINGS_OF_WORKLOADS:
            raise AuthoringError(f"a {kind} cannot be {ending!r}; known: {', '.join(ENDINGS_OF_WORKLOADS)}")
        for number in range(rounds):
            name = f"round-{number + 1}"
            self.world.workloads.create(kind, name, count=self.of(symbol), shape=self.world.pods.shape(labels))
            self.world.expect.runs(self.world.workloads.subject(kind, name))
            self.world.audit()
            if ending == "scaled to nothing":
                self.world.workloads.scale(kind, name, count=0)
            else:
                self.world.workloads.delete(kind, name)

    def replace_by_force(self, kind: str, name: str, *, times: int) -> None:
        """Delete all pods of a workload by force again and again; each time others must run in their place."""
        for _ in range(times):
            self.world.workloads.delete_by_force(kind, name)
            self.world.expect.runs(self.world.workloads.subject(kind, name))
            self.world.audit()

    def fill_but(self, symbol: str, *, left: int, group: str) -> None:
        """Let pods labelled ``app=web`` use all addresses of a vSwitch but ``left``."""
        count = self.of(symbol) - left
        self.world.pods.create_numbered(count, group=group, shape=self.world.pods.shape("app=web"))
        self.world.expect.runs(self.world.expect.pods(group))

    def fill_again(self, symbol: str, *, labels: str) -> None:
        """Fill a vSwitch: every pod must run, with an address of that vSwitch."""
        self._expect_full(symbol, group=self._fill(symbol, labels=labels))

    def waits_for(self, pod: str, *, holder: str) -> None:
        """As long as the holder exists and runs, the other pod has no address."""
        seen = {"held": False}
        holders = set(self.world.pods.group(holder))

        def check() -> None:
            planes = {plane.key: plane for plane in self.world.observer.observe()}
            held = any(key in planes and planes[key].phase == "Running" for key in holders)
            seen["held"] |= held
            early: list[EffectivePlane] = [
                planes[key] for key in self.world.pods.group(pod) if held and key in planes and planes[key].ips
            ]
            if early:
                raise Mismatch(
                    expected=f"no address for {pod!r} while {holder!r} still runs",
                    actual=[plane.describe() for plane in early],
                )

        self.world.waiting.throughout(check, window=self.world.waiting.budgets.late)
        if not seen["held"]:
            raise NotApplicable(
                f"nothing holds {holder!r}: its preStop sleep is not honoured, so there is nothing to see"
            )

    def _fill(self, symbol: str, *, labels: str) -> str:
        self.fillings += 1
        group = f"fill-{self.fillings}"
        self.world.pods.create_numbered(self.of(symbol), group=group, shape=self.world.pods.shape(labels))
        return group

    def _expect_full(self, symbol: str, *, group: str) -> None:
        self.world.parts.vswitch(self.world.expect.pods(group), symbols=[symbol])
        self.world.audit()
