"""Globs over ids: ``*`` matches any characters, ``?`` exactly one; everything else, and case, is literal."""

from __future__ import annotations

import re


def _regex(pattern: str, one: str = ".") -> str:
    return ".*".join(one.join(map(re.escape, part.split("?"))) for part in pattern.split("*"))


def matches(pattern: str, text: str) -> bool:
    """Tell whether a glob matches the whole text."""
    return pattern == text or re.fullmatch(_regex(pattern), text, re.DOTALL) is not None


def covers(pattern: str, narrower: str) -> bool:
    """Tell whether every text that the glob `narrower` matches is matched by `pattern` too.

    Sound; complete for patterns whose only wildcards are ``*``. A ``*`` of `narrower` is read as a letter
    that only a ``*`` matches.
    """
    letters = narrower.replace("*", "\x01").replace("?", "\x00")
    return re.fullmatch(_regex(pattern, one="[^\x01]"), letters, re.DOTALL) is not None
