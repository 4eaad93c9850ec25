"""The incident as a finished scan, for the tests of every report: a vendor on the way to unreleased weights.

labelworks' account may assume `ingest`, `ingest` may assume `training-hub`, and that reads the weights and
calls the endpoint. Its CI may assume `ci-deploy`, which may or may not read the weights: the bucket policy
was not read. A second vendor's access is suppressed.
"""

from __future__ import annotations

import datetime as dt
import json

from scanner.baseline import fingerprint
from scanner.model import (
    Agreement,
    Asset,
    Confidence,
    Evidence,
    Finding,
    Hop,
    Path,
    Principal,
    Severity,
    Signal,
    Source,
    Use,
)
from scanner.scan import Anchor, RuleInfo, Scan
from scanner.snapshot import DocumentId, Gap
from scanner.verdict import Guard

OURS, HUB, VENDOR, EVALUATOR = "100000000001", "100000000002", "200000000001", "200000000007"
REGION = "us-east-1"
ISSUER = "https://token.actions.githubusercontent.com"

INGEST = f"arn:aws:iam::{OURS}:role/ingest"
TRAINING = f"arn:aws:iam::{HUB}:role/training-hub"
DEPLOY = f"arn:aws:iam::{OURS}:role/ci-deploy"
WEIGHTS_ID = "arn:aws:s3:::ourlab-weights/*"
ENDPOINT_ID = f"arn:aws:sagemaker:{REGION}:{OURS}:endpoint/frontier"
SANDBOX_ID = f"arn:aws:sagemaker:{REGION}:{OURS}:endpoint/sandbox-eval"


def document(scope: str, service: str, field: str, key: str = "", region: str = "") -> str:
    """Return a snapshot document id."""
    return str(DocumentId("aws", scope, region, service, field, key))


def role_document(arn: str) -> str:
    """Return the id of the document that holds a role with its policies."""
    return document(arn.split(":")[4], "iam", "GetAccountAuthorizationDetails.RoleDetailList", arn)


def proof(
    document_id: str,
    pointer: str,
    statement: dict[str, object],
    file: str | None = None,
    lines: tuple[int, int] | None = None,
) -> Evidence:
    """Return evidence with the statement as compact JSON."""
    return Evidence(document_id, pointer, json.dumps(statement, separators=(",", ":")), file, lines)


def allow(sid: str, action: str, resource: str) -> dict[str, object]:
    """Return an identity policy statement."""
    return {"Sid": sid, "Effect": "Allow", "Action": action, "Resource": resource}


def trust(sid: str, principal: str, action: str = "sts:AssumeRole", **condition: object) -> dict[str, object]:
    """Return a trust policy statement."""
    kind = "Federated" if "provider" in principal else "AWS"
    found: dict[str, object] = {
        "Sid": sid,
        "Effect": "Allow",
        "Principal": {kind: principal},
        "Action": action,
    }
    return found | ({"Condition": condition} if condition else {})


def account(number: str, vendor: str) -> Source:
    """Return a registered vendor's account as a source."""
    arn = f"arn:aws:iam::{number}:root"
    return Source(arn, "vendor", vendor, True, Principal(arn, "account", "aws", number, vendor))


LABELWORKS = account(VENDOR, "labelworks")
EVALHOUSE = account(EVALUATOR, "evalhouse")
LABELWORKS_CI_ID = f"{ISSUER} sub=repo:labelworks/*"
LABELWORKS_CI = Source(
    LABELWORKS_CI_ID,
    "vendor",
    "labelworks",
    True,
    Principal(LABELWORKS_CI_ID, "oidc", "aws", None, "", ISSUER, "repo:labelworks/*"),
)

DECLARED = Signal(
    100,
    "model-weights",
    "declared in the configuration",
    Evidence("sidedoor.yaml", "/assets/0", file="sidedoor.yaml", lines=(19, 19)),
)
WEIGHTS = Asset(
    WEIGHTS_ID,
    "model-weights",
    "frontier-unreleased",
    3,
    "s3-objects",
    "aws",
    OURS,
    100,
    (DECLARED,),
    unrecorded=("read",),
    unrecorded_by=(
        Evidence(f"aws:{OURS}::s3:GetBucketLogging/ourlab-weights", "/LoggingEnabled", "null"),
        Evidence(f"aws:{OURS}:us-east-1:cloudtrail:DescribeTrails", "", "{}"),
    ),
)
ENDPOINT = Asset(
    ENDPOINT_ID, "inference-endpoint", "frontier-unreleased", 3, "sagemaker-endpoint", "aws", OURS, 95
)
SANDBOX = Asset(SANDBOX_ID, "inference-endpoint", "internal", 2, "sagemaker-endpoint", "aws", OURS, 95)

TO_INGEST = Hop(
    INGEST,
    LABELWORKS.id,
    "assume",
    evidence=(
        proof(
            role_document(INGEST),
            "/AssumeRolePolicyDocument/Statement/0",
            trust("LabelworksIngest", LABELWORKS.id),
        ),
    ),
    assumed=("foreign-identity-policy",),
)
TO_TRAINING = Hop(
    TRAINING,
    INGEST,
    "assume",
    guards=(Guard("aws:SourceIp", "cidr", ("203.0.113.0/24",), "vendor", "source-ip"),),
    evidence=(
        proof(
            role_document(INGEST),
            "/RolePolicyList/0/PolicyDocument/Statement/2",
            allow("", "sts:AssumeRole", TRAINING) | {"Sid": "ToTraining"},
        ),
        proof(role_document(TRAINING), "/AssumeRolePolicyDocument/Statement/0", trust("FromIngest", INGEST)),
    ),
)
READS = Hop(
    WEIGHTS_ID,
    TRAINING,
    "read",
    gains=("read",),
    evidence=(
        proof(
            role_document(TRAINING),
            "/RolePolicyList/0/PolicyDocument/Statement/0",
            allow("Weights", "s3:GetObject", WEIGHTS_ID),
        ),
        proof(
            document(OURS, "kms", "GetKeyPolicy", "key/1f0c", REGION),
            "/Statement/1",
            allow("Decrypt", "kms:Decrypt", "*"),
        ),
    ),
)
CALLS = Hop(
    ENDPOINT_ID,
    TRAINING,
    "invoke",
    gains=("invoke",),
    evidence=(
        proof(
            role_document(TRAINING),
            "/RolePolicyList/0/PolicyDocument/Statement/1",
            allow("Invoke", "sagemaker:InvokeEndpoint", "*"),
        ),
    ),
)
BUCKET_POLICY = DocumentId("aws", OURS, "", "s3", "GetBucketPolicy", "ourlab-weights")
TO_DEPLOY = Hop(
    DEPLOY,
    LABELWORKS_CI.id,
    "assume-web-identity",
    guards=(
        Guard("token.actions.githubusercontent.com:sub", "like", ("repo:labelworks/*",), "issuer", "subject"),
    ),
    evidence=(
        proof(
            role_document(DEPLOY),
            "/AssumeRolePolicyDocument/Statement/0",
            trust(
                "LabelworksCi",
                f"arn:aws:iam::{OURS}:oidc-provider/token.actions.githubusercontent.com",
                "sts:AssumeRoleWithWebIdentity",
                StringLike={"token.actions.githubusercontent.com:sub": "repo:labelworks/*"},
            ),
            file="infra/vendor roles.tf",
            lines=(6, 14),
        ),
        proof(role_document(DEPLOY), "", {"RoleName": "ci-deploy"}, "infra/vendor roles.tf", (2, 16)),
    ),
)
MAY_READ = Hop(
    WEIGHTS_ID,
    DEPLOY,
    "read",
    gains=("read",),
    certainty="possible",
    evidence=(
        proof(
            role_document(DEPLOY),
            "/RolePolicyList/0/PolicyDocument/Statement/0",
            allow("Artifacts", "s3:*", "*"),
        ),
    ),
    missing=(str(BUCKET_POLICY),),
)
EVALUATES = Hop(
    SANDBOX_ID,
    EVALHOUSE.id,
    "invoke",
    guards=(Guard("sts:ExternalId", "in", ("pilot-7",), "vendor", "external-id"),),
    gains=("invoke",),
    evidence=(
        proof(
            document(OURS, "sagemaker", "DescribeEndpoint", "sandbox-eval", REGION),
            "/Policy/Statement/0",
            allow("Pilot", "sagemaker:InvokeEndpoint", SANDBOX_ID),
        ),
    ),
)

READ_RULE = RuleInfo(
    "vendor-reads-weights-without-external-id",
    "Vendor role reaches model weights without an external ID",
    "critical",
    "## Why\n\nA vendor that assumes a role without an external ID can be tricked into it for anyone."
    "\n\n## Fix\n\nAdd a `sts:ExternalId` condition to the trust policy.",
    "weights/vendor-reads-weights-without-external-id.yaml",
    ("aws", "third-party-access"),
)
INVOKE_RULE = RuleInfo(
    "vendor-invokes-endpoint-above-its-tier",
    "Vendor calls an endpoint of a tier above what the register allows",
    "high",
    "The register agrees to endpoints of lower tiers only.",
    "endpoints/vendor-invokes-endpoint-above-its-tier.yaml",
)
QUIET_RULE = RuleInfo(
    "public-reads-weights",
    "Anyone reads model weights",
    "critical",
    "",
    "weights/public-reads-weights.yaml",
)


def finding(
    rule: RuleInfo,
    source: Source,
    asset: Asset,
    hops: tuple[Hop, ...],
    message: str,
    *,
    remediation: str = "",
    confidence: Confidence = "high",
    agreement: Agreement = "none",
    suppressed: str | None = None,
    alternatives: int = 0,
    cut: str = "",
    severity: Severity | None = None,
    use: Use | None = None,
) -> Finding:
    """Return a finding with its proper fingerprint."""
    return Finding(
        fingerprint(rule.id, source.id, asset.id, hops[0]),
        rule.id,
        severity or rule.severity,
        confidence,
        message,
        remediation,
        Path(source, asset, hops, alternatives, cut),
        agreement,
        suppressed,
        use=use,
    )


PROVEN = finding(
    READ_RULE,
    LABELWORKS,
    WEIGHTS,
    (TO_INGEST, TO_TRAINING, READS),
    f"{LABELWORKS.id} can read {WEIGHTS_ID} in 3 hops; first way in is {INGEST}",
    remediation="Demand an external ID in its trust policy.\nOr drop its statement LabelworksIngest.",
    alternatives=2,
    cut="paths longer than 5 hops",
    use=Use("2026-11-03", LABELWORKS.id, 90),
)
POSSIBLE = finding(
    READ_RULE,
    LABELWORKS_CI,
    WEIGHTS,
    (TO_DEPLOY, MAY_READ),
    f"{LABELWORKS_CI.id} can read {WEIGHTS_ID} in 2 hops; first way in is {DEPLOY}",
    remediation="Name one repository and branch in the subject condition.",
    confidence="low",
    use=Use(None, "", 90),
)
CALLING = finding(
    INVOKE_RULE,
    LABELWORKS,
    ENDPOINT,
    (TO_INGEST, TO_TRAINING, CALLS),
    f"{LABELWORKS.id} can call {ENDPOINT_ID}, and is agreed to lower tiers only",
    remediation="Restrict sagemaker:InvokeEndpoint to the sandbox endpoints.",
    agreement="above-tier",
)
SUPPRESSED = finding(
    INVOKE_RULE,
    EVALHOUSE,
    SANDBOX,
    (EVALUATES,),
    f"{EVALHOUSE.id} can call {SANDBOX_ID}",
    remediation="Agree to it in the register.",
    suppressed="agreed pilot (safety@ourlab.example, until 2026-12-31)",
)

GAPS = (
    Gap(DocumentId("aws", HUB, "", "iam", "ListOpenIDConnectProviders"), "throttled", "Rate exceeded"),
    Gap(BUCKET_POLICY, "refused", "AccessDenied: s3:GetBucketPolicy"),
)

SCAN = Scan(
    target="aws",
    time="2026-11-20T09:30:00Z",
    as_of=dt.date(2026, 11, 20),
    tool_version="0.1.0",
    snapshot="9f2c" * 16,
    complete=False,
    asked=214,
    gaps=tuple(sorted(GAPS)),
    assets=(WEIGHTS, ENDPOINT, SANDBOX),
    sources=(LABELWORKS, EVALHOUSE, LABELWORKS_CI),
    findings=(PROVEN, POSSIBLE, CALLING, SUPPRESSED),
    rules=(QUIET_RULE, INVOKE_RULE, READ_RULE),
    anchors={"labelworks": Anchor("sidedoor.yaml", 5), "evalhouse": Anchor("sidedoor.yaml", 14)},
    notes=("ours is what sidedoor.yaml claims: 2 accounts",),
)
