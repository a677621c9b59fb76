"""Builds the stand-ins for the images of k3s and of k3d's helper, from the programs that podnet uses itself.

python tools/standin/images.py
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from podnet.api.problems import EnvironmentProblem
from podnet.controlplane.binaries import K3D, KUBERNETES, PROGRAMS, find_all

HERE = Path(__file__).resolve().parent
K3S_IMAGE, TOOLS_IMAGE = f"podnet.test/k3s:{KUBERNETES}", f"podnet.test/k3d-tools:{K3D}"
"""Of a registry that does not exist, so that nobody takes them for others, and nobody pulls them."""
BUSYBOX = "/bin/busybox"
BUILD_SECONDS = 300
_NAMES = ("localhost", "127.0.0.1", "0.0.0.0", "::1", "10.43.0.1", "kubernetes", "kubernetes.default.svc")  # noqa: S104  # a name of it


def main() -> int:
    """Build both, and print the variables that name them; the exit code is 4 if that cannot be done."""
    try:
        with tempfile.TemporaryDirectory(prefix="podnet-standin-") as folder:
            build(Path(folder))
    except (EnvironmentProblem, OSError, subprocess.SubprocessError) as error:
        told = getattr(error, "stderr", "") or ""
        print(f"podnet: the stand-in for k3s cannot be built: {error}\n{told}", file=sys.stderr)
        return 4
    print(f"PODNET_K3S_IMAGE={K3S_IMAGE}\nK3D_IMAGE_TOOLS={TOOLS_IMAGE}\nK3D_FIX_DNS=0")
    return 0


def build(folder: Path) -> None:
    """Put the contexts together in a folder, and let the engine build them."""
    if not Path(BUSYBOX).is_file():
        raise EnvironmentProblem(f"{BUSYBOX} is missing: `apt-get install busybox-static` brings it")
    node, tools = folder / "k3s", folder / "k3d-tools"
    root = node / "rootfs"
    (root / "bin").mkdir(parents=True)
    (root / "etc").mkdir()
    (root / "opt/standin/pki").mkdir(parents=True)
    tools.mkdir()
    for context in (node, tools):
        shutil.copy(HERE / context.name / "Dockerfile", context)
    shutil.copy(BUSYBOX, root / "bin")
    shutil.copy(BUSYBOX, tools)
    shutil.copy(HERE / "k3s/k3s", root / "bin")
    for name, program in find_all().items():
        shutil.copy(program.path, root / "opt/standin" / name)
    missing = [name for name in PROGRAMS if not (root / "opt/standin" / name).exists()]
    if missing:
        raise EnvironmentProblem(f"{', '.join(missing)} is missing: run `./dev control-plane`")
    (root / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/sh\n", encoding="utf-8")
    (root / "etc/group").write_text("root:x:0:\n", encoding="utf-8")
    _certificates(root / "opt/standin/pki")
    go = [
        "go",
        "build",
        "-trimpath",
        "-ldflags",
        "-s -w",
        "-o",
        str(tools / "k3d-tools"),
        str(HERE / "k3d-tools/main.go"),
    ]
    _run(go, CGO_ENABLED="0", GO111MODULE="off")
    for context, image in ((node, K3S_IMAGE), (tools, TOOLS_IMAGE)):
        _run(["docker", "build", "--quiet", "--tag", image, str(context)], DOCKER_BUILDKIT="0")


def _certificates(folder: Path) -> None:
    import trustme

    authority = trustme.CA(organization_name="podnet stand-in for k3s")
    authority.cert_pem.write_to_path(folder / "ca.crt")
    for name, addresses, user, group in (
        ("server", _NAMES, "kube-apiserver", None),
        ("client", ("system-admin",), "system:admin", "system:masters"),
        ("service-accounts", ("service-accounts",), "service-accounts", None),
    ):
        made = authority.issue_cert(*addresses, common_name=user, organization_name=group)
        made.private_key_pem.write_to_path(folder / f"{name}.key")
        made.cert_chain_pems[0].write_to_path(folder / f"{name}.crt")


def _run(words: list[str], **variables: str) -> None:
    subprocess.run(
        words,
        env={**os.environ, **variables},
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        timeout=BUILD_SECONDS,
    )


if __name__ == "__main__":
    sys.exit(main())
