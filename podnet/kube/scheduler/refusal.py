"""What a filter says against a node, in the words of kube-scheduler."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from podnet.kube.scheduler.snapshot import NodeState


@dataclass(frozen=True)
class Refusal:
    """Why a pod may not run on a node; ``final`` if not even the end of other pods there would change that."""

    reasons: tuple[str, ...]
    final: bool = False


Judge = Callable[[NodeState], Refusal | None]
"""What one filter says of one node for the pod that it has looked at: None if it has nothing against it."""
