"""The narrowest policies under which a third party keeps what is agreed: a role of its own, or one statement.

A way through roles becomes one role that nobody else enters: the role that the party enters today when it is
its own already, otherwise a new one in the account of the last role. It gets the calls that the last hop
takes, on exactly these resources, under the conditions of the statements that allow them now. A way by a
resource's policy becomes a statement with the party as its only principal. Source: IAM User Guide, "Policies
and permissions", "Grant least privilege" and "IAM JSON policy elements reference"
(https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html, read 2026-11-22).
"""

from __future__ import annotations

import json
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from scanner.providers.aws.arn import Arn
from scanner.providers.narrowing import Draft, Piece, Refused
from scanner.snapshot import Change, Removal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from scanner.model import Call, Hop, Path
    from scanner.providers.narrowing import Party
    from scanner.snapshot import Snapshot

_VERSION: Final = "2012-10-17"
_ENTERING: Final = ("assume", "assume-web-identity", "assume-saml")
_ON_ASSET: Final = ("read", "write", "invoke", "edit-policy")
_ORDER: Final = ("Sid", "Effect", "Principal", "Action", "Resource", "Condition")
_TRUST: Final = "AssumeRolePolicyDocument"
_RESERVED: Final = ":role/aws-reserved/"
_ROLES: Final = "iam:GetAccountAuthorizationDetails.RoleDetailList/"


def drafts(snapshot: Snapshot, ways: Sequence[Path], party: Party) -> Iterator[Draft | Refused]:
    """Yield what the party gets for each way, ways into one role together."""
    by_role: dict[str, list[Path]] = defaultdict(list)
    for way in ways:
        reason = _unfit(way)
        if reason:
            yield Refused((way,), reason)
        elif len(way.hops) == 1:
            yield _by_statement(snapshot, way, party)
        else:
            by_role[_own_role(snapshot, way, party)].append(way)
    for role, through in sorted(by_role.items()):
        yield _by_role(snapshot, role, tuple(through), party)


def _unfit(way: Path) -> str:
    """Return why a way cannot be told as calls, or an empty text.

    IAM Identity Center writes the roles of permission sets, and whom they trust: AWS Managed Policy
    Reference, "AWSSSOServiceRolePolicy"
    (https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSSSOServiceRolePolicy.html, read
    2026-11-22).
    """
    *entering, last = way.hops
    reserved = next((hop.target for hop in entering if _RESERVED in hop.target), None)
    if reserved is not None:
        return f"IAM Identity Center writes {reserved}: narrow its permission set, or who is assigned to it"
    odd = [hop.type for hop in entering if hop.type not in _ENTERING]
    odd += [last.type] if last.type not in _ON_ASSET else []
    if odd:
        return f"the way takes `{odd[0]}`, which is no permission on the asset"
    if not last.calls or any(not hop.calls for hop in entering):
        return "no statement that a policy could hold instead is on record"
    return ""


def _own_role(snapshot: Snapshot, way: Path, party: Party) -> str:
    """Return the role that the party is to have: today's when it is its own, else a new one's ARN."""
    entered, last = way.hops[0].target, way.hops[-1].source
    if entered == last and _is_own(snapshot, entered, party):
        return entered
    arn = Arn.parse(last)
    return f"arn:{arn.partition}:iam::{arn.account}:role/sidedoor-{party.slug}"


def _is_own(snapshot: Snapshot, role: str, party: Party) -> bool:
    """Tell whether a role's trust policy names nobody but the party."""
    body = _body(snapshot, role)
    trust = body.get("AssumeRolePolicyDocument")
    statements = trust.get("Statement") if isinstance(trust, dict) else None
    allows = [s for s in _listed(statements) if isinstance(s, dict) and s.get("Effect") == "Allow"]
    return bool(allows) and all(_mentions_only(s, party) for s in allows)


def _mentions_only(statement: dict[str, Any], party: Party) -> bool:
    principal = statement.get("Principal")
    if not isinstance(principal, dict):
        return False
    if set(principal) == {"Federated"}:
        return _subjects(statement) <= party.names and bool(_subjects(statement))
    named = [name for names in principal.values() for name in _listed(names)]
    return set(principal) == {"AWS"} and set(named) <= party.names


def _subjects(statement: dict[str, Any]) -> set[str]:
    """Return the token subjects that a statement demands."""
    found: set[str] = set()
    for keys in (statement.get("Condition") or {}).values():
        for key, values in keys.items() if isinstance(keys, dict) else ():
            if key.lower().endswith(":sub"):
                found.update(map(str, _listed(values)))
    return found


def _by_role(snapshot: Snapshot, role: str, ways: tuple[Path, ...], party: Party) -> Draft:
    entries = tuple(dict.fromkeys(way.hops[0] for way in ways))
    body = _body(snapshot, role)
    trust = _policy(_once(_trusting(snapshot, entry, party) for entry in entries))
    allowed = _policy(_once(_allowing(snapshot, way) for way in ways))
    name = role.rpartition("/")[2]
    made = {
        **(body or {"RoleName": name, "Arn": role, "Path": "/", "InstanceProfileList": []}),
        "AssumeRolePolicyDocument": trust,
        "RolePolicyList": [{"PolicyName": f"sidedoor-{party.slug}", "PolicyDocument": allowed}],
        "AttachedManagedPolicies": [],
    }
    what = f"role {role}" + ("" if body else " (new)")
    others = "" if not body else "; its other policies are detached"
    pieces = [Piece(f"trust policy of {what}", trust), Piece(f"permissions of {what}{others}", allowed)]
    changes = [Change(f"aws:{Arn.parse(role).account}::{_ROLES}{role}", "", made)]
    removals: list[Removal] = []
    if not body:
        removals += _taken_out(snapshot, entries, party.names)
    for piece, change in _added(snapshot, ways, role):
        pieces.append(piece)
        changes.append(change)
    if body:
        removals += _named_before(snapshot, ways, role)
    return Draft(
        ways, tuple(pieces), tuple(changes), tuple(removals), notes=tuple(_notes(body, role, entries))
    )


def _notes(body: dict[str, Any], role: str, entries: Iterable[Hop]) -> Iterator[str]:
    if not body:
        yield f"others use the role that is entered today: `{role}` is new, and the party is told its ARN"
    if any(e.type == "assume" and all(g.kind != "external-id" for g in e.guards) for e in entries):
        yield f"`{role}` asks for no external id: agree on one, and demand it in the trust policy"


def _by_statement(snapshot: Snapshot, way: Path, party: Party) -> Draft | Refused:
    """Return the statement that stands for a way by a resource's own policy."""
    added = list(_added(snapshot, (way,), way.hops[0].source))
    if not added:
        return Refused((way,), "the grant is no policy statement (an ACL, a grant of a key, or a share)")
    pieces, changes = zip(*added, strict=True)
    removals = tuple(_taken_out(snapshot, way.hops, party.names))
    cited = [s for call in way.hops[0].calls for _, _, s in _cited(snapshot, call) if "Principal" in s]
    notes = ("a statement that is taken out lets in others too: they lose it",)
    open_ = any(not _mentions_only(statement, party) for statement in cited)
    whole = any(removal.pointer.rpartition("/")[0].endswith("/Statement") for removal in removals)
    return Draft((way,), pieces, changes, removals, notes=notes if open_ and whole else ())


def _trusting(snapshot: Snapshot, entry: Hop, party: Party) -> Iterator[dict[str, Any]]:
    """Yield the statements that let the entry's source in, without anybody else."""
    for call in entry.calls:
        for _, _, statement in _cited(snapshot, call):
            if "Principal" not in statement:
                continue
            condition = _with_subjects(statement.get("Condition") or {}, party)
            if party.networks and not any(guard.kind == "source-ip" for guard in entry.guards):
                condition = {**condition, "IpAddress": {"aws:SourceIp": list(party.networks)}}
            made = {
                "Effect": "Allow",
                "Principal": _narrower(statement["Principal"], entry.source, party),
                "Action": call.action,
            }
            yield {**made, "Condition": condition} if condition else made


def _narrower(principal: Any, source: str, party: Party) -> Any:  # noqa: ANN401 - as policies have it
    """Return the part of a Principal element that means the source."""
    if isinstance(principal, dict) and "Federated" in principal:
        return {"Federated": principal["Federated"]}
    named = _listed(principal.get("AWS")) if isinstance(principal, dict) else ()
    own = [name for name in named if name in party.names]
    return {"AWS": own[0] if len(own) == 1 else own or source}


def _with_subjects(condition: dict[str, Any], party: Party) -> dict[str, Any]:
    """Return a condition whose demands on the token's subject admit the party's only."""
    made: dict[str, Any] = {}
    for operator, keys in condition.items():
        made[operator] = {
            key: [v for v in _listed(values) if v in party.names] or values
            if key.lower().endswith(":sub")
            else values
            for key, values in keys.items()
        }
    return made


def _allowing(snapshot: Snapshot, way: Path) -> Iterator[dict[str, Any]]:
    """Yield identity statements for the calls of a way's last hop."""
    for call in way.hops[-1].calls:
        conditions = [s.get("Condition") for _, _, s in _cited(snapshot, call) if "Principal" not in s]
        made: dict[str, Any] = {"Effect": "Allow", "Action": call.action, "Resource": call.resource}
        for condition in conditions or [None]:
            wanted = condition or _via(call, way)
            yield {**made, "Condition": wanted} if wanted else made


def _via(call: Call, way: Path) -> dict[str, Any]:
    """Return the condition under which a key opens only the asset's service.

    Source: KMS Developer Guide, "kms:ViaService"
    (https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html, read 2026-11-22).
    """
    key = Arn.parse(call.resource)
    if key.service != "kms" or Arn.parse(way.asset.id).service != "s3":
        return {}
    return {"StringEquals": {"kms:ViaService": f"s3.{key.region}.amazonaws.com"}}


def _added(snapshot: Snapshot, ways: Iterable[Path], principal: str) -> Iterator[tuple[Piece, Change]]:
    """Yield statements for the resources' own policies that name somebody on the way, and where they go."""
    for (document, pointer), statements in _by_resource(snapshot, ways, principal).items():
        listed, _, number = pointer.rpartition("/")
        if not number.isdigit():  # the policy's only statement, which stands for a list of it
            found = snapshot.cited(document, pointer)
            whole = [*((found[0],) if found else ()), *statements]
            yield Piece(f"statements of {document}", statements), Change(document, pointer, whole)
            continue
        for statement in statements:
            change = Change(document, f"{listed}/-", statement)
            yield Piece(f"one more statement of {document}", statement), change


def _by_resource(
    snapshot: Snapshot, ways: Iterable[Path], principal: str
) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """Return statements for the resources' own policies, by where the statement stands that they narrow."""
    found: dict[tuple[str, str], dict[str, dict[str, Any]]] = defaultdict(dict)
    for way in ways:
        last = way.hops[-1]
        for call in last.calls:
            for document, pointer, statement in _cited(snapshot, call):
                if not _names(statement, last.source):
                    continue
                made: dict[str, Any] = {
                    "Effect": "Allow",
                    "Principal": {"AWS": principal},
                    "Action": call.action,
                    "Resource": "*" if ":kms:GetKeyPolicy" in document else call.resource,
                }
                if statement.get("Condition"):
                    made["Condition"] = statement["Condition"]
                found[document, pointer].setdefault(json.dumps(made, sort_keys=True), made)
    return {place: list(made.values()) for place, made in found.items()}


def _names(statement: dict[str, Any], principal: str) -> bool:
    """Tell whether a resource's statement names a principal, and not only its account."""
    named = statement.get("Principal")
    if named is None:
        return False
    names = [n for v in named.values() for n in _listed(v)] if isinstance(named, dict) else [named]
    arn = Arn.parse(principal)
    if arn.resource == "root" and arn.account in names:
        return True
    return principal in names or "*" in names


def _taken_out(snapshot: Snapshot, hops: Iterable[Hop], names: frozenset[str]) -> Iterator[Removal]:
    """Yield the narrowest parts of resources' statements without which they do not name the party."""
    seen: set[tuple[str, str]] = set()
    for hop in hops:
        for call in hop.calls:
            for document, pointer, statement in _cited(snapshot, call):
                if "Principal" in statement and (document, pointer) not in seen:
                    seen.add((document, pointer))
                    yield from _parts(document, pointer, statement, names)


def _parts(
    document: str, pointer: str, statement: dict[str, Any], names: frozenset[str]
) -> Iterator[Removal]:
    principal = statement["Principal"]
    # beside a new one, the policy's only statement has become the first of two
    alone = not pointer.rpartition("/")[2].isdigit() and _TRUST not in pointer
    at = f"{pointer}/0" if alone else pointer
    for kind, named in principal.items() if isinstance(principal, dict) else ():
        own = [n for n, name in enumerate(named) if name in names] if isinstance(named, list) else []
        if own and len(own) < len(named):
            yield from (Removal(document, f"{at}/Principal/{kind}/{n}") for n in own)
            return
    yield Removal(document, at)


def _named_before(snapshot: Snapshot, ways: Iterable[Path], role: str) -> Iterator[Removal]:
    """Yield what names the role in resources' statements that it now has narrower ones for."""
    for way in ways:
        for call in way.hops[-1].calls:
            for document, pointer, statement in _cited(snapshot, call):
                if "Principal" in statement and _names(statement, role):
                    yield from _parts(document, pointer, statement, frozenset({role}))


def _cited(snapshot: Snapshot, call: Call) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for document, pointer in call.by:
        found = snapshot.cited(document, pointer)
        if found is not None and isinstance(found[0], dict) and found[0].get("Effect") == "Allow":
            yield document, pointer, found[0]


def _once(groups: Iterable[Iterable[dict[str, Any]]]) -> list[dict[str, Any]]:
    """Return statements, those that differ in the action only as one."""
    actions: dict[str, list[str]] = {}
    for group in groups:
        for statement in group:
            rest = json.dumps({k: v for k, v in statement.items() if k != "Action"})
            known = actions.setdefault(rest, [])
            if statement["Action"] not in known:
                known.append(statement["Action"])
    return [_with_actions(json.loads(rest), sorted(names)) for rest, names in actions.items()]


def _with_actions(rest: dict[str, Any], names: list[str]) -> dict[str, Any]:
    whole = {**rest, "Action": names[0] if len(names) == 1 else names}
    return {key: whole[key] for key in _ORDER if key in whole}


def _policy(statements: list[dict[str, Any]]) -> dict[str, Any]:
    return {"Version": _VERSION, "Statement": statements}


def _body(snapshot: Snapshot, role: str) -> dict[str, Any]:
    found = snapshot.cited(f"aws:{Arn.parse(role).account}::{_ROLES}{role}", "")
    return found[0] if found is not None and isinstance(found[0], dict) else {}


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 - one value stands for a list of it in policies
    return value if isinstance(value, list) else [] if value is None else [value]
