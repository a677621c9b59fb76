"""The API of somebody else's cluster as one scenario may use it: its own objects to read and write, and nodes to read.

What a run did not create it neither changes nor deletes, by whatever name a step calls it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from podnet.api.client import Api, ObjectList, PatchType, Propagation, WatchEvent
from podnet.api.errors import ApiError, Unreachable, already_exists, is_not_found
from podnet.api.objects import Obj, name_of, namespace_of, uid_of
from podnet.api.problems import EnvironmentProblem
from podnet.api.resources import JOBS, NAMESPACES, NODES, POD_NETWORKINGS, Resource
from podnet.targets.base import Unable
from podnet.targets.renaming import RUN, Names, run_of

ENDS_AT_ONCE = "-v"
"""The argument with which the pause image ends at once: pods of a Job have to come to an end."""


class ConfinedApi:
    """Implements ``podnet.api.client.Api`` for one scenario of the run ``run``.

    ``image`` is that of all containers. ``lost`` makes an EnvironmentProblem of an answer that says nothing about the
    implementation: the server is gone, the credential is not valid any more.
    """

    def __init__(
        self, api: Api, *, names: Names, run: str, image: str, lost: Callable[[Exception], EnvironmentProblem]
    ) -> None:
        self._api = api
        self._names = names
        self._run = run
        self._image = image
        self._lost = lost
        self._namespaces: dict[str, None] = {}

    def get(self, resource: Resource, name: str, *, namespace: str = "", subresource: str = "") -> Obj:
        """One object; what is somebody else's is not there."""
        with self._asked():
            found = self._api.get(
                resource,
                self._real(resource, name),
                namespace=self._names.real(namespace),
                subresource=subresource,
            )
        if resource in (NAMESPACES, POD_NETWORKINGS) and run_of(found) != self._run:
            raise ApiError(404, f'{resource.group_resource} "{name}" not found', reason="NotFound")
        return self._told(resource, found)

    def list(
        self,
        resource: Resource,
        *,
        namespace: str = "",
        label_selector: str = "",
        field_selector: str = "",
        limit: int = 0,
        continue_token: str = "",
    ) -> ObjectList:
        """The run's own objects; of what is outside of namespaces only those, and nodes."""
        if not resource.namespaced:
            return self._cluster_scoped(resource, label_selector=label_selector, field_selector=field_selector)
        where = [self._names.real(namespace)] if namespace else list(self._namespaces)
        items: list[Obj] = []
        versions: list[str] = []
        for one in where:
            with self._asked():
                found = self._api.list(
                    resource,
                    namespace=one,
                    label_selector=label_selector,
                    field_selector=field_selector,
                    limit=limit,
                    continue_token=continue_token,
                )
            items += (self._told(resource, item) for item in found.items)
            versions.append(found.resource_version)
        return ObjectList(items, versions[0] if versions else "")

    def create(
        self, resource: Resource, obj: Obj, *, namespace: str = "", subresource: str = "", dry_run: bool = False
    ) -> Obj:
        """Create what is in a namespace of the run, a namespace or a PodNetworking. Raises Unable for anything else."""
        wanted = self._names.outward(obj, is_namespace=resource == NAMESPACES)
        if not resource.namespaced:
            self._refuse_others(resource)
            wanted = _labelled(wanted, run=self._run)
        else:
            self._refuse_other_namespaces(namespace or namespace_of(obj))
        if resource.namespaced and not subresource:
            wanted = _with_containers(wanted, image=self._image, ends=resource == JOBS)
        if resource == NAMESPACES:
            self._namespaces[name_of(wanted)] = None  # noted before it is there: it may be there without an answer
        with self._asked():
            try:
                made = self._api.create(
                    resource,
                    wanted,
                    namespace=self._names.real(namespace),
                    subresource=subresource,
                    dry_run=dry_run,
                )
            except ApiError as error:
                if not resource.namespaced and already_exists(error):
                    self._refuse_foreign(resource, name_of(wanted))
                raise
        return self._told(resource, made)

    def update(self, resource: Resource, obj: Obj, *, subresource: str = "") -> Obj:
        """Replace what the run has created."""
        wanted = self._names.outward(obj, is_namespace=resource == NAMESPACES)
        if resource.namespaced:
            self._refuse_other_namespaces(namespace_of(obj))
        else:
            uid = self._own(resource, name_of(wanted))
            wanted = _labelled(wanted, run=self._run)
            wanted["metadata"].setdefault("uid", uid)
        with self._asked():
            return self._told(resource, self._api.update(resource, wanted, subresource=subresource))

    def patch(
        self,
        resource: Resource,
        name: str,
        patch: Obj | Sequence[Obj],
        *,
        namespace: str = "",
        type: PatchType = "merge",
        subresource: str = "",
    ) -> Obj:
        """Change a part of what the run has created."""
        if not isinstance(patch, dict):
            raise Unable("a list of changes cannot be translated to the names of somebody else's cluster")
        wanted = self._names.outward(patch, is_namespace=False)
        real = self._real(resource, name)
        if resource.namespaced:
            self._refuse_other_namespaces(namespace)
        else:
            wanted = {**wanted, "metadata": {**(wanted.get("metadata") or {}), "uid": self._own(resource, real)}}
        with self._asked():
            changed = self._api.patch(
                resource,
                real,
                wanted,
                namespace=self._names.real(namespace),
                type=type,
                subresource=subresource,
            )
        return self._told(resource, changed)

    def delete(
        self,
        resource: Resource,
        name: str,
        *,
        namespace: str = "",
        grace_period_seconds: int | None = None,
        propagation: Propagation | None = None,
        uid: str = "",
    ) -> Obj:
        """Delete what the run has created."""
        real = self._real(resource, name)
        if resource.namespaced:
            self._refuse_other_namespaces(namespace)
        else:
            uid = self._own(resource, real)
        with self._asked():
            return self._api.delete(
                resource,
                real,
                namespace=self._names.real(namespace),
                grace_period_seconds=grace_period_seconds,
                propagation=propagation,
                uid=uid,
            )

    def watch(
        self,
        resource: Resource,
        *,
        namespace: str = "",
        label_selector: str = "",
        field_selector: str = "",
        resource_version: str = "",
        timeout_seconds: int = 0,
    ) -> Iterator[WatchEvent]:
        """The changes in one namespace of the run, or in all of them, in the order in which they happened."""
        found: list[Iterator[WatchEvent]] = []
        for one in [self._names.real(namespace)] if namespace else list(self._namespaces):
            events = self._api.watch(
                resource,
                namespace=one,
                label_selector=label_selector,
                field_selector=field_selector,
                resource_version=resource_version,
                timeout_seconds=timeout_seconds,
            )
            found.append(events)
        with self._asked():
            for event in found[0] if len(found) == 1 else sorted((one for each in found for one in each), key=_version):
                yield WatchEvent(event.type, self._told(resource, event.object))

    def _cluster_scoped(self, resource: Resource, *, label_selector: str, field_selector: str) -> ObjectList:
        if resource == NODES:
            with self._asked():
                return self._api.list(resource, label_selector=label_selector, field_selector=field_selector)
        if resource not in (NAMESPACES, POD_NETWORKINGS):
            return ObjectList([], "")
        own = ",".join(filter(None, (label_selector, f"{RUN}={self._run}")))
        with self._asked():
            found = self._api.list(resource, label_selector=own, field_selector=field_selector)
        items = [one for one in found.items if resource != NAMESPACES or self._names.owns(name_of(one))]
        return ObjectList([self._told(resource, one) for one in items], found.resource_version)

    def _real(self, resource: Resource, name: str) -> str:
        return self._names.real(name) if resource == NAMESPACES else name

    def _told(self, resource: Resource, obj: Obj) -> Obj:
        return self._names.inward(obj, is_namespace=resource == NAMESPACES)

    def _own(self, resource: Resource, name: str) -> str:
        """The UID of an object that the run has created. Raises Unable for anybody else's."""
        self._refuse_others(resource)
        with self._asked():
            found = self._api.get(resource, name)
        if run_of(found) != self._run:
            raise Unable(f"the {resource.kind} {name!r} is somebody else's")
        return uid_of(found)

    def _refuse_others(self, resource: Resource) -> None:
        if resource != NAMESPACES and resource.plural != POD_NETWORKINGS.plural:
            raise Unable(f"a {resource.kind} of somebody else's cluster is not for the suite to write")

    def _refuse_other_namespaces(self, name: str) -> None:
        """Raises Unable for a namespace that the scenario has not created, such as ``default``."""
        if self._names.real(name) not in self._namespaces:
            raise Unable(f"the namespace {name!r} is somebody else's")

    def _refuse_foreign(self, resource: Resource, name: str) -> None:
        """Raise EnvironmentProblem if the name is taken by somebody else's object."""
        try:
            found = self._api.get(resource, name)
        except ApiError as error:
            if is_not_found(error):
                return
            raise
        if run_of(found) != self._run:
            raise EnvironmentProblem(f"somebody else has created the {resource.kind} {name!r} in the middle of the run")

    @contextmanager
    def _asked(self) -> Iterator[None]:
        """Tell answers about the implementation from those about the way to the cluster."""
        try:
            yield
        except Unreachable as error:
            raise self._lost(error) from None
        except ApiError as error:
            if error.code == 401 or is_missing_right(error):
                raise self._lost(error) from None
            raise


def _version(event: WatchEvent) -> int:
    return int(event.object["metadata"]["resourceVersion"])


def is_missing_right(error: ApiError) -> bool:
    """Whether an answer says that the user lacks a right, and not that admission refused the object."""
    return error.code == 403 and 'User "' in error.message and '" cannot ' in error.message


def _labelled(obj: Obj, *, run: str) -> Obj:
    metadata = obj.get("metadata")
    if not isinstance(metadata, dict):
        return obj  # without a name nothing is created of it
    return {**obj, "metadata": {**metadata, "labels": {**(metadata.get("labels") or {}), RUN: run}}}


def _with_containers(obj: Obj, *, image: str, ends: bool) -> Obj:
    """The pod or workload with containers of this image, which end by themselves if they have to."""
    spec = obj.get("spec") or {}
    if "template" in spec:
        return {**obj, "spec": {**spec, "template": _with_containers(spec["template"], image=image, ends=ends)}}
    if "containers" not in spec:
        return obj
    more = {"image": image, **({"args": [ENDS_AT_ONCE]} if ends else {})}
    return {**obj, "spec": {**spec, "containers": [{**one, **more} for one in spec["containers"]]}}
