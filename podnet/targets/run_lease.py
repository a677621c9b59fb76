"""One run at a time on somebody else's cluster: a Lease says which, and when it was last heard of."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime

from podnet.api.client import Api
from podnet.api.errors import ApiError, already_exists, is_conflict, is_not_found
from podnet.api.objects import Obj, labels_of, uid_of
from podnet.api.problems import EnvironmentProblem
from podnet.api.resources import LEASES
from podnet.operator.leadership import has_died, identity
from podnet.targets.renaming import RUN

NAME, NAMESPACE = "podnet-conformance", "default"
"""A namespace that every cluster has, so that runs with any prefix find each other."""
LEASE_SECONDS = 120
RENEW_SECONDS = 20.0
_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"


@dataclass(frozen=True)
class Holder:
    """Whom a Lease names. ``since`` is RFC 3339, UTC."""

    run: str
    identity: str
    since: str


class RunLease:
    """The Lease of one run; whoever plays in it, in whatever process, keeps it."""

    def __init__(self, run: str, *, seconds: int = LEASE_SECONDS) -> None:
        self._run = run
        self._seconds = seconds
        self._identity = identity()
        self._renewed = 0.0

    def take(self, api: Api) -> None:
        """Take it. Raises EnvironmentProblem if another run is going on."""
        for _ in range(3):
            try:
                api.create(LEASES, self._body(), namespace=NAMESPACE)
            except ApiError as error:
                if not already_exists(error):
                    raise
            else:
                self._renewed = time.monotonic()
                return
            try:
                refuse_living(api)
                found = api.get(LEASES, NAME, namespace=NAMESPACE)
                if RUN not in labels_of(found):
                    raise EnvironmentProblem(f"the Lease {NAMESPACE}/{NAME} is not podnet's: it lacks the label {RUN}")
                api.delete(LEASES, NAME, namespace=NAMESPACE, uid=uid_of(found))
            except ApiError as error:
                if not is_not_found(error) and not is_conflict(error):
                    raise
        raise EnvironmentProblem("other runs take this cluster all the time: try again later")

    def keep(self, api: Api) -> None:
        """Say that the run goes on, if nobody has for a while. Raises EnvironmentProblem if it is another run's now."""
        if time.monotonic() - self._renewed < RENEW_SECONDS:
            return
        patch: Obj = {"spec": {"renewTime": _now()}}
        try:
            found = api.get(LEASES, NAME, namespace=NAMESPACE)
            if labels_of(found).get(RUN) == self._run:
                api.patch(LEASES, NAME, {**patch, "metadata": {"uid": uid_of(found)}}, namespace=NAMESPACE)
                self._renewed = time.monotonic()
                return
        except ApiError as error:
            if not is_not_found(error) and not is_conflict(error):
                raise
        raise EnvironmentProblem(
            f"the Lease {NAMESPACE}/{NAME} is this run's no longer: another one has taken the cluster, or it was pruned"
        )

    def release(self, api: Api) -> None:
        """Give it back, if it is still this run's."""
        try:
            found = api.get(LEASES, NAME, namespace=NAMESPACE)
            if labels_of(found).get(RUN) == self._run:
                api.delete(LEASES, NAME, namespace=NAMESPACE, uid=uid_of(found))
        except ApiError as error:
            if not is_not_found(error) and not is_conflict(error):
                raise

    def _body(self) -> Obj:
        now = _now()
        spec = {
            "holderIdentity": self._identity,
            "leaseDurationSeconds": self._seconds,
            "acquireTime": now,
            "renewTime": now,
        }
        metadata = {"name": NAME, "namespace": NAMESPACE, "labels": {RUN: self._run}}
        return {"apiVersion": LEASES.api_version, "kind": LEASES.kind, "metadata": metadata, "spec": spec}


def living(lease: Obj) -> Holder | None:
    """Who holds a Lease and lives; None if it was not renewed in time, or its process has certainly ended."""
    spec = lease.get("spec") or {}
    who = str(spec.get("holderIdentity") or "")
    since = str(spec.get("acquireTime") or "")
    if not who or has_died(who):
        return None
    try:
        renewed = datetime.strptime(str(spec.get("renewTime")), _FORMAT).replace(tzinfo=UTC)
    except ValueError:
        return None
    age = (datetime.now(UTC) - renewed).total_seconds()
    if age > float(spec.get("leaseDurationSeconds") or LEASE_SECONDS):
        return None
    return Holder(labels_of(lease).get(RUN, ""), who, since)


def living_run(api: Api) -> Holder | None:
    """Who is going on there at this moment."""
    try:
        return living(api.get(LEASES, NAME, namespace=NAMESPACE))
    except ApiError as error:
        if is_not_found(error):
            return None
        raise


def refuse_living(api: Api) -> None:
    """Raise EnvironmentProblem if a run is going on there."""
    holder = living_run(api)
    if holder is not None:
        raise EnvironmentProblem(
            f"another run is going on there: {holder.run}, of {holder.identity}, since {holder.since}; try again when"
            " it has ended"
        )


def give_up(api: Api) -> list[str]:
    """Delete the Lease of a run that goes on no more; returns the id of that run, if there was one."""
    try:
        found = api.get(LEASES, NAME, namespace=NAMESPACE)
        if living(found) is None and labels_of(found).get(RUN):
            api.delete(LEASES, NAME, namespace=NAMESPACE, uid=uid_of(found))
            return [labels_of(found)[RUN]]
    except ApiError as error:
        if not is_not_found(error) and not is_conflict(error):
            raise
    return []


def _now() -> str:
    return datetime.now(UTC).strftime(_FORMAT)
