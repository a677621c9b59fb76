"""What a person does with kubectl, as data: each conversation is held in a namespace of its own."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from podnet.api.objects import Obj

ENDPOINTS = "a real server warns of each list of Endpoints that they are deprecated; here there are none"
PATCH_DECODING = "a real server quotes the whole patched object in its refusal"
REVISION = "our Deployment controller notes the revision with an update, which counts as a generation"
SCALER = "nothing here would scale anything, so the refusal says so"
SCHEDULER = "our scheduler's condition lacks lastProbeTime and observedGeneration"
POD_DIFF = "a real server shows the fields by their names in Go, and all that surrounds them"
NODES = "no controller here annotates nodes; the taint not-ready stays until a Ready condition comes"
RIGHTS = "a real server also lists what everybody may do; here everybody may do everything"
CERTIFICATE = "our kubeconfig holds a token, the real one's a certificate, of which the server tells the digest"


@dataclass(frozen=True)
class Says:
    """One command. ``given`` is its standard input; ``until`` is what it has to say before it counts (a regex).

    ``apart`` is why the two clusters may say different things; then they have to.
    """

    command: str
    given: str = ""
    until: str = ""
    apart: str = ""


def _yaml(*objects: Obj) -> str:
    return "\n---\n".join(json.dumps(obj) for obj in objects)


def _config_map(name: str, *, labels: dict[str, str] | None = None, **data: str) -> Obj:
    metadata: Obj = {"name": name, **({"labels": labels} if labels else {})}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


def _deployment(image: str = "web:1", replicas: int = 2, **strategy: object) -> Obj:
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "labels": {"app": "web"}},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {"containers": [{"name": "main", "image": image, "ports": [{"containerPort": 80}]}]},
            },
            **strategy,
        },
    }


def _pod(name: str, **spec: object) -> Obj:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "labels": {"run": name}},
        "spec": {
            "containers": [{"name": "main", "image": "nothing", "env": [{"name": "A", "value": "1"}]}],
            "automountServiceAccountToken": False,
            **spec,
        },
    }


def _pod_networking(name: str) -> Obj:
    return {
        "apiVersion": "network.alibabacloud.com/v1beta1",
        "kind": "PodNetworking",
        "metadata": {"name": name},
        "spec": {"selector": {"podSelector": {"matchLabels": {"a": "b"}}}, "vSwitchOptions": ["vsw-1"]},
    }


MAPS = _yaml(_config_map("a", labels={"tier": "one"}, x="1", y="2"), _config_map("b", labels={"tier": "two"}, z="3"))

CONVERSATIONS: dict[str, Sequence[Says]] = {
    "reading": [
        Says("apply -f -", MAPS),
        Says("get configmaps -l tier"),
        Says("get cm -l tier -o wide --show-labels"),
        Says("get cm a -o yaml"),
        Says("get cm a -o json"),
        Says("get cm -l tier -o name"),
        Says("get cm a -o jsonpath={.data.x}"),
        Says("get cm -l tier -o custom-columns=NAME:.metadata.name,X:.data.x"),
        Says("get cm -l tier --sort-by=.data.z -o name"),
        Says("get cm -l tier=two -L tier"),
        Says("get cm -l 'tier in (one),tier!=two' -o name"),
        Says("get cm --field-selector metadata.name=b"),
        Says("get cm --field-selector data.x=1"),
        Says("get cm -l 'tier in'"),
        Says("get cm missing"),
        Says("get cm a missing"),
        Says("get cm --ignore-not-found missing"),
        Says("get nonsense"),
        Says("get cm,secrets -l tier"),
        Says("get cm a --chunk-size=1 -o name"),
        Says("get cm -l tier --chunk-size=1 -o name"),
        Says("get --raw /api/v1/namespaces/$NS/configmaps/a/nonsense"),
        Says("get cm a --output-watch-events -w --request-timeout=1s -o name"),
        Says("describe cm a"),
        Says("delete cm -l tier"),
    ],
    "applying": [
        Says("apply -f -", MAPS),
        Says("apply -f -", MAPS),
        Says("apply -f -", _yaml(_config_map("a", x="9"))),
        Says("get cm a -o yaml"),
        Says("diff -f -", _yaml(_config_map("a", x="10", w="1"))),
        Says("apply -f - --dry-run=server -o yaml", _yaml(_config_map("a", x="11"))),
        Says("apply -f - --dry-run=client -o name", _yaml(_config_map("a", x="11"))),
        Says("apply -f - --prune -l tier=two", _yaml(_config_map("c", labels={"tier": "two"})), apart=ENDPOINTS),
        Says("get cm -l tier -o name"),
        Says("apply view-last-applied cm a"),
        Says("replace -f -", _yaml(_config_map("a", new="1"))),
        Says("replace -f -", _yaml(_config_map("nobody", new="1"))),
        Says("create -f -", _yaml(_config_map("a", new="1"))),
        Says("create configmap made --from-literal=k=v"),
        Says("create secret generic s --from-literal=k=v"),
        Says("get secret s -o yaml"),
        Says("get secrets"),
        Says("describe secret s"),
        Says("create serviceaccount robot"),
        Says("get sa robot -o yaml"),
        Says("create token robot -o jsonpath={.kind}"),
        Says("apply -f -", '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "Bad_Name"}}'),
        Says("apply -f -", '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}, "dat": {"a": "b"}}'),
        Says("apply -f -", '{"apiVersion": "v1", "kind": "Nonsense", "metadata": {"name": "x"}}'),
        Says("apply -f -", '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}, "data": {"a": 1}}'),
        Says(
            "apply --validate=false -f -",
            '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "x"}, "q": 1}',
        ),
        Says(
            "apply --validate=warn -f -", '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "w"}, "q": 1}'
        ),
        Says("get cm w -o yaml"),
    ],
    "changing": [
        Says("apply -f -", MAPS),
        Says("label cm a tier=three"),
        Says("label cm a tier=three --overwrite"),
        Says("label cm a tier-"),
        Says("label cm a 'bad key=1'"),
        Says("label cm --all seen=yes -o name"),
        Says("annotate cm a why=because"),
        Says("annotate cm a why-"),
        Says("""patch cm a -p '{"data":{"x":"5"}}'"""),
        Says("""patch cm a --type=merge -p '{"data":{"y":null}}'"""),
        Says("""patch cm a --type=json -p '[{"op":"replace","path":"/data/x","value":"6"}]'"""),
        Says("""patch cm a --type=json -p '[{"op":"test","path":"/data/x","value":"7"}]'"""),
        Says("""patch cm a --type=json -p '[{"op":"remove","path":"/data/none"}]'"""),
        Says("""patch cm a --type=merge -p '{"data":{"x":5}}'""", apart=PATCH_DECODING),
        Says("""patch cm a --type=merge -p '{"metadata":{"resourceVersion":"1"}}'"""),
        Says("""patch cm missing -p '{}'"""),
        Says("get cm a -o yaml"),
        Says("""patch cm a -p '{"data":{"x":"5"}}' --dry-run=server -o jsonpath={.data}"""),
    ],
    "deployments": [
        Says("apply -f -", _yaml(_deployment())),
        Says("get pods -l app=web -o name", until="(pod/.*\n){2}"),
        Says("get deploy,rs -o wide"),
        Says("get pods -o wide"),
        Says("get all"),
        Says("get deploy web -o yaml", until="observedGeneration: [12]", apart=REVISION),
        Says("scale deploy web --replicas=3"),
        Says("get pods -l app=web -o name", until="(pod/.*\n){3}"),
        Says("scale deploy web --replicas=1 --current-replicas=7"),
        Says("rollout status deploy web --timeout=1s"),
        Says("rollout history deploy web"),
        Says("set image deploy web main=web:2"),
        Says("get rs -o name", until="(replicaset.*\n){2}"),
        Says("rollout history deploy web", until="2 "),
        Says("rollout history deploy web --revision=2"),
        Says("rollout undo deploy web"),
        Says("rollout history deploy web", until="3 "),
        Says("get deploy web -o jsonpath={.spec.template.spec.containers[0].image}"),
        Says("rollout restart deploy web"),
        Says("rollout pause deploy web"),
        Says("rollout resume deploy web"),
        Says("describe deploy web", until="ScalingReplicaSet", apart=REVISION),
        Says("get deploy web --subresource=scale -o yaml"),
        Says("autoscale deploy web --max=3", apart=SCALER),
        Says("delete deploy web --cascade=orphan"),
        Says("get rs -o name", until="(replicaset.*\n){3}"),
        Says("delete rs --all --cascade=foreground"),
        Says("get pods,rs -o name", until=r"^\[0\]"),
    ],
    "pods": [
        Says("apply -f -", _yaml(_pod("one"))),
        Says("get events --field-selector reason=FailedScheduling", until="FailedScheduling"),
        Says("get pod one -o yaml", until="Unschedulable", apart=SCHEDULER),
        Says("describe pod one"),
        Says("get pods"),
        Says("get pods --field-selector status.phase=Pending -o name"),
        Says("get pods --field-selector status.phase!=Pending -o name"),
        Says("wait pod one --for=condition=PodScheduled --timeout=1s"),
        Says("wait pod one --for=jsonpath={.status.phase}=Pending --timeout=1s"),
        Says("wait pod one --for=delete --timeout=1s"),
        Says("""patch pod one --subresource=status -p '{"status":{"phase":"Running"}}'"""),
        Says("get pods"),
        Says("""patch pod one -p '{"spec":{"containers":[{"name":"main","image":"other"}]}}'"""),
        Says(
            """patch pod one -p '{"spec":{"containers":[{"name":"main","env":[{"name":"B","value":"2"}]}]}}'""",
            apart=POD_DIFF,
        ),
        Says("""patch pod one -p '{"spec":{"nodeName":"x"}}'""", apart=POD_DIFF),
        Says("run two --image=nothing"),
        Says("run three --image=nothing --dry-run=client -o yaml"),
        Says("logs one"),
        Says("exec one -- true"),
        Says("delete pod one --grace-period=5"),
        Says("wait pod/one --for=delete --timeout=5s"),
        Says("delete pod two --now"),
        Says("delete pod two --force"),
        Says("delete pod --all"),
        Says("apply -f -", _yaml(_pod("four", containers=[]))),
        Says("apply -f -", _yaml(_pod("four", restartPolicy="Sometimes"))),
        Says("apply -f -", _yaml(_pod("four", containers=[{"name": "main", "imag": "x"}]))),
        Says("top pods"),
    ],
    "sets": [
        Says("create job once --image=nothing"),
        Says("get pods -l job-name=once -o name", until="pod/"),
        Says("get jobs"),
        Says("describe job once", until="SuccessfulCreate"),
        Says("delete job once"),
        Says(
            "apply -f -",
            _yaml({**_deployment(), "kind": "StatefulSet", "spec": {**_deployment()["spec"], "serviceName": "web"}}),
        ),
        Says("get pods -l app=web -o name", until="pod/web-0"),
        Says("get sts -o wide"),
        Says("get controllerrevisions", until="web-"),
        Says("rollout history sts web"),
        Says("rollout status sts web --timeout=1s"),
        Says("scale sts web --replicas=0"),
        Says("describe sts web", until="SuccessfulDelete"),
        Says("delete sts web"),
    ],
    "server side": [
        Says("apply --server-side -f -", MAPS),
        Says("get cm a -o yaml --show-managed-fields"),
        Says("apply --server-side --field-manager=other -f -", _yaml(_config_map("a", x="2"))),
        Says("apply --server-side --field-manager=other --force-conflicts -f -", _yaml(_config_map("a", x="2"))),
        Says("get cm a -o yaml --show-managed-fields"),
        Says("apply --server-side -f -", _yaml(_config_map("a", labels={"tier": "one"}, y="2"))),
        Says("get cm a -o yaml --show-managed-fields"),
        Says("apply --server-side --field-manager=other -f -", _yaml(_config_map("a"))),
        Says("get cm a -o yaml --show-managed-fields"),
        Says("label cm a who=me"),
        Says("get cm a -o yaml --show-managed-fields"),
        Says("apply --server-side -f -", _yaml(_deployment())),
        Says("apply --server-side --field-manager=other -f -", _yaml(_deployment("web:3"))),
        Says("apply --server-side -f - --dry-run=server -o name", _yaml(_deployment("web:4"))),
        Says("scale deploy web --replicas=5"),
        Says("apply --server-side -f -", _yaml(_deployment())),
        Says("apply -f -", _yaml(_config_map("old", x="1"))),
        Says("apply --server-side -f -", _yaml(_config_map("old", x="2"))),
        Says("get cm old -o yaml --show-managed-fields"),
        Says("apply --server-side -f -", '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"z"},"dat":{}}'),
    ],
    "cluster": [
        Says("get ns $NS"),
        Says("describe ns $NS"),
        Says("create ns made-$NS"),
        Says("get ns made-$NS -o yaml", until="Active"),
        Says("delete ns made-$NS"),
        Says("apply -f -", _yaml({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "node-$NS"}})),
        Says("cordon node-$NS"),
        Says("taint node node-$NS a=b:NoSchedule"),
        Says("taint node node-$NS a=b:NoSchedule"),
        Says("get node node-$NS -o jsonpath={.spec}", until="node.kubernetes.io", apart=NODES),
        Says("get node node-$NS"),
        Says("taint node node-$NS a-"),
        Says("uncordon node-$NS"),
        Says("describe node node-$NS", apart=NODES),
        Says("delete node node-$NS"),
        Says("auth can-i create pods"),
        Says("auth can-i '*' '*'"),
        Says("auth can-i --list --no-headers", apart=RIGHTS),
        Says("auth whoami", apart=CERTIFICATE),
        Says("explain pod.spec.tolerations --recursive"),
        Says("explain deployment.spec.strategy"),
        Says("explain cm"),
        Says("explain nonsense"),
        Says("explain pod.spec.nonsense"),
        Says("get --raw /readyz"),
        Says("get --raw /nonsense"),
        Says("get --raw /apis/nonsense/v1"),
        Says("get lease -n kube-node-lease -o name"),
    ],
    "custom": [
        Says("apply -f -", _yaml(_pod_networking("net-$NS"))),
        Says("get podnetworkings net-$NS"),
        Says("get podnetworkings net-$NS -o yaml"),
        Says("explain podnetworking.spec"),
        Says("explain podnetworking --recursive"),
        Says("""patch podnetworking net-$NS --type=merge -p '{"spec":{"vSwitchOptions":["vsw-2"]}}'"""),
        Says("""patch podnetworking net-$NS -p '{"spec":{"vSwitchOptions":["vsw-2"]}}'"""),
        Says("""patch podnetworking net-$NS --type=merge -p '{"spec":{"vSwitchOptions":"vsw-2"}}'"""),
        Says("""patch podnetworking net-$NS --type=merge -p '{"spec":{"nonsense":1}}'"""),
        Says("""patch podnetworking net-$NS --subresource=status --type=merge -p '{"status":{"status":"Ready"}}'"""),
        Says("get podnetworking net-$NS -o jsonpath={.status}{.metadata.generation}"),
        Says("apply --server-side -f -", _yaml(_pod_networking("ssa-$NS"))),
        Says("get podnetworking ssa-$NS -o yaml --show-managed-fields"),
        Says("describe podnetworking net-$NS"),
        Says("delete podnetworking net-$NS ssa-$NS"),
        Says("get crd podenis.network.alibabacloud.com -o name"),
        Says("wait crd podenis.network.alibabacloud.com --for=condition=Established"),
        Says("api-resources --api-group=network.alibabacloud.com"),
        Says("api-resources --api-group=network.alibabacloud.com -o wide"),
        Says("api-resources --api-group=apps -o wide"),
    ],
}
