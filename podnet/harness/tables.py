"""Data tables of steps as records, so that a misspelt column is told and not ignored."""

from __future__ import annotations

from collections.abc import Sequence

from podnet.harness.outcome import AuthoringError


def records(
    table: Sequence[Sequence[str]], *, required: Sequence[str], optional: Sequence[str] = ()
) -> list[dict[str, str]]:
    """A dict for each row; optional columns that are not there are empty. Raises AuthoringError for other columns."""
    header, *rows = table
    missing = [column for column in required if column not in header]
    unknown = [column for column in header if column not in (*required, *optional)]
    if missing or unknown:
        wrong = [
            *(f"no column {column!r}" for column in missing),
            *(f"unknown column {column!r}" for column in unknown),
        ]
        raise AuthoringError(f"the table has {', '.join(wrong)}")
    blank = dict.fromkeys(optional, "")
    return [{**blank, **dict(zip(header, row, strict=True))} for row in rows]
