"""The nouns that every stage speaks of. Imports nothing of ours but `verdict`, whose guards stand on hops.

Ids are the providers' own: ARNs, GCP full resource names, Azure resource ids; `*` is anyone without
credentials. An OIDC subject is ``ISSUER sub=GLOB``, as in the vendor register. Everything is frozen, and
sorts by its first fields.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

from scanner.verdict import Guard  # noqa: TC001 - msgspec reads the annotations

Trust: TypeAlias = Literal["vendor", "partner", "federated", "unknown-external", "public"]
TRUSTS: tuple[Trust, ...] = ("vendor", "partner", "federated", "unknown-external", "public")

Certainty: TypeAlias = Literal["proven", "possible", "blocked"]
"""proven: every document that decides was read. possible: some were not. blocked: all but one part is
granted."""
CERTAINTIES: tuple[Certainty, ...] = ("proven", "possible", "blocked")

Gain: TypeAlias = Literal["read", "invoke", "write", "grant"]
"""What the last hop of a path yields on an asset: read the weights, call the model, replace them
(poisoning), or decide who else may."""
GAINS: tuple[Gain, ...] = ("read", "invoke", "write", "grant")

AssetClass: TypeAlias = Literal[
    "model-weights", "inference-endpoint", "weights-key", "training-output", "model-registry", "audit-log"
]
ASSET_CLASSES: tuple[AssetClass, ...] = (
    "model-weights",
    "inference-endpoint",
    "weights-key",
    "training-output",
    "model-registry",
    "audit-log",
)

Severity: TypeAlias = Literal["critical", "high", "medium", "low", "info"]
SEVERITIES: tuple[Severity, ...] = ("critical", "high", "medium", "low", "info")
"""Worst first."""

Confidence: TypeAlias = Literal["high", "medium", "low"]

Agreement: TypeAlias = Literal["agreed", "expired", "unmet-demand", "above-tier", "none", "unregistered"]
AGREEMENTS: tuple[Agreement, ...] = (
    "agreed",
    "expired",
    "unmet-demand",
    "above-tier",
    "none",
    "unregistered",
)
"""How the vendor register stands to a path: agreed as it is; agreed but over; agreed but without a demanded
condition; the vendor is agreed only to assets of lower tiers; registered with no agreement that covers it;
not in the register."""

HOP_TYPES: dict[str, str] = {
    "assume": "assumes a role",
    "assume-web-identity": "enters with a token of an OIDC issuer",
    "assume-saml": "assumes a role with a SAML assertion",
    "assume-certificate": "assumes a role with a certificate",
    "impersonate": "impersonates a service account",
    "enter-cluster": "enters a Kubernetes cluster and runs pods there",
    "exec": "runs commands in the pods",
    "mount": "mounts the volume in pods of its own",
    "forward": "has the cluster forward requests to the pods",
    "pass-role": "passes a role to compute it controls and acts as it",
    "run-code": "runs its code on compute that has a role and acts as it",
    "edit-trust": "rewrites who may become the principal, and becomes it",
    "take-credentials": "creates credentials for the principal",
    "self-grant": "grants itself more by editing its own policies",
    "join-group": "adds itself to a group",
    "belong-to-group": "is a member of the group",
    "activate-role": "activates a role it is eligible for",
    "act-for": "acts for a person who signs in to it, with a delegated permission",
    "widen": "grants a principal it can become every permission, and becomes it",
    "replace-image": "replaces the image that something runs from, and acts as its role",
    "take-shared-key": "takes a shared key or token of the resource, and acts with it",
    "drop-guard": "removes the policy that stands in the way, and passes",
    "read": "reads the asset",
    "copy": "receives copies of the asset",
    "write": "overwrites the asset",
    "invoke": "calls the endpoint",
    "relay": "passes its callers' requests on, with its own role",
    "ingress": "sends requests over the network",
    "edit-policy": "edits the policy that says who may reach the asset",
}
"""Every hop type and how a report says it. A provider's hop that needs a new one adds its line here."""

GUARD_KINDS: tuple[str, ...] = (
    "audience",
    "expiry",
    "external-id",
    "mfa",
    "principal-tag",
    "request-tag",
    "resource-tag",
    "session-name",
    "source-account",
    "source-arn",
    "source-identity",
    "source-ip",
    "source-org",
    "source-vpc",
    "source-vpce",
    "subject",
    "via-service",
    "other",
)


class Evidence(msgspec.Struct, frozen=True, order=True):
    """What proves a hop, so that a person can check it.

    `document` is a snapshot document id, `pointer` a JSON pointer into its body (RFC 6901), `excerpt` the
    statement or field itself as compact JSON. `file` (relative to the scanned tree) and `lines` (1-based,
    both ends included) are set where the document came from code.
    """

    document: str
    pointer: str = ""
    excerpt: str = ""
    file: str | None = None
    lines: tuple[int, int] | None = None


class Signal(msgspec.Struct, frozen=True, order=True):
    """One reason to take a resource for an asset. `score` is 0 to 100: how much it alone proves."""

    score: int
    asset_class: AssetClass
    reason: str
    evidence: Evidence


class Principal(msgspec.Struct, frozen=True, order=True):
    """An identity that can be authorised.

    `kind` is one of ``user role group account organization service service-account domain guest app tenant
    workload oidc saml certificate cluster network site directory anonymous any-account``; a network is an
    address range, a site what stands behind a line into our networks, a directory whoever logs in there, a
    certificate anyone with one that a trust store accepts, a cluster whoever runs pods there, a workload pods
    or machines that act as somebody; `scope` is the account, project, mail domain or tenant it lives in, or
    None. An outsider's id on Google's cloud is the member as policies write it
    (``serviceAccount:ci@labelworks.iam.gserviceaccount.com``; of people `scope` is the mail domain), on Azure
    ``guest:MAIL``, ``app:APPLICATION`` or ``tenant:TENANT/OBJECT`` with the home tenant as `scope`. OIDC
    principals carry `issuer` (URL) and
    `subject` (glob). `last_used` is an ISO date, ``never`` when the provider says so, or None when that is
    not known.
    """

    id: str
    kind: str
    provider: str
    scope: str | None = None
    name: str = ""
    issuer: str | None = None
    subject: str | None = None
    last_used: str | None = None
    ours: bool = False


class Resource(msgspec.Struct, frozen=True, order=True):
    """Anything with an identity in a provider that may become an asset.

    `id` may end in ``*``: the objects below a prefix. `tags` are ``(key, value)`` pairs in key order.
    `uses` are ids of resources this one stands for: an endpoint's weights, a key's buckets; a tier passes
    along them. `unrecorded` are the gains known to leave no record, in part at least: of a read or a write
    nobody keeps who it was, of a call nobody keeps what was asked. A gain that is recorded, or of which that
    is not known, is not among them. `unrecorded_by` shows it. `unrecorded_missing` names what could keep a
    record all the same, and was not read: then it is only possible that there is none.
    """

    id: str
    kind: str
    provider: str
    scope: str | None = None
    name: str = ""
    tags: tuple[tuple[str, str], ...] = ()
    signals: tuple[Signal, ...] = ()
    uses: tuple[str, ...] = ()
    unrecorded: tuple[Gain, ...] = ()
    unrecorded_by: tuple[Evidence, ...] = ()
    unrecorded_missing: tuple[str, ...] = ()


class Asset(msgspec.Struct, frozen=True, order=True):
    """A resource worth protecting, with the tier the configuration gives it and the evidence for its class.

    `rank` is the tier's rank: the higher, the stricter the rules. `score` is the strongest signal's, 100
    for declared. `unrecorded` as of the resource.
    """

    id: str
    asset_class: AssetClass
    tier: str
    rank: int
    kind: str = ""
    provider: str = ""
    scope: str | None = None
    score: int = 100
    signals: tuple[Signal, ...] = ()
    unrecorded: tuple[Gain, ...] = ()
    unrecorded_by: tuple[Evidence, ...] = ()
    unrecorded_missing: tuple[str, ...] = ()


class Source(msgspec.Struct, frozen=True, order=True):
    """An external principal: where a path may start. `vendor` is a register or known-list name, or None."""

    id: str
    trust: Trust
    vendor: str | None = None
    registered: bool = False
    principal: Principal | None = None


class Call(msgspec.Struct, frozen=True, order=True):
    """One call that a hop takes: an action on a resource, which may be a glob.

    `by` is the evidence that allows it, as (document, pointer).
    """

    action: str
    resource: str
    by: tuple[tuple[str, str], ...] = ()


class Hop(msgspec.Struct, frozen=True):
    """One typed step from `source` to `target`.

    `gains` is empty unless `target` is an asset. `missing` names unread documents (certainty ``possible``);
    `blocked_by` names the one part that holds (certainty ``blocked``); `assumed` names what was taken for
    granted, such as ``foreign-identity-policy``. `calls` are what it takes, where the provider tells.
    """

    target: str
    source: str
    type: str
    guards: tuple[Guard, ...] = ()
    gains: tuple[Gain, ...] = ()
    certainty: Certainty = "proven"
    evidence: tuple[Evidence, ...] = ()
    missing: tuple[str, ...] = ()
    blocked_by: tuple[str, ...] = ()
    assumed: tuple[str, ...] = ()
    calls: tuple[Call, ...] = ()

    @property
    def order(self) -> tuple[object, ...]:
        """A key to sort by that never compares None; equal for hops that say the same of the same ends."""
        proof = tuple((e.document, e.pointer) for e in self.evidence)
        return (self.target, self.source, self.type, self.guards, self.gains, self.certainty, proof)


class Path(msgspec.Struct, frozen=True, order=True):
    """Hops from an external principal to an asset, in walking order, at least one.

    `alternatives` counts the other paths with the same source, entry hop and asset that the search saw;
    `cut` says in words what it did not look at, or is empty.
    """

    source: Source
    asset: Asset
    hops: tuple[Hop, ...]
    alternatives: int = 0
    cut: str = ""

    @property
    def gains(self) -> tuple[Gain, ...]:
        """What the last hop yields."""
        return self.hops[-1].gains

    @property
    def certainty(self) -> Certainty:
        """The weakest of the hops'."""
        return max((hop.certainty for hop in self.hops), key=CERTAINTIES.index)


class Remark(msgspec.Struct, frozen=True, order=True):
    """What another scanner says of one resource of code on a path, which it makes worse.

    `resource` is the other scanner's address of it, `file` and `lines` where it stands.
    """

    tool: str
    id: str
    text: str
    resource: str
    file: str
    lines: tuple[int, int]
    url: str = ""


class Use(msgspec.Struct, frozen=True, order=True):
    """What the logs that were read say of a way in: last used on the ISO day `last`, by the principal `by`.

    `last` is None when it was not seen in them; they cover `days` days, from the first event to the last.
    """

    last: str | None
    by: str
    days: int


class Finding(msgspec.Struct, frozen=True, order=True):
    """One rule that fired for one source, entry and asset, with its witness path.

    `id` is the fingerprint: it survives edits to the middle of the path. `suppressed` is the suppression's
    reason, or None; `use` is of the first hop, None when no log was read that could show it.
    """

    id: str
    rule: str
    severity: Severity
    confidence: Confidence
    message: str
    remediation: str
    path: Path
    agreement: Agreement = "none"
    suppressed: str | None = None
    remarks: tuple[Remark, ...] = ()
    use: Use | None = None
