"""What the in-process API costs beside a real API server, through the same client; and how it grows.

python benchmarks/fake.py [--objects N] [--most N]
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import statistics
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from podnet import __version__
from podnet.api.resources import CONFIG_MAPS, NAMESPACES, POD_NETWORKINGS, PODS
from podnet.cloud.inventory_file import parse_inventory
from podnet.controlplane.plane import control_plane
from podnet.kube.cluster import InProcessCluster
from podnet.kube.rest import RestApi
from podnet.kube.tenancy import Tenancy
from podnet.kube.transport import official_client
from podnet.operator.connection import connect
from podnet.reference import Reference
from podnet.serving.fake import served_fake

NAMESPACE = "load"
BOOTS = 20
STEPS = 10_000_000
"""More reconciliations than any of these runs needs."""
LARGE = """
apiVersion: podnet/v1
kind: Inventory
region: cn-hangzhou
vpc: vpc-main
zones: [{name: cn-hangzhou-h, node: true}]
vSwitches:
- {id: vsw-default, zone: cn-hangzhou-h, cidrs: [10.1.0.0/16]}
- {id: vsw-a1, zone: cn-hangzhou-h, cidrs: [10.2.0.0/16]}
securityGroups: [sg-default, sg-1]
default: {vSwitches: [vsw-default], securityGroups: [sg-default]}
"""
"""A cloud with room for all pods."""
Side = tuple[str, RestApi, bool]
"""What it is called, its API, and whether it sends what happens over a socket."""


def main() -> None:
    """Measure, and print the figures."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--objects", type=int, default=1000, help="objects of each kind on each side (default 1000)")
    options.add_argument("--most", type=int, default=10_000, help="pods at the end of the growth (default 10000)")
    chosen = options.parse_args()
    print(f"podnet {__version__}, {platform.python_implementation()} {platform.python_version()}, ", end="")
    print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores")
    print(f"boot of the in-process cluster: {statistics.median(boots()):.1f} ms")
    print(f"memory of a pod in the store: {memory(chosen.objects):.2f} times its JSON")
    with sides() as (version, each):
        compare(each, version=version, objects=chosen.objects)
    grow(chosen.objects, chosen.most)


def boots() -> Iterator[float]:
    """Milliseconds of one boot after another."""
    for number in range(BOOTS):
        begun = time.perf_counter()
        InProcessCluster(seed=number)
        yield 1000 * (time.perf_counter() - begun)


@contextmanager
def sides() -> Iterator[tuple[str, list[Side]]]:
    """The version of the real one, and all that are compared, the real one last."""
    cluster = InProcessCluster(seed=0)
    with control_plane() as plane, served_fake() as served:
        yield (
            plane.version,
            [
                ("in process", RestApi(official_client(cluster.handle), least_watch_seconds=0), False),
                ("served", connect(served.kubeconfig).api, True),
                ("real", connect(plane.kubeconfig).api, True),
            ],
        )


def compare(each: list[Side], *, version: str, objects: int) -> None:
    """Create, get, list and watch on all sides in turn, so that the ratios hold on a busy machine."""
    figures: dict[str, dict[str, list[float]]] = {}

    def note(what: str, side: str, call: Callable[[], object]) -> None:
        begun = time.perf_counter()
        call()
        figures.setdefault(what, {}).setdefault(side, []).append(1000 * (time.perf_counter() - begun))

    for _, api, _ in each:
        api.create(NAMESPACES, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}})
    for number in range(objects):
        for side, api, _ in each:
            note("create ConfigMap", side, partial(api.create, CONFIG_MAPS, config_map(number)))
            note("create pod", side, partial(api.create, PODS, pod(number)))
            note("get pod", side, partial(api.get, PODS, f"p{number}", namespace=NAMESPACE))
    for _ in range(10):
        for side, api, _ in each:
            note(f"list {objects} pods", side, partial(api.list, PODS, namespace=NAMESPACE))
    for side, api, wired in each:
        for took in latencies(api) if wired else ():
            figures.setdefault("watch latency", {}).setdefault(side, []).append(took)
    print(f"\nmilliseconds, medians; in brackets how many times as fast as Kubernetes {version}")
    print(f"{'':18}{'in process':>18}{'served':>18}{'real':>9}")
    for what, found in figures.items():
        real = statistics.median(found["real"])
        cells = (_cell(found, side, real) for side in ("in process", "served"))
        print(f"{what:18}{''.join(f'{cell:>18}' for cell in cells)}{real:9.2f}")


def _cell(found: Mapping[str, list[float]], side: str, real: float) -> str:
    if side not in found:
        return "-"
    own = statistics.median(found[side])
    return f"{own:.2f} ({real / own:.1f})"


def latencies(api: RestApi) -> Iterator[float]:
    """Milliseconds from the beginning of a write until a watch tells of it."""
    begun: dict[str, float] = {}
    took: list[float] = []
    version = api.list(CONFIG_MAPS, namespace=NAMESPACE).resource_version

    def listen() -> None:
        for event in api.watch(CONFIG_MAPS, namespace=NAMESPACE, resource_version=version, timeout_seconds=30):
            name = event.object["metadata"]["name"]
            if name in begun:
                took.append(1000 * (time.perf_counter() - begun[name]))
            if len(took) == 100:
                return

    listener = threading.Thread(target=listen)
    listener.start()
    for number in range(100):
        made = config_map(number)
        name = made["metadata"]["name"] = f"w{number}"
        begun[name] = time.perf_counter()
        api.create(CONFIG_MAPS, made)
    listener.join(30)
    return iter(took)


def memory(count: int) -> float:
    """Bytes that a stored pod takes, by those of its JSON."""
    cluster = InProcessCluster(seed=0)
    api = RestApi(official_client(cluster.handle), least_watch_seconds=0)
    api.create(NAMESPACES, {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE}})
    api.create(PODS, pod(count))
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    written = sum(len(json.dumps(api.create(PODS, pod(number)))) for number in range(count))
    gc.collect()
    after = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return (after - before) / written


def grow(first: int, most: int) -> None:
    """Pods that the reference lets run among as many PodNetworkings as a tenth of the most: ms for each of them."""
    inventory = parse_inventory(LARGE, path="the inventory of the benchmark")
    cluster = InProcessCluster(seed=0)
    Tenancy(cluster, inventory=inventory, make=Reference).start()
    cluster.runtime.settle(max_steps=STEPS)
    api = RestApi(official_client(cluster.handle), least_watch_seconds=0)
    for number in range(most // 10):
        api.create(POD_NETWORKINGS, podnetworking(number))
    cluster.runtime.settle(max_steps=STEPS)
    print(f"\npods that are created, matched and scheduled among {most // 10} PodNetworkings, in process")
    done = 0
    for goal in sorted({min(first, most), max(most // 2, 1), most}):
        begun = time.perf_counter()
        for number in range(done, goal):
            api.create(PODS, pod(number, namespace="default", turn=str(number % (most // 10))))
        cluster.runtime.settle(max_steps=STEPS)
        took = time.perf_counter() - begun
        print(f"  {done:6} to {goal:6}: {1000 * took / (goal - done):6.2f} ms each")
        done = goal


def config_map(number: int) -> dict[str, Any]:
    """A small object."""
    metadata = {"name": f"c{number}", "namespace": NAMESPACE}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {"key": "value"}}


def pod(number: int, *, namespace: str = NAMESPACE, **labels: str) -> dict[str, Any]:
    """A pod of one container."""
    metadata = {"name": f"p{number}", "namespace": namespace, "labels": {"app": "load", **labels}}
    containers = [{"name": "main", "image": "nothing"}]
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {"containers": containers}}


def podnetworking(number: int) -> dict[str, Any]:
    """One of those that share the pods between them."""
    spec = {
        "allocationType": {"type": "Elastic"},
        "selector": {"podSelector": {"matchLabels": {"turn": str(number)}}},
        "securityGroupIDs": ["sg-1"],
        "vSwitchOptions": ["vsw-a1"],
    }
    api_version = POD_NETWORKINGS.api_version
    return {"apiVersion": api_version, "kind": POD_NETWORKINGS.kind, "metadata": {"name": f"n{number}"}, "spec": spec}


if __name__ == "__main__":
    main()
