"""What a function of the language is to whoever calls it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from scanner.iac.terraform.values import Open, text_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.terraform.values import Value

UNTOLD: Final = Open("")
"""A result that becomes the call itself, open."""


def spelled(value: Value) -> str:
    """Return a value as a text; raises TypeError when it is none."""
    found = text_of(value)
    if isinstance(found, Open):
        raise TypeError
    return found


class Function(NamedTuple):
    """`takes_open`: it says itself what an open argument does, and reads JSON texts as what they say."""

    call: Callable[..., Any]
    takes_open: bool = False
