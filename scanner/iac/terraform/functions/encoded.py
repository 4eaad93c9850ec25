"""Functions that write values as texts and read them back, digests, and those of providers on ids."""

from __future__ import annotations

import base64
import csv
import hashlib
import json
import re
from typing import TYPE_CHECKING, Any, Final

import yaml

from scanner.iac.terraform.functions.function import UNTOLD, Function, spelled
from scanner.iac.terraform.values import Encoded, Open, joined, plain, text_of
from scanner.iac.written import read_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.terraform.values import Value

_LONGEST: Final = 1_000_000


def _jsondecode(text: Value) -> Value:
    if isinstance(text, Open):
        return UNTOLD
    return text.value if isinstance(text, Encoded) else json.loads(text)


def _yamldecode(text: str) -> Value:
    read = read_text(text.encode()) if len(text) < _LONGEST else None
    if read is None or read.broken is not None or len(read.documents) > 1:
        return UNTOLD
    return read.documents[0].plain() if read.documents else None


def _yamlencode(value: Value) -> Value:
    return yaml.safe_dump(plain(value))


def _csvdecode(text: str) -> Value:
    return [dict(row) for row in csv.DictReader(text.splitlines())] if len(text) < _LONGEST else UNTOLD


def _base64encode(text: Value) -> Value:
    """Encode a text; of an open one nothing is known, but what it was stays readable."""
    if isinstance(text, Encoded):
        text = text.text()
    return UNTOLD if isinstance(text, Open) else base64.b64encode(spelled(text).encode()).decode()


def _digest(name: str, encode: Callable[[bytes], bytes] | None = None) -> Function:
    def call(text: str) -> str:
        found = hashlib.new(name, text.encode(), usedforsecurity=False)
        return found.hexdigest() if encode is None else encode(found.digest()).decode()

    return Function(call)


def _arn_parse(arn: Value) -> Value:
    """Take an ARN apart, also one that is open in parts."""
    if not isinstance(arn, Open):
        parts: list[Value] = list(spelled(arn).split(":", 5))
    elif not arn.parts:
        return UNTOLD
    else:
        parts = _split_parts(arn, ":", 5)
    return dict(zip(("partition", "service", "region", "account_id", "resource"), parts[1:], strict=True))


def _split_parts(text: Open, separator: str, most: int) -> list[Value]:
    """Split a text at the separators that are known; none is taken to be in what is open."""
    found: list[list[str | Open]] = [[]]
    for part in text.parts:
        if isinstance(part, Open):
            found[-1].append(part)
            continue
        first, *more = part.split(separator, max(most + 1 - len(found), 0)) if len(found) <= most else [part]
        found[-1].append(first)
        found += [[piece] for piece in more]
    return [joined(pieces, text.expression) for pieces in found]


def _arn_build(partition: Value, service: Value, region: Value, account: Value, resource: Value) -> Value:
    parts: list[str | Open] = ["arn"]
    for part in (partition, service, region, account, resource):
        parts += [":", text_of(part)]
    return joined(parts, "arn_build(…)")


def _behind(word: str) -> Function:
    """Return Google's function that reads the part of an id behind a word."""
    pattern = re.compile(rf"(?:^|/){word}/([^/]+)")

    def call(id_: str) -> Any:  # noqa: ANN401 - a value of the language
        found = pattern.search(id_)
        if found is None:
            raise ValueError
        return found[1]

    return Function(call)


ENCODED: Final[dict[str, Function]] = {
    "base64decode": Function(lambda t: base64.b64decode(t, validate=True).decode()),
    "base64encode": Function(_base64encode, takes_open=True),
    "base64sha256": _digest("sha256", base64.b64encode),
    "base64sha512": _digest("sha512", base64.b64encode),
    "csvdecode": Function(_csvdecode),
    "jsondecode": Function(_jsondecode, takes_open=True),
    "jsonencode": Function(Encoded, takes_open=True),
    "md5": _digest("md5"),
    "parseint": Function(lambda t, b: int(spelled(t), int(b)) if len(spelled(t)) < 500 else UNTOLD),
    "provider::aws::arn_build": Function(_arn_build, takes_open=True),
    "provider::aws::arn_parse": Function(_arn_parse, takes_open=True),
    "provider::aws::trim_iam_role_path": Function(lambda arn: re.sub(r"(:role/).*/", r"\1", arn)),
    "provider::google::location_from_id": _behind("locations"),
    "provider::google::name_from_id": Function(lambda id_: id_.rpartition("/")[2]),
    "provider::google::project_from_id": _behind("projects"),
    "provider::google::region_from_id": _behind("regions"),
    "provider::google::zone_from_id": _behind("zones"),
    "sha1": _digest("sha1"),
    "sha256": _digest("sha256"),
    "sha512": _digest("sha512"),
    "yamldecode": Function(_yamldecode),
    "yamlencode": Function(_yamlencode),
}
