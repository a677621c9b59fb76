"""The kill matrix: which miniature is rejected for which requirements, as the suite is known to tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from podnet.suite.catalogue import Catalogue
from podnet.suite.located import Located, read_yaml

Row = tuple[str, ...]
"""Ids of requirements, sorted."""
HEADER = """\
# The kill matrix: for each profile and each wrong miniature, every requirement that a whole run finds violated.
# `podnet selftest` compares exactly; `podnet selftest --update` writes what it finds. A change here is a change of what
# the suite can tell. Miniatures that are not here are rejected for nothing: they are legal.
"""


@dataclass(frozen=True)
class Matrix:
    """``rows``: by profile and miniature, the ids of the requirements under which it is rejected."""

    rows: Mapping[str, Mapping[str, Row]]

    def row(self, profile: str, miniature: str) -> Row:
        """What is expected of a miniature; nothing for one that the matrix does not name."""
        return self.rows.get(profile, {}).get(miniature, ())


def load_matrix(path: Path, *, catalogue: Catalogue) -> Matrix:
    """The matrix of a file; an empty one if there is none.

    Raises CatalogueError for unknown requirements, and for what is no matrix.
    """
    if not path.is_file():
        return Matrix({})
    profiles = read_yaml(path).mapping("the kill matrix")
    return Matrix(
        {
            profile: {
                name: tuple(_known(entry, catalogue) for entry in ids.items("requirements"))
                for name, ids in rows.mapping(f"the rows of {profile}").items()
            }
            for profile, rows in profiles.items()
        }
    )


def _known(entry: Located, catalogue: Catalogue) -> str:
    name = entry.text("a requirement")
    if catalogue.get(name) is None:
        entry.fail(f"unknown requirement {name!r}")
    return name


def render_matrix(matrix: Matrix) -> str:
    """The text of the file; rows without requirements are left out."""
    lines = [HEADER.rstrip()]
    for profile, rows in sorted(matrix.rows.items()):
        lines += [f"{profile}:", *(f"  {name}: [{', '.join(row)}]" for name, row in sorted(rows.items()) if row)]
    return "\n".join(lines) + "\n"
