"""The floor of the benchmark: the whole specification under plain pytest-bdd, with steps that do nothing."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from pytest_bdd.steps import step_function_context_registry

from podnet.harness.sentences import sentence
from podnet.harness.vocabulary import load_vocabulary
from podnet.suite import locate
from podnet.suite.catalogue import load_catalogue
from podnet.suite.features import load_features, scenarios_of

TAGS = '''\
"""Tags are for the catalogue; as marks they would only cost time."""


def pytest_bdd_apply_tag(tag, function):
    return True
'''
HEAD = """\
from pytest_bdd import given, parsers, scenarios, step, then, when

scenarios({features!r})
"""
STEP = """

@{keyword}(parsers.re({pattern!r}))
def step_{number}():
    pass
"""
ENVIRONMENT = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""}
"""Plugins that happen to be installed would only make the floor higher."""


def write_floor(directory: Path) -> int:
    """Write the test module into ``directory``; returns how many scenarios plain pytest-bdd must play."""
    features = locate.features_dir()
    specs = scenarios_of(load_features(features, catalogue=load_catalogue(locate.requirements_dir())))
    text = HEAD.format(features=os.fspath(features))
    load_vocabulary(locate.steps_dir())
    for number, context in enumerate(step_function_context_registry.values()):
        assert isinstance(context.parser, sentence), "the vocabulary is written in one form"
        text += STEP.format(keyword=context.type or "step", pattern=context.parser.pattern.pattern, number=number)
    (directory / "conftest.py").write_text(TAGS, encoding="utf-8")
    (directory / "test_floor.py").write_text(text, encoding="utf-8")
    return len(specs)


def command(directory: Path) -> list[str]:
    """The command that plays the floor."""
    options = ["-q", "-p", "pytest_bdd.plugin", "-p", "no:cacheprovider", "-c", os.devnull, f"--rootdir={directory}"]
    return [sys.executable, "-m", "pytest", *options, os.fspath(directory / "test_floor.py")]
