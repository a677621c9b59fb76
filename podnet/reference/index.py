"""What admission needs to know of the cluster, kept current by watches so that no admission lists anything."""

from __future__ import annotations

from collections.abc import Mapping

from podnet.api.client import Api
from podnet.api.errors import ApiError, is_not_found
from podnet.api.host import Change
from podnet.api.objects import labels_of, name_of
from podnet.api.podnetworking import PodNetworking, from_object
from podnet.api.resources import NAMESPACES
from podnet.engine.lookup import Lookup


class Index:
    """Every PodNetworking, parsed once for each version of it, and the labels of every namespace.

    It lists nothing itself: between its list and the first of a watch, something could vanish unseen.
    """

    def __init__(self, api: Api) -> None:
        self._api = api
        self.podnetworkings: dict[str, PodNetworking] = {}
        self._lookup = Lookup()
        self._namespaces: dict[str, Mapping[str, str]] = {}

    def see_podnetworking(self, change: Change) -> None:
        """Take note of a change of a PodNetworking."""
        if change.new is None:
            self.podnetworkings.pop(name_of(change.object), None)
            self._lookup.remove(name_of(change.object))
        elif change.old is None or change.old.get("spec") != change.new.get("spec"):
            podnetworking = self.podnetworkings[name_of(change.new)] = from_object(change.new)
            self._lookup.put(podnetworking)

    def plausible(
        self, *, pod_labels: Mapping[str, str], namespace_labels: Mapping[str, str]
    ) -> tuple[PodNetworking, ...]:
        """The PodNetworkings that can match by the rule of the document, and few others."""
        return self._lookup.plausible(pod_labels=pod_labels, namespace_labels=namespace_labels)

    def see_namespace(self, change: Change) -> None:
        """Take note of a change of a namespace."""
        if change.new is None:
            self._namespaces.pop(name_of(change.object), None)
        else:
            self._namespaces[name_of(change.new)] = labels_of(change.new)

    def namespace_labels(self, name: str) -> Mapping[str, str]:
        """The labels of a namespace, asked from the API server if no watch has told of it yet."""
        labels = self._namespaces.get(name)
        if labels is not None:
            return labels
        try:
            return labels_of(self._api.get(NAMESPACES, name))
        except ApiError as error:
            if is_not_found(error):
                return {}
            raise
