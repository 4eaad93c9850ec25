"""What a Bicep file declares, and its operators."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from scanner.iac.arm.expressions import Expression
    from scanner.iac.written import Node

OPERATORS: Final = (
    {"??": "coalesce"},
    {"||": "or"},
    {"&&": "and"},
    {"==": "equals", "!=": "!equals", "=~": "equalsignorecase", "!~": "!equalsignorecase"},
    {"<": "less", ">": "greater", "<=": "lessorequals", ">=": "greaterorequals"},
    {"+": "add", "-": "sub"},
    {"*": "mul", "/": "div", "%": "mod"},
)
"""Operators by how firmly they bind, loosest first, with the function that each stands for."""


@dataclass(frozen=True, slots=True)
class Loop:
    """``for item, index in list``: what is repeated, and under which condition."""

    item: str
    index: str
    over: Expression


@dataclass(frozen=True, slots=True)
class Statement:
    """One declaration: ``param``, ``var``, ``resource``, ``module``, ``output`` or another word.

    `what` is a resource's type with its version, or a module's path. `children` are resources inside it.
    `nullable`: a parameter that is null when nothing is given.
    """

    kind: str
    name: str
    value: Node | None
    first: int
    last: int
    what: str = ""
    existing: bool = False
    condition: Expression | None = None
    loop: Loop | None = None
    children: tuple[Statement, ...] = ()
    nullable: bool = False
