"""What the API server does to roles and to their bindings, which nobody here asks."""

# ruff: noqa: ARG002, D102  # an overridden method is described by Strategy, and need not look at everything

from __future__ import annotations

from collections.abc import Iterator, Sequence

from podnet.api.objects import Obj
from podnet.api.selectors import Problem
from podnet.kube.answers import bad_value, required, unsupported
from podnet.kube.metadata import NameRule
from podnet.kube.strategy_kept import KeptStrategy

_GROUP = "rbac.authorization.k8s.io"
_CAVEAT = "podnet's in-process cluster heeds no roles: whoever it knows may do everything"
_GO_FIELDS = (("APIGroup", "apiGroup"), ("Kind", "kind"), ("Name", "name"))
_ACCOUNT = "ServiceAccount"


def _segment(name: str) -> Sequence[str]:
    """Why a name cannot be a part of a path; roles may be called anything else (``system:node``)."""
    if name in {".", ".."}:
        return [f"may not be '{name}'"]
    return [f"may not contain '{part}'" for part in "/%" if part in name]


class _Named(KeptStrategy):
    caveat = _CAVEAT

    @property
    def name_rule(self) -> NameRule:
        return _segment


class RoleStrategy(_Named):
    """Roles and ClusterRoles."""

    def default(self, obj: Obj) -> None:
        obj.setdefault("rules", None)  # what Go's type never leaves out

    def problems(self, obj: Obj) -> Iterator[Problem]:
        for index, rule in enumerate(obj.get("rules") or ()):
            yield from self._rule_problems(rule, f"rules[{index}]")

    def update_problems(self, obj: Obj, old: Obj) -> Iterator[Problem]:
        return self.problems(obj)

    def _rule_problems(self, rule: Obj, path: str) -> Iterator[Problem]:
        if not rule.get("verbs"):
            yield required(f"{path}.verbs", "verbs must contain at least one value")
        if urls := rule.get("nonResourceURLs"):
            if self.resource.namespaced:
                why = "namespaced rules cannot apply to non-resource URLs"
                yield bad_value(f"{path}.nonResourceURLs", urls, why)
            if rule.get("apiGroups") or rule.get("resources") or rule.get("resourceNames"):
                why = "rules cannot apply to both regular resources and non-resource URLs"
                yield bad_value(f"{path}.nonResourceURLs", urls, why)
            return
        if not rule.get("apiGroups"):
            yield required(f"{path}.apiGroups", "resource rules must supply at least one api group")
        if not rule.get("resources"):
            yield required(f"{path}.resources", "resource rules must supply at least one resource")


class BindingStrategy(_Named):
    """RoleBindings and ClusterRoleBindings: whom they bind may change, to what may not."""

    def default(self, obj: Obj) -> None:
        obj.setdefault("roleRef", {}).setdefault("apiGroup", _GROUP)
        for subject in obj.get("subjects") or ():
            if subject.get("kind") in {"User", "Group"}:
                subject.setdefault("apiGroup", _GROUP)

    def problems(self, obj: Obj) -> Iterator[Problem]:
        role = obj["roleRef"]
        if role["apiGroup"] != _GROUP:
            yield unsupported("roleRef.apiGroup", role["apiGroup"], [_GROUP])
        kinds = ("Role", "ClusterRole") if self.resource.namespaced else ("ClusterRole",)
        if role.get("kind") not in kinds:
            yield unsupported("roleRef.kind", role.get("kind") or "", sorted(kinds))
        if not role.get("name"):
            yield required("roleRef.name")
        for index, subject in enumerate(obj.get("subjects") or ()):
            yield from self._subject_problems(subject, f"subjects[{index}]")

    def update_problems(self, obj: Obj, old: Obj) -> Iterator[Problem]:
        yield from self.problems(obj)
        if obj["roleRef"] != old["roleRef"]:
            shown = {name: obj["roleRef"].get(key) or "" for name, key in _GO_FIELDS}
            yield bad_value("roleRef", shown, "cannot change roleRef")

    def _subject_problems(self, subject: Obj, path: str) -> Iterator[Problem]:
        kind, group = subject.get("kind") or "", subject.get("apiGroup") or ""
        if not subject.get("name"):
            yield required(f"{path}.name")
        if kind not in {_ACCOUNT, "User", "Group"}:
            yield unsupported(f"{path}.kind", kind, [_ACCOUNT, "User", "Group"])
        elif kind == _ACCOUNT:
            if group:
                yield unsupported(f"{path}.apiGroup", group, [""])
            if not self.resource.namespaced and not subject.get("namespace"):
                yield required(f"{path}.namespace")
        elif group != _GROUP:
            yield unsupported(f"{path}.apiGroup", group, [_GROUP])
