"""Values that a document of code leaves open: known after apply, a variable without a value.

Such a value stands in a document where the provider would have a string, as an object of its own. It is
Unknown to whoever decides: neither absent nor anything in particular.
"""

from __future__ import annotations

from typing import Any, Final

import msgspec

_MARK: Final = "sidedoor:unresolved"
_LIKE: Final = "like"


class Unresolved(msgspec.Struct, frozen=True, order=True):
    """A value nobody can tell yet. `expression` is its source text, as people wrote it.

    `like` is a glob of what the value can be: ``arn:aws:s3:::*/*`` of ``arn:aws:s3:::${var.bucket}/*``.
    """

    expression: str
    like: str = "*"

    @property
    def body(self) -> dict[str, str]:
        """The object that stands for it in a document."""
        return {_MARK: self.expression, _LIKE: self.like}

    @classmethod
    def read(cls, value: Any) -> Unresolved | None:  # noqa: ANN401 - any part of a raw document
        """Return what an object of a document stands for, None when it is an ordinary value."""
        if not isinstance(value, dict) or not isinstance(value.get(_MARK), str):
            return None
        like = value.get(_LIKE, "*")
        return cls(value[_MARK], like if isinstance(like, str) else "*")
