"""Where the suite is, because reviewers run it from a checkout and implementers from an installed wheel."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from podnet.api.problems import EnvironmentProblem

REQUIREMENTS = Path("conformance", "requirements")


class SuiteNotFound(EnvironmentProblem):
    """Neither a checkout nor the installed package holds the suite."""


def find_suite(package: Path) -> Path:
    """The folder that holds features/, steps/, fixtures/ and conformance/ for the podnet package at ``package``.

    The folder beside the package wins (a checkout, so that an edit takes effect at once); then ``suite/`` inside of
    the package, where the wheel carries a copy. Raises SuiteNotFound.
    """
    for candidate in (package.parent, package / "suite"):
        if (candidate / "features").is_dir() and (candidate / REQUIREMENTS).is_dir():
            return candidate
    raise SuiteNotFound(
        f"the suite is missing: neither {package.parent} nor {package / 'suite'} holds features/ and {REQUIREMENTS}/; "
        "run podnet from a checkout, or install the wheel again"
    )


@cache
def suite_root() -> Path:
    """The root of the suite that belongs to this podnet. Raises SuiteNotFound."""
    return find_suite(Path(__file__).resolve().parent.parent)


def features_dir() -> Path:
    """The specification: ``*.feature``, one folder for each chapter."""
    return suite_root() / "features"


def steps_dir() -> Path:
    """The vocabulary: the step definitions."""
    return suite_root() / "steps"


def inventories_dir() -> Path:
    """The clouds that scenarios run on."""
    return suite_root() / "fixtures" / "inventories"


def manifests_dir() -> Path:
    """The manifests of the document."""
    return suite_root() / "fixtures" / "manifests"


def requirements_dir() -> Path:
    """The catalogue: one YAML file for each area."""
    return suite_root() / REQUIREMENTS


def profiles_dir() -> Path:
    """The profiles: one YAML file for each."""
    return suite_root() / "conformance" / "profiles"


def miniatures_dir() -> Path:
    """The miniatures: Python files with small implementations, wrong ones and legal ones."""
    return suite_root() / "conformance" / "miniatures"


def kill_matrix() -> Path:
    """The kill matrix: which miniature is rejected for which requirements."""
    return suite_root() / "conformance" / "kill-matrix.yaml"


def presuppositions() -> Path:
    """What has to hold before a failure says anything about a requirement."""
    return suite_root() / "conformance" / "presuppositions.yaml"
