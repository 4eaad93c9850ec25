"""Tiny worlds for the published escalation paths: a vendor enters, one principal escalates and reads."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from scanner.assemble import Assembly
from scanner.reach import who_can
from scanner.snapshot import Document, SnapshotWriter
from tests.worlds import parse_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.config import Config

HERE = Path(__file__).parent
VENDOR = "arn:aws:iam::200000000001:root"
WEIGHTS = "arn:aws:s3:::ourlab-weights/*"
_ACCOUNT = "arn:aws:iam::100000000001"
_NAMES = {"$T": f"{_ACCOUNT}:role/target", "$U": f"{_ACCOUNT}:user/target", "$A": f"{_ACCOUNT}:user/actor"}
_DETAILS = "aws:100000000001::iam:GetAccountAuthorizationDetails"
_READ = [("s3:GetObject", [WEIGHTS])]
_OTHER = {"Service": "events.amazonaws.com"}


def _read(name: str) -> Any:  # noqa: ANN401 - YAML
    text = (HERE / name).read_text("utf-8")
    return yaml.safe_load(text)


@dataclass(frozen=True)
class Way:
    """One path of the catalogue and its world; a blocked twin has one field changed."""

    id: str
    may: dict[str, list[str]]
    has: tuple[str, ...] = ()
    service: str = ""
    actor: str = "entry"
    trusts: str = ""
    reads: bool = True
    discovery: tuple[str, ...] = ()
    boundary: tuple[str, ...] = ()
    bounded: str = ""
    denied: tuple[str, ...] = ()
    distrusted: str = ""
    block: str = field(default="", compare=False)

    def blocked(self) -> Iterator[Way]:
        """Yield the twins, each with one condition in the way."""
        for action in self.may:
            if action not in self.discovery:
                narrowed = {a: ["arn:aws:x:::other"] if a == action else r for a, r in self.may.items()}
                yield replace(self, may=narrowed, block=f"{action} on another resource only")
                yield replace(self, denied=(action,), block=f"an SCP denies {action}")
        yield replace(self, boundary=("s3:*",), block="a boundary allows no more than S3")
        if not self.reads:
            widened = (
                "entry"
                if not any(_NAMES[n] in on for n in ("$T", "$U") for on in self.may.values())
                else "target"
            )
            capped = self.actor if widened == "entry" else widened
            yield replace(
                self, boundary=tuple(self.may), bounded=capped, block="a boundary allows nothing of S3"
            )
        if self.service or self.trusts == "account":
            yield replace(self, distrusted="target", block="the target trusts another service")
        if self.trusts == "administration":
            yield replace(self, distrusted="target", block="the target trusts another service")
            yield replace(self, distrusted="administration", block="the administration role trusts another")

    def documents(self) -> dict[str, Any]:
        """Return the world's documents by id."""
        sections = _read_worlds()
        documents: dict[str, Any] = {
            id_: body for name in ("base", *self.has) for id_, body in sections[name].items()
        }
        documents = json.loads(_named(json.dumps(documents)))
        scp = [{"Effect": "Allow", "Action": "*", "Resource": "*"}]
        scp += [{"Effect": "Deny", "Action": action, "Resource": "*"} for action in self.denied]
        summary = {"PolicySummary": {"Id": "p-guard", "Type": "SERVICE_CONTROL_POLICY"}}
        documents["aws:100000000010::organizations:DescribePolicy/p-guard"] = {
            "Policy": {**summary, "Content": {"Version": "2012-10-17", "Statement": scp}}
        }
        for body in self._identities():
            kind = "Role" if "RoleName" in body else "User"
            documents[f"{_DETAILS}.{kind}DetailList/{body['Arn']}"] = body
        if self.boundary:
            documents["aws:100000000001::iam:GetPolicyVersion/arn:aws:iam::100000000001:policy/bound"] = {
                "PolicyVersion": {"Document": _policy([(a, ["*"]) for a in self.boundary])}
            }
        for name in ("entry", "target"):
            if f"attached-to-{name}" in self.has:
                arn = "arn:aws:iam::100000000001:policy/own"
                documents[f"{_DETAILS}.Policies/{arn}"] = _managed(arn)
        if self.distrusted == "administration":
            id_ = f"{_DETAILS}.RoleDetailList/{_ACCOUNT}:role/administration"
            documents[id_]["AssumeRolePolicyDocument"]["Statement"][0]["Principal"] = _OTHER
        if "job" in self.has:  # it runs as a role of its own; the path puts the target in its place
            documents[f"{_DETAILS}.RoleDetailList/{_ACCOUNT}:role/nightly"] = self._role(
                "nightly", _OTHER, []
            )
        return documents

    def _identities(self) -> Iterator[dict[str, Any]]:
        own = [(action, resources) for action, resources in self.may.items()]
        enter = [("iam:CreateAccessKey", [_NAMES["$A"]])]
        by_actor = self.actor == "actor"
        yield self._role("entry", {"AWS": VENDOR}, enter if by_actor else own)
        if by_actor:
            yield self._user("actor", own)
        reads = _READ if self.reads else []
        yield self._role("target", self._trusted(), reads)
        if any(_NAMES["$U"] in resources for resources in self.may.values()):
            yield self._user("target", reads)

    def _trusted(self) -> dict[str, str]:
        if self.distrusted == "target":
            return _OTHER
        if self.trusts == "account":
            return {"AWS": f"{_ACCOUNT}:root"}
        if self.trusts == "administration":
            return {"AWS": f"{_ACCOUNT}:role/administration"}
        return {"Service": f"{self.service or 'events'}.amazonaws.com"}

    def _role(self, name: str, trusted: dict[str, str], may: list[tuple[str, list[str]]]) -> dict[str, Any]:
        trust = [{"Effect": "Allow", "Principal": trusted, "Action": "sts:AssumeRole"}]
        profile = {"Arn": f"{_ACCOUNT}:instance-profile/{name}", "InstanceProfileName": name}
        return {
            "RoleName": name,
            "Arn": f"{_ACCOUNT}:role/{name}",
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": trust},
            "RolePolicyList": [{"PolicyName": "own", "PolicyDocument": _policy(may)}] if may else [],
            "InstanceProfileList": [profile] if self.service == "ec2" else [],
            **self._attached(name),
        }

    def _user(self, name: str, may: list[tuple[str, list[str]]]) -> dict[str, Any]:
        return {
            "UserName": name,
            "Arn": f"{_ACCOUNT}:user/{name}",
            "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": _policy(may)}] if may else [],
            "GroupList": ["team"] if "membership" in self.has and name == "actor" else [],
            **self._attached(name),
        }

    def _attached(self, name: str) -> dict[str, Any]:
        own = f"attached-to-{name}" in self.has
        arn = "arn:aws:iam::100000000001:policy/own"
        attached = {"AttachedManagedPolicies": [{"PolicyArn": arn, "PolicyName": "own"}] if own else []}
        if not self.boundary or name != (self.bounded or self.actor):
            return attached
        return {**attached, "PermissionsBoundary": {"PermissionsBoundaryArn": f"{_ACCOUNT}:policy/bound"}}

    def certainties(self, config: Config) -> tuple[str, ...]:
        """Return how sure the vendor's paths to reading the weights are."""
        writer = SnapshotWriter(target="aws", collected_at="2026-11-20T06:00:00Z", tool_version="fixture")
        for id_, body in self.documents().items():
            writer.add(Document(parse_id(id_), body))
        (reach,) = who_can(Assembly(writer.snapshot(), config), "read", WEIGHTS)
        return tuple(sorted({path.certainty for path in reach.paths if path.source.id == VENDOR}))


def _policy(may: list[tuple[str, list[str]]]) -> dict[str, Any]:
    statements = [{"Effect": "Allow", "Action": action, "Resource": list(on)} for action, on in may]
    return {"Version": "2012-10-17", "Statement": statements}


def _managed(arn: str) -> dict[str, Any]:
    harmless = _policy([("s3:ListAllMyBuckets", ["*"])])
    return {
        "Arn": arn,
        "PolicyName": "own",
        "PolicyVersionList": [{"VersionId": "v1", "IsDefaultVersion": True, "Document": harmless}],
    }


def _named(text: str) -> str:
    for name, arn in _NAMES.items():
        text = text.replace(name, arn)
    return text


@cache
def _read_worlds() -> dict[str, dict[str, Any]]:
    worlds: dict[str, dict[str, Any]] = _read("worlds.yaml")
    return worlds


def ways() -> dict[str, Way]:
    """Return the catalogue by id."""
    found = {}
    for id_, raw in _read("paths.yaml").items():
        listed = {a: on if isinstance(on, list) else [on] for a, on in raw["may"].items()}
        found[id_] = Way(
            id_,
            {action: [_named(resource) for resource in on] for action, on in listed.items()},
            tuple(raw.get("has", ())),
            raw.get("service", ""),
            raw.get("as", "entry"),
            raw.get("trusts", ""),
            raw.get("reads", True),
            tuple(raw.get("discovery", ())),
        )
    return found
