"""Terraform's functions on texts, numbers and collections; pure, and as exact as their documentation.

Source: Terraform, "Built-in Functions" (https://developer.hashicorp.com/terraform/language/functions, read
2026-11). A function that is not here leaves its call open. Arguments may hold open values; a result that is
``Open("")`` becomes the call itself, open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.iac.terraform.functions.encoded import ENCODED
from scanner.iac.terraform.functions.lists import LISTS
from scanner.iac.terraform.functions.networks import NETWORKS
from scanner.iac.terraform.functions.texts import TEXTS
from scanner.iac.terraform.values import has_error, missing

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.terraform.functions.function import Function
    from scanner.iac.terraform.syntax import Node
    from scanner.iac.terraform.values import Value


def _try(thunks: list[Callable[[], Value]], node: Node) -> Value:
    for thunk in thunks:
        value = thunk()
        if not has_error(value):
            return value
    return missing(node)


def _can(thunks: list[Callable[[], Value]], node: Node) -> Value:
    del node
    return not has_error(thunks[0]())


LAZY: Final[dict[str, Callable[[list[Callable[[], Value]], Node], Value]]] = {"try": _try, "can": _can}
FUNCTIONS: Final[dict[str, Function]] = {**ENCODED, **LISTS, **NETWORKS, **TEXTS}
