"""CloudTrail logs as events of use: who from outside entered a role, or read, wrote or called a model.

Takes log files as CloudTrail delivers them (``{"Records": [...]}``), and exports of CloudTrail Lake or Athena
as one JSON object a line, whose names may be lower case and whose structures may be texts; each gzipped or
not. Nothing of a request is kept but what it was done to. Sources: IAM User Guide, "Logging IAM and AWS STS
API calls with AWS CloudTrail", for what a call from another account, a web identity and a SAML assertion look
like; CloudTrail User Guide, "CloudTrail userIdentity element"
(https://docs.aws.amazon.com/IAM/latest/UserGuide/cloudtrail-integration.html and
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html, read
2026-11-22).
"""

from __future__ import annotations

import gzip
import json
import re
import zlib
from typing import TYPE_CHECKING, Any, Final, TextIO

from scanner.providers.aws.arn import Arn
from scanner.usage import Event

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from scanner.usage import Uses

_CHUNK: Final = 1 << 18
_LARGEST: Final = 1 << 21  # of one event; CloudTrail's are at most 1 MB
_BETWEEN: Final = re.compile(r"[\s,\[\]}]*(?:\{\s*\"Records\"\s*:\s*\[[\s,]*)?")
_SUFFIXES: Final = (".json", ".json.gz", ".jsonl", ".jsonl.gz")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_ENTERING: Final = {
    "AssumeRole": "assume",
    "AssumeRoleWithWebIdentity": "assume-web-identity",
    "AssumeRoleWithSAML": "assume-saml",
}
_GAINS: Final = {
    ("s3", "GetObject"): "read",
    ("s3", "PutObject"): "write",
    ("s3", "CompleteMultipartUpload"): "write",
    ("kms", "Decrypt"): "read",
    ("sagemaker", "InvokeEndpointWithResponseStream"): "invoke",
    ("bedrock", "InvokeModel"): "invoke",
    ("bedrock", "InvokeModelWithResponseStream"): "invoke",
    ("bedrock", "Converse"): "invoke",
    ("bedrock", "ConverseStream"): "invoke",
}
_ANYONE: Final = {"anonymous", "anonymous_principal"}


def read_logs_of_use(paths: Iterable[Path], uses: Uses) -> tuple[str, ...]:
    """Give every event below the paths to `uses`; returns notes on what could not be read, sorted."""
    notes: list[str] = []
    for path in paths:
        files = sorted(_files(path))
        if not files:
            notes.append(f"`{path}`: no CloudTrail log (.json, .json.gz, .jsonl or .jsonl.gz) is there")
        for file in files:
            bad = 0
            try:
                with _opened(file) as stream:
                    for record in _records(stream):
                        bad += record is None or not _take(record, uses)
            except (OSError, EOFError, zlib.error) as error:
                notes.append(f"`{file}`: not read to its end: {error}")
            if bad:
                notes.append(
                    f"`{file}`: {bad} {'piece' if bad == 1 else 'pieces'} of it could not be read as events"
                )
    return tuple(sorted(notes))


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for file in path.rglob("*"):
        if file.name.endswith(_SUFFIXES) and "CloudTrail-Digest" not in file.parts and file.is_file():
            yield file


def _opened(file: Path) -> TextIO:
    if file.name.endswith(".gz"):
        return gzip.open(file, "rt", encoding="utf-8", errors="replace")
    return file.open(encoding="utf-8", errors="replace")


def _records(stream: TextIO) -> Iterator[dict[str, Any] | None]:
    """Yield each event; None for a piece that is none, after which the next line is tried."""
    decoder = json.JSONDecoder()
    text, place, ended = "", 0, False
    while True:
        place = _BETWEEN.match(text, place).end()  # type: ignore[union-attr]  # it matches nothing, too
        try:
            if len(text) - place < _CHUNK and not ended:
                raise ValueError  # a name could go on
            if place >= len(text):
                return
            found, place = decoder.raw_decode(text, place)
            yield found if isinstance(found, dict) else None
        except (ValueError, RecursionError):
            if not ended and len(text) - place < _LARGEST:
                more = stream.read(_CHUNK)
                ended = not more
                text, place = text[place:] + more, 0
                continue
            yield None
            place = text.find("\n", place)
            if place < 0:
                text, place = "", 0
                if not _skip_line(stream):
                    return


def _skip_line(stream: TextIO) -> bool:
    """Read on to the end of the line, without keeping it; tells whether anything is left."""
    while part := stream.readline(_CHUNK):
        if part.endswith("\n"):
            return True
    return False


def _take(record: dict[str, Any], uses: Uses) -> bool:
    """Give an event to `uses`; tells whether it is one."""
    if "eventJson" in record or "eventjson" in record:
        record = _lowered({"whole": _named(record, "eventJson")}, 2)["whole"]
        if not isinstance(record, dict):
            return False
    day = str(_named(record, "eventTime") or "")[:10]
    name, source = _named(record, "eventName"), str(_named(record, "eventSource") or "")
    if not name or not source or not _DAY.fullmatch(day):
        return False
    scope = str(_named(record, "recipientAccountId") or "")
    uses.covers(scope, day)
    service = source.partition(".")[0]
    how = _ENTERING.get(name) if service == "sts" else _GAINS.get((service, name))
    if how is None or _named(record, "errorCode"):
        return True
    event = _lowered(record, 5)
    callers, maybe = _callers(how, _part(event, "useridentity"), event, scope)
    for target in _targets(service, how, event):
        uses.take(Event(day, scope, how, target, callers, maybe, next(iter(callers), "")))
    return True


def _named(record: dict[str, Any], name: str) -> Any:  # noqa: ANN401 - raw JSON
    return record[name] if name in record else record.get(name.lower())


def _lowered(value: Any, depth: int) -> Any:  # noqa: ANN401 - raw JSON
    """Return names in lower case, and texts that hold a structure opened, some levels down."""
    if isinstance(value, str) and value[:1] in {"{", "["} and depth:
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return value
    if isinstance(value, dict) and depth:
        return {str(name).lower(): _lowered(item, depth - 1) for name, item in value.items()}
    if isinstance(value, list) and depth:
        return [_lowered(item, depth - 1) for item in value]
    return value


def _callers(
    how: str, who: dict[str, Any], event: dict[str, Any], scope: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return who called from outside, most exact first, and globs over who it may be.

    Nothing for a caller of the log's own account. Of a caller from another account the log of the one that
    is called names the account only.
    """
    if how == "assume-web-identity":
        issuer = str(who.get("identityprovider") or "").rpartition("oidc-provider/")[2]
        known = issuer and who.get("username")
        return ((f"https://{issuer.removeprefix('https://')} sub={who['username']}",) if known else ()), ()
    if how == "assume-saml":
        provider = _part(event, "requestparameters").get("principalarn")
        return ((str(provider),) if provider else ()), ()
    account = str(who.get("accountid") or "")
    if account.lower() in _ANYONE:
        return ("*",), ()
    if not account or account == scope:
        return (), ()
    root = f"arn:aws:iam::{account}:root"
    role = _part(_part(who, "sessioncontext"), "sessionissuer").get("arn")
    named = tuple(str(arn) for arn in (who.get("arn"), role) if arn)
    unnamed = () if named else (f"arn:aws:iam::{account}:*", f"arn:aws:sts::{account}:*")
    return (*named, root), unnamed


def _targets(service: str, how: str, event: dict[str, Any]) -> Iterator[str]:
    asked = _part(event, "requestparameters")
    if service == "sts":
        if asked.get("rolearn"):
            yield str(asked["rolearn"])
        return
    if service == "s3" and asked.get("bucketname") and asked.get("key"):
        yield f"arn:aws:s3:::{asked['bucketname']}/{asked['key']}"
        return
    if service == "bedrock" and str(asked.get("modelid") or "").startswith("arn:"):
        yield str(asked["modelid"])
        return
    for resource in event.get("resources") or ():
        arn = resource.get("arn") if isinstance(resource, dict) else None
        if arn and how in {"read", "invoke"}:
            yield str(arn)


def _part(whole: dict[str, Any], name: str) -> dict[str, Any]:
    part = whole.get(name)
    return part if isinstance(part, dict) else {}


def scope_of(target: str) -> str | None:
    """Return the account whose log shows who enters a role."""
    return Arn.parse(target).account or None
