"""Wrong about allocation types, and about what Fixed means."""

from __future__ import annotations

from _miniature import FOREVER, _EditsUnchecked, kind_of

from podnet.api.objects import name_of
from podnet.api.selectors import Problem
from podnet.reference import Reference


def without_enums(value):
    if isinstance(value, dict):
        value.pop("enum", None)
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        without_enums(part)


class AnyType(Reference):
    """ALC-1: Every allocation type is accepted."""

    def custom_resource_definitions(self):
        definitions = super().custom_resource_definitions()
        for definition in definitions:
            without_enums(definition["spec"])
        return definitions


class AnySpellingOfTypes(AnyType):
    """ALC-1: The allocation types may be written in lower or upper case."""

    def reject(self, podnetworking):
        type_ = (podnetworking["spec"].get("allocationType") or {}).get("type") or "Elastic"
        problem = Problem("spec.allocationType.type", "FieldValueNotSupported", f'Unsupported value: "{type_}"')
        known = type_.capitalize() in ("Elastic", "Fixed")
        return (*super().reject(podnetworking), *(() if known else (problem,)))


class TypesCheckedAtCreationOnly(_EditsUnchecked, AnySpellingOfTypes):
    """ALC-1: An edit may bring any allocation type."""

    def reject(self, podnetworking):
        type_ = (podnetworking["spec"].get("allocationType") or {}).get("type")
        problem = Problem("spec.allocationType.type", "FieldValueNotSupported", f'Unsupported value: "{type_}"')
        return (*super().reject(podnetworking), *(() if type_ in (None, "Elastic", "Fixed") else (problem,)))


class FixedIsRefused(Reference):
    """ALC-1: The allocation type Fixed is refused."""

    def reject(self, podnetworking):
        fixed = (podnetworking["spec"].get("allocationType") or {}).get("type") == "Fixed"
        problem = Problem("spec.allocationType.type", "FieldValueNotSupported", 'Unsupported value: "Fixed"')
        return (*super().reject(podnetworking), *([problem] if fixed else ()))


class _SparesSome(Reference):
    """Which does not apply PodNetworkings of type Fixed to pods that ``spares`` tells."""

    def spares(self, pod):
        return False

    def candidates(self, podnetworkings, *, pod, namespace_labels):
        if self.spares(pod):
            podnetworkings = [one for one in podnetworkings if one.allocation_type != "Fixed"]
        return super().candidates(podnetworkings, pod=pod, namespace_labels=namespace_labels)


class FixedNotForStatefulSets(_SparesSome):
    """ALC-5: A Fixed PodNetworking is not applied to the pods of StatefulSets."""

    def spares(self, pod):
        return kind_of(pod) == "StatefulSet"


class FixedForStatefulSetsOnly(_SparesSome):
    """ALC-5: A Fixed PodNetworking is applied to the pods of StatefulSets only."""

    def spares(self, pod):
        return kind_of(pod) != "StatefulSet"


class FixedForFixedNamesOnly(_SparesSome):
    """ALC-5: A Fixed PodNetworking is applied to pods with a lasting name only."""

    def spares(self, pod):
        return kind_of(pod) not in ("StatefulSet", "")


class FixedNotForJobs(_SparesSome):
    """ALC-5: A Fixed PodNetworking is not applied to the pods of Jobs."""

    def spares(self, pod):
        return kind_of(pod) == "Job"


class FixedNotForNamespaces(Reference):
    """ALC-5: A Fixed PodNetworking with a namespaceSelector alone applies to nobody."""

    def matches(self, podnetworking, *, pod_labels, namespace_labels):
        if podnetworking.allocation_type == "Fixed" and podnetworking.pod_selector is None:
            return False
        return super().matches(podnetworking, pod_labels=pod_labels, namespace_labels=namespace_labels)


class FixedByAnEditIsIgnored(Reference):
    """ALC-5: A PodNetworking that became Fixed by an edit is not applied any more."""

    def __init__(self):
        super().__init__()
        self.types = {}

    def candidates(self, podnetworkings, *, pod, namespace_labels):
        first = [self.types.setdefault(one.uid, one.allocation_type) for one in podnetworkings]
        same = [one for one, type_ in zip(podnetworkings, first, strict=True) if type_ == one.allocation_type]
        return super().candidates(same, pod=pod, namespace_labels=namespace_labels)


class ReleaseParametersAreIgnored(Reference):
    """ALC-6: releaseStrategy and releaseAfter are taken with Fixed, although the contrary is claimed."""

    def reject(self, podnetworking):
        return tuple(one for one in super().reject(podnetworking) if one.reason != "FieldValueForbidden")


class ReleaseAfterAloneIsRefused(Reference):
    """ALC-6: With Fixed only releaseAfter is refused, although both are claimed to be."""

    def reject(self, podnetworking):
        return tuple(one for one in super().reject(podnetworking) if not one.field.endswith("releaseStrategy"))


class FixedIsKept(Reference):
    """ALC-7: An address under Fixed is never released."""

    def holds_after_deletion(self, eni, *, plane, pod):
        return FOREVER if plane.allocation_type == "Fixed" else None


class FixedIsKeptForStatefulSets(Reference):
    """ALC-7: Under Fixed the addresses of a StatefulSet are kept for it."""

    def holds_after_deletion(self, eni, *, plane, pod):
        return FOREVER if plane.allocation_type == "Fixed" and kind_of(pod) == "StatefulSet" else None


class FixedIsKeptForDeployments(Reference):
    """ALC-7: Under Fixed the addresses of a Deployment are kept for it."""

    def holds_after_deletion(self, eni, *, plane, pod):
        return FOREVER if plane.allocation_type == "Fixed" and kind_of(pod) == "ReplicaSet" else None


class FixedIsKeptForBarePods(Reference):
    """ALC-7: Under Fixed the address of a pod that no controller made is kept for its name."""

    def holds_after_deletion(self, eni, *, plane, pod):
        return FOREVER if plane.allocation_type == "Fixed" and not kind_of(pod) else None


class FixedIsKeptForOrdinalZero(Reference):
    """ALC-7: Under Fixed the address of the first pod of a StatefulSet is kept for it."""

    def holds_after_deletion(self, eni, *, plane, pod):
        first = kind_of(pod) == "StatefulSet" and name_of(pod).endswith("-0")
        return FOREVER if plane.allocation_type == "Fixed" and first else None


class HonoursReleaseStrategy(Reference):
    """ALC-7: The releaseStrategy Never is accepted with Fixed, and obeyed."""

    features = Reference.features - {"FixedRejectsReleaseParams"}

    def reject(self, podnetworking):
        return tuple(one for one in super().reject(podnetworking) if "release" not in str(one))

    def holds_after_deletion(self, eni, *, plane, pod):
        return FOREVER if plane.release_strategy == "Never" else None


class HonoursReleaseAfter(Reference):
    """ALC-7: The parameter releaseAfter is accepted with Fixed, and obeyed."""

    features = Reference.features - {"FixedRejectsReleaseParams"}

    def reject(self, podnetworking):
        return tuple(one for one in super().reject(podnetworking) if "release" not in str(one))

    def holds_after_deletion(self, eni, *, plane, pod):
        return 3600.0 if plane.release_after == "1h" else None


class ReleaseParametersCheckedAtCreationOnly(Reference):
    """ALC-6: An edit may bring Fixed with releaseStrategy or releaseAfter, although the contrary is claimed."""

    def reject(self, podnetworking):
        found = super().reject(podnetworking)
        is_edit = name_of(podnetworking) in self.podnetworkings
        return tuple(one for one in found if not (is_edit and one.reason == "FieldValueForbidden"))
