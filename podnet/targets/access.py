"""The way to somebody else's cluster, by the rules of kubectl, with every reason why there is none in one sentence."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from podnet.api.errors import ApiError, Unreachable
from podnet.api.problems import EnvironmentProblem, UsageProblem, at

if TYPE_CHECKING:
    from podnet.operator.connection import Connection

VARIABLE = "KUBECONFIG"
HOME = Path("~/.kube/config")


@dataclass(frozen=True)
class Access:
    """A context of the user's kubeconfig; ``context`` is empty for the current one."""

    context: str = ""

    @property
    def target(self) -> str:
        """As the command line says it."""
        return f"kubeconfig:{self.context}" if self.context else "kubeconfig"

    def connect(self) -> Connection:
        """A connection that nothing has been asked yet. Raises EnvironmentProblem if the kubeconfig cannot be used."""
        from podnet.operator.connection import connect

        files = kubeconfig_files()
        contexts, current = _contexts(files)
        wanted = self.context or current
        named = " or ".join(map(str, files))
        known = f"it has {', '.join(map(repr, sorted(contexts)))}" if contexts else "it has none"
        if not wanted:
            raise EnvironmentProblem(
                at(f"no context is the current one: give --target kubeconfig:CONTEXT; {known}", path=named)
            )
        if wanted not in contexts:
            raise EnvironmentProblem(at(f"there is no context {wanted!r}; {known}", path=named))
        try:
            return connect(Path(os.pathsep.join(map(str, files))), context=wanted)
        except UsageProblem as problem:
            raise EnvironmentProblem(str(problem)) from None

    def check(self, connection: Connection) -> str:
        """The version of the server. Raises EnvironmentProblem if it cannot be reached, or refuses the credential."""
        try:
            version = connection.hasty.raw("/version")
        except (ApiError, Unreachable) as error:
            raise self.lost(connection, error) from None
        return str(version.get("gitVersion") or "")

    def lost(self, connection: Connection, error: Exception) -> EnvironmentProblem:
        """What an answer means that tells about the way to the cluster and not about what is on it."""
        host = connection.client.configuration.host
        if isinstance(error, ApiError) and error.code == 401:
            return EnvironmentProblem(
                f"the API server {host} does not accept the credential of {self.target} (401): it has expired or was"
                " revoked; renew it and try again"
            )
        if isinstance(error, ApiError):
            return EnvironmentProblem(f"the API server {host} refuses the user of {self.target}: {error.message}")
        return EnvironmentProblem(
            f"the API server {host} of {self.target} cannot be reached: {_reason(error)}; check that it runs and that"
            " the address is right"
        )


def _reason(error: Exception) -> str:
    """The part of the client's message that says what happened, without how often it has tried."""
    text = str(error).partition("Caused by ")[2].rstrip(")") or str(error)
    return text.rpartition("): ")[2].strip("'\"") or text


def kubeconfig_files() -> list[Path]:
    """The files that kubectl would read, those that exist. Raises EnvironmentProblem if none does."""
    listed = [Path(part) for part in os.environ.get(VARIABLE, "").split(os.pathsep) if part]
    files = [path for path in listed or [HOME.expanduser()] if path.is_file()]
    if files:
        return files
    if listed:
        named = " nor ".join(map(str, listed))
        raise EnvironmentProblem(f"there is no kubeconfig: ${VARIABLE} names {named}, and there is no such file")
    raise EnvironmentProblem(f"there is no kubeconfig: ${VARIABLE} is not set, and {HOME} is not there")


def _contexts(files: list[Path]) -> tuple[set[str], str]:
    """The names of all contexts, and the current one's."""
    found: set[str] = set()
    current = ""
    for path in files:
        config = _read(path)
        current = current or str(config.get("current-context") or "")
        found |= set(_names(config.get("contexts")))
    return found, current


def _names(entries: Any) -> Iterator[str]:
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict) and entry.get("name"):
            yield str(entry["name"])


def _read(path: Path) -> dict[str, Any]:
    try:
        config = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeError) as error:
        raise EnvironmentProblem(at(f"the kubeconfig cannot be read: {error}", path=path)) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        what = getattr(error, "problem", None) or "it cannot be parsed"
        raise EnvironmentProblem(
            at(f"the kubeconfig is not YAML: {what}", path=path, line=mark.line + 1 if mark else None)
        ) from None
    if not isinstance(config, dict):
        raise EnvironmentProblem(at("the kubeconfig is not a mapping", path=path))
    return config
