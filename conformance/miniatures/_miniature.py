"""What several miniatures need, so that each of them says nothing but its own fault."""

from __future__ import annotations

from podnet.api.errors import ApiError, is_not_found
from podnet.api.host import AdmissionResponse
from podnet.api.names import NAMESPACE_NAME
from podnet.api.objects import controller_of, key_of, name_of, namespace_of, parse_timestamp, uid_of
from podnet.api.resources import MUTATING_WEBHOOK_CONFIGURATIONS, POD_NETWORKINGS, PODS
from podnet.api.selectors import from_label_selector
from podnet.reference import Reference, registration

FOREVER = 1e9
"""Seconds: longer than any run lasts."""


def fits(selector, labels):
    """Whether labels satisfy a selector as it was written; one that is not set is satisfied by all."""
    return selector is None or from_label_selector(selector).matches(labels)


def own_labels(namespace_labels):
    """The labels of a namespace without the one that Kubernetes sets."""
    return {key: value for key, value in namespace_labels.items() if key != NAMESPACE_NAME}


def kind_of(pod):
    """The kind of what made a pod; empty if users did."""
    return str((controller_of(pod or {}) or {}).get("kind") or "")


class _Watching(Reference):
    """With one more controller: ``watches`` names keys, ``work`` gets each and may say in how many seconds again."""

    def install(self, host):
        self.host = host
        super().install(host)
        host.controller("miniature", self.work, watches=self.watches())

    def watches(self):
        return {PODS: lambda change: [key_of(change.object)]}

    def work(self, key):
        pod = self.pod(key)
        return self.look(pod) if pod else None

    def look(self, pod):
        return None

    def pod(self, key):
        try:
            return self.host.api.get(PODS, key[1], namespace=key[0])
        except ApiError as error:
            if is_not_found(error):
                return None
            raise

    def pods(self):
        return self.host.api.list(PODS).items

    def patch(self, pod, patch, *, subresource=""):
        self.host.api.patch(PODS, name_of(pod), patch, namespace=namespace_of(pod), subresource=subresource)

    def annotate(self, pod, annotations):
        self.patch(pod, {"metadata": {"uid": uid_of(pod), "annotations": annotations}})

    def seconds_since(self, timestamp):
        return (self.host.now() - parse_timestamp(timestamp)).total_seconds()

    def left(self, pod, *, of):
        """How many of so many seconds are left since the pod has started."""
        return of - self.seconds_since(pod["status"].get("startTime") or pod["metadata"]["creationTimestamp"])


class _Rewriting(Reference):
    """With one more webhook, which rewrites the lists of PodNetworkings that are created or edited."""

    def rewrite(self, field, values):
        """The list as it is stored."""
        return values

    def _admit(self, host, admission):
        super()._admit(host, admission)
        configuration = registration.mutating_webhook_configuration(host.serve("/rewrite", self._rewritten))
        configuration["metadata"]["name"] = "rewrite"
        rule = {"apiGroups": [POD_NETWORKINGS.group], "apiVersions": ["*"], "operations": ["CREATE", "UPDATE"]}
        configuration["webhooks"][0] |= {
            "name": "rewrite.example.com",
            "rules": [{**rule, "resources": [POD_NETWORKINGS.plural], "scope": "*"}],
        }
        registration.apply(host.api, MUTATING_WEBHOOK_CONFIGURATIONS, configuration)

    def _rewritten(self, request):
        spec = (request.object or {}).get("spec") or {}
        lists = {field: spec[field] for field in ("securityGroupIDs", "vSwitchOptions") if field in spec}
        changed = {field: self.rewrite(field, values) for field, values in lists.items()}
        operations = [
            {"op": "replace", "path": f"/spec/{field}", "value": values}
            for field, values in changed.items()
            if values != spec[field]
        ]
        return AdmissionResponse(patch=tuple(operations))


class _Admitting(Reference):
    """Whose answer about a new pod passes through ``answer`` before it is given."""

    def answer(self, request, response):
        return response

    def _admit(self, host, admission):
        self.host = host
        original = admission.mutate_pod

        def mutate_pod(request):
            response = original(request)
            created = request.object is not None and request.operation == "CREATE" and not request.subresource
            return self.answer(request, response) if created and response.allowed else response

        admission.mutate_pod = mutate_pod
        super()._admit(host, admission)


class _EditsUnchecked(Reference):
    """Which checks PodNetworkings when they are created, and not when they are edited."""

    def _admit(self, host, admission):
        original = admission.validate_podnetworking

        def validate(request):
            return AdmissionResponse() if request.operation == "UPDATE" else original(request)

        admission.validate_podnetworking = validate
        super()._admit(host, admission)
