"""Wrong only when one thing happens while another one is under way."""

from __future__ import annotations

from _miniature import _Watching

from podnet.api.objects import is_terminating, uid_of
from podnet.engine.lifecycle import phase_of


class StartsWhatIsEnding(_Watching):
    """ALC-2: A pod whose deletion begins before it starts is still given an address, which nobody releases."""

    def look(self, pod):
        vswitches = self.plane_of(pod).vswitches
        if is_terminating(pod) and phase_of(pod) == "Pending" and vswitches and self.vpc.idle(vswitches[0]):
            self.vpc.allocate(uid_of(pod), vswitches[0])
