"""What an access decision can answer: four values, never a boolean.

| verdict     | meaning                                        | carries                              |
|-------------|------------------------------------------------|--------------------------------------|
| `Allowed`   | in every context                               | nothing more                         |
| `AllowedIf` | in some context                                | minimal satisfiable guards, a witness|
| `Denied`    | in every context                               | what denies                          |
| `Unknown`   | a document that would decide could not be read | the names of what is missing         |

How a provider arrives at a verdict is the provider's; how verdicts combine is here, because one access can need several
(`s3:GetObject` and `kms:Decrypt`).
"""

from __future__ import annotations

from typing import Literal, TypeAlias

import msgspec

Holder: TypeAlias = Literal["vendor", "issuer", "ours", "fixed"]
"""Who chooses the value of a context key: the outside caller, the token issuer, our side or the environment, or nobody
(the principal itself fixes it)."""

HOLDERS: tuple[Holder, ...] = ("vendor", "issuer", "ours", "fixed")


class Guard(msgspec.Struct, frozen=True, order=True):
    """One condition that must hold: `key` `op` any of `values`.

    `op` is one of ``in`` (exact strings), ``not-in``, ``like`` (globs), ``not-like``, ``cidr``
    (address ranges), ``not-cidr``, ``range`` (one ``low..high`` of numbers or dates, ends included, either may be empty),
    ``present``, ``absent``. `values` are sorted; empty for ``present`` and ``absent``.
    `kind` is the glossary word a rule selects by: ``external-id``, ``source-ip``, ``mfa``, ``other`` …
    """

    key: str
    op: str
    values: tuple[str, ...] = ()
    held_by: Holder = "ours"
    kind: str = "other"

    def __str__(self) -> str:
        words = {
            "in": "=",
            "not-in": "!=",
            "like": "like",
            "not-like": "not like",
            "cidr": "in",
            "not-cidr": "not in",
        }
        if self.op in {"present", "absent"}:
            return f"{self.key} {self.op}"
        return f"{self.key} {words.get(self.op, self.op)} {' | '.join(self.values)}"


class Allowed(msgspec.Struct, frozen=True, tag=True):
    """Allowed in every context."""


class AllowedIf(msgspec.Struct, frozen=True, tag=True):
    """Allowed in some contexts.

    `alternatives` are conjunctions of guards, each satisfiable and minimal, any one of which suffices, easiest first
    (fewest guards that someone else than the caller holds). `witness` is one context under which the first is met, as
    ``(key, values)`` pairs in key order; a key that must be absent is not in it.
    """

    alternatives: tuple[tuple[Guard, ...], ...]
    witness: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def guards(self) -> tuple[Guard, ...]:
        """The easiest alternative."""
        return self.alternatives[0]


class Denied(msgspec.Struct, frozen=True, tag=True):
    """Denied in every context; `by` names the statements or the layer without an allow."""

    by: tuple[str, ...] = ()


class Unknown(msgspec.Struct, frozen=True, tag=True):
    """Not decidable from what was read; `missing` names the documents, sorted, at least one."""

    missing: tuple[str, ...]


Verdict: TypeAlias = Allowed | AllowedIf | Denied | Unknown
