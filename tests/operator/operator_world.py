"""A real control plane with operators on it, each a process of its own, and short ways to ask for things."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import count
from pathlib import Path

from planes import eventually

from podnet.api import names
from podnet.api.errors import ApiError, is_not_found
from podnet.api.objects import Obj, annotations_of, name_of
from podnet.api.resources import (
    CUSTOM_RESOURCE_DEFINITIONS,
    DEPLOYMENTS,
    LEASES,
    MUTATING_WEBHOOK_CONFIGURATIONS,
    NAMESPACES,
    POD_ENIS,
    POD_NETWORKINGS,
    PODS,
    VALIDATING_WEBHOOK_CONFIGURATIONS,
    Resource,
)
from podnet.cli.inventory import inventory_of
from podnet.controlplane.plane import ControlPlane
from podnet.operator.connection import connect
from podnet.operator.leadership import LEASE

INVENTORY = inventory_of(None)
PATIENCE = 40.0
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(
    ["podnet.cli.operator_run", "podnet.operator.operator", "kubernetes.client", "kubernetes.config", "trustme"]
)
_NUMBERS = count()


def _run(args: list[str], out: Path, err: Path) -> None:
    tempfile.tempdir = str(out.parent)
    for number, path in ((1, out), (2, err)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), number)
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signal_number, signal.SIG_DFL)
    from podnet.cli.main import main

    sys.exit(main(args))


class OperatorProcess:
    """``podnet operator``, forked from a process that has imported what it needs."""

    def __init__(self, *args: object, folder: Path) -> None:
        number = next(_NUMBERS)
        self._out, self._err = folder / f"operator-{number}.out", folder / f"operator-{number}.err"
        words = ["operator", *(str(word) for word in args)]
        self._process = _CONTEXT.Process(target=_run, args=(words, self._out, self._err))
        self._process.start()

    def wait_ready(self) -> OperatorProcess:
        eventually(lambda: "ready\n" in self.out or not self.lives, within=PATIENCE)
        assert "ready\n" in self.out, self.err
        return self

    @property
    def out(self) -> str:
        return self._out.read_text() if self._out.exists() else ""

    @property
    def err(self) -> str:
        return self._err.read_text() if self._err.exists() else ""

    @property
    def lives(self) -> bool:
        return self._process.is_alive()

    @property
    def code(self) -> int | None:
        """How it ended; None while it lives."""
        return self._process.exitcode

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def kill(self) -> None:
        """As the kernel does it: nothing is tidied up."""
        if self.lives:
            self._process.kill()
        self._process.join()

    def died(self) -> bool:
        """Whether it was killed, by whomever, within the patience of a test."""
        self._process.join(PATIENCE)
        return self._process.exitcode == -signal.SIGKILL

    def end(self) -> tuple[int, float]:
        """Ask it to end; its exit code, and how many seconds that took."""
        begun = time.monotonic()
        self._process.terminate()
        self._process.join(PATIENCE)
        assert self._process.exitcode is not None, f"it does not end: {self.err}"
        return self._process.exitcode, time.monotonic() - begun


class World:
    """One test's part of a control plane: a namespace and labels of its own."""

    def __init__(self, plane: ControlPlane, folder: Path, *, name: str) -> None:
        self.plane = plane
        self.folder = folder
        self.name = name
        self.labels = {"test": name}
        self.api = connect(plane.kubeconfig).api
        self.operators: list[OperatorProcess] = []
        self.api.create(NAMESPACES, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}})

    def operator(self, *args: object, wait: bool = True) -> OperatorProcess:
        process = OperatorProcess("--kubeconfig", self.plane.kubeconfig, *args, folder=self.folder)
        self.operators.append(process)
        return process.wait_ready() if wait else process

    def close(self) -> None:
        """End all operators, and take everything away that others could stumble over."""
        for process in self.operators:
            process.kill()
        for resource in (MUTATING_WEBHOOK_CONFIGURATIONS, VALIDATING_WEBHOOK_CONFIGURATIONS):
            for found in self.api.list(resource).items:
                self._delete(resource, name_of(found))
        for found in self.api.list(DEPLOYMENTS, namespace=self.name).items:
            self._delete(DEPLOYMENTS, name_of(found), namespace=self.name)
        self._delete(LEASES, LEASE, namespace="podnet-system")  # that of one who was killed
        self._delete(NAMESPACES, self.name)
        for resource in (PODS, POD_ENIS):
            for found in self._all(resource):
                self._delete(resource, name_of(found), namespace=self.name, now=True)
        for found in self._all(POD_NETWORKINGS):
            if name_of(found).startswith(self.name):
                self._delete(POD_NETWORKINGS, name_of(found))

    def undefine(self) -> None:
        """Let the cluster know no PodNetworking: the next operator defines it again."""
        self._delete(CUSTOM_RESOURCE_DEFINITIONS, f"{POD_NETWORKINGS.plural}.{POD_NETWORKINGS.group}")

        def unknown() -> bool:
            try:
                self.api.list(POD_NETWORKINGS)
            except ApiError as error:
                return is_not_found(error)
            return False

        eventually(unknown, within=PATIENCE)

    def _all(self, resource: Resource) -> Iterable[Obj]:
        try:
            return self.api.list(resource, namespace=self.name if resource.namespaced else "").items
        except ApiError as error:
            if is_not_found(error):
                return []
            raise

    def _delete(self, resource: Resource, name: str, *, namespace: str = "", now: bool = False) -> None:
        with suppress(ApiError):
            self.api.delete(resource, name, namespace=namespace, grace_period_seconds=0 if now else None)

    def podnetworking(self, vswitch: str, *, suffix: str = "", labels: dict[str, str] | None = None) -> str:
        name = f"{self.name}{suffix}"
        self.api.create(
            POD_NETWORKINGS,
            {
                "apiVersion": POD_NETWORKINGS.api_version,
                "kind": POD_NETWORKINGS.kind,
                "metadata": {"name": name},
                "spec": {
                    "allocationType": {"type": "Elastic"},
                    "selector": {"podSelector": {"matchLabels": labels or self.labels}},
                    "securityGroupIDs": ["sg-1"],
                    "vSwitchOptions": [vswitch],
                },
            },
        )
        self.used_by_admission(labels or self.labels, name)
        return name

    def used_by_admission(self, labels: dict[str, str], wanted: str | None) -> None:
        """Wait until new pods with these labels get this PodNetworking."""

        def used() -> bool:
            pod = self.api.create(PODS, self.pod_manifest("rehearsal", labels), dry_run=True)
            return annotations_of(pod).get(names.POD_NETWORKING) == wanted

        eventually(used, within=PATIENCE)

    def pod_manifest(self, name: str, labels: dict[str, str] | None, **metadata: object) -> Obj:
        metadata |= {"name": name, "namespace": self.name, "labels": labels or {}}
        return {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": metadata,
            "spec": {"containers": [{"name": "main", "image": "nothing"}]},
        }

    def pod(self, name: str, labels: dict[str, str] | None = None) -> Obj:
        return self.api.create(PODS, self.pod_manifest(name, self.labels if labels is None else labels))

    def get(self, name: str) -> Obj:
        return self.api.get(PODS, name, namespace=self.name)

    def phase(self, name: str) -> str:
        return str(self.get(name)["status"].get("phase"))

    def running(self, *pods: str) -> None:
        """Wait until these pods run."""
        eventually(lambda: all(self.phase(pod) == "Running" for pod in pods), within=PATIENCE)

    def record(self, name: str) -> Obj:
        return self.api.get(POD_ENIS, name, namespace=self.name)

    def delete(self, name: str) -> None:
        self.api.delete(PODS, name, namespace=self.name)

    def gone(self, resource: Resource, name: str) -> bool:
        try:
            self.api.get(resource, name, namespace=self.name)
        except ApiError as error:
            return is_not_found(error)
        return False

    def pods(self) -> list[Obj]:
        return list(self.api.list(PODS, namespace=self.name).items)

    def addresses(self) -> dict[str, str]:
        """The addresses of the pods that run, by name."""
        return {name_of(pod): pod["status"]["podIP"] for pod in self.pods() if pod["status"].get("phase") == "Running"}

    def records(self) -> dict[str, str]:
        """The addresses in PodENIs, by the name of their pod."""
        items = self.api.list(POD_ENIS, namespace=self.name).items
        return {name_of(item): item["spec"]["allocations"][0]["ipv4"] for item in items}

    def is_sound(self) -> bool:
        """Whether what pods have is what is recorded, and nobody has what another one has."""
        addresses, records = self.addresses(), self.records()
        assert len(set(records.values())) == len(records), records
        assert len(set(addresses.values())) == len(addresses), addresses
        return addresses == records


def await_(condition: Callable[[], object]) -> None:
    eventually(condition, within=PATIENCE)
