"""Importing a Python file by its path, so that whatever is wrong with it has a file and a line."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from podnet.api.problems import Interrupted, UsageProblem


def import_file(path: Path, *, name: str, what: str) -> ModuleType:
    """Import a Python file by its path. Raises UsageProblem with file and line if it cannot be read or run."""
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise UsageProblem(f"{what} cannot be imported: not a Python file", path=path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except SyntaxError as error:
        raise UsageProblem(f"{what} cannot be imported: {error.msg}", path=error.filename, line=error.lineno) from None
    except (KeyboardInterrupt, Interrupted):
        raise
    except BaseException as error:  # whatever the file does, it is the file's fault and not a crash of podnet
        raise UsageProblem(
            f"{what} cannot be imported: {type(error).__name__}: {error}", path=path, line=_line_in(path, error)
        ) from None
    return module


def _line_in(path: Path, error: BaseException) -> int | None:
    line: int | None = None
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == str(path):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
