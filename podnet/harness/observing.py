"""The process of an observer in Python: it turns lines of JSON into calls of somebody's class or function.

It gets the folder of podnet, the file and the name as its arguments. What is printed goes to standard error.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from traceback import extract_tb
from typing import Any


def main() -> int:
    """Answer until nobody asks any more."""
    folder, file, name = sys.argv[1:]
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    sys.path[:0] = [folder]
    sys.path.append(str(Path(file).parent))
    ask: Callable[[Any], Any] | None = None
    for line in sys.stdin:
        try:
            ask = ask or _find(Path(file), name)
            answer = json.dumps(ask(json.loads(line)))
        except Exception as error:
            place = next((f" at {at.filename}:{at.lineno}" for at in reversed(extract_tb(error.__traceback__))), "")
            answer = json.dumps({"error": f"{type(error).__name__}: {error}{place}"})
        print(answer, file=answers, flush=True)  # this is what it is for
    return 0


def _find(path: Path, name: str) -> Callable[[Any], Any]:
    """What is called with a question: a function, or the method ``observe`` of a class made without arguments."""
    from podnet.suite.importing import import_file

    module = import_file(path, name=f"podnet_observer_{path.stem}", what="the observer")
    found = getattr(module, name, None)
    made = found() if isinstance(found, type) else found
    ask = getattr(made, "observe", made)
    if not callable(ask):
        raise TypeError(f"{name} in {path} is no function, and no class with a method observe(question)")
    asked: Callable[[Any], Any] = ask
    return asked


if __name__ == "__main__":
    sys.exit(main())
