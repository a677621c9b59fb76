"""Rules in CEL that a definition states for its objects: compiled once, and evaluated by Google's runtime.

What Kubernetes adds to the language is in ``cel_library``. Types are known when a rule is evaluated, not when it is
compiled: a rule that names a field which the schema does not have is refused with each object, not with the definition.
What rules would cost is not estimated. Source: https://kubernetes.io/docs/reference/using-api/cel/
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import Any

from cel_expr_python import cel
from cel_expr_python.ext import ext_bindings, ext_math, ext_optional, ext_strings

from podnet.kube.cel_library import FUNCTIONS

_NAME = re.compile(r"[A-Za-z_./-][A-Za-z0-9_./-]*")
_ESCAPES = {"__": "__underscores__", ".": "__dot__", "-": "__dash__", "/": "__slash__"}
_ESCAPED = re.compile(r"__|[./-]")
_KEYWORDS = frozenset(
    {
        *("true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import"),
        *("let", "loop", "package", "namespace", "return", "var", "void", "while"),
    }
)
_FAILURES = (
    (re.compile(r'Key not found in map : "?(.*?)"?$'), "no such key: {0}"),
    (re.compile(r"Index error: index=(-?\d+) size=\d+"), "index out of bounds: {0}"),
    (re.compile(r"divide by zero"), "division by zero"),
    (re.compile(r"No matching overloads found"), "no such overload"),
)
_CODE = re.compile(r"^[A-Z_]+: ")
_OLD = "cel.bind(oldSelf, size(old__) == 0 ? optional.none() : optional.of(old__[0]), ({}\n))"
_CONVERTED = {
    "date-time": "cel.bind(self, timestamp(self), ({}\n))",
    "duration": "cel.bind(self, duration(self), ({}\n))",
}


class CelError(Exception):
    """An expression that cannot be compiled, or that has no value."""


Evaluate = Callable[[Any, Sequence[Any]], Any]
"""The value of an expression for ``self`` and, if there is one, the state before. Raises CelError if it has none."""


@cache
def _environment() -> cel.Env:
    variables = {"self": cel.Type.DYN, "oldSelf": cel.Type.DYN, "old__": cel.Type.LIST}
    extensions = (ext_strings.ExtStrings(), ext_optional.ExtOptional(), ext_math.ExtMath(), ext_bindings.ExtBindings())
    return cel.NewEnv(variables=variables, extensions=list(extensions), functions=list(FUNCTIONS))


@lru_cache(maxsize=4096)
def compiled(expression: str, *, format_: str = "", optional_old: bool = False) -> Evaluate:
    """An expression about a value; ``format_`` is that of its schema. Raises CelError if it makes no sense."""
    text = expression
    if optional_old:
        text = _OLD.format(text)
    if format_ in _CONVERTED:
        text = _CONVERTED[format_].format(text)
    try:
        if text is not expression:
            _environment().compile(expression)  # what is wrong is said of what was written
        program = _environment().compile(text)
    except RuntimeError as error:
        raise CelError(_CODE.sub("", str(error)).removesuffix(" [INVALID_ARGUMENT]")) from error

    def evaluate(value: Any, old: Sequence[Any]) -> Any:
        found = program.eval(data={"self": value, "oldSelf": old[0] if old else None, "old__": list(old)})
        if found.type() == cel.Type.ERROR:
            raise CelError(_in_go_words(_CODE.sub("", str(found.value()))))
        return found.value()

    return evaluate


def speaks_of_old(expression: str) -> bool:
    """Whether an expression is about a change."""
    return re.search(r"\boldSelf\b", expression) is not None


def escaped(name: str) -> str:
    """How a property is called in an expression; empty for one that cannot be named there."""
    if name in _KEYWORDS:
        return f"__{name}__"
    return _ESCAPED.sub(lambda found: _ESCAPES[found[0]], name) if _NAME.fullmatch(name) else ""


def matches(pattern: str) -> Callable[[str], bool]:
    """Whether a text has the pattern somewhere, in RE2's syntax. Raises CelError for one that is none."""
    search = compiled(f"self.matches({_quoted(pattern)})")
    search("", ())
    return lambda text: bool(search(text, ()))


def _quoted(text: str) -> str:
    import json

    return json.dumps(text)


def _in_go_words(text: str) -> str:
    for known, words in _FAILURES:
        if found := known.search(text):
            return words.format(*found.groups())
    return text
