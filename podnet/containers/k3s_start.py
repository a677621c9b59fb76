"""Starts a K3SContainer of testcontainers, prints its kubeconfig, and ends without it.

It is a process of its own so that it can be ended in the middle of anything, and so that nobody else waits for an
import.
"""

from __future__ import annotations

import json
import sys
from typing import Any


def main(order: dict[str, Any]) -> None:
    """Start what ``podnet.containers.k3s.K3s.create`` orders. Whatever is raised leaves the container to the caller."""
    from testcontainers.community.k3s import K3SContainer

    container = K3SContainer(order["image"])
    container.with_name(order["name"])
    # Its own would replace these, and be none of its own: what is left out here is what it sets itself.
    container.with_kwargs(
        privileged=True, labels=order["labels"], hostname=order["name"], extra_hosts={order["host"]: "host-gateway"}
    )
    # On loopback where that is this machine, and without the port of a product that is not there.
    ports: dict[str, Any] = {f"{K3SContainer.KUBE_SECURE_PORT}/tcp": (order["address"], order["port"] or None)}
    container.ports = ports
    disabled = ",".join(order["disabled"])
    container.with_command(f"server --disable={disabled} --tls-san={container.get_container_host_ip()}")
    container.start()
    sys.stdout.write(container.config_yaml())


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
