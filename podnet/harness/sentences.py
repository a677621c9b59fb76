"""The form of a step's sentence, so that a value never runs over its quotes and two sentences never both match."""

from __future__ import annotations

import re
from functools import cache

from pytest_bdd.parsers import StepParser

TOKEN = re.compile(
    r'(?P<quoted>"\{\w+\}")|\{(?P<kind>\w+):Workload\}|\{(?P<words>\w+):Words\}|\{(?P<number>\w+)\}'
    r"|(?P<open>\[)|(?P<close>\])"
)
WORKLOADS = "Deployment|StatefulSet|Job"


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    parts: list[str] = []
    position = 0
    for token in TOKEN.finditer(pattern):
        parts.append(re.escape(pattern[position : token.start()]))
        position = token.end()
        if token["quoted"]:
            parts.append(f'"(?P<{token["quoted"][2:-2]}>[^"]*)"')
        elif token["kind"]:
            parts.append(f"(?P<{token['kind']}>{WORKLOADS})")
        elif token["words"]:
            parts.append(f"(?P<{token['words']}>[a-z][a-z ]+)")
        elif token["number"]:
            parts.append(f"(?P<{token['number']}>[0-9]+)")
        else:
            parts.append("(?:" if token["open"] else ")?")
    parts.append(re.escape(pattern[position:]))
    return re.compile("".join(parts))


class sentence(StepParser):  # noqa: N801 - it is used like pytest_bdd.parsers.parse, in lower case
    """A sentence with placeholders.

    ``"{name}"`` in quotes takes any text without quotes, ``{count}`` takes digits and arrives as int,
    ``{kind:Workload}`` takes the kind of a workload, ``{ending:Words}`` words in lower case. What stands in
    ``[brackets]`` may be left out; its placeholders are then missing, so the step function gives them a default.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.pattern = _compiled(name)

    def parse_arguments(self, name: str) -> dict[str, object] | None:
        """The values of the placeholders, or None when the sentence is another one."""
        match = self.pattern.fullmatch(name)
        if match is None:
            return None
        return {
            key: int(value) if f"{{{key}}}" in self.name and f'"{{{key}}}"' not in self.name else value
            for key, value in match.groupdict().items()
            if value is not None
        }

    def is_matching(self, name: str) -> bool:
        """Whether this is the sentence."""
        return self.pattern.fullmatch(name) is not None
