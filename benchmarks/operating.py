"""What the operator costs on a real control plane: the creation of pods through its webhook, and a large Deployment.

Pods are created in turn in a namespace that the webhook admits and in kube-system, which it never sees, so that
whatever else the machine does disturbs both alike; the ratio is what counts. Each creation is a dry run: all of
admission, and no pod to run. Then a Deployment of pods, from its creation to the last address.

    python benchmarks/operating.py [--pods N] [--creations N] [--podnetworkings N ...]
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from podnet import __version__
from podnet.api.errors import ApiError
from podnet.api.names import POD_NETWORKING
from podnet.api.objects import Obj, annotations_of, parse_timestamp
from podnet.api.resources import DEPLOYMENTS, POD_NETWORKINGS, PODS
from podnet.controlplane.plane import ControlPlane, control_plane
from podnet.kube.rest import RestApi
from podnet.operator.connection import connect

ROOT = Path(__file__).resolve().parent.parent
LABELS = {"app": "web", "tier": "front", "version": "v1"}
INVENTORY = """\
apiVersion: podnet/v1
kind: Inventory
region: cn-hangzhou
vpc: vpc-main
zones: [{name: cn-hangzhou-h}, {name: cn-hangzhou-i}]
vSwitches:
- {id: vsw-default, zone: cn-hangzhou-h, cidrs: [10.0.0.0/20]}
- {id: vsw-h, zone: cn-hangzhou-h, cidrs: [10.1.0.0/16]}
- {id: vsw-i, zone: cn-hangzhou-i, cidrs: [10.2.0.0/16]}
securityGroups: [sg-default, sg-1]
default: {vSwitches: [vsw-default], securityGroups: [sg-default]}
"""
PATIENCE = 600.0


def main() -> None:
    """Measure, and print the figures."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--pods", type=int, default=1000, help="replicas of the Deployment (default 1000)")
    options.add_argument("--creations", type=int, default=200, help="creations of each kind (default 200)")
    options.add_argument("--podnetworkings", type=int, nargs="*", default=[1, 100, 1000, 5000], metavar="N")
    options.add_argument("--at-once", type=int, default=8, help="keys that are reconciled at the same time (default 8)")
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="podnet-benchmark-") as folder, control_plane() as plane:
        api = connect(plane.kubeconfig).api
        with operator(plane, Path(folder), at_once=chosen.at_once) as port:
            print(f"podnet {__version__}, {platform.python_implementation()} {platform.python_version()}, ", end="")
            print(f"Kubernetes {plane.version}, {platform.system()} {platform.machine()}, {os.cpu_count()} cores")
            creations(api, chosen.podnetworkings, count=chosen.creations, port=port)
            if chosen.pods:
                deployment(api, chosen.pods, port=port)


@contextmanager
def operator(plane: ControlPlane, folder: Path, *, at_once: int) -> Iterator[int]:
    """The operator as a process of its own; the port of its metrics."""
    inventory, errors = folder / "inventory.yaml", folder / "operator.err"
    inventory.write_text(INVENTORY, encoding="utf-8")
    command = [sys.executable, "-m", "podnet", "operator", "--kubeconfig", str(plane.kubeconfig), "-v"]
    command += ["--inventory", str(inventory), "--metrics-port", "0", "--no-leader-election"]
    command += ["--at-once", str(at_once)]
    with errors.open("w", encoding="utf-8") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, cwd=ROOT, text=True)
    try:
        assert process.stdout is not None
        if process.stdout.readline() != "ready\n":
            sys.exit(f"the operator does not start:\n{errors.read_text(encoding='utf-8')}")
        (port,) = re.findall(r"served on port (\d+)", errors.read_text(encoding="utf-8"))
        yield int(port)
    finally:
        process.terminate()
        process.wait()


def metric(port: int, name: str) -> float:
    """One figure of the operator; a sum over all labels."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        text = answer.read().decode()
    return sum(float(line.split()[-1]) for line in text.splitlines() if re.match(rf"{name}(\{{|\s)", line))


def creations(api: RestApi, steps: Sequence[int], *, count: int, port: int) -> None:
    """The creation of a pod with the webhook against without it, with more and more PodNetworkings."""
    print(f"\ncreation of a pod, {count} of each kind in turn, milliseconds")
    print(f"{'PodNetworkings':>14}{'without':>10}{'with':>8}{'ratio':>8}{'p90 with':>10}{'inside':>8}{'memory':>10}")
    there = 0
    for number in sorted(steps):
        for serial in range(there, number):
            api.create(POD_NETWORKINGS, podnetworking(serial))
        there = number
        # The youngest one too is known to admission, and all have their status.
        wait_for(partial(is_used, api, number - 1))
        wait_for(lambda: metric(port, "podnet_keys_waiting") == 0, pause=0.5)
        seconds, reviews = metric(port, "podnet_webhook_seconds_sum"), metric(port, "podnet_webhook_seconds_count")
        without, through = in_turn(api, count)
        inside = (metric(port, "podnet_webhook_seconds_sum") - seconds) / (
            metric(port, "podnet_webhook_seconds_count") - reviews
        )
        first, second = statistics.median(without), statistics.median(through)
        print(f"{number:14}{first * 1e3:10.2f}{second * 1e3:8.2f}{second / first:8.2f}", end="")
        print(f"{statistics.quantiles(through, n=10)[-1] * 1e3:10.2f}{inside * 1e3:8.2f}", end="")
        print(f"{metric(port, 'process_resident_memory_bytes') / 2**20:7.0f} MB")


def in_turn(api: RestApi, count: int) -> tuple[list[float], list[float]]:
    """Seconds of creations without the webhook and with it; every pod has labels of its own."""
    without: list[float] = []
    through: list[float] = []
    for serial in range(-10, count):
        labels = {**LABELS, "number": "n-0", "statefulset.kubernetes.io/pod-name": f"web-{serial}"}
        for namespace, figures in (("kube-system", without), ("default", through)):
            manifest = pod(f"web-{serial + 10}", labels, namespace=namespace)
            begun = time.perf_counter()
            made = api.create(PODS, manifest, dry_run=True)
            took = time.perf_counter() - begun
            admitted = annotations_of(made).get(POD_NETWORKING)
            if admitted != ("plane-0" if namespace == "default" else None):
                sys.exit(f"the pod of {namespace} got {admitted}")
            if serial >= 0:
                figures.append(took)
    return without, through


def deployment(api: RestApi, replicas: int, *, port: int) -> None:
    """One Deployment, from its creation to the last address."""
    template = {"metadata": {"labels": {**LABELS, "number": "n-0"}}, "spec": pod_spec()}
    manifest = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "default"},
        "spec": {"replicas": replicas, "selector": {"matchLabels": LABELS}, "template": template},
    }
    begun = time.perf_counter()
    api.create(DEPLOYMENTS, manifest)
    wait_for(lambda: ready(api) == replicas, pause=0.25)
    took = time.perf_counter() - begun
    pods = api.list(PODS, namespace="default").items
    addresses = {one["status"]["podIP"] for one in pods}
    if len(addresses) != replicas:
        sys.exit(f"{replicas} pods have {len(addresses)} addresses")
    times = [parse_timestamp(one["metadata"]["creationTimestamp"]) for one in pods]
    creating = (max(times) - min(times)).total_seconds()
    print(f"\na Deployment of {replicas} pods: the last address after {took:.1f} s, {replicas / took:.0f} pods/s")
    print(f"  of these the last pod was created after {creating:.0f} s")
    work = metric(port, "process_cpu_seconds_total")
    print(
        f"  operator: {metric(port, 'process_resident_memory_bytes') / 2**20:.0f} MB, {work:.1f} s of processor in all"
    )


def ready(api: RestApi) -> int:
    """How many pods of the Deployment run."""
    status = api.get(DEPLOYMENTS, "web", namespace="default").get("status") or {}
    return int(status.get("readyReplicas") or 0)


def is_used(api: RestApi, serial: int) -> bool:
    """Whether a pod would get the PodNetworking of this number."""
    rehearsed = pod("probe", {**LABELS, "number": f"n-{serial}"}, namespace="default")
    return annotations_of(api.create(PODS, rehearsed, dry_run=True)).get(POD_NETWORKING) == f"plane-{serial}"


def podnetworking(serial: int) -> Obj:
    """One that selects by a label of its own."""
    return {
        "apiVersion": POD_NETWORKINGS.api_version,
        "kind": POD_NETWORKINGS.kind,
        "metadata": {"name": f"plane-{serial}"},
        "spec": {
            "allocationType": {"type": "Elastic"},
            "selector": {"podSelector": {"matchLabels": {"app": "web", "number": f"n-{serial}"}}},
            "securityGroupIDs": ["sg-1"],
            "vSwitchOptions": ["vsw-h", "vsw-i"],
        },
    }


def pod(name: str, labels: dict[str, str], *, namespace: str) -> Obj:
    """A pod of the size that pods have."""
    metadata = {"name": name, "namespace": namespace, "labels": labels}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": pod_spec()}


def pod_spec() -> Obj:
    """Two containers with what is usual."""
    resources = {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "256Mi"}}
    variables = [{"name": f"SETTING_{number}", "value": "something"} for number in range(5)]
    return {
        "containers": [
            {"name": name, "image": "example.com/web:1", "env": variables, "resources": resources}
            for name in ("main", "side")
        ]
    }


def wait_for(condition: Callable[[], bool], *, pause: float = 0.02) -> None:
    """Wait until it holds. Ends the program if it never does."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            if condition():
                return
        except ApiError as error:
            if time.monotonic() > deadline:
                sys.exit(str(error))
        if time.monotonic() > deadline:
            sys.exit("what was waited for did not come")
        time.sleep(pause)


if __name__ == "__main__":
    main()
