"""A suite of a few lines in a folder of its own: another catalogue, other steps, and features that a test writes.

It runs on the real harness and cluster; what is judged does nothing, and is small enough to know every result of it.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent, indent
from typing import Any

from processes import ROOT, Done, conformance, podnet, start

IDS = ("TST-1", "TST-2", "TST-3", "OPT-1")
CATALOGUE = """\
title: Tests
position: 1
requirements:
"""
REQUIREMENT = """\
- id: {id}
  level: {level}
  text: What {id} says.
  source: {{lines: [1], quote: The words of {id}.}}
  observe: [api]
  feature: {feature}
"""
PROFILE = """\
name: ack-serverless
title: Tests
document: {title: The document, last_updated: "Feb 28, 2026"}
requirements: [TST-1, TST-2]
features:
  Option: {description: Something optional., default: off, requirements: [OPT-1]}
"""
IMPLEMENTATION = '''\
class Idle:
    """It does nothing at all."""

    name = "idle"
    version = "1"

    def install(self, host):
        pass
'''
STEPS = '''\
"""Steps that do what their sentence says; SCRATCH is a folder where they leave traces."""

import os
import signal
import time
from pathlib import Path

from pytest_bdd import given, then

from podnet.harness.outcome import AuthoringError, Mismatch, NotApplicable, NotObservable
from podnet.harness.sentences import sentence


def traces():
    return Path(os.environ.get("SCRATCH", "."))


@given(sentence("all is well"))
def passes(world):
    world.namespaces.use("some-namespace")


@given(sentence('"{word}" is printed'))
def prints(word):
    print(word)
    os.system("echo and from a process: " + word)


@then(sentence("it fails"))
def fails(world):
    raise Mismatch(expected="this", actual=["that", "and that"])


@then(sentence('it fails if its seed begins with "{number}"'))
def fails_sometimes(world, number):
    if world.setting.seed.startswith(number + "/"):
        raise Mismatch(expected="this", actual="that")


@then(sentence("it raises"))
def raises():
    raise ValueError("something broke")


@then(sentence("it asserts"))
def asserts():
    assert 1 + 1 == 3, "arithmetic"


@then(sentence("it is written wrongly"))
def wrong():
    raise AuthoringError("no such thing")


@then(sentence("it does not apply"))
def skips():
    raise NotApplicable("there is no such cloud")


@then(sentence("it cannot be seen"))
def unseen():
    raise NotObservable("it is dark")


@then(sentence("its process ends"))
def ends():
    os.kill(os.getpid(), signal.SIGKILL)


@then(sentence("its process crashes"))
def crashes():
    os.abort()


@then(sentence("it hangs"))
def hangs():
    while True:
        pass


@then(sentence("it hangs whatever is done to it"))
def resists():
    while True:
        try:
            while True:
                pass
        except BaseException:
            continue


@given(sentence('it leaves its number in "{name}"'))
def leaves(name):
    (traces() / name).write_text(str(os.getpid()))


@then(sentence('it waits for "{name}"'))
def waits(name):
    while not (traces() / name).exists():
        time.sleep(0.01)
'''


class Suite:
    """A suite in a folder: ``root`` holds features/, steps/, fixtures/ and conformance/."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for folder in ("features", "steps", "conformance/requirements", "conformance/profiles"):
            (root / folder).mkdir(parents=True)
        shutil.copytree(ROOT / "fixtures", root / "fixtures", ignore=shutil.ignore_patterns("__pycache__"))
        self.write("steps/words.py", STEPS)
        self.write("conformance/profiles/ack-serverless.yaml", PROFILE)
        self.catalogue(*IDS)
        self.implementation = f"{self.write('idle.py', IMPLEMENTATION)}:Idle"

    def write(self, path: str, content: str | bytes) -> Path:
        """Write a file of the suite."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return file

    def catalogue(self, *ids: str, level: str = "MUST") -> None:
        """The catalogue of these requirements."""
        entries = [
            REQUIREMENT.format(id=name, level=level, feature="Option" if name.startswith("OPT") else "core")
            for name in ids
        ]
        self.write("conformance/requirements/tests.yaml", CATALOGUE + "".join(entries))

    def feature(self, name: str, *scenarios: str) -> Path:
        """A feature of these scenarios, each its tag, its name and its steps on lines of their own."""
        body = "\n".join(indent(dedent(scenario), "  ") for scenario in scenarios)
        return self.write(f"features/{name}.feature", f"Feature: {name}\n\n{body}")

    def one(self, *steps: str, tag: str = "TST-1", name: str = "one") -> Path:
        """A feature of one scenario that has the feature's name."""
        return self.feature(name, scenario(name, *steps, tag=tag))

    def podnet(self, *args: object, **options: Any) -> Done:
        """Run ``podnet`` on this suite."""
        return podnet(*args, suite=self.root, **options)

    def conformance(self, *args: object, **options: Any) -> tuple[Done, dict[str, Any]]:
        """Run ``podnet conformance`` on this suite, one scenario after the other, with a report."""
        defaults = {"--implementation": self.implementation, "--jobs": 1}
        words = [word for option, value in defaults.items() if option not in args for word in (option, value)]
        return conformance(*words, *args, report=self.report, suite=self.root, **options)

    @property
    def report(self) -> Path:
        """Where reports of this suite go."""
        return self.root.parent / "report"

    def start(self, *args: object, env: Mapping[str, str] | None = None, **options: Any) -> subprocess.Popen[str]:
        """Start ``podnet`` on this suite from nothing, by a package that lies beside it as in a checkout.

        Links alone would lead back to the real checkout, so the module that looks for the suite is a copy.
        """
        package = self.root / "podnet"
        if not package.exists():
            (package / "suite").mkdir(parents=True)
            for path in (ROOT / "podnet").iterdir():
                if path.name != "suite":
                    (package / path.name).symlink_to(path)
            for path in (ROOT / "podnet" / "suite").glob("*.py"):
                shutil.copy2(path, package / "suite")
        settings = {"PYTHONPATH": str(self.root), "PYTHONDONTWRITEBYTECODE": "1", "SCRATCH": str(self.root.parent)}
        return start(*args, env={**settings, **(env or {})}, cwd=self.root, **options)


def scenario(name: str, *steps: str, tag: str = "TST-1") -> str:
    """The text of a scenario."""
    return "".join([f"@{tag}\n", f"Scenario: {name}\n", *(f"  {step}\n" for step in steps)])
