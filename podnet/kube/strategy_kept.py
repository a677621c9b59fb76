"""What all kinds have in common that are kept without anything acting on them."""

# ruff: noqa: D102  # an overridden method is described by Strategy

from __future__ import annotations

from collections.abc import Sequence

from podnet.api.objects import Obj
from podnet.api.resources import Resource
from podnet.kube.strategy import Strategy


class KeptStrategy(Strategy):
    """A kind that is stored as a real API server would store it. ``caveat``: what nothing here does with it."""

    def __init__(self, resource: Resource) -> None:
        self.resource = resource

    def decode(self, obj: Obj, *, strict: bool) -> Sequence[str]:
        from podnet.kube.go_form import drop_empty  # only clusters that are served have these kinds

        drop_empty(obj, self.resource)
        return super().decode(obj, strict=strict)
