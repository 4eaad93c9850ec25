"""The Principal and NotPrincipal elements: whom they mean, and how directly.

How a resource policy names a principal of its own account decides what can still cap the grant (`Policy
evaluation logic, resource-based policies
<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>`_
and `AWS JSON policy elements: Principal
<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>`_, read
2026-11-22).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

import msgspec

from scanner.providers.aws.access.patterns import Template
from scanner.providers.aws.access.unresolved import OpenText, open_name, open_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.aws.access.caller import Caller

Naming: TypeAlias = Literal["", "account", "role", "direct"]
"""How a statement means a caller: not at all.

Through its account, which only delegates; by the ARN of its role, which boundary and session policy still
cap; or directly (user, session, service, provider, everyone), which they do not.
"""

_DIRECTNESS: Final[tuple[Naming, ...]] = ("", "account", "role", "direct")

AtomKind: TypeAlias = Literal["aws", "service", "federated", "canonical"]

_KINDS: Final[dict[str, AtomKind]] = {
    "AWS": "aws",
    "Service": "service",
    "Federated": "federated",
    "CanonicalUser": "canonical",
}
_ROOT: Final = re.compile(r"arn:[^:]*:iam::(\d{12}):root")
_ACCOUNT: Final = re.compile(r"\d{12}")
_UNIQUE_ID: Final = re.compile(r"A[A-Z]{3}[A-Z0-9]{12,}")
_CLOUDFRONT: Final = re.compile(r"arn:[^:]*:iam::cloudfront:user/.*")


class PrincipalAtom(msgspec.Struct, frozen=True, order=True):
    """One principal that Allow statements of a policy can admit.

    Attributes:
        kind: ``aws``, ``service``, ``federated`` or ``canonical``.
        value: A 12-digit account id, an ARN, a unique id, a service or provider name, or ``*`` for everyone.
        negated: The statements name whom they do *not* admit; `value` is then ``*`` and `excepted` the names.
        statements: 0-based indexes of the statements, sorted.
        excepted: See `negated`; sorted.
        is_open: The name is left open by the code it came from; `value` is a glob of what it can be.
    """

    kind: AtomKind
    value: str
    negated: bool = False
    statements: tuple[int, ...] = ()
    excepted: tuple[str, ...] = ()
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class PrincipalElement:
    """What stands in Principal or NotPrincipal.

    `names` are ARNs, services and providers; `accounts` 12 digits; `open` what code leaves open.
    """

    anyone: bool
    accounts: frozenset[str]
    names: frozenset[tuple[AtomKind, str]]
    open: tuple[tuple[AtomKind, OpenText], ...] = ()

    def may_name(self, caller: Caller) -> tuple[Naming, tuple[OpenText, ...]]:
        """Return how directly the open names may mean the caller at best, and which of them may at all."""
        found: list[OpenText] = []
        best: Naming = ""
        for kind, text in self.open:
            naming = _possible(kind, text, caller)
            if naming:
                found.append(text)
                best = max(best, naming, key=_DIRECTNESS.index)
        return best, tuple(found)

    def names_caller(self, caller: Caller) -> Naming:
        """Return how directly the caller is meant."""
        if self.anyone or self._names_itself(caller):
            return "direct"
        if caller.role is not None and ("aws", caller.role) in self.names:
            return "role"
        return "account" if caller.has_identity_policies and caller.account in self.accounts else ""

    def spares(self, caller: Caller) -> bool:
        """Tell whether a NotPrincipal of a Deny leaves the caller alone.

        The account, the role and the session must all be listed: AWS may check each of them in turn
        (`NotPrincipal with Deny
        <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html>`_,
        read 2026-11-22).
        """
        if self.anyone:
            return True
        if not caller.has_identity_policies:
            return self._names_itself(caller)
        if caller.account not in self.accounts:
            return False
        wanted = {caller.arn, caller.role} - {None}
        return caller.kind in {"root", "account"} or all(("aws", name) in self.names for name in wanted)

    def may_spare(self, caller: Caller) -> tuple[OpenText, ...]:
        """Return the open names with which a NotPrincipal of a Deny might leave the caller alone.

        Empty when they cannot help.
        """
        texts = [text for kind, text in self.open if kind == "aws"]
        everyone = tuple(text for text in texts if text.may_be("*"))
        if everyone or not caller.has_identity_policies:
            return everyone or self.may_name(caller)[1]
        account = caller.account or ""
        needed = [(account, f"arn:{caller.partition}:iam::{account}:root")] * (account not in self.accounts)
        if caller.kind not in {"root", "account"}:
            wanted = sorted({caller.arn or "", caller.role or caller.arn or ""})
            needed += [(name, name) for name in wanted if ("aws", name) not in self.names]
        helping = [[text for text in texts if any(map(text.may_be, names))] for names in needed]
        return tuple(text for found in helping for text in found) if all(helping) else ()

    def _names_itself(self, caller: Caller) -> bool:
        if caller.kind == "federated":
            return bool({("federated", caller.arn), ("federated", "*")} & self.names)
        if caller.kind == "service":
            return bool({("service", caller.arn), ("service", "*")} & self.names)
        if caller.kind == "canonical":
            return ("canonical", caller.arn) in self.names
        return caller.kind not in {"role", "root", "account"} and ("aws", caller.arn) in self.names

    def atoms(self) -> Iterator[tuple[AtomKind, str]]:
        """Yield what is named."""
        if self.anyone:
            yield "aws", "*"
        for account in self.accounts:
            yield "aws", account
        yield from self.names


def read_principals(raw: Any, place: str, broken: list[str]) -> PrincipalElement:  # noqa: ANN401 - raw provider JSON
    """Return the element; places of what cannot be read are added to `broken`."""
    anyone = raw == "*"
    accounts: set[str] = set()
    names: set[tuple[AtomKind, str]] = set()
    whole = open_text(raw)
    if whole is not None:  # a star, or a map of any kinds: what the glob says of the text is no name
        anything = OpenText(whole.expression, Template("*", wildcards=True, variables=False))
        return PrincipalElement(
            False, frozenset(), frozenset(), tuple((k, anything) for k in _KINDS.values())
        )
    if not anyone and (not isinstance(raw, dict) or not raw):
        broken.append(place)
    left_open: list[tuple[AtomKind, OpenText]] = []
    for kind, value, where in _entries(raw, place, broken, left_open):
        root = _ROOT.fullmatch(value)
        if kind == "aws" and value == "*":
            anyone = True
        elif kind == "aws" and (root or _ACCOUNT.fullmatch(value)):
            accounts.add(root[1] if root else value)
        elif kind == "aws" and not _is_name(value):
            broken.append(where)
        else:
            names.add((kind, value if value.startswith("arn:") or kind == "aws" else value.lower()))
    return PrincipalElement(anyone, frozenset(accounts), frozenset(names), tuple(left_open))


def _possible(kind: AtomKind, text: OpenText, caller: Caller) -> Naming:
    """Return how directly an open name of a kind may mean the caller at best."""
    own = {"federated": "federated", "service": "service", "canonical": "canonical"}.get(caller.kind, "aws")
    if kind == "aws" and text.may_be("*"):
        return "direct"
    if kind != own:
        return ""
    if kind != "aws":
        return "direct" if text.may_be(caller.arn or "") or text.may_be("*") else ""
    if caller.kind not in {"role", "root", "account"} and text.may_be(caller.arn or ""):
        return "direct"
    if caller.role is not None and text.may_be(caller.role):
        return "role"
    root = f"arn:{caller.partition}:iam::{caller.account}:root"
    is_account = caller.has_identity_policies and (text.may_be(root) or text.may_be(caller.account or ""))
    return "account" if is_account else ""


def _entries(
    raw: Any,  # noqa: ANN401 - raw provider JSON
    place: str,
    broken: list[str],
    left_open: list[tuple[AtomKind, OpenText]],
) -> Iterator[tuple[AtomKind, str, str]]:
    for word, values in raw.items() if isinstance(raw, dict) else ():
        where = f"{place}/{word}"
        kind = _KINDS.get(word)
        listed = values if isinstance(values, list) else [values]
        if kind is None or not listed:
            broken.append(where)
            continue
        for index, value in enumerate(listed):
            at = f"{where}/{index}" if isinstance(values, list) else where
            unresolved = open_name(value)
            if isinstance(value, str):
                yield kind, value, at
            elif unresolved is not None:
                left_open.append((kind, unresolved))
            else:
                broken.append(at)


def _is_name(value: str) -> bool:
    """Tell whether a value of the AWS type can stand there: wildcards for part of a name cannot."""
    if "*" in value or "?" in value:
        return False
    return bool(value.startswith("arn:") or _UNIQUE_ID.fullmatch(value) or _CLOUDFRONT.fullmatch(value))
