"""An implementation that kills its own process at its n-th write to a pod or a PodENI, just before it or just after."""

from __future__ import annotations

import os
import signal

from podnet.api.resources import POD_ENIS, PODS
from podnet.reference import Reference

WRITES = ("create", "update", "patch", "delete")


class MortalApi:
    def __init__(self, api, *, at, after):
        self._api, self._left, self._after = api, at, after

    def __getattr__(self, verb):
        method = getattr(self._api, verb)

        def call(resource, *arguments, **named):
            dies = verb in WRITES and resource in (PODS, POD_ENIS) and self._count()
            if dies and not self._after:
                os.kill(os.getpid(), signal.SIGKILL)
            answer = method(resource, *arguments, **named)
            if dies:
                os.kill(os.getpid(), signal.SIGKILL)
            return answer

        return call

    def _count(self):
        self._left -= 1
        return self._left == 0


class MortalHost:
    def __init__(self, host, **how):
        self._host, self.api = host, MortalApi(host.api, **how)

    def __getattr__(self, name):
        return getattr(self._host, name)


def mortal(at, after):
    """The class that dies at its ``at``-th write."""

    class Mortal(Reference):
        def install(self, host):
            super().install(MortalHost(host, at=at, after=after))

    return Mortal


for _at in range(1, 8):
    globals()[f"Before{_at}"] = mortal(_at, after=False)
    globals()[f"After{_at}"] = mortal(_at, after=True)
