"""Contexts in which a tie between two open keys holds, or does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.providers.aws.access.patterns import as_arn
from scanner.providers.aws.access.spaces import Undecidable

if TYPE_CHECKING:
    from scanner.providers.aws.access.formula import Tie


def tie_witness(tie: Tie, *, holds: bool) -> dict[str, tuple[str, ...]]:
    """Return values of the tie's keys for which it holds (or does not).

    Raises:
        Undecidable: when none was found.
    """
    chosen = "x"
    pattern = tie.template.filled(lambda _: chosen)
    if pattern is not None and tie.is_arn:
        pattern = as_arn(pattern)
    if pattern is not None:
        met = "".join(t if isinstance(t, str) else "" if t.many else "y" for t in pattern.tokens)
        candidates = [met] if holds else ["y", f"{met}y", f"y{met}"]
        for value in candidates:
            matches = pattern.matches(value) or (
                tie.ignore_case and (pattern.literal or "").lower() == value.lower()
            )
            if matches == holds:
                return {tie.key: (value,), **{v.key: (chosen,) for v in tie.template.variables}}
    raise Undecidable(f"keys tied by a policy variable: `{tie.key}` and `{tie.template.text}`")
