"""Names of namespaces on somebody else's cluster: a scenario says "team-a", the cluster knows a name of this run's own.

Only the way to the API server translates; scenarios, expectations and reports speak of the scenario's names throughout.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from podnet.api.label_syntax import subdomain_problems
from podnet.api.names import NAMESPACE_NAME
from podnet.api.objects import Obj, labels_of
from podnet.api.problems import EnvironmentProblem, UsageProblem

RUN = "podnet/run"
"""The label of everything outside of namespaces that a run creates, its namespaces among it; its value is the run's id.

Pods carry nothing of the run, and neither do the objects beside them: what is judged depends on labels and annotations
of pods, so that these are what the scenario says, none at all where it says so. Whatever lies in a namespace that
carries the label is the run's, and goes with it.
"""
PROBE = "podnet/probe"
"""The label of the pod that shows, before anything is judged, what a PodNetworking does."""
LONGEST = 63
LONGEST_PREFIX = 40
"""Leaves room for the scenario's own part and for the names that scenarios use."""


@dataclass(frozen=True)
class Names:
    """The names of one scenario: ``prefix`` and the scenario's name for a namespace make its real one."""

    prefix: str

    def real(self, name: str) -> str:
        """The name on the cluster. Raises EnvironmentProblem for one that would be too long."""
        found = f"{self.prefix}{name}" if name else ""
        if len(found) > LONGEST:
            raise EnvironmentProblem(f"the namespace {found!r} would be too long: give a shorter --namespace-prefix")
        return found

    def told(self, name: str) -> str:
        """The name in the scenario; that of somebody else's namespace stays as it is."""
        return name.removeprefix(self.prefix)

    def owns(self, name: str) -> bool:
        """Whether a name on the cluster is one of these."""
        return name.startswith(self.prefix)

    def outward(self, obj: Obj, *, is_namespace: bool) -> Obj:
        """A copy of an object as it is sent: with the names by which the cluster knows its namespaces."""
        return self._object(obj, is_namespace=is_namespace, to_cluster=True)

    def inward(self, obj: Obj, *, is_namespace: bool) -> Obj:
        """A copy of an object as the scenario knows it."""
        return self._object(obj, is_namespace=is_namespace, to_cluster=False)

    def _object(self, obj: Obj, *, is_namespace: bool, to_cluster: bool) -> Obj:
        found: Obj = self._translated(obj, to_cluster=to_cluster)
        metadata = found.get("metadata")
        if is_namespace and isinstance(metadata, dict) and isinstance(metadata.get("name"), str):
            metadata["name"] = self._name(metadata["name"], to_cluster=to_cluster)
        return found

    def _name(self, name: str, *, to_cluster: bool) -> str:
        return self.real(name) if to_cluster else self.told(name)

    def _translated(self, value: Any, *, to_cluster: bool) -> Any:
        """A copy with the names of namespaces replaced: in fields ``namespace`` and by their label."""
        if isinstance(value, list):
            return [self._translated(item, to_cluster=to_cluster) for item in value]
        if not isinstance(value, dict):
            return value
        found = {key: self._translated(item, to_cluster=to_cluster) for key, item in value.items()}
        for key in ("namespace", NAMESPACE_NAME):
            if isinstance(found.get(key), str):
                found[key] = self._name(found[key], to_cluster=to_cluster)
        if found.get("key") == NAMESPACE_NAME and isinstance(found.get("values"), list):
            values = found["values"]
            found["values"] = [
                self._name(one, to_cluster=to_cluster) if isinstance(one, str) else one for one in values
            ]
        return found


def check_prefix(prefix: str) -> str:
    """The prefix as it is. Raises UsageProblem for one that no namespace's name can begin with."""
    found = subdomain_problems(f"{prefix}a")
    if not prefix or found or "." in prefix:
        raise UsageProblem(
            f"--namespace-prefix is {prefix!r}: it must be lower case letters, digits and hyphens, not a hyphen first"
        )
    if len(prefix) > LONGEST_PREFIX:
        raise UsageProblem(f"--namespace-prefix is {prefix!r}: it may have at most {LONGEST_PREFIX} characters")
    return prefix


def run_of(obj: Obj) -> str:
    """The id of the run that created an object outside of namespaces; empty for everybody else's."""
    return labels_of(obj).get(RUN, "")
