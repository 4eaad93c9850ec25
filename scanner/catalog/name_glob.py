"""Globs over names of files, buckets and images, which know numbers and slashes.

``*`` is any characters but a slash, ``**`` any characters, ``#`` one or more digits; the whole text must
match, in any case.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_WILDCARDS = {"**": ".*", "*": "[^/]*", "#": "[0-9]+"}


def compiled(glob: str) -> Callable[[str], bool]:
    """Return the test that tells whether a text matches the glob."""
    parts = re.split(r"(\*\*|\*|#)", glob)
    regex = re.compile(
        "".join(_WILDCARDS.get(part, re.escape(part)) for part in parts), re.IGNORECASE | re.DOTALL
    )
    return lambda text: regex.fullmatch(text) is not None
