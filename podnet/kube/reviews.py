"""Questions that are asked with POST and stored nowhere: who am I, and what may I do.

There are no roles here: whoever is known may do everything, as an administrator may.
"""

from __future__ import annotations

from podnet.api.objects import Obj, timestamp
from podnet.api.resources import SELF_SUBJECT_ACCESS_REVIEWS, Resource
from podnet.kube.backend import Backend
from podnet.kube.users import User

_AUTHENTICATION, _AUTHORIZATION = "authentication.k8s.io", "authorization.k8s.io"
SELF_SUBJECT_REVIEWS = Resource(_AUTHENTICATION, "v1", "selfsubjectreviews", "SelfSubjectReview", namespaced=False)
SUBJECT_ACCESS_REVIEWS = Resource(_AUTHORIZATION, "v1", "subjectaccessreviews", "SubjectAccessReview", namespaced=False)
SELF_SUBJECT_RULES_REVIEWS = Resource(
    _AUTHORIZATION, "v1", "selfsubjectrulesreviews", "SelfSubjectRulesReview", namespaced=False
)
TOKEN_REVIEWS = Resource(_AUTHENTICATION, "v1", "tokenreviews", "TokenReview", namespaced=False)

REVIEWS = (
    SELF_SUBJECT_REVIEWS,
    TOKEN_REVIEWS,
    SELF_SUBJECT_ACCESS_REVIEWS,
    SELF_SUBJECT_RULES_REVIEWS,
    SUBJECT_ACCESS_REVIEWS,
)
_BY_PATH = {(kind.group, kind.version, kind.plural): kind for kind in REVIEWS}
_ANYTHING = {
    "incomplete": False,
    "resourceRules": [{"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}],
    "nonResourceRules": [{"verbs": ["*"], "nonResourceURLs": ["*"]}],
}


def review_at(group: str, version: str, plural: str) -> Resource | None:
    """The kind of question that is asked at this path."""
    return _BY_PATH.get((group, version, plural))


def answer(backend: Backend, kind: Resource, asked: Obj, user: User) -> Obj:
    """What has been asked with its answer as ``status``."""
    asked = {"kind": kind.kind, "apiVersion": kind.api_version, "metadata": {}, **asked}
    if kind == SELF_SUBJECT_REVIEWS:
        asked["metadata"] = {**asked["metadata"], "creationTimestamp": timestamp(backend.now())}
        status: Obj = {"userInfo": user.info()}
    elif kind == SELF_SUBJECT_RULES_REVIEWS:
        status = _ANYTHING
    elif kind == TOKEN_REVIEWS:
        status = _token_status(backend, str((asked.get("spec") or {}).get("token") or ""))
    else:
        status = {"allowed": True}
    return {**asked, "status": status}


def _token_status(backend: Backend, token: str) -> Obj:
    found = backend.tokens.find(token)
    if found is None:
        return {"error": "invalid bearer token"}
    return {"authenticated": True, "user": found.info(), "audiences": [backend.tokens.issuer]}
