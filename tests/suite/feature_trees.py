"""Feature files written for one test, and what the reader makes of them."""

from pathlib import Path

import pytest

from podnet.suite import locate
from podnet.suite.catalogue import load_catalogue
from podnet.suite.features import FeatureProblems, load_features
from podnet.suite.scenarios import FeatureFile

STEP = "\n    Given x"


def tree(tmp_path: Path, **files: str | bytes) -> Path:
    directory = tmp_path / "features"
    directory.mkdir(exist_ok=True)
    for name, content in files.items():
        path = directory / f"{name.replace('__', '/')}.feature"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return directory


def load(tmp_path: Path, **files: str | bytes) -> tuple[FeatureFile, ...]:
    return load_features(
        tree(tmp_path, **files),
        catalogue=load_catalogue(locate.requirements_dir()),
        features=("DualStack", "MatchExpressions"),
    )


def problems(tmp_path: Path, **files: str | bytes) -> list[str]:
    with pytest.raises(FeatureProblems) as caught:
        load(tmp_path, **files)
    assert str(caught.value) == "\n".join(str(problem) for problem in caught.value.problems)
    return str(caught.value).splitlines()


def scenario(text: str) -> str:
    """A feature of one scenario."""
    return f"Feature: F\n  @SEL-1\n  {text}\n"
