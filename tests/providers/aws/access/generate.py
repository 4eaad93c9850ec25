"""Generated access questions: all layers, operators, wildcards and variables, biased to overlap.

A line is made from a `Random`, so that a seed is a question. The words are few, so that patterns, values and
principals meet. What AWS does not document is not generated: set operators on single-valued keys, wildcards
in the value of a variable, a NotPrincipal without the account, several types on one key, a grant beside a
boundary.
"""

from __future__ import annotations

from random import Random
from typing import Any, NamedTuple, TypeVar

from tests.providers.aws.access.leaving_open import leave_open

T = TypeVar("T")

OURS, VENDOR = "100000000001", "200000000001"
ALICE = f"arn:aws:iam::{OURS}:user/alice"
TRAINER = f"arn:aws:iam::{OURS}:role/trainer"
SESSION = f"arn:aws:sts::{OURS}:assumed-role/trainer/s1"
CAROL = f"arn:aws:sts::{OURS}:federated-user/carol"
LINKED = f"arn:aws:iam::{OURS}:role/aws-service-role/macie.amazonaws.com/AWSServiceRoleForAmazonMacie"
BOT = f"arn:aws:iam::{VENDOR}:user/bot"
INGEST = f"arn:aws:sts::{VENDOR}:assumed-role/ingest/s1"
GITHUB = f"arn:aws:iam::{OURS}:oidc-provider/token.actions.githubusercontent.com"
TRAIL = "cloudtrail.amazonaws.com"

IAM_CALLERS = [ALICE, SESSION, TRAINER, BOT, INGEST, CAROL, f"arn:aws:iam::{OURS}:root", LINKED]
OTHER_CALLERS = ["anonymous", TRAIL]
UNCLEAR = {TRAIL, GITHUB}
"""Callers of which AWS does not say which principal keys they have."""

AWS_NAMES = [
    ALICE,
    TRAINER,
    SESSION,
    CAROL,
    BOT,
    f"arn:aws:iam::{VENDOR}:role/ingest",
    OURS,
    f"arn:aws:iam::{OURS}:root",
    VENDOR,
    f"arn:aws:iam::{VENDOR}:root",
]


class Scene(NamedTuple):
    """An action on a resource, and the patterns that may or may not cover them."""

    action: str
    resource: str
    actions: list[str]
    resources: list[str]
    callers: list[str]


SCENES = [
    Scene(
        "s3:GetObject",
        "arn:aws:s3:::weights/red/model.bin",
        ["s3:GetObject", "s3:*", "*", "S3:get*", "s3:PutObject", "sqs:*"],
        [
            "*",
            "arn:aws:s3:::weights/*",
            "arn:aws:s3:::weights/red/model.bin",
            "arn:aws:s3:::weights/?ed/*",
            "arn:aws:s3:::other/*",
            "arn:aws:s3:::weights/${aws:PrincipalTag/team}/*",
            "arn:aws:s3:::weights/${aws:PrincipalTag/team, 'red'}/model.bin",
        ],
        [*IAM_CALLERS, *OTHER_CALLERS],
    ),
    Scene(
        "sts:AssumeRole",
        f"arn:aws:iam::{OURS}:role/deploy",
        ["sts:AssumeRole", "sts:*", "*", "sts:TagSession"],
        ["*", f"arn:aws:iam::{OURS}:role/*", f"arn:aws:iam::{OURS}:role/other", "arn:aws:iam::*:role/deploy"],
        [*IAM_CALLERS, TRAIL],
    ),
    Scene(
        "kms:Decrypt",
        f"arn:aws:kms:us-east-1:{OURS}:key/1111",
        ["kms:Decrypt", "kms:*", "*", "kms:Encrypt"],
        ["*", f"arn:aws:kms:*:{OURS}:key/*", f"arn:aws:kms:us-east-1:{OURS}:key/2222"],
        [*IAM_CALLERS, TRAIL],
    ),
    Scene(
        "lambda:InvokeFunction",
        f"arn:aws:lambda:us-east-1:{OURS}:function:infer",
        ["lambda:InvokeFunction", "lambda:*", "*", "s3:*"],
        ["*", f"arn:aws:lambda:us-east-1:{OURS}:function:*", f"arn:aws:lambda:eu-*:{OURS}:function:infer"],
        IAM_CALLERS + OTHER_CALLERS,
    ),
    Scene(
        "sts:AssumeRoleWithWebIdentity",
        f"arn:aws:iam::{OURS}:role/deploy",
        ["sts:AssumeRoleWithWebIdentity", "sts:AssumeRole*", "*", "sts:AssumeRole"],
        ["*", f"arn:aws:iam::{OURS}:role/*"],
        [GITHUB],
    ),
]

TEXTS = ["red", "blue", "RED", "red-eu"]
PATTERNS = ["red", "red*", "*eu", "r?d", "*", "b*", "re*-eu", "blue"]
RANGES = [
    "203.0.113.0/24",
    "203.0.113.0/25",
    "203.0.113.128/25",
    "198.51.100.7",
    "0.0.0.0/0",
    "2001:db8::/32",
]
ADDRESSES = ["203.0.113.9", "203.0.113.200", "198.51.100.7", "192.0.2.1", "2001:db8::1"]
NUMBERS = ["1", "5", "10", "10.5"]
DATES = ["2026-07-01T00:00:00Z", "2026-07-01T02:00:00+02:00", "2026-08-01T00:00:00Z"]
ARNS = [f"arn:aws:sns:us-east-1:{OURS}:topic", f"arn:aws:sns:eu-west-1:{VENDOR}:topic"]
ARN_PATTERNS = [*ARNS, f"arn:aws:sns:*:{OURS}:*", "arn:aws:sns:eu-*:*:topic", f"arn:aws:sns:*:{VENDOR}:t?pic"]
SUBJECTS = ["repo:ourlab/models:ref:refs/heads/main", "repo:stranger/x:pull_request"]
ORDERS = ["Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals"]


class Kind(NamedTuple):
    """The operators that fit a key, the values a policy tests it with, and the values a request gives it."""

    operators: list[str]
    tested: list[str]
    given: list[str]


EXACT = Kind(["StringEquals", "StringNotEquals"], TEXTS, TEXTS)
LOOSE = Kind(["StringLike", "StringNotLike"], PATTERNS, TEXTS)
ANY_CASE = Kind(["StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"], TEXTS, TEXTS)
TIED = Kind(["StringEquals", "StringNotEquals", "StringLike"], ["${aws:PrincipalTag/team}", "red"], TEXTS)
KEYS: dict[str, list[Kind]] = {
    "aws:PrincipalTag/team": [EXACT, LOOSE, ANY_CASE],
    "aws:ResourceTag/team": [EXACT, LOOSE, TIED],
    "sts:ExternalId": [EXACT, LOOSE],
    "aws:PrincipalOrgID": [Kind(["StringEquals", "StringNotEquals"], ["o-ourlab", "o-other"], ["o-ourlab"])],
    "aws:SourceIp": [Kind(["IpAddress", "NotIpAddress"], RANGES, ADDRESSES)],
    "s3:max-keys": [Kind([f"Numeric{order}" for order in ORDERS], NUMBERS, ["5", "7"])],
    "aws:TokenIssueTime": [Kind([f"Date{order}" for order in ORDERS], DATES, DATES)],
    "aws:MultiFactorAuthPresent": [Kind(["Bool"], ["true", "false"], ["true", "false"])],
    "aws:SourceArn": [Kind(["ArnLike", "ArnNotLike", "ArnEquals", "ArnNotEquals"], ARN_PATTERNS, ARNS)],
    "aws:PrincipalArn": [Kind(["ArnLike", "ArnNotLike"], [ALICE, f"arn:aws:iam::{OURS}:*", TRAINER], [])],
    "aws:PrincipalAccount": [Kind(["StringEquals", "StringNotEquals"], [OURS, VENDOR], [])],
}
LISTS = Kind(["StringEquals", "StringLike", "StringNotEquals"], ["stage", "team", "st*"], ["stage", "team"])
SUBJECT = Kind(
    ["StringEquals", "StringLike", "StringNotLike"], [*SUBJECTS, "repo:ourlab/*", "repo:*"], SUBJECTS
)
SUB = "token.actions.githubusercontent.com:sub"


def one_or_more(rng: Random, values: list[str]) -> str | list[str]:
    """Return one of the values, or a list of up to three."""
    if rng.random() < 0.6:
        return rng.choice(values)
    return rng.sample(values, rng.randint(1, min(3, len(values))))


def some(rng: Random, values: list[T], most: int) -> list[T]:
    """Return up to `most` different values."""
    return rng.sample(values, rng.randint(0, min(most, len(values))))


def make_test(rng: Random, keys: list[str]) -> tuple[str, str, Any]:
    """Return an operator, a key and the values it is tested with."""
    key = rng.choice(keys)
    if rng.random() < 0.1:
        return "Null", key, rng.choice(["true", "false"])
    if key == "aws:TagKeys":
        quantifier = rng.choice(["ForAllValues", "ForAnyValue"])
        return f"{quantifier}:{rng.choice(LISTS.operators)}", key, one_or_more(rng, LISTS.tested)
    kind = SUBJECT if key == SUB else rng.choice(KEYS[key])
    operator = rng.choice(kind.operators) + ("IfExists" if rng.random() < 0.2 else "")
    return operator, key, one_or_more(rng, kind.tested)


def make_condition(rng: Random, keys: list[str]) -> dict[str, Any]:
    """Return a Condition block of up to two tests."""
    block: dict[str, Any] = {}
    for _ in range(rng.choice([0, 0, 1, 1, 2])):
        operator, key, values = make_test(rng, keys)
        block.setdefault(operator, {})[key] = values
    return block


def make_principal(rng: Random, caller: str) -> Any:  # noqa: ANN401 - a Principal element: a star or a map
    """Return a Principal element, one in two of which names the caller somehow."""
    roll = rng.random()
    if roll < 0.15:
        return "*"
    if caller == TRAIL and roll < 0.6:
        return {"Service": TRAIL}
    if caller == GITHUB:  # whether an account stands for its identity providers is not documented
        return {"Federated": GITHUB if roll < 0.8 else f"{GITHUB}.example"}
    if caller not in IAM_CALLERS and roll < 0.7:
        return {"AWS": "*"} if caller == "anonymous" else "*"
    account = OURS if OURS in caller else VENDOR
    role = {SESSION: TRAINER, INGEST: f"arn:aws:iam::{VENDOR}:role/ingest"}.get(caller, caller)
    likely = [caller, role, account, f"arn:aws:iam::{account}:root"] if caller in IAM_CALLERS else []
    return {"AWS": one_or_more(rng, likely if likely and roll < 0.7 else [*AWS_NAMES, "*"])}


def make_statement(
    rng: Random, scene: Scene, keys: list[str], caller: str = "", *, effect: str = ""
) -> dict[str, Any]:
    """Return a statement that is likely to cover the scene; with a `caller`, one that names principals."""
    effect = effect or ("Deny" if rng.random() < 0.25 else "Allow")
    inverted = rng.randint(0, 15)
    patterns = scene.actions[:3] if rng.random() < 0.8 else scene.actions
    statement: dict[str, Any] = {"Effect": effect}
    statement["NotAction" if inverted == 0 else "Action"] = one_or_more(rng, patterns)
    resources = ["*"] if rng.random() < 0.4 else scene.resources
    statement["NotResource" if inverted == 1 else "Resource"] = one_or_more(rng, resources)
    if caller and effect == "Deny" and inverted == 2:
        root = f"arn:aws:iam::{OURS}:root"
        statement["NotPrincipal"] = rng.choice([{"AWS": [ALICE, root]}, {"AWS": [SESSION, TRAINER, root]}])
    elif caller:
        statement["Principal"] = make_principal(rng, caller)
    condition = make_condition(rng, keys)
    return {**statement, "Condition": condition} if condition else statement


def make_policy(rng: Random, scene: Scene, keys: list[str], caller: str = "") -> dict[str, Any]:
    """Return a policy of one to three statements; one in eight is of the version without variables."""
    version = "2008-10-17" if rng.random() < 0.12 else "2012-10-17"
    count = rng.choice([1, 1, 2, 2, 3])
    return {"Version": version, "Statement": [make_statement(rng, scene, keys, caller) for _ in range(count)]}


def full(*, names_principals: bool) -> dict[str, Any]:
    """Return the policy that AWS attaches to every level: it allows everything."""
    statement: dict[str, Any] = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    if names_principals:
        statement["Principal"] = "*"
    return {"Version": "2012-10-17", "Statement": [statement]}


def make_context(rng: Random, keys: list[str]) -> dict[str, Any]:
    """Return the keys that a request gives."""
    context: dict[str, Any] = {}
    for key in some(rng, keys, 2):
        if key == "aws:TagKeys":
            context[key] = some(rng, [*LISTS.given, "other"], 2)
            continue
        kind = SUBJECT if key == SUB else KEYS[key][0]
        if kind.given:
            context[key] = rng.choice(kind.given)
    return context


def make_line(rng: Random) -> dict[str, Any]:
    """Return a request line in strict mode."""
    scene = rng.choice(SCENES)
    caller = rng.choice(scene.callers)
    known = [key for key in KEYS if caller not in UNCLEAR or not key.startswith("aws:Principal")]
    keys = rng.sample([*known, "aws:TagKeys"], rng.randint(1, 3))
    keys = [*keys, SUB] if caller == GITHUB else keys
    given_keys = [key for key in keys if caller in IAM_CALLERS or not key.startswith("aws:Principal")]
    line: dict[str, Any] = {
        "request": {
            "action": scene.action,
            "principal": caller,
            "resource": {"resource": scene.resource, "accountId": OURS},
            "contextVariables": make_context(rng, given_keys),
        },
        "mode": "strict",
    }
    if caller in IAM_CALLERS:
        line["identityPolicies"] = [make_policy(rng, scene, keys) for _ in range(rng.choice([0, 1, 1, 2]))]
    if rng.random() < 0.8:
        line["resourcePolicy"] = make_policy(rng, scene, keys, caller)
    line |= make_limits(rng, scene, keys, caller)
    return leave_open(rng, line, caller) if rng.random() < 0.1 else line


def make_limits(rng: Random, scene: Scene, keys: list[str], caller: str) -> dict[str, Any]:
    """Return the layers that only limit, a few of them, and the settings of single services."""
    found: dict[str, Any] = {}
    chosen = some(rng, ["boundary", "session", "scp", "rcp", "endpoint"], 2)
    if "boundary" in chosen and caller in {ALICE, SESSION, TRAINER, BOT, INGEST, CAROL}:
        found["permissionBoundaryPolicies"] = [make_policy(rng, scene, keys)]
    if caller == CAROL or ("session" in chosen and caller in {SESSION, INGEST}):
        found["sessionPolicy"] = make_policy(rng, scene, keys)
    if "scp" in chosen and caller in IAM_CALLERS:
        found["serviceControlPolicies"] = [[full(names_principals=False)], [make_policy(rng, scene, keys)]]
    if "rcp" in chosen:
        denies = [make_statement(rng, scene, keys, effect="Deny") for _ in range(rng.randint(1, 2))]
        limit = {"Version": "2012-10-17", "Statement": [{**item, "Principal": "*"} for item in denies]}
        found["resourceControlPolicies"] = [[full(names_principals=True), limit]]
    if "endpoint" in chosen and caller != GITHUB:
        endpoint = make_policy(rng, scene, keys)
        every = [{**item, "Principal": "*"} for item in endpoint["Statement"]]
        found["vpcEndpointPolicies"] = [{**endpoint, "Statement": every}]
    is_limited = "permissionBoundaryPolicies" in found or "sessionPolicy" in found
    if scene.action == "kms:Decrypt" and not is_limited and rng.random() < 0.5:
        operations = rng.choice([["Decrypt"], ["Encrypt"]])
        grantee = rng.choice([ALICE, TRAINER, SESSION])
        found["kmsGrants"] = [{"GranteePrincipal": grantee, "Operations": operations}]
    if scene.action.startswith("s3:") and rng.random() < 0.5:
        found["blockPublicAccess"] = True
    return found


def sample(count: int, seed: int = 0) -> list[dict[str, Any]]:
    """Return `count` generated lines, the same ones every time."""
    rng = Random(seed)  # noqa: S311 - test data
    return [make_line(rng) for _ in range(count)]
