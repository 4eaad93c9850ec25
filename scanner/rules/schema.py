"""What a rule file may say: keys AND, lists OR, ``not:`` negates, ``*`` globs; no expressions, no code.

The structs are read by `scanner.yamlfile`, which needs to know vocabularies: those that are open to new
providers stand here as words with globs, the closed ones as literals.
"""

from __future__ import annotations

from typing import Annotated, Any, Final, Literal, TypeAlias, TypeVar

import msgspec

from scanner.model import (
    AGREEMENTS,
    GUARD_KINDS,
    HOP_TYPES,
    Agreement,
    AssetClass,
    Certainty,
    Gain,
    Severity,
    Trust,
)
from scanner.rules.subjects import Scope  # noqa: TC001 - msgspec reads the annotations
from scanner.verdict import Holder  # noqa: TC001 - as above
from scanner.yamlfile import json_schema

PRINCIPAL_KINDS: Final = (
    "user",
    "role",
    "group",
    "account",
    "organization",
    "service",
    "service-account",
    "domain",
    "guest",
    "app",
    "tenant",
    "workload",
    "oidc",
    "saml",
    "certificate",
    "cluster",
    "network",
    "site",
    "directory",
    "anonymous",
    "any-account",
)
PLACEHOLDERS: Final = ("from", "to", "hops", "first", "gains", "vendor", "tier", "guards")
"""What a message may name in braces."""


def _words(*words: str) -> msgspec.Meta:
    return msgspec.Meta(extra={"words": words}, extra_json_schema={"examples": list(words)})


T = TypeVar("T")
Many: TypeAlias = T | tuple[T, ...]
"""One or a list; an empty list, the default, selects nothing by that key."""

HopType: TypeAlias = Annotated[str, _words(*HOP_TYPES)]
GuardKind: TypeAlias = Annotated[str, _words(*GUARD_KINDS)]
PrincipalKind: TypeAlias = Annotated[str, _words(*PRINCIPAL_KINDS)]
Position: TypeAlias = Literal["first", "last"]


class Traits(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Keys of a selector; those not given select everything."""


class SourceTraits(Traits, frozen=True):
    """An external principal where a path starts.

    `subject` globs cover the subject glob of an OIDC trust wholly; `subject_scope` says how far it reaches,
    see `scanner.rules.subjects`. `registered`: in the vendor register.
    """

    id: Many[str] = ()
    kind_of: Many[PrincipalKind] = ()
    provider: Many[str] = ()
    trust: Many[Trust] = ()
    vendor: Many[str] = ()
    registered: bool | None = None
    issuer: Many[str] = ()
    subject: Many[str] = ()
    subject_scope: Many[Scope] = ()


class HopTraits(Traits, frozen=True):
    """A hop. With both `guards` and `held_by`, one guard must be of such a kind and held so."""

    type: Many[HopType] = ()
    guards: Many[GuardKind] = ()
    held_by: Many[Holder] = ()
    gains: Many[Gain] = ()
    certainty: Many[Certainty] = ()


class PrincipalTraits(Traits, frozen=True):
    """A principal between source and asset. `unused_days`: known to be unused for so long, or ever."""

    id: Many[str] = ()
    kind_of: Many[PrincipalKind] = ()
    provider: Many[str] = ()
    unused_days: Annotated[int, msgspec.Meta(ge=1)] | None = None


class AssetTraits(Traits, frozen=True):
    """An asset. `min_rank`: its tier's rank is at least that. `unrecorded`: one of these leaves no record."""

    id: Many[str] = ()
    class_: Many[AssetClass] = msgspec.field(name="class", default=())
    tier: Many[str] = ()
    min_rank: int | None = None
    provider: Many[str] = ()
    unrecorded: Many[Gain] = ()


class SourceSelector(SourceTraits, frozen=True, tag_field="kind", tag="principal"):
    """Where a path starts."""

    not_: Many[SourceTraits] = msgspec.field(name="not", default=())


class AssetSelector(AssetTraits, frozen=True, tag_field="kind", tag="asset"):
    """Where a path ends."""

    not_: Many[AssetTraits] = msgspec.field(name="not", default=())


class HopSelector(HopTraits, frozen=True, tag_field="kind", tag="hop"):
    """A hop of the path; `at` limits it to the first or the last."""

    at: Many[Position] = ()
    not_: Many[HopTraits] = msgspec.field(name="not", default=())


class PrincipalSelector(PrincipalTraits, frozen=True, tag_field="kind", tag="principal"):
    """A principal on the path; `at` limits it to the one the first hop leads to, or the last starts from."""

    at: Many[Position] = ()
    not_: Many[PrincipalTraits] = msgspec.field(name="not", default=())


StepSelector: TypeAlias = HopSelector | PrincipalSelector


class Fixes(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What to do on one cloud, where that is more exact than the rule's `remediation`."""

    aws: str = ""
    gcp: str = ""
    azure: str = ""
    kubernetes: str = ""


class Example(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A little world in arrows, see `scanner.rules.sketch`, and whether the rule fires on it."""

    name: str
    fires: bool
    facts: tuple[str, ...]
    line: int = 0


class Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One rule. `path` is its file, relative to the rules directory, with forward slashes.

    Without `agreement`, agreed access does not fire; ``any`` means that agreements do not matter. `through`
    are all to be met, each by some step of the path; `avoid` by none. `fixes` take the place of `remediation`
    on the cloud whose document is cited where the fix goes: at the path's first or last hop, by `fix_at`.
    """

    id: Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)+$", max_length=80)]
    title: str
    severity: Severity
    summary: str
    rationale: str
    remediation: str
    fixes: Fixes = Fixes()
    fix_at: Position = "last"
    references: tuple[Annotated[str, msgspec.Meta(pattern=r"^https://\S+$")], ...] = ()
    tags: tuple[Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9./-]*$")], ...] = ()
    find: Literal["path"] = "path"
    from_: SourceSelector = msgspec.field(name="from", default=SourceSelector())
    through: StepSelector | tuple[StepSelector, ...] = ()
    avoid: StepSelector | tuple[StepSelector, ...] = ()
    to: AssetSelector = AssetSelector()
    gains: Many[Gain] = ()
    max_hops: Annotated[int, msgspec.Meta(ge=1, le=32)] | None = None
    certainty: Many[Certainty] = ("proven", "possible")
    agreement: Literal["any"] | Many[Agreement] = tuple(a for a in AGREEMENTS if a != "agreed")
    message: str
    examples: tuple[Example, ...]
    path: str = ""


def many(value: T | tuple[T, ...] | None) -> tuple[T, ...]:
    """Return one or a list as a list; None is empty."""
    if value is None:
        return ()
    return value if isinstance(value, tuple) else (value,)


def rule_schema() -> dict[str, Any]:
    """Return the JSON Schema of a rule file, for editors."""
    return json_schema(Rule, "Sidedoor rule")
