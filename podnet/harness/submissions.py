"""PodNetworkings of which it is the question whether they are accepted, and kept as they were written.

A refusal passes only beside a twin that differs in the point at issue and is accepted: who refuses everything proves
nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from podnet.api.errors import ApiError
from podnet.api.objects import Obj, clone, name_of
from podnet.api.resources import POD_NETWORKINGS, Resource
from podnet.harness.binding import UNKNOWN
from podnet.harness.manifests import parse_pairs
from podnet.harness.outcome import AuthoringError, Mismatch

if TYPE_CHECKING:
    from podnet.harness.world import World

ACCEPTANCE = "the acceptance of a PodNetworking"


class Submissions:
    """The last PodNetworking that was submitted, and which ones were refused."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.manifest: Obj | None = None
        self.is_change = False
        self.refusals: dict[str, ApiError] = {}

    def submit(self, manifest: Obj, *, change: bool = False) -> None:
        """Submit one that may be refused. A server error is no refusal: it is raised."""
        self.manifest, self.is_change = manifest, change
        self.refusals.pop(name_of(manifest), None)
        self.world.waiting.catch_up()
        try:
            self.world.podnetworkings.write(manifest, change=change)
        except ApiError as error:
            self._refused(error, name=name_of(manifest))
        self.world.podnetworkings.settle()

    def submit_raw(self, manifest: Obj) -> None:
        """Submit to the address that the manifest's own apiVersion names, whatever its kind."""
        self.manifest, self.is_change = manifest, False
        group, _, version = str(manifest.get("apiVersion")).partition("/")
        resource = Resource(group, version, POD_NETWORKINGS.plural, str(manifest.get("kind")), namespaced=False)
        self.refusals.pop(name_of(manifest), None)
        self.world.waiting.catch_up()
        try:
            self.world.api.create(resource, manifest)
        except ApiError as error:
            self._refused(error, name=name_of(manifest))

    def submit_with_unknown(self, name: str, *, labels: str, field: str, vswitch: str = "") -> None:
        """Submit one that names a vSwitch or a security group that the inventory does not have."""
        spec = {
            "allocationType": {"type": "Elastic"},
            "selector": {"podSelector": {"matchLabels": parse_pairs(labels)}},
            "securityGroupIDs": [UNKNOWN if field == "securityGroupIDs" else name],
            "vSwitchOptions": [vswitch or UNKNOWN],
        }
        self.submit(self.world.podnetworkings.object(name, spec=self.world.podnetworkings.bound(spec)))

    def resubmit(self, field: str, *, value: str | None) -> None:
        """Submit the last one again with one field of its spec set, or removed."""
        manifest = clone(self._last())
        *parents, last = field.split(".")
        part: Any = manifest["spec"]
        for parent in parents:
            part = part[parent]
        part.pop(last, None)
        if value is None and last == "releaseStrategy":
            part.pop("releaseAfter", None)  # it means nothing without the strategy
        if value is None and last == "releaseAfter":
            part.pop("releaseStrategy", None)  # TTL cannot be without it
        if value is not None:
            part[last] = value
        self.submit(manifest, change=self.is_change)

    def was_refused(self, name: str = "") -> bool:
        """Whether the PodNetworking of this name, or the last one, was refused."""
        return (name or name_of(self._last())) in self.refusals

    def expect_accepted(self) -> None:
        """The last one was accepted."""
        manifest = self._last()
        refusal = self.refusals.get(name_of(manifest))
        if refusal is not None:
            raise Mismatch(
                expected=f"the PodNetworking {name_of(manifest)!r} is accepted",
                actual=f"refused with {refusal.code} {refusal.reason}: {refusal.message}",
            )
        self.world.control(ACCEPTANCE)

    def bind_if_refused(self) -> None:
        """Submit the last one again with ids of the inventory: those of the document are not in everybody's cloud."""
        manifest = self._last()
        if self.was_refused():
            self.submit({**manifest, "spec": self.world.podnetworkings.bound(manifest["spec"])})

    def expect_rejected(self) -> None:
        """The last one was refused."""
        manifest = self._last()
        if name_of(manifest) not in self.refusals:
            raise Mismatch(
                expected=f"the PodNetworking {name_of(manifest)!r} is refused",
                actual=f"accepted: {manifest.get('apiVersion')} {manifest.get('kind')} {manifest.get('spec')}",
            )
        self.world.absence(ACCEPTANCE, step="it is rejected")

    def expect_kept(self, name: str) -> None:
        """What reads back holds everything that was submitted, lists in their order; defaults may have been added."""
        found = self.world.api.get(POD_NETWORKINGS, name)
        wrong = list(_lost(self.world.podnetworkings.submitted[name]["spec"], found.get("spec") or {}, path="spec"))
        if wrong:
            raise Mismatch(expected=f"the PodNetworking {name!r} reads back as submitted", actual=wrong)

    def expect_cluster_scoped(self, plural: str, *, api_version: str) -> None:
        """Discovery lists the resource, and says that it is not namespaced."""
        group, _, version = api_version.partition("/")
        listing = self.world.api.get(Resource(group, version, "", "APIResourceList", namespaced=False), "")
        scopes = {entry.get("name"): entry.get("namespaced") for entry in listing.get("resources") or ()}
        if scopes.get(plural) is not False:
            actual = f"namespaced: {scopes[plural]}" if plural in scopes else "it is not served"
            raise Mismatch(expected=f"{plural} of {api_version} without a namespace", actual=actual)

    def expect_status(self, name: str, *, status: str) -> None:
        """``status.status`` becomes this word."""

        def check() -> None:
            found = (self.world.api.get(POD_NETWORKINGS, name).get("status") or {}).get("status")
            if found != status:
                raise Mismatch(expected=f"status.status {status!r}", actual=f"status.status {found!r}")

        self.world.waiting.eventually(check, within=self.world.waiting.budgets.late)

    def _refused(self, error: ApiError, *, name: str) -> None:
        if error.code >= 500:
            raise error
        self.refusals[name] = error

    def _last(self) -> Obj:
        if self.manifest is None:
            raise AuthoringError("no step has submitted a PodNetworking")
        return self.manifest


def _lost(submitted: Any, found: Any, *, path: str) -> list[str]:
    if isinstance(submitted, dict) and isinstance(found, dict):
        return [text for key in submitted for text in _lost(submitted[key], found.get(key), path=f"{path}.{key}")]
    return [] if submitted == found else [f"{path}: {submitted!r} became {found!r}"]
