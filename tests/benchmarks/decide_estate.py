"""A made-up account, the same for the same seed.

Roles from templates, vendors, boundaries, buckets with policies.

The mix follows what reviews of real accounts describe: most roles are for services, a tenth trust a vendor,
an eighth has a permissions boundary, and policies repeat. One chain vendor → hub → weights and one vendor
stopped by a boundary are planted.
"""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from typing import Any

ACCOUNT = "100000000001"
VENDORS = [f"2000000000{n:02d}" for n in range(1, 40)]
ARCHETYPES = 300
"""Sets of policies that most roles repeat."""

SERVICES = ["ec2", "lambda", "sagemaker", "ecs-tasks", "glue", "states"]
ACTIONS = [
    ("ec2:Describe*", "ec2:RunInstances"),
    ("dynamodb:GetItem", "dynamodb:Query"),
    ("logs:CreateLogStream", "logs:PutLogEvents"),
    ("sqs:SendMessage", "sqs:ReceiveMessage"),
    ("sagemaker:InvokeEndpoint",),
    ("ecr:GetAuthorizationToken", "ecr:BatchGetImage"),
    ("cloudwatch:PutMetricData",),
]


@dataclass
class Estate:
    """Raw documents as text, as an inventory holds them."""

    roles: list[dict[str, Any]] = field(default_factory=list)
    managed: dict[str, str] = field(default_factory=dict)
    buckets: dict[str, str | None] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Bytes of all policy text."""
        texts = [*self.managed.values(), *(text for text in self.buckets.values() if text)]
        texts += [text for role in self.roles for text in (role["trust"], *role["inline"])]
        return sum(map(len, texts))


def document(*statements: dict[str, Any]) -> str:
    """Return a policy as text."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(actions: Any, resources: Any, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """Return an Allow statement."""
    return {"Effect": "Allow", "Action": actions, "Resource": resources, **more}


def build(roles: int, buckets: int = 200, seed: int = 7, templates: int | None = None) -> Estate:
    """Return an account; of team policies it has a quarter of the roles, unless `templates` says so."""
    rng = random.Random(seed)  # noqa: S311 - nothing secret is drawn
    estate = Estate()
    names = [f"ourlab-{rng.choice(['data', 'models', 'logs', 'app'])}-{n}" for n in range(buckets)]
    for name in names:
        estate.buckets[name] = _bucket_policy(rng, name)
    for n in range(templates or max(8, roles // 4)):
        estate.managed[f"arn:aws:iam::{ACCOUNT}:policy/team-{n}"] = _managed(rng, names)
    estate.managed["arn:aws:iam::aws:policy/ReadOnlyAccess"] = document(
        allow(["s3:Get*", "s3:List*", "ec2:Describe*"], "*")
    )
    estate.managed["arn:aws:iam::aws:policy/AdministratorAccess"] = document(allow("*", "*"))
    estate.managed["boundary"] = document(
        allow(["ec2:*", "logs:*", "dynamodb:*", "s3:List*"], "*"),
        allow("s3:GetObject", "arn:aws:s3:::ourlab-logs-*"),
    )
    own = [name for name in estate.managed if ":policy/team-" in name]
    archetypes = [rng.sample(own, rng.choice([1, 2, 2, 3])) for _ in range(ARCHETYPES)]
    for n in range(roles):
        attached = rng.choice(archetypes) if rng.random() < 0.7 else rng.sample(own, rng.choice([1, 1, 2, 3]))
        estate.roles.append(_role(rng, n, list(attached), names))
    estate.roles.append(
        {
            "arn": f"arn:aws:iam::{ACCOUNT}:role/hub",
            "trust": _trust({"AWS": f"arn:aws:iam::{VENDORS[0]}:root"}),
            "inline": [document(allow("s3:GetObject", f"arn:aws:s3:::{names[0]}/*"))],
            "attached": [],
            "boundary": None,
        }
    )
    return estate


def _trust(principal: dict[str, Any], condition: dict[str, Any] | None = None) -> str:
    statement: dict[str, Any] = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    return document({**statement, **({"Condition": condition} if condition else {})})


def _role(rng: random.Random, n: int, attached: list[str], names: list[str]) -> dict[str, Any]:
    draw = rng.random()
    if draw < 0.62:
        trust = _trust({"Service": f"{rng.choice(SERVICES)}.amazonaws.com"})
    elif draw < 0.72:
        condition = {"StringEquals": {"sts:ExternalId": f"id-{n % 17}"}} if rng.random() < 0.6 else None
        trust = _trust({"AWS": f"arn:aws:iam::{rng.choice(VENDORS)}:root"}, condition)
    elif draw < 0.78:
        trust = _trust(
            {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"},
            {"StringLike": {"token.actions.githubusercontent.com:sub": f"repo:ourlab/{n % 23}:*"}},
        )
    else:
        trust = _trust({"AWS": f"arn:aws:iam::{ACCOUNT}:root"})
    if rng.random() < 0.04:
        attached.append("arn:aws:iam::aws:policy/ReadOnlyAccess")
    if rng.random() < 0.01:
        attached.append("arn:aws:iam::aws:policy/AdministratorAccess")
    inline = []
    if rng.random() < 0.03:
        inline.append(document(allow("s3:GetObject", f"arn:aws:s3:::{rng.choice(names)}/team-{n}/*")))
    path = "aws-service-role/x.amazonaws.com/" if rng.random() < 0.05 else ""
    return {
        "arn": f"arn:aws:iam::{ACCOUNT}:role/{path}role-{n}",
        "trust": trust,
        "inline": inline,
        "attached": attached,
        "boundary": "boundary" if rng.random() < 0.12 else None,
    }


def _managed(rng: random.Random, names: list[str]) -> str:
    statements = [allow(list(rng.choice(ACTIONS)), "*") for _ in range(rng.randint(1, 3))]
    draw = rng.random()
    if draw < 0.12:
        bucket = rng.choice(names)
        statements.append(
            allow(["s3:GetObject", "s3:ListBucket"], [f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"])
        )
    elif draw < 0.16:
        kind = rng.choice(["data", "models", "logs", "app"])
        statements.append(allow("s3:Get*", f"arn:aws:s3:::ourlab-{kind}-*/*"))
    elif draw < 0.19:
        statements.append(
            allow(
                "s3:GetObject",
                "*",
                Condition={"IpAddress": {"aws:SourceIp": [f"203.0.113.{rng.randint(0, 3) * 64}/26"]}},
            )
        )
    elif draw < 0.21:
        statements.append(allow("s3:GetObject", "arn:aws:s3:::ourlab-*/${aws:PrincipalTag/team}/*"))
    elif draw < 0.23:
        statements.append(
            {**allow("s3:*", "*"), "Effect": "Deny", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
        )
    return document(*statements)


def _bucket_policy(rng: random.Random, name: str) -> str | None:
    draw = rng.random()
    both = [f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/*"]
    if draw < 0.3:
        return None
    tls = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": both,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    if draw < 0.6:
        return document(tls)
    if draw < 0.8:
        roles = [f"arn:aws:iam::{ACCOUNT}:role/role-{rng.randint(0, 60)}" for _ in range(3)]
        return document(tls, {**allow("s3:GetObject", both[1]), "Principal": {"AWS": roles}})
    if draw < 0.9:
        vendor = {"AWS": f"arn:aws:iam::{rng.choice(VENDORS)}:root"}
        return document(tls, {**allow("s3:GetObject", both[1]), "Principal": vendor})
    exempt = f"arn:aws:iam::{ACCOUNT}:role/role-1*"
    return document(
        tls,
        {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": both[1],
            "Condition": {"ArnNotLike": {"aws:PrincipalArn": exempt}},
        },
    )
