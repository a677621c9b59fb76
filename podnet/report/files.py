"""The directory of a report: canonical text, validated both ways, and never anybody else's files overwritten."""

from __future__ import annotations

import json
import os
import shutil
from functools import cache
from pathlib import Path
from typing import Any

from podnet.api.problems import UsageProblem
from podnet.report.codec import from_json, to_json
from podnet.report.model import Report

REPORT, EVENTS, JUNIT, STATE, LOGS = "report.json", "events.jsonl", "junit.xml", "state", "implementation"
OWN = frozenset({REPORT, EVENTS, JUNIT, STATE, LOGS})

_MARKS = {
    REPORT: b'"schema": "podnet-report/',
    EVENTS: b'"schema": "podnet-events/',
    JUNIT: b'<testsuites name="podnet"',
}
"""What a file of ours is known by, somewhere in its text."""


def canonical(report: Report) -> bytes:
    """The one text of a report: UTF-8, keys sorted, indented by two, a newline at the end.

    Raises ValueError for a number that JSON does not have. Characters that UTF-8 does not have become ``?``.
    """
    text = json.dumps(to_json(report), sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False)
    return (text + "\n").encode("utf-8", errors="replace")


def schema_errors(data: Any) -> tuple[str, ...]:
    """What is wrong with the JSON value of a report, as ``place: message``; empty for a valid one."""
    return tuple(
        f"{'/'.join(map(str, error.instance_path)) or 'the report'}: {error.message}"
        for error in _validator().iter_errors(data)
    )


def write_report(report: Report, directory: Path) -> Path:
    """Write ``report.json`` at once or not at all. Raises ValueError for a report that its schema refuses."""
    content = canonical(report)
    if errors := schema_errors(json.loads(content)):
        raise ValueError("the report does not fit its schema: " + "; ".join(errors))
    return write_at_once(directory / REPORT, content)


def write_at_once(path: Path, content: bytes) -> Path:
    """Write beside the file and put it in its place, so that nobody ever reads half of it."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    return path


def parse_report(content: bytes, *, path: Path) -> Report:
    """The report in a text. Raises UsageProblem that names the place of everything that is wrong."""
    try:
        data = json.loads(content)
    except UnicodeDecodeError as error:
        raise UsageProblem("is not UTF-8", path=path) from error
    except json.JSONDecodeError as error:
        raise UsageProblem(f"is not JSON: {error.msg}", path=path, line=error.lineno) from error
    except RecursionError as error:
        raise UsageProblem("is not a report: nested too deeply", path=path) from error
    if errors := schema_errors(data):
        raise UsageProblem("is not a report of podnet: " + "\n  ".join(("", *errors)).lstrip("\n"), path=path)
    return from_json(Report, data)


def read_report(directory: Path) -> Report:
    """The report in a directory. Raises UsageProblem where there is none, or none that can be trusted."""
    path = directory / REPORT
    try:
        return parse_report(path.read_bytes(), path=path)
    except OSError as error:
        raise UsageProblem(f"there is no report: {error.strerror}", path=path) from error


def prepare_report_dir(directory: Path) -> Path:
    """Make sure that a report can be written, before a run is spent on it; remove what an earlier run left there.

    Raises UsageProblem for what is no directory, cannot be written, or holds anything that podnet did not write.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        _refuse_foreign(directory)
        probe = directory / f".{REPORT}.{os.getpid()}.tmp"
        probe.write_bytes(b"")
        probe.unlink()
        _remove_own(directory)
    except (FileExistsError, NotADirectoryError) as error:
        raise UsageProblem("the report cannot go there: it is not a directory", path=directory) from error
    except OSError as error:
        raise UsageProblem(f"the report cannot be written there: {error.strerror}", path=directory) from error
    return directory


def _refuse_foreign(directory: Path) -> None:
    names = sorted(entry.name for entry in directory.iterdir())
    foreign = [name for name in names if name not in OWN and not _is_leftover(name)]
    marked = False
    for name in set(names) & _MARKS.keys():
        content = (directory / name).read_bytes() if (directory / name).is_file() else b"a directory"
        if content and _MARKS[name] not in content:
            foreign.append(name)
        marked = marked or _MARKS[name] in content
    for folder in {STATE, LOGS} & set(names):
        path = directory / folder
        if path.is_symlink() or not path.is_dir() or (not marked and any(path.iterdir())):
            foreign.append(folder)
    if foreign:
        listed = ", ".join(foreign[:3]) + (", ..." if len(foreign) > 3 else "")
        raise UsageProblem(
            f"the report cannot go there: it holds what podnet did not write ({listed}); name an empty directory",
            path=directory,
        )


def _is_leftover(name: str) -> bool:
    """Whether it is the temporary file of a run that was killed."""
    return name.endswith(".tmp") and any(name.startswith(f".{own}.") for own in (REPORT, JUNIT))


def _remove_own(directory: Path) -> None:
    # The events go last: as long as they are there, the rest is known to be ours.
    for path in sorted(directory.iterdir(), key=lambda path: path.name == EVENTS):
        if path.name in {STATE, LOGS}:
            shutil.rmtree(path)
        else:
            path.unlink()


@cache
def _validator() -> Any:
    # Validation is needed only where there is a file, and the import is slow.
    import jsonschema_rs  # see above

    schema = json.loads(Path(__file__).with_name("report.schema.json").read_text(encoding="utf-8"))
    return jsonschema_rs.Draft202012Validator(schema)
