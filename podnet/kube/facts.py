"""What a real kube-apiserver says of its built-in kinds, as data: tools/facts.py writes it, who needs it reads it."""

from __future__ import annotations

import json
import lzma
from functools import cache
from pathlib import Path
from typing import Any

from podnet.api.resources import Resource

MODEL = Resource("podnet.example.com", "v1", "models", "Model")
CLUSTER_MODEL = Resource("podnet.example.com", "v1", "clustermodels", "ClusterModel", namespaced=False)
"""The custom kinds whose document is the model of all others."""
FOLDER = Path(__file__).parent / "data"
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io"


@cache
def fact(name: str) -> Any:
    """One file of facts, to be read only.

    ``paths`` are those of the OpenAPI documents by apiVersion, ``schemas`` theirs by name, ``columns`` the
    columnDefinitions of tables by ``plural.group``, ``wire`` the protobuf fields of each message by number, ``custom``
    the document of the models.
    """
    return json.loads(lzma.decompress((FOLDER / f"{name}.json.xz").read_bytes()))
