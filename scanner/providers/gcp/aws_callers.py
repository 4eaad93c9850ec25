"""AWS identities that enter a pool: the ARNs that a condition over their tokens means, as nodes.

A token is a signed GetCallerIdentity: ``assertion.arn`` is that of a session
(``arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION``) or a user, ``assertion.account`` the provider's. Source:
IAM documentation, "Configure Workload Identity Federation with AWS"
(https://cloud.google.com/iam/docs/workload-identity-federation-with-other-clouds, read 2026-11).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scanner.guards import Guard
from scanner.model import Hop, Principal
from scanner.providers.gcp.access.guarding import Key, guards_of
from scanner.providers.gcp.cel import Environment, attributes
from scanner.providers.gcp.cel.residual import residual
from scanner.providers.gcp.cel.terms import Conjunct, Free, Term
from scanner.stringset import StringSet
from scanner.wording import wording_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.config import Config
    from scanner.providers.gcp.cel.syntax import Node
    from scanner.providers.gcp.estate import GcpEstate
    from scanner.providers.gcp.federation import Provider
    from scanner.snapshot import Snapshot

_ARN = "assertion.arn"
_SESSION = re.compile(
    r"arn:(?P<partition>aws[a-z-]*):sts::\d+:assumed-role/(?P<role>[^/*?]+)(/(?P<session>.*))?"
)
_NODE = re.compile(r"arn:aws[a-z-]*:iam::(?P<account>\d{12}):(?P<kind>root|role|user)(/(?P<name>.+))?")
_OBJECT = re.compile(r"tenant:(?P<tenant>[^/]+)/(?P<object>.+)")
_NAME_KEY = "aws session name"


def entering(estate: GcpEstate, node: str, provider: Provider, condition: Node) -> Iterator[Hop]:
    """Yield the hops of AWS identities whose tokens meet a condition."""
    claims = {path: Free() for path in attributes(condition) if path.startswith("assertion.")}
    if _ARN in claims:
        claims[_ARN] = Free(StringSet.glob(f"arn:aws*:*::{provider.account}:*"))
    claims.pop("assertion.account", None)
    known = Environment(known={"assertion.account": provider.account})
    seen = set()
    for conjunct in residual(condition, known, claims).alternatives:
        states = dict(conjunct.states)
        arns = states.pop(Term(_ARN), None)
        globs = _globs(arns.values if arns else None)
        keys = {term.path: Key(term.path.replace("assertion.", "aws token "), "ours") for term in states}
        rest = guards_of(Conjunct(states), keys)
        hinges = {*conjunct.hinges, *(() if rest is not None else {t.path for t in states})}
        missing = tuple(f"{provider.document.id} ({hinge})" for hinge in sorted(hinges))
        for glob in globs or (f"arn:aws:*::{provider.account}:*",):
            for source, guards in _nodes(estate.snapshot, provider.account, glob):
                for more in rest or [()]:
                    hop = Hop(
                        node,
                        source,
                        "assume-web-identity",
                        guards=tuple(sorted({*guards, *more})),
                        certainty="possible" if missing else "proven",
                        evidence=provider.evidence(),
                        missing=missing,
                    )
                    if hop not in seen:
                        seen.add(hop)
                        yield hop


def _globs(values: object) -> tuple[str, ...]:
    if not isinstance(values, StringSet):
        return ()
    found = wording_of(values)
    return tuple(v for clauses in found or () for op, vs in clauses if op in {"in", "like"} for v in vs)


def _nodes(snapshot: Snapshot, account: str, glob: str) -> Iterator[tuple[str, tuple[Guard, ...]]]:
    """Yield the node of each AWS identity that an ARN or a glob of them means, with what narrows it."""
    session = _SESSION.fullmatch(glob)
    if session is not None and session["session"] is None:
        return  # every session has a name behind its role's
    if session is not None:
        name = session["session"] or "*"
        op = "like" if "*" in name or "?" in name else "in"
        guards = () if name == "*" else (Guard(_NAME_KEY, op, (name,), "vendor", "session-name"),)
        yield _role(snapshot, session["partition"], account, session["role"]), guards
        return
    if "*" not in glob and "?" not in glob:
        yield glob, ()
        return
    everyone = glob.endswith(f"::{account}:*")
    guards = () if everyone else (Guard("aws caller", "like", (glob,), "ours"),)
    yield account_node(account), guards
    meant = StringSet.glob(glob)
    for arn in _identities(snapshot, account):
        name = arn.rpartition("/")[2]
        session_or_user = f"arn:aws*:sts::{account}:assumed-role/{name}/*" if ":role/" in arn else arn
        if meant.meets(StringSet.glob(session_or_user)):
            yield arn, ()


def _role(snapshot: Snapshot, partition: str, account: str, name: str) -> str:
    """Return a role's ARN, whose path a session's does not show."""
    known = (arn for arn in _identities(snapshot, account) if arn.endswith(f"/{name}") and ":role/" in arn)
    return next(known, f"arn:{partition}:iam::{account}:role/{name}")


def _identities(snapshot: Snapshot, account: str) -> Iterator[str]:
    for field in ("RoleDetailList", "UserDetailList"):
        for document in snapshot.all("aws", "iam", f"GetAccountAuthorizationDetails.{field}"):
            if document.id.scope == account:
                yield document.id.key


def account_node(account: str) -> str:
    """Return the node of all identities of an AWS account."""
    return f"arn:aws:iam::{account}:root"


def describe(node: str, config: Config) -> Principal | None:
    """Return an identity of another cloud that enters a pool, as far as its id tells.

    The estate of its own cloud, where that was read, knows better.
    """
    object_ = _OBJECT.fullmatch(node)
    if object_ is not None:
        return Principal(node, "app", "azure", object_["tenant"], object_["object"])
    found = _NODE.fullmatch(node)
    if found is None:
        return None
    kind = "account" if found["kind"] == "root" else found["kind"]
    ours = found["account"] in config.ours.aws.accounts
    return Principal(node, kind, "aws", found["account"], found["name"] or "", ours=ours)
