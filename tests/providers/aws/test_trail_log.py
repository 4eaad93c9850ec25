"""CloudTrail logs as files: their forms, what is taken from them, and what cannot be read."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest

from scanner.model import Gain, Hop, Use
from scanner.providers.aws.trail_log import read_logs_of_use, scope_of
from scanner.usage import Uses

if TYPE_CHECKING:
    from pathlib import Path

OURS, VENDOR = "100000000001", "200000000001"
ROLE = f"arn:aws:iam::{OURS}:role/ingest"
ROOT = f"arn:aws:iam::{VENDOR}:root"
KEY = f"arn:aws:kms:us-east-1:{OURS}:key/1"
MODEL = f"arn:aws:bedrock:us-east-1:{OURS}:imported-model/m"
CHAT = f"arn:aws:sagemaker:us-east-1:{OURS}:endpoint/chat"
SAML = f"arn:aws:iam::{OURS}:saml-provider/partner"
SUBJECT = "repo:labelworks/train:ref:refs/heads/main"
GITHUB = "token.actions.githubusercontent.com"


def event(source: str, name: str, who: dict[str, Any], asked: dict[str, Any], **more: Any) -> dict[str, Any]:  # noqa: ANN401
    return {
        "eventTime": "2026-11-03T10:00:00Z",
        "eventSource": f"{source}.amazonaws.com",
        "eventName": name,
        "sourceIPAddress": "203.0.113.9",
        "userIdentity": who,
        "requestParameters": asked,
        "recipientAccountId": OURS,
        **more,
    }


THEM = {"type": "AWSAccount", "principalId": "AIDAEXAMPLE", "accountId": VENDOR}
ASSUMED = event("sts", "AssumeRole", THEM, {"roleArn": ROLE, "roleSessionName": "job-7"})
LAKE = {
    "eventtime": "2026-11-03 10:00:00.000",
    "eventsource": "sts.amazonaws.com",
    "eventname": "AssumeRole",
    "recipientaccountid": OURS,
    "useridentity": {"type": "AWSAccount", "accountid": VENDOR},
    "requestparameters": json.dumps({"roleArn": ROLE}),
}
ENTERED = Hop(ROLE, ROOT, "assume")
USED = Use("2026-11-03", ROOT, 1)
UNSEEN = Use(None, "", 1)


def into(target: str, type_: str, *gains: Gain, source: str = ROOT) -> Hop:
    return Hop(target, source, type_, gains=gains)


def asked_of(hop: Hop, *paths: Path) -> tuple[Use | None, tuple[str, ...]]:
    uses = Uses(scope_of)
    uses.ask([hop])
    notes = read_logs_of_use(paths, uses)
    return uses.of(hop), notes


def resources(*arns: str) -> list[dict[str, str]]:
    return [{"ARN": arn, "type": "any"} for arn in arns]


WEB = {"type": "WebIdentityUser", "userName": SUBJECT, "identityProvider": GITHUB}
WEB_BY_ARN = WEB | {"identityProvider": f"arn:aws:iam::{OURS}:oidc-provider/{GITHUB}"}
BY_GITHUB = f"https://{GITHUB} sub={SUBJECT}"
FROM_GITHUB = into(ROLE, "assume-web-identity", source=f"https://{GITHUB} sub=repo:labelworks/*")
NAMED: dict[str, Any] = {
    "type": "AssumedRole",
    "accountId": VENDOR,
    "arn": f"arn:aws:sts::{VENDOR}:assumed-role/labeller/job-7",
    "sessionContext": {"sessionIssuer": {"arn": f"arn:aws:iam::{VENDOR}:role/team/labeller"}},
}
OBJECT = {"bucketName": "weights", "key": "atlas/model.safetensors"}
EVENTS: dict[str, tuple[dict[str, Any], Hop, Use | None]] = {
    "a role is assumed from another account": (ASSUMED, ENTERED, USED),
    "in vain": (ASSUMED | {"errorCode": "AccessDenied"}, ENTERED, UNSEEN),
    "by our own account": (ASSUMED | {"userIdentity": {"accountId": OURS}}, ENTERED, UNSEEN),
    "by the very role": (
        event("sts", "AssumeRole", NAMED, {"roleArn": ROLE}),
        into(ROLE, "assume", source=f"arn:aws:iam::{VENDOR}:role/team/labeller"),
        Use("2026-11-03", NAMED["arn"], 1),
    ),
    "by an unnamed role of the account": (
        ASSUMED,
        into(ROLE, "assume", source=f"arn:aws:iam::{VENDOR}:user/x"),
        USED,
    ),
    "with a token": (
        event("sts", "AssumeRoleWithWebIdentity", WEB, {"roleArn": ROLE}),
        FROM_GITHUB,
        Use("2026-11-03", BY_GITHUB, 1),
    ),
    "with a token, the provider by its ARN": (
        event("sts", "AssumeRoleWithWebIdentity", WEB_BY_ARN, {"roleArn": ROLE}),
        FROM_GITHUB,
        Use("2026-11-03", BY_GITHUB, 1),
    ),
    "with an assertion": (
        event("sts", "AssumeRoleWithSAML", {"userName": "ann@x"}, {"roleArn": ROLE, "principalArn": SAML}),
        into(ROLE, "assume-saml", source=SAML),
        Use("2026-11-03", SAML, 1),
    ),
    "an object is read": (
        event("s3", "GetObject", THEM, OBJECT),
        into("arn:aws:s3:::weights/*", "read", "read"),
        USED,
    ),
    "an object elsewhere": (
        event("s3", "GetObject", THEM, OBJECT),
        into("arn:aws:s3:::weights/orion/*", "read", "read"),
        UNSEEN,
    ),
    "an object is read by anyone": (
        event("s3", "GetObject", {"type": "AWSAccount", "accountId": "anonymous"}, OBJECT),
        into("arn:aws:s3:::weights/*", "read", "read", source="*"),
        Use("2026-11-03", "*", 1),
    ),
    "an upload in parts": (
        event("s3", "CompleteMultipartUpload", THEM, OBJECT),
        into("arn:aws:s3:::weights/*", "write", "write"),
        USED,
    ),
    "a key is used": (
        event("kms", "Decrypt", THEM, {}, resources=resources(KEY)),
        into(KEY, "read", "read"),
        USED,
    ),
    "an endpoint streams": (
        event("sagemaker", "InvokeEndpointWithResponseStream", THEM, {}, resources=resources(CHAT)),
        into(CHAT, "invoke", "invoke"),
        USED,
    ),
    "a model is called": (
        event("bedrock", "InvokeModel", THEM, {"modelId": MODEL}),
        into(MODEL, "invoke", "invoke"),
        USED,
    ),
    "from Lake or Athena": (LAKE, ENTERED, USED),
    "from Lake as a text": ({"eventJson": json.dumps(ASSUMED)}, ENTERED, USED),
}


@pytest.mark.parametrize(("record", "hop", "expected"), EVENTS.values(), ids=EVENTS)
def test_events(record: dict[str, Any], hop: Hop, expected: Use | None, tmp_path: Path) -> None:
    log = tmp_path / "log.json"
    log.write_text(json.dumps({"Records": [record]}))
    assert asked_of(hop, log) == (expected, ())


OTHER = event("iam", "ListRoles", {"accountId": OURS}, {})
FORMS: dict[str, tuple[str, bytes, str]] = {
    "as delivered": ("a.json", json.dumps({"Records": [OTHER, ASSUMED]}).encode(), ""),
    "gzipped": ("a.json.gz", gzip.compress(json.dumps({"Records": [ASSUMED]}).encode()), ""),
    "indented": ("a.json", json.dumps({"Records": [OTHER, ASSUMED, OTHER]}, indent=2).encode(), ""),
    "a list": ("a.json", json.dumps([ASSUMED]).encode(), ""),
    "a line each": ("a.jsonl", f"{json.dumps(OTHER)}\n{json.dumps(ASSUMED)}\n".encode(), ""),
    "a bad line before": ("a.jsonl", b'{"eventName": nonsense\n' + json.dumps(ASSUMED).encode(), "1 piece"),
    "lines that are no events": ("a.jsonl", b'{"a": 1}\n7\n' + json.dumps(ASSUMED).encode(), "2 pieces"),
    "cut off after it": ("a.json", json.dumps({"Records": [ASSUMED, OTHER]}).encode()[:-40], "1 piece"),
    "gzip cut off": (
        "a.json.gz",
        gzip.compress(json.dumps({"Records": [ASSUMED, *[OTHER] * 4000]}).encode())[:-20],
        "not read to its end",
    ),
    "bytes that are no text": ("a.jsonl", b"\xff\xfe\n" + json.dumps(ASSUMED).encode(), "1 piece"),
}


@pytest.mark.parametrize(("name", "content", "note"), FORMS.values(), ids=FORMS)
def test_forms(name: str, content: bytes, note: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    use, notes = asked_of(ENTERED, tmp_path)
    assert use == USED or (note == "not read to its end" and use is None)
    assert [note in said for said in notes] == ([True] if note else [])


def test_directories_are_walked_and_digests_left_out(tmp_path: Path) -> None:
    for folder, name in (("CloudTrail/us-east-1", ASSUMED), ("CloudTrail-Digest/us-east-1", {"x": 1})):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "log.json").write_text(json.dumps({"Records": [name]}))
    assert asked_of(ENTERED, tmp_path) == (USED, ())
    assert asked_of(ENTERED, tmp_path / "CloudTrail-Digest" / "us-east-1")[1]


def test_an_empty_directory_is_told(tmp_path: Path) -> None:
    use, notes = asked_of(ENTERED, tmp_path)
    assert use is None
    assert "no CloudTrail log" in notes[0]


def test_a_large_log_is_read_piece_by_piece(tmp_path: Path) -> None:
    log = tmp_path / "a.json.gz"
    with gzip.open(log, "wt") as stream:
        stream.write('{"Records": [')
        for _ in range(60_000):
            stream.write(json.dumps(OTHER) + ",")
        stream.write(json.dumps(ASSUMED) + "]}")
    tracemalloc.start()
    try:
        found = asked_of(ENTERED, log)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found == (USED, ())
    assert peak < 8 << 20


def test_a_line_without_an_end_is_not_kept(tmp_path: Path) -> None:
    log = tmp_path / "a.jsonl"
    log.write_text('{"eventName": "' + "x" * (6 << 20) + "\n" + json.dumps(ASSUMED))
    use, notes = asked_of(ENTERED, log)
    assert use == USED
    assert "1 piece" in notes[0]
