"""Of a log, the one line is shown that says why its server has ended."""

from __future__ import annotations

from pathlib import Path

import pytest

from podnet.controlplane.logs import last_words

KLOG = "{kind}1123 08:59:46.156273   10813 run.go:72] {text}\n"


def klog(kind: str, text: str) -> str:
    return KLOG.format(kind=kind, text=text)


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        ("", ""),
        ("one\ntwo\n\n", "two"),
        (klog("I", "starting") + klog("E", "command failed: no flag") + klog("I", "bye"), "command failed: no flag"),
        (klog("F", "cannot listen") + klog("E", "something failed"), "cannot listen"),
        ("Error: unknown flag: --x\nUsage of it:\n  --y  what to do if it failed\n", "Error: unknown flag: --x"),
        ('{"level":"warn","msg":"it failed"}\n{"level":"fatal","msg":"no WAL","error":"full"}\n', "no WAL: full"),
        ("panic: nil map\ngoroutine 1 [running]:\n\tmain.go:3 failed\n", "panic: nil map"),
        ("x" * 1000, "x" * 300 + "..."),
        ("\xff\xfe failed\n", "\xff\xfe failed"),
    ],
)
def test_the_line_that_tells_most_is_found(log: str, expected: str, tmp_path: Path):
    path = tmp_path / "log"
    path.write_text(log, encoding="utf-8")
    assert last_words(path) == expected


def test_a_log_that_is_not_there_or_no_text_says_what_it_can(tmp_path: Path):
    assert last_words(tmp_path / "none") == ""
    (tmp_path / "bytes").write_bytes(b"\x00\xff" * 100_000 + b"\nError: the end\n")
    assert last_words(tmp_path / "bytes") == "Error: the end"
