"""Contexts in which a tie between two open keys holds, or does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.overlap import meeting
from scanner.providers.aws.access.patterns import Pattern, Variable, as_arn
from scanner.providers.aws.access.spaces import Undecidable
from scanner.providers.aws.access.ties import splits
from scanner.stringset import ANY_CHARACTER, ANY_STRING

if TYPE_CHECKING:
    from scanner.providers.aws.access.formula import Tie


def tie_witness(tie: Tie, *, holds: bool) -> dict[str, tuple[str, ...]]:
    """Return values of the tie's keys for which it holds (or does not).

    Raises:
        Undecidable: when none was found.
    """
    if tie.within is not None and holds:
        found = _resource_witness(tie, tie.within)
        if found is None:
            raise _undecidable(tie)
        return found
    chosen = "x"
    pattern = tie.template.filled(lambda _: chosen)
    if pattern is not None and tie.is_arn:
        pattern = as_arn(pattern)
    if pattern is not None:
        met = "".join(t if isinstance(t, str) else "" if t.many else "y" for t in pattern.tokens)
        candidates = [met] if holds else ["y", f"{met}y", f"y{met}"]
        if tie.within is not None:
            candidates = [tie.within.strings.witness() or ""]
        for value in candidates:
            matches = pattern.matches(value) or (
                tie.ignore_case and (pattern.literal or "").lower() == value.lower()
            )
            if matches == holds:
                return {tie.key: (value,), **{v.key: (chosen,) for v in tie.template.variables}}
    raise _undecidable(tie)


def _undecidable(tie: Tie) -> Undecidable:
    return Undecidable(f"keys tied by a policy variable: `{tie.key}` and `{tie.template.text}`")


def _resource_witness(tie: Tie, within: Pattern) -> dict[str, tuple[str, ...]] | None:
    """Return a resource of those asked for, and values of the variables for which it is meant."""
    some_text = (ANY_CHARACTER, ANY_STRING)  # a value that is no text at all is as good as absent
    parts = ((some_text if isinstance(p, Variable) else (p,)) for p in tie.template.parts)
    text = meeting(Pattern(token for part in parts for token in part).tokens, within.tokens)
    if text is None:
        return None
    for split in splits(tie.template.parts, text) or ():
        values = {variable.key: value for variable, value in split}
        if all(values.values()):
            return {tie.key: (text,), **{key: (value or "",) for key, value in values.items()}}
    return None
