"""What is asked for may not be there: a resource type that is not served yet, an object that somebody else deletes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from podnet.api.client import Api
from podnet.api.errors import ApiError, is_conflict, is_not_found
from podnet.api.objects import Obj
from podnet.api.resources import Resource


def existing(api: Api, resource: Resource) -> list[Obj]:
    """Every object of a resource; none where the resource is not served yet (a CRD needs a moment)."""
    try:
        return list(api.list(resource).items)
    except ApiError as error:
        if is_not_found(error):
            return []
        raise


@contextmanager
def may_be_gone() -> Iterator[None]:
    """Somebody else may have deleted it, or may be about to: whoever goes on has to look again."""
    try:
        yield
    except ApiError as error:
        if not is_not_found(error) and not is_conflict(error):
            raise


@contextmanager
def unless_gone() -> Iterator[None]:
    """Somebody else may have deleted it: then there is nothing to do, and what comes after the request is left out."""
    try:
        yield
    except ApiError as error:
        if not is_not_found(error):
            raise
