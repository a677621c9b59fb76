"""A self-test of a few scenarios and miniatures in a folder of its own, small enough to know all of its results."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

from processes import ROOT, Done, podnet

FEATURES = ("security_groups/first_only.feature", "selection/pod_selector.feature")
HEAD = """\
from podnet.reference import Reference


"""
LAST = '''\
class Last(Reference):
    """SG-2: The last security group takes effect."""

    def effective_security_groups(self, podnetworking):
        return podnetworking.security_groups[-1:]


'''
IN_ORDER = '''\
class InOrder(Reference):
    """Legal (A-11): The vSwitches are taken in the order of the list."""

    def choose_vswitch(self, candidates, *, pod):
        return candidates[0]


'''


class Small:
    """The suite of the checkout with few of its features, and miniatures that a test writes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for folder in ("steps", "fixtures", "conformance/requirements", "conformance/profiles"):
            shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
        for feature in FEATURES:
            (root / "features" / feature).parent.mkdir(parents=True)
            shutil.copy2(ROOT / "features" / feature, root / "features" / feature)
        shutil.copy2(ROOT / "conformance" / "presuppositions.yaml", root / "conformance")
        (root / "conformance" / "miniatures").mkdir()

    def miniatures(self, *classes: str) -> None:
        """Write the file of the miniatures."""
        (self.root / "conformance" / "miniatures" / "small.py").write_text(HEAD + "".join(classes))

    def matrix(self, **rows: str) -> None:
        """Write the kill matrix: by miniature, ids with commas."""
        lines = [f"  {name}: [{ids}]\n" for name, ids in rows.items()]
        self.matrix_file.write_text("ack-serverless:\n" + "".join(lines) if rows else "{}\n")

    @property
    def matrix_file(self) -> Path:
        """The file of the kill matrix."""
        return self.root / "conformance" / "kill-matrix.yaml"

    def run(self, *args: object) -> Done:
        """Run ``podnet selftest`` on it."""
        return podnet("selftest", "--jobs", 1, *args, suite=self.root)

    def told(self, *args: object) -> tuple[int, dict[str, Any]]:
        """Run it with ``--json``: the exit code and what it prints."""
        done = self.run("--json", *args)
        assert done.err == "", done.err
        return done.code, json.loads(done.out)


def judgements(told: dict[str, Any]) -> dict[str, str]:
    """By miniature, what became of it."""
    return {one["name"]: one["judgement"] for one in told["miniatures"]}
