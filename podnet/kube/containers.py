"""Paths below a pod that lead into its containers on a real cluster: here there are none, and the answer says so."""

from __future__ import annotations

from podnet.api.errors import ApiError
from podnet.api.objects import Obj

PATHS = frozenset({"log", "exec", "attach", "portforward", "proxy"})


def refusal(pod: Obj, path: str) -> ApiError | None:
    """Why there is nothing to be had; None for the log of a pod that has not been scheduled, which is empty."""
    name = pod["metadata"]["name"]
    if not pod["spec"].get("nodeName"):
        return None if path == "log" else ApiError(400, f"pod {name} does not have a host assigned")
    return ApiError(400, f"podnet's in-process cluster runs no containers, so pod {name} has none to reach ({path})")
