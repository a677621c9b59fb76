"""What the API server does to Services and what belongs to them; nothing here listens at their addresses."""

# ruff: noqa: ARG002, D102  # an overridden method is described by Strategy, and need not look at everything

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from ipaddress import IPv4Address, IPv4Network

from podnet.api.objects import Obj
from podnet.api.selectors import Problem
from podnet.api.selectors import problems as selector_problems
from podnet.kube.answers import bad_value, required, unsupported
from podnet.kube.metadata import NameRule, label_name
from podnet.kube.strategy import Context
from podnet.kube.strategy_kept import KeptStrategy

_ADDRESSES = IPv4Network("10.0.0.0/16")
_NODE_PORTS = range(30_000, 32_768)
_NO_NETWORK = "podnet's in-process cluster has no network: nothing acts on Services, Ingresses or NetworkPolicies"
_TYPES = ("ClusterIP", "ExternalName", "LoadBalancer", "NodePort")


class ServiceStrategy(KeptStrategy):
    """Services: they get addresses, at which nothing listens."""

    caveat = _NO_NETWORK
    subresources = ("status",)
    short_names = ("svc",)
    categories = ("all",)
    fields = ("spec.clusterIP", "spec.type")
    keeps_status_on_create = False

    @property
    def name_rule(self) -> NameRule:
        return label_name

    def default(self, obj: Obj) -> None:
        spec = obj.setdefault("spec", {})
        spec.setdefault("sessionAffinity", "None")
        spec.setdefault("type", "ClusterIP")
        if spec["sessionAffinity"] == "ClientIP":
            spec.setdefault("sessionAffinityConfig", {"clientIP": {"timeoutSeconds": 10_800}})
        for port in spec.get("ports") or ():
            port.setdefault("protocol", "TCP")
            port.setdefault("targetPort", port.get("port"))
        if spec["type"] != "ExternalName":
            spec.setdefault("internalTrafficPolicy", "Cluster")
        if spec["type"] in {"NodePort", "LoadBalancer"}:
            spec.setdefault("externalTrafficPolicy", "Cluster")
        if spec["type"] == "LoadBalancer":
            spec.setdefault("allocateLoadBalancerNodePorts", True)
        obj.setdefault("status", {}).setdefault("loadBalancer", {})

        for item in obj["status"]["loadBalancer"].get("ingress") or ():
            if item.get("ip"):
                item.setdefault("ipMode", "VIP")

    def prepare_create(self, obj: Obj, context: Context) -> None:
        obj["status"] = {"loadBalancer": {}}
        _allocate(obj)

    def prepare_update(self, obj: Obj, old: Obj, context: Context) -> None:
        super().prepare_update(obj, old, context)
        spec, before = obj["spec"], old["spec"]
        if "ExternalName" not in (spec["type"], before["type"]):
            for key in ("clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"):
                if before.get(key) is not None:
                    spec.setdefault(key, before[key])
        known = {(port.get("name"), port["port"]): port.get("nodePort") for port in before.get("ports") or ()}
        for port in spec.get("ports") or ():
            if spec["type"] in {"NodePort", "LoadBalancer"} and known.get((port.get("name"), port.get("port"))):
                port.setdefault("nodePort", known[port.get("name"), port.get("port")])
        _allocate(obj)

    def problems(self, obj: Obj) -> Iterator[Problem]:
        spec = obj["spec"]
        ports = spec.get("ports") or ()
        if spec["type"] not in _TYPES:
            yield unsupported("spec.type", spec["type"], _TYPES)
        if spec["type"] == "ExternalName" and not spec.get("externalName"):
            yield bad_value("spec.externalName", "", "a lowercase RFC 1123 subdomain must not be empty")
        if not ports and spec["type"] != "ExternalName" and spec.get("clusterIP") != "None":
            yield required("spec.ports")
        for index, port in enumerate(ports):
            path = f"spec.ports[{index}]"
            if len(ports) > 1 and not port.get("name"):
                yield required(f"{path}.name")
            if not 1 <= (port.get("port") or 0) <= 65_535:
                yield bad_value(f"{path}.port", port.get("port") or 0, "must be between 1 and 65535, inclusive")

    def update_problems(self, obj: Obj, old: Obj) -> Iterator[Problem]:
        address, before = obj["spec"].get("clusterIP"), old["spec"].get("clusterIP")
        if before and address != before and "ExternalName" not in (obj["spec"]["type"], old["spec"]["type"]):
            yield bad_value("spec.clusterIPs[0]", [address], "may not change once set")
        yield from self.problems(obj)


def _allocate(obj: Obj) -> None:
    """Give a Service the addresses and ports that it does not choose.

    They follow from its uid, since they lead nowhere: two Services could come to have the same, which harms nobody.
    """
    spec, digest = obj["spec"], sha256(obj["metadata"]["uid"].encode()).digest()
    if spec["type"] == "ExternalName":
        return
    number = int.from_bytes(digest[:4]) % (_ADDRESSES.num_addresses - 256) + 255
    address = spec.setdefault("clusterIP", str(IPv4Address(int(_ADDRESSES.network_address) + number)))
    spec.setdefault("clusterIPs", [address])
    families = ["IPv4"]
    if address == "None" and not spec.get("selector"):
        families = ["IPv4", "IPv6"]
    spec.setdefault("ipFamilies", families)
    spec.setdefault("ipFamilyPolicy", "SingleStack" if len(families) == 1 else "RequireDualStack")
    if spec["type"] in {"NodePort", "LoadBalancer"}:
        first = int.from_bytes(digest[4:8])
        for index, port in enumerate(spec.get("ports") or ()):
            port.setdefault("nodePort", _NODE_PORTS[(first + index) % len(_NODE_PORTS)])


class EndpointsStrategy(KeptStrategy):
    """Endpoints, which nobody fills but their users."""

    deprecated = "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"
    short_names = ("ep",)

    def default(self, obj: Obj) -> None:
        for subset in obj.get("subsets") or ():
            for port in subset.get("ports") or ():
                port.setdefault("protocol", "TCP")

    def problems(self, obj: Obj) -> Iterator[Problem]:
        for index, subset in enumerate(obj.get("subsets") or ()):
            ports = subset.get("ports") or ()
            for number, port in enumerate(ports):
                if len(ports) > 1 and not port.get("name"):
                    yield required(f"subsets[{index}].ports[{number}].name")


class EndpointSliceStrategy(KeptStrategy):
    """EndpointSlices, which nobody fills but their users."""

    caveat = _NO_NETWORK
    generation = True

    def default(self, obj: Obj) -> None:
        for key in ("endpoints", "ports"):
            obj[key] = obj.get(key) or None  # as Go's type writes what is empty
        for port in obj["ports"] or ():
            port.setdefault("name", "")
            port.setdefault("protocol", "TCP")
        for endpoint in obj["endpoints"] or ():
            endpoint.setdefault("conditions", {})

    def is_new_generation(self, obj: Obj, old: Obj) -> bool:
        return any(obj.get(key) != old.get(key) for key in ("endpoints", "ports"))

    def problems(self, obj: Obj) -> Iterator[Problem]:
        if not obj.get("addressType"):
            yield required("addressType")


class NetworkPolicyStrategy(KeptStrategy):
    """NetworkPolicies: nothing here sends a packet."""

    caveat = _NO_NETWORK
    short_names = ("netpol",)
    generation = True

    def default(self, obj: Obj) -> None:
        spec = obj.setdefault("spec", {})
        spec.setdefault("podSelector", {})
        spec.setdefault("policyTypes", ["Ingress", *(["Egress"] if spec.get("egress") else ())])
        for rule in (*(spec.get("ingress") or ()), *(spec.get("egress") or ())):
            for port in rule.get("ports") or ():
                port.setdefault("protocol", "TCP")

    def problems(self, obj: Obj) -> Iterator[Problem]:
        return iter(selector_problems(obj["spec"]["podSelector"], path="spec.podSelector"))

    def update_problems(self, obj: Obj, old: Obj) -> Iterator[Problem]:
        return self.problems(obj)


class IngressStrategy(KeptStrategy):
    """Ingresses: nobody routes to anything."""

    caveat = _NO_NETWORK
    subresources = ("status",)
    short_names = ("ing",)
    generation = True

    def default(self, obj: Obj) -> None:
        obj.setdefault("spec", {})
        obj.setdefault("status", {}).setdefault("loadBalancer", {})

    def prepare_create(self, obj: Obj, context: Context) -> None:
        super().prepare_create(obj, context)
        obj["status"] = {"loadBalancer": {}}

    def problems(self, obj: Obj) -> Iterator[Problem]:
        spec = obj["spec"]
        if not spec.get("rules") and not spec.get("defaultBackend"):
            yield bad_value("spec", [], "either `defaultBackend` or `rules` must be specified")
        for index, rule in enumerate(spec.get("rules") or ()):
            for number, path in enumerate((rule.get("http") or {}).get("paths") or ()):
                where = f"spec.rules[{index}].http.paths[{number}]"
                if not path.get("pathType"):
                    yield required(f"{where}.pathType", "pathType must be specified")
                elif path["pathType"] != "ImplementationSpecific" and not str(path.get("path") or "").startswith("/"):
                    yield bad_value(f"{where}.path", path.get("path") or "", "must be an absolute path")

    def update_problems(self, obj: Obj, old: Obj) -> Iterator[Problem]:
        return self.problems(obj)


class IngressClassStrategy(KeptStrategy):
    """IngressClasses."""

    caveat = _NO_NETWORK
    generation = True

    def default(self, obj: Obj) -> None:
        if parameters := obj.setdefault("spec", {}).get("parameters"):
            parameters.setdefault("scope", "Cluster")
