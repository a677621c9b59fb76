"""Finds the programs that a control plane is made of, where envtest looks for them and in podnet's own cache."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from podnet.api.problems import EnvironmentProblem

KUBERNETES, ETCD, K3D, ACTIONLINT = "v1.36.2", "v3.6.8", "v5.9.0", "v1.7.12"
"""What ``./dev control-plane``, ``./dev k3d`` and ``./dev actionlint`` build; tools/*/go.mod pin the same."""

SERVERS = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler")
KUBECTL = "kubectl"
PROGRAMS = (*SERVERS, KUBECTL)
INSTALLED = Path("/usr/local/kubebuilder/bin")
"""Where envtest looks last."""

HOW_TO_GET_THEM = (
    "run `./dev control-plane` in a checkout of podnet (it needs Go), "
    "or name programs that you have with TEST_ASSET_KUBE_APISERVER, TEST_ASSET_ETCD and so on"
)


@dataclass(frozen=True)
class Program:
    """A file that was found under ``name``. ``source`` says who named it: a variable, a folder, the cache.

    ``version`` (``v1.36.2``) is known of what podnet built itself, and empty otherwise.
    """

    name: str
    path: Path
    source: str
    version: str = ""


def cache_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Where podnet keeps what it built: $PODNET_CACHE, $XDG_CACHE_HOME/podnet or ~/.cache/podnet."""
    if environment.get("PODNET_CACHE"):
        return Path(environment["PODNET_CACHE"]).absolute()
    if environment.get("XDG_CACHE_HOME"):
        return Path(environment["XDG_CACHE_HOME"]).absolute() / "podnet"
    try:
        return Path.home() / ".cache" / "podnet"
    except RuntimeError:
        raise EnvironmentProblem("no home folder is known to look for programs in: set PODNET_CACHE") from None


def built_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder of the cache that holds the control plane of these versions for this kind of machine."""
    return cache_folder(environment) / f"control-plane-{KUBERNETES}-etcd-{ETCD}-{_machine()}"


def k3d_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder of the cache that holds k3d of this version for this kind of machine."""
    return cache_folder(environment) / f"k3d-{K3D}-{_machine()}"


def actionlint_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder of the cache that holds actionlint of this version for this kind of machine."""
    return cache_folder(environment) / f"actionlint-{ACTIONLINT}-{_machine()}"


def _machine() -> str:
    return f"{sys.platform}-{platform.machine()}".lower()


def variable_of(name: str) -> str:
    """The variable of envtest that names one program."""
    return "TEST_ASSET_" + name.upper().replace("-", "_")


def find(name: str, *, environment: Mapping[str, str] = os.environ) -> Program | None:
    """The first program of this name by the order of envtest, then in the cache; None if there is none.

    Raises EnvironmentProblem where a variable names something that is not there.
    """
    variable = variable_of(name)
    if environment.get(variable):
        path = Path(environment[variable]).absolute()
        if not path.is_file():
            raise EnvironmentProblem(f"{variable} names {path}, which is not a file: correct it or unset it")
        return Program(name, path, variable)
    assets = environment.get("KUBEBUILDER_ASSETS")
    if assets and not Path(assets).is_dir():
        raise EnvironmentProblem(f"KUBEBUILDER_ASSETS names {assets}, which is not a folder: correct it or unset it")
    folders = [(Path(assets).absolute(), "KUBEBUILDER_ASSETS")] if assets else []
    for folder, source in (*folders, (INSTALLED, str(INSTALLED))):
        if (folder / name).is_file():
            return Program(name, folder / name, source)
    built = built_folder(environment) / name
    return Program(name, built, "podnet's cache", ETCD if name == "etcd" else KUBERNETES) if built.is_file() else None


def find_all(*, environment: Mapping[str, str] = os.environ) -> Mapping[str, Program]:
    """What a control plane needs, by name, and kubectl if it is there. Raises EnvironmentProblem if some is missing."""
    found = {name: program for name in PROGRAMS if (program := find(name, environment=environment))}
    missing = [name for name in SERVERS if name not in found]
    if missing:
        raise EnvironmentProblem(f"no {', '.join(missing)} found for a control plane: {HOW_TO_GET_THEM}")
    return found
