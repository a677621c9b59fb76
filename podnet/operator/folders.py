"""Room for files that exist only because somebody else reads nothing but files."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from podnet.api.problems import EnvironmentProblem


@contextmanager
def private_folder() -> Iterator[str]:
    """A folder for files that have to be written to be read. Raises EnvironmentProblem if none can be."""
    try:
        with tempfile.TemporaryDirectory(prefix="podnet-") as folder:
            Path(folder, "room").write_bytes(bytes(4096))  # for a disk that is full to be told from a broken file
            yield folder
    except OSError as error:
        text = f"nothing can be written into a temporary folder: {error}; make room, or name another one with TMPDIR"
        raise EnvironmentProblem(text) from None
