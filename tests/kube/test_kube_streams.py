import gc
import json
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from kube_samples import Bench, config_map

from podnet.api.objects import Obj
from podnet.api.resources import CONFIG_MAPS
from podnet.kube import streams
from podnet.kube.direct import never_waits
from podnet.kube.http import HttpApi
from podnet.kube.streams import Lines, Stream


@pytest.fixture
def watch(bench: Bench) -> Callable[..., Stream]:
    http = HttpApi(bench.server, now=lambda: 0.0, wait=never_waits)

    def from_now(path: str = "/api/v1/configmaps", **query: str) -> Stream:
        asked = urlencode({"watch": "1", "resourceVersion": bench.revision, **query})
        body = http.handle("GET", f"{path}?{asked}", {}, b"").body
        assert isinstance(body, Stream)
        return body

    return from_now


def test_whoever_watches_the_same_gets_the_same_line_which_is_written_once(
    bench: Bench, watch: Callable[..., Stream]
) -> None:
    one, other, narrower = watch(), watch(), watch("/api/v1/namespaces/default/configmaps")
    bench.api.create(CONFIG_MAPS, config_map("a"))
    (line,) = one.pull()
    assert json.loads(line)["object"] == bench.api.get(CONFIG_MAPS, "a", namespace="default")
    assert next(other.pull()) is line
    assert next(narrower.pull()) is line


def test_an_object_that_comes_into_view_has_another_line_than_one_that_changes(
    bench: Bench, watch: Callable[..., Stream]
) -> None:
    everything, selected = watch(), watch(labelSelector="a")
    bench.api.create(CONFIG_MAPS, config_map("a"))
    bench.api.patch(CONFIG_MAPS, "a", {"metadata": {"labels": {"a": "1"}}}, namespace="default")
    told = [[json.loads(line)["type"] for line in stream.pull()] for stream in (everything, selected)]
    assert told == [["ADDED", "MODIFIED"], ["ADDED"]]


def test_lines_are_forgotten_before_they_take_much_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "REMEMBERED", 5_000)
    lines = Lines()
    for number in range(1000):
        obj: Obj = {"name": f"c{number}", "data": "x" * 100}
        assert json.loads(lines.of("ADDED", obj)) == {"type": "ADDED", "object": obj}
    del obj
    gc.collect()
    kept = [found for found in gc.get_objects() if isinstance(found, dict) and found.get("data") == "x" * 100]
    assert len(kept) < 50
