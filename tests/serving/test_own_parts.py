"""Kubernetes' own controllers live on the served cluster unchanged: they lead, and find all that they list."""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest
from planes import eventually, need_programs

from podnet.controlplane.binaries import find_all
from podnet.serving.fake import ServedFake

_CONTROLLERS = "garbage-collector-controller,namespace-controller,cronjob-controller,persistentvolume-binder-controller"


@pytest.mark.parametrize(
    ("name", "flags", "proof"),
    [
        ("kube-scheduler", (), "Successfully acquired lease"),
        (
            "kube-controller-manager",
            ("--use-service-account-credentials=false", f"--controllers={_CONTROLLERS}"),
            "all resource monitors have synced",
        ),
    ],
)
def test_a_part_of_kubernetes_finds_all_that_it_lists(
    fake: ServedFake, tmp_path: Path, name: str, flags: Sequence[str], proof: str
):
    need_programs()
    log = tmp_path / "log"
    lease = f"--leader-elect-resource-name=another-{name}"
    command = [find_all()[name].path, "--kubeconfig", fake.kubeconfig, "--secure-port=0", "--v=2", lease, *flags]
    with log.open("w") as out:
        part = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT, cwd=tmp_path)
    try:

        def is_done() -> bool:
            text = log.read_text()
            assert part.poll() is None, text[-2000:]
            assert "Failed to watch" not in text, text[text.index("Failed to watch") :][:500]
            return proof in text

        eventually(is_done)
    finally:
        part.send_signal(signal.SIGTERM)
        part.wait(30)
