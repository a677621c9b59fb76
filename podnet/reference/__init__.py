"""The reference implementation: the smallest correct one, so that the suite has something to be right about."""

from podnet.reference.reference import Reference

__all__ = ["Reference"]
