"""``podnet cluster`` starts control planes that outlive it, lists them and ends them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from planes import left_in, need_programs
from processes import PATIENCE, podnet, start


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {"TMPDIR": str(tmp_path)}


def test_a_cluster_outlives_the_command_that_started_it_until_it_is_ended(tmp_path: Path, environment: dict[str, str]):
    need_programs()
    try:
        up = start("cluster", "up", "--name", "mine", env=environment, start_new_session=True)
        out, err = up.communicate(timeout=PATIENCE)  # it holds nothing of the streams that it was given
        assert (up.returncode, err) == (0, "")
        kubeconfig = Path(out.removesuffix("\n"))
        listed = json.loads(podnet("cluster", "list", "--json", env=environment).out)
        assert [(one["name"], one["status"], one["target"], one["owner"]) for one in listed] == [
            ("mine", "ready", "local", 0)
        ]
        kubectl = Path(f"/proc/{listed[0]['processes']['kube-apiserver']}/exe").resolve().with_name("kubectl")
        assert subprocess.check_output([kubectl, "--kubeconfig", kubeconfig, "get", "--raw", "/readyz"]) == b"ok"
        assert (podnet("cluster", "prune", env=environment).out) == ""
        again = podnet("cluster", "up", "--name", "mine", env=environment)
        assert (again.code, len(again.err.splitlines())) == (4, 1)
        assert "there is a control plane 'mine' already" in again.err
    finally:
        down = podnet("cluster", "down", "mine", env=environment)
    assert (down.code, down.out, down.err) == (0, "", "")
    assert left_in(tmp_path) == []


def test_there_is_nothing_to_list_or_prune_where_nothing_runs(environment: dict[str, str]):
    for verb in ("list", "prune"):
        done = podnet("cluster", verb, env=environment)
        assert (done.code, done.out, done.err) == (0, "", "")
    assert json.loads(podnet("cluster", "list", "--json", env=environment).out) == []


def test_to_end_one_that_is_not_there_is_an_error(environment: dict[str, str]):
    done = podnet("cluster", "down", "nobody", env=environment)
    assert (done.code, done.out) == (4, "")
    assert done.err == "error: there is no control plane 'nobody': `podnet cluster list` shows those that run\n"


@pytest.mark.parametrize("args", [("up", "--target", "moon"), ("up", "--port", "70000"), ("down", "UPPER"), ("grow",)])
def test_a_wrong_command_line_is_a_usage_error(args: tuple[str, ...], environment: dict[str, str]):
    assert podnet("cluster", *args, env=environment).code == 2
