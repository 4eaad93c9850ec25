"""Lambda functions: the role each runs as, who its resource policy lets in, and what calls it by itself.

Source: Lambda Developer Guide, "Working with resource-based IAM policies in Lambda" and "Creating and
managing Lambda function URLs"
(https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html, read 2026-11-22).
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from scanner.providers.aws.access import Unread, principals_named
from scanner.providers.aws.library import at
from scanner.snapshot import Document, DocumentId, Gap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.aws.access import Policy
    from scanner.providers.aws.library import Library
    from scanner.snapshot import Snapshot


VIA_URL: Final = "lambda:invokedviafunctionurl"
BY_API: Final = MappingProxyType({VIA_URL: ("false",)})
"""What is known of every call that does not come through a function's URL."""


class Url(NamedTuple):
    """A URL of a function: ``NONE`` or ``AWS_IAM``, and the day it was made, ISO or empty when not known."""

    auth_type: str
    made_on: str


@dataclass(frozen=True, slots=True)
class Function:
    """One function. `policy` is its resource policy, None when it has none."""

    arn: str
    account: str
    region: str
    role: str
    policy: Policy | Unread | None
    urls: tuple[Url, ...]
    document: Document


def read_functions(snapshot: Snapshot, library: Library) -> Iterator[Function]:
    """Yield every listed function, in id order."""
    for document in snapshot.all("aws", "lambda", "ListFunctions.Functions"):
        body: Any = document.body or {}
        arn = body.get("FunctionArn")
        if not isinstance(arn, str) or not arn:
            continue
        account, region = document.id.scope, document.id.region
        policy = library.get(DocumentId("aws", account, region, "lambda", "GetPolicy", arn), "/Policy")
        listed = snapshot.get(DocumentId("aws", account, region, "lambda", "ListFunctionUrlConfigs", arn))
        configs = () if isinstance(listed, Gap) else at(listed.body, "/FunctionUrlConfigs") or ()
        urls = sorted({Url(str(c.get("AuthType", "")), str(c.get("CreationTime", ""))[:10]) for c in configs})
        yield Function(arn, account, region, str(body.get("Role") or ""), policy, tuple(urls), document)


def triggers(snapshot: Snapshot, function: Function) -> tuple[bool, str]:
    """Return whether something else than a call with credentials runs the function, and what was not read.

    That is an event source, a service or an outsider in its resource policy, or a function URL.
    """
    policy = function.policy
    named = () if policy is None or isinstance(policy, Unread) else principals_named(policy)
    if any(atom.kind == "service" or atom.value == "*" for atom in named):
        return True, ""
    place = DocumentId("aws", function.account, function.region, "lambda", "ListEventSourceMappings")
    for mapping in snapshot.all("aws", "lambda", "ListEventSourceMappings.EventSourceMappings"):
        if (mapping.body or {}).get("FunctionArn", "").startswith(function.arn):
            return True, ""
    found = snapshot.get(place)
    unread = str(found.id) if isinstance(found, Gap) else ""
    return False, unread or (policy.missing if isinstance(policy, Unread) else "")
