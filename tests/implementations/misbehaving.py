"""Implementations that break down: none of them may take the run with it, and none may pass."""

from __future__ import annotations

import os

from podnet.api.names import POD_NETWORKING
from podnet.api.objects import annotations_of
from podnet.reference import Reference
from podnet.reference.running import Update


class Raises(Reference):
    """It raises where it should match."""

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        raise ValueError("no idea")


class RaisesInAController(Reference):
    """It raises where it should choose a vSwitch."""

    def choose_vswitch(self, candidates, *, pod):
        raise KeyError("no idea")


class RaisesButRecovers(Reference):
    """It raises at the first attempt only, so that all pods run in the end."""

    def __init__(self):
        super().__init__()
        self.raised = False

    def choose_vswitch(self, candidates, *, pod):
        if not self.raised:
            self.raised = True
            raise RuntimeError("not yet")
        return super().choose_vswitch(candidates, pod=pod)


class Hangs(Reference):
    """It never comes back."""

    def choose_vswitch(self, candidates, *, pod):
        while True:
            pass


class HangsAndResists(Reference):
    """It never comes back, and swallows every exception that would make it."""

    def choose_vswitch(self, candidates, *, pod):
        while True:
            try:
                while True:
                    pass
            except BaseException:  # the very point
                continue


class Exits(Reference):
    """It ends the process as if all were well."""

    def choose_vswitch(self, candidates, *, pod):
        os._exit(0)


class ExitsPolitely(Reference):
    """It raises SystemExit as if all were well."""

    def choose_vswitch(self, candidates, *, pod):
        raise SystemExit(0)


class Nonsense(Reference):
    """It returns None for a pod's spec."""

    def constrain(self, pod_spec, *, zones):
        return None


class NeverRests(Reference):
    """It writes to a matched pod again whenever it has been written to."""

    def after_update(self, pod, *, eni, decide):
        if POD_NETWORKING not in annotations_of(pod):
            return None
        return Update(annotations={"count": str(int(annotations_of(pod).get("count", "0")) + 1)})


class RaisesAtInstall(Reference):
    """It cannot even be installed."""

    def install(self, host):
        raise OSError("no licence")
