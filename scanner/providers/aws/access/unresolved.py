"""Parts of a policy that the code it came from leaves open: known after apply, a variable without a value.

`scanner.snapshot.Unresolved` stands for such a part. It is unknown, not malformed: the statement it stands in
may or may not match, but only what its `like` glob could be. Answers name its expression.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scanner.providers.aws.access.formula import Expression, Unreadable
from scanner.providers.aws.access.patterns import Template
from scanner.snapshot.unresolved import Unresolved


@dataclass(frozen=True)
class OpenText:
    """A text that nobody can tell yet; `like` matches whatever the text, read as a pattern, could match."""

    expression: Expression
    like: Template

    @property
    def leaf(self) -> Unreadable:
        """Whether the text is what would match."""
        return Unreadable(self.expression)

    def may_be(self, text: str) -> bool:
        """Tell whether the text, or a pattern in its place, could match this one."""
        return self.like.loosest.matches(text)


def expression_of(raw: Any) -> Expression | None:  # noqa: ANN401 - any part of a raw document
    """Return the expression that stands for a part of a document, None for an ordinary part."""
    found = Unresolved.read(raw)
    return None if found is None else _expression(found)


def open_text(raw: Any, *, variables: bool = False, fold: bool = False) -> OpenText | None:  # noqa: ANN401
    """Return the open text that stands for a text or a list of texts, None for an ordinary value.

    A ``?`` of the glob may be a ``*`` of the text, and so match more than one character.
    """
    found = Unresolved.read(raw)
    if found is None:
        return None
    like = found.like.replace("?", "*")
    template = Template(like.lower() if fold else like, wildcards=True, variables=variables)
    return OpenText(_expression(found), template)


def open_name(raw: Any) -> OpenText | None:  # noqa: ANN401 - raw provider JSON
    """Return the open name of a principal, in which a wildcard is only ever the whole name."""
    found = Unresolved.read(raw)
    if found is None:
        return None
    return OpenText(_expression(found), Template(found.like, wildcards=True, variables=False))


def _expression(found: Unresolved) -> Expression:
    return Expression(found.expression or "a value without an expression")
