"""One access question as a line of JSON, and its answer: what ``sidedoor decide --provider aws`` speaks.

The fields are those of the README. A field that is absent means that there is no such policy; ``{"unread":
"why"}`` may stand wherever a policy may, and what code leaves open (`scanner.snapshot.Unresolved`) inside of
one. For S3 there are besides

* ``acl``: grants ``{"grantee", "permission", "on"}`` of the ACLs of the ``object`` and the ``bucket``
  (``on``): an account id, ``canonical:ID``, ``AllUsers`` or ``AuthenticatedUsers`` gets ``READ``, ``WRITE``,
  ``READ_ACP``, ``WRITE_ACP`` or ``FULL_CONTROL``; ``ignorePublicAcls`` leaves those to everyone out;
* ``objectOwnership``: the bucket's setting; with ``BucketOwnerEnforced`` no ACL counts; ``objectOwner``:
  the account that owns the object, when it is not the bucket's;
* ``accessPoint``: ``{"arn", "accountId", "policy", "blockPublicAccess", "vpc"}`` that the request goes
  through, all but the first two optional; ``resource`` is the object in its bucket all the same.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from scanner.errors import did_you_mean
from scanner.providers.aws.access.decide import decide
from scanner.providers.aws.access.policy import Policy
from scanner.providers.aws.access.request import AccessPoint, AclGrant, KmsGrant, Request, Unread
from scanner.verdict import AllowedIf, Denied, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.aws.access.request import Decision
    from scanner.verdict import Guard

_FIELDS = frozenset(
    {
        "id",
        "request",
        "identityPolicies",
        "resourcePolicy",
        "permissionBoundaryPolicies",
        "sessionPolicy",
        "serviceControlPolicies",
        "resourceControlPolicies",
        "vpcEndpointPolicies",
        "blockPublicAccess",
        "kmsGrants",
        "mode",
        "openKeys",
        "someResource",
        "identityAssumed",
        "acl",
        "ignorePublicAcls",
        "objectOwnership",
        "objectOwner",
        "accessPoint",
    }
)


class _BadLine(Exception):  # noqa: N818 - becomes the answer's `error`
    """The line asks nothing that can be answered; the message says where."""


def answer_line(line: bytes | str) -> dict[str, Any]:
    """Return the answer to one request line, or ``{"id", "error"}`` when it is not one. Never raises."""
    asked: Any = None
    try:
        asked = json.loads(line)
        if not isinstance(asked, dict):
            raise _BadLine("a request line is a JSON object")
        return _answer(asked.get("id"), decide(read_request(asked)))
    except _BadLine as wrong:
        problem = str(wrong)
    except (ValueError, RecursionError) as wrong:
        problem = "not JSON" if asked is None else f"cannot be read: {wrong}"
    identifier = asked.get("id") if isinstance(asked, dict) else None
    return {"id": identifier, "error": problem}


def read_request(asked: dict[str, Any]) -> Request:
    """Return the request of a decoded line.

    Raises:
        ValueError: when a field that is no policy has another shape than the README says.
    """
    for name in asked:
        if name not in _FIELDS:
            raise _BadLine(f"unknown field `{name}`{did_you_mean(str(name), _FIELDS)}")
    request = _object(asked.get("request"), "request")
    resource = request.get("resource")
    place = _object(resource, "request/resource") if not isinstance(resource, str) else {"resource": resource}
    account = place.get("accountId")
    if account is not None and not isinstance(account, str):
        raise _BadLine("`request/resource/accountId` is a string of 12 digits")
    mode = asked.get("mode", "strict")
    if mode not in ("strict", "open"):
        raise _BadLine(f"`mode` is strict or open, not `{mode}`")
    open_keys = asked.get("openKeys")
    blocked, ignored = asked.get("blockPublicAccess", False), asked.get("ignorePublicAcls", False)
    ownership = asked.get("objectOwnership", "")
    return Request(
        action=_text(request.get("action"), "request/action"),
        principal=_text(request.get("principal"), "request/principal"),
        resource=_text(place.get("resource"), "request/resource/resource"),
        some_resource=_flag(asked.get("someResource", False), "someResource"),
        resource_account=account or None,
        context=_context(request.get("contextVariables")),
        mode=mode,
        open_keys=None if open_keys is None else frozenset(_texts(open_keys, "openKeys")),
        identity=tuple(_policies(asked.get("identityPolicies"), "identityPolicies")),
        identity_assumed=_flag(asked.get("identityAssumed", False), "identityAssumed"),
        resource_policy=_policy(asked.get("resourcePolicy"), "resourcePolicy"),
        boundary=tuple(_policies(asked.get("permissionBoundaryPolicies"), "permissionBoundaryPolicies"))
        or None,
        session=_policy(asked.get("sessionPolicy"), "sessionPolicy"),
        scps=_levels(asked.get("serviceControlPolicies"), "serviceControlPolicies"),
        rcps=_levels(asked.get("resourceControlPolicies"), "resourceControlPolicies"),
        vpc_endpoint=tuple(_policies(asked.get("vpcEndpointPolicies"), "vpcEndpointPolicies")),
        kms_grants=_grants(asked.get("kmsGrants")),
        block_public_access=_unread(blocked) or _flag(blocked, "blockPublicAccess"),
        acl=_acl(asked.get("acl")),
        object_ownership=_unread(ownership) or (_text(ownership, "objectOwnership") if ownership else ""),
        ignore_public_acls=_unread(ignored) or _flag(ignored, "ignorePublicAcls"),
        object_owner=_text(asked["objectOwner"], "objectOwner") if asked.get("objectOwner") else None,
        access_point=_access_point(asked.get("accessPoint")),
    )


def _answer(identifier: object, decision: Decision) -> dict[str, Any]:
    verdict = decision.verdict
    answer: dict[str, Any] = {
        "id": identifier,
        "verdict": type(verdict).__name__,
        "explicit": decision.explicit,
        "guards": [],
        "witness": {},
        "deciding": [
            {"policy": ref.policy, "statement": ref.index, "sid": ref.sid, "layer": ref.layer}
            for ref in decision.deciding
        ],
        "missing": list(verdict.missing) if isinstance(verdict, Unknown) else [],
    }
    if isinstance(verdict, AllowedIf):
        answer["guards"] = [_guard(guard) for guard in verdict.guards]
        answer["alternatives"] = [[_guard(guard) for guard in guards] for guards in verdict.alternatives]
        answer["witness"] = {key: list(values) for key, values in verdict.witness}
    if isinstance(verdict, Denied):
        answer["short"] = list(decision.short)
    return answer


def _guard(guard: Guard) -> dict[str, Any]:
    return {
        "key": guard.key,
        "op": guard.op,
        "values": list(guard.values),
        "held_by": guard.held_by,
        "kind": guard.kind,
    }


def _object(value: Any, name: str) -> dict[str, Any]:  # noqa: ANN401 - decoded JSON
    if not isinstance(value, dict):
        raise _BadLine(f"`{name}` is missing or no object")
    return value


def _text(value: Any, name: str) -> str:  # noqa: ANN401 - decoded JSON
    if not isinstance(value, str) or not value:
        raise _BadLine(f"`{name}` is missing or no text")
    return value


def _texts(value: Any, name: str) -> list[str]:  # noqa: ANN401 - decoded JSON
    if not isinstance(value, list):
        raise _BadLine(f"`{name}` is a list")
    return [_text(item, name) for item in value]


def _flag(value: Any, name: str) -> bool:  # noqa: ANN401 - decoded JSON
    if not isinstance(value, bool):
        raise _BadLine(f"`{name}` is true or false")
    return value


def _context(value: Any) -> dict[str, tuple[str, ...]]:  # noqa: ANN401 - decoded JSON
    found: dict[str, tuple[str, ...]] = {}
    for key, values in _object(value if value is not None else {}, "request/contextVariables").items():
        listed = values if isinstance(values, list) else [values]
        if any(isinstance(v, dict | list) or v is None for v in listed):
            raise _BadLine(f"`request/contextVariables/{key}` is a value or a list of values")
        if key.lower() in found:
            raise _BadLine(f"`request/contextVariables/{key}` is there twice but for letter case")
        found[key.lower()] = tuple(str(v).lower() if isinstance(v, bool) else str(v) for v in listed)
    return found


def _unread(value: Any) -> Unread | None:  # noqa: ANN401 - decoded JSON
    if isinstance(value, dict) and value.keys() == {"unread"}:
        return Unread(str(value["unread"]))
    return None


def _policy(value: Any, name: str) -> Policy | Unread | None:  # noqa: ANN401 - decoded JSON
    if value is None:
        return None
    if isinstance(value, dict) and value.keys() == {"name", "policy"}:
        name, value = str(value["name"]), value["policy"]
    return _unread(value) or Policy.parse(value, name=name)


def _policies(value: Any, name: str) -> Iterator[Policy | Unread]:  # noqa: ANN401 - decoded JSON
    if value is None:
        return
    unread = _unread(value)
    if unread is not None:
        yield unread
        return
    for index, item in enumerate(value if isinstance(value, list) else [value]):
        found = _policy(item, f"{name}/{index}" if isinstance(value, list) else name)
        yield found if found is not None else Policy.parse({}, name=f"{name}/{index}")


def _levels(value: Any, name: str) -> tuple[tuple[Policy | Unread, ...], ...]:  # noqa: ANN401 - decoded JSON
    if value is None:
        return ()
    unread = _unread(value)
    if unread is not None:
        return ((unread,),)
    if not isinstance(value, list):
        raise _BadLine(f"`{name}` is a list of levels")
    return tuple(tuple(_policies(level, f"{name}/{index}")) for index, level in enumerate(value))


def _grants(value: Any) -> tuple[KmsGrant, ...] | Unread:  # noqa: ANN401 - decoded JSON
    unread = _unread(value)
    if unread is not None or value is None:
        return unread or ()
    if not isinstance(value, list):
        raise _BadLine("`kmsGrants` is a list")
    return tuple(_grant(item, f"kmsGrants/{index}") for index, item in enumerate(value))


def _acl(value: Any) -> tuple[AclGrant, ...] | Unread:  # noqa: ANN401 - decoded JSON
    unread = _unread(value)
    if unread is not None or value is None:
        return unread or ()
    if not isinstance(value, list):
        raise _BadLine("`acl` is a list")
    found = []
    for index, item in enumerate(value):
        name = f"acl/{index}"
        grant = _object(item, name)
        on = grant.get("on", "object")
        if on not in ("object", "bucket"):
            raise _BadLine(f"`{name}/on` is object or bucket")
        grantee = _text(grant.get("grantee"), f"{name}/grantee")
        found.append(AclGrant(grantee, _text(grant.get("permission"), f"{name}/permission"), on, name))
    return tuple(found)


def _access_point(value: Any) -> AccessPoint | None:  # noqa: ANN401 - decoded JSON
    if value is None:
        return None
    point = _object(value, "accessPoint")
    blocked = point.get("blockPublicAccess", False)
    return AccessPoint(
        _text(point.get("arn"), "accessPoint/arn"),
        _text(point.get("accountId"), "accessPoint/accountId"),
        _policy(point.get("policy"), "accessPoint/policy"),
        _unread(blocked) or _flag(blocked, "accessPoint/blockPublicAccess"),
        _text(point["vpc"], "accessPoint/vpc") if point.get("vpc") else None,
    )


def _grant(value: Any, name: str) -> KmsGrant:  # noqa: ANN401 - decoded JSON
    grant = _object(value, name)
    constraints = _object(grant.get("Constraints") or {}, f"{name}/Constraints")
    return KmsGrant(
        grantee=_text(grant.get("GranteePrincipal"), f"{name}/GranteePrincipal"),
        operations=tuple(_texts(grant.get("Operations"), f"{name}/Operations")),
        encryption_context_equals=_pairs(constraints, "EncryptionContextEquals", name),
        encryption_context_subset=_pairs(constraints, "EncryptionContextSubset", name),
        name=name,
    )


def _pairs(constraints: dict[str, Any], word: str, name: str) -> tuple[tuple[str, str], ...]:
    found = _object(constraints.get(word) or {}, f"{name}/Constraints/{word}")
    return tuple(
        sorted((key, _text(value, f"{name}/Constraints/{word}/{key}")) for key, value in found.items())
    )
