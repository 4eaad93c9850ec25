"""What an access decision can answer: four values, never a boolean.

| verdict     | meaning                                        | carries                              |
|-------------|------------------------------------------------|--------------------------------------|
| `Allowed`   | in every context                               | nothing more                         |
| `AllowedIf` | in some context                                | minimal satisfiable guards, a witness|
| `Denied`    | in every context                               | what denies                          |
| `Unknown`   | a document that would decide could not be read | the names of what is missing         |

How a provider arrives at a verdict is the provider's; how verdicts combine is here, because one access can
need several (`s3:GetObject` and `kms:Decrypt`). What a guard means is in `scanner.guards`, whose names are
offered here too.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from scanner.guards import HOLDERS, Guard, Holder, conjoin, meets, sample_for

__all__ = [
    "HOLDERS",
    "Allowed",
    "AllowedIf",
    "Denied",
    "Guard",
    "Holder",
    "Unknown",
    "Verdict",
    "both",
    "conjoin",
    "ease",
    "either",
    "meets",
]

MAX_ALTERNATIVES = 256
"""Alternatives of one verdict; a combination that needs more is Unknown."""


class Allowed(msgspec.Struct, frozen=True, tag=True):
    """Allowed in every context."""


class AllowedIf(msgspec.Struct, frozen=True, tag=True):
    """Allowed in some contexts.

    `alternatives` are conjunctions of guards, each satisfiable and minimal, any one of which suffices,
    easiest first (fewest guards that someone else than the caller holds). `witness` is one context under
    which the first is met, as ``(key, values)`` pairs in key order; a key that must be absent is not in it.
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


def both(one: Verdict, other: Verdict) -> Verdict:
    """Return the verdict on an access that needs both.

    A Denied ends it, then an Unknown, then guards are conjoined.

    Guards that contradict each other make it Denied.
    """
    match one, other:
        case (Denied(by=by), Denied(by=more)):
            return Denied(tuple(sorted({*by, *more})))
        case (Denied(), _):
            return one
        case (_, Denied()):
            return other
        case (Unknown(missing=missing), Unknown(missing=more)):
            return Unknown(tuple(sorted({*missing, *more})))
        case (Unknown(), _) | (_, Allowed()):
            return one
        case (_, Unknown()) | (Allowed(), _):
            return other
        case (AllowedIf(), AllowedIf()):
            return _conjunction(one, other)
    raise AssertionError(one, other)


def either(one: Verdict, other: Verdict) -> Verdict:
    """Return the verdict on an access that either grants.

    What is proven to be allowed wins over what is not known.
    """
    match one, other:
        case (Allowed(), _) | (_, Allowed()):
            return Allowed()
        case (AllowedIf(), AllowedIf()):
            witness = one if _order(one.guards) <= _order(other.guards) else other
            return _of(_minimal([*one.alternatives, *other.alternatives]), dict(witness.witness))
        case (AllowedIf(), _):
            return one
        case (_, AllowedIf()):
            return other
        case (Unknown(missing=missing), Unknown(missing=more)):
            return Unknown(tuple(sorted({*missing, *more})))
        case (Denied(by=by), Denied(by=more)):
            return Denied(tuple(sorted({*by, *more})))
        case (Unknown(), Denied()):
            return one
        case (Denied(), Unknown()):
            return other
    raise AssertionError(one, other)


def ease(guards: tuple[Guard, ...]) -> int:
    """Return how many of the guards someone else than the caller holds: the fewer, the easier to meet."""
    return sum(guard.held_by != "vendor" and guard.op != "absent" for guard in guards)


def _order(guards: tuple[Guard, ...]) -> tuple[int, int, tuple[Guard, ...]]:
    return ease(guards), len(guards), guards


def _conjunction(one: AllowedIf, other: AllowedIf) -> Verdict:
    if len(one.alternatives) * len(other.alternatives) > MAX_ALTERNATIVES * 8:
        return Unknown(("too many distinct conditions",))
    joined = [conjoin((*a, *b)) for a in one.alternatives for b in other.alternatives]
    found = _minimal([guards for guards in joined if guards is not None])
    if not found:
        return Denied(("conditions that contradict each other",))
    if len(found) > MAX_ALTERNATIVES:
        return Unknown(("too many distinct conditions",))
    return _of(found, {**dict(one.witness), **dict(other.witness)})


def _of(alternatives: list[tuple[Guard, ...]], known: dict[str, tuple[str, ...]]) -> AllowedIf:
    """Return the verdict; its witness is made of known ones, repaired where they differ."""
    first = alternatives[0]
    context = dict(known)
    by_key: dict[str, list[Guard]] = {}
    for guard in first:
        by_key.setdefault(guard.key.lower(), []).append(guard)
    for key, guards in by_key.items():
        if not all(meets(guard, context.get(key)) for guard in guards):
            values = sample_for(guards)
            if values is not None:
                context[key] = values
            elif all(meets(guard, None) for guard in guards):
                context.pop(key, None)
    return AllowedIf(tuple(alternatives), tuple(sorted(context.items())))


def _minimal(alternatives: list[tuple[Guard, ...]]) -> list[tuple[Guard, ...]]:
    """Return the alternatives, easiest first, without those that demand more than another one."""
    kept: list[tuple[Guard, ...]] = []
    for guards in sorted(set(alternatives), key=lambda g: (len(g), g)):
        if not any(set(fewer) <= set(guards) for fewer in kept):
            kept.append(guards)
    return sorted(kept, key=_order)
