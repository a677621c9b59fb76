"""The command line that plays a scenario again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from podnet.targets.fake import FakeTarget


def command_line(options: Mapping[str, Any]) -> tuple[str, ...]:
    """The part of the command line that a rerun of one scenario repeats."""
    words = ["podnet", "conformance"]
    if options["target"] != FakeTarget.name:
        words += ["--target", options["target"]]
    for option in ("namespace_prefix", "pod_image"):
        if options[option]:
            words += [f"--{option.replace('_', '-')}", options[option]]
    if options["implementation"] != "reference":
        words += ["--implementation", options["implementation"]]
    if options["observer"]:
        words += ["--observer", options["observer"]]
    if options["timeout_scale"] != 1.0:
        words += ["--timeout-scale", f"{options['timeout_scale']:g}"]
    if options["inventory"]:
        words += ["--inventory", str(options["inventory"])]
    if options["profile"] != "ack-serverless":
        words += ["--profile", options["profile"]]
    repeatable = (
        ("--feature", options["features"]),
        ("--no-feature", options["no_features"]),
        ("--fault", options["faults"]),
    )
    for option, names in repeatable:
        words += [word for name in names for word in (option, name)]
    return tuple(words)
