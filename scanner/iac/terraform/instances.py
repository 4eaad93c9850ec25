"""Instances of resources: ``count`` and ``for_each`` expanded, attributes evaluated when asked for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from scanner.iac.terraform.aws.identity import computed
from scanner.iac.terraform.bodies import HclBody
from scanner.iac.terraform.evaluation import Inner, evaluate
from scanner.iac.terraform.plan import merged
from scanner.iac.terraform.planned import PlanBody
from scanner.iac.terraform.providers import home_of
from scanner.iac.terraform.values import Open, Written, has_open, text_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.aws import Home
    from scanner.iac.terraform.bodies import Body
    from scanner.iac.terraform.modules import Module
    from scanner.iac.terraform.syntax import Block
    from scanner.iac.terraform.values import Value

MOST_INSTANCES: Final = 2_000
"""Of one block; what says more stays open."""
_STEPS: Final = 20  # what an instance costs, as expressions are counted
_DOCUMENTS: Final = frozenset({"aws_iam_policy_document", "google_iam_policy"})


class Namespace:
    """Names with values: ``var``, ``local``, a resource type."""

    def __init__(self, get: Callable[[str], Value]) -> None:
        self._get = get

    def attribute(self, name: str) -> Value:
        """Return what a name stands for."""
        return self._get(name)


class Instance:
    """One instance of a resource or data source. `address` is the one that plans use."""

    def __init__(self, module: Module, block: Block, address: str, names: dict[str, Value]) -> None:
        self.module = module
        self.block = block
        self.address = address
        self.type, self.label = block.labels
        self.is_data = block.type == "data"
        self.root = module.root
        self.place = module.place(block)
        self.body: Body = HclBody(block, Inner(module, {**names, "self": self}), module)
        self._planned = module.root.planned(address)
        if self._planned is not None and not self.is_data:
            self.body = PlanBody(self._planned, self.body, self.place)
        self._values: dict[str, Value] = {}
        self._asking: set[str] = set()

    @property
    def home(self) -> Home:
        """Where it will live."""
        return home_of(self.module, self.block)

    def say(self, why: str) -> None:
        """Say what cannot be told of it."""
        self.root.say(self.place, self.address, why)

    def attribute(self, name: str) -> Value:
        """Return an attribute: as the code sets it, else as the resource will have it."""
        if name in self._values:
            return self._values[name]
        if name in self._asking:
            return Open(f"{self.address}.{name}")
        self._asking.add(name)
        try:
            value = self._told(name)
        finally:
            self._asking.discard(name)
        self._values[name] = value
        return value

    def _told(self, name: str) -> Value:
        known = self._in_plan(name)
        if known is not None:
            return known
        made = computed(self, name)
        if made is not None:
            return made
        if self.body.has(name):
            return self.body.get(name)
        nested = self.body.blocks(name)
        if nested:
            return [Namespace(inner.get) for inner in nested]
        return Open(f"{self.address}.{name}")

    def _in_plan(self, name: str) -> Value:
        """Return what a plan knows; policy documents are read from source, for their lines."""
        if self._planned is None or (self.is_data and self.type in _DOCUMENTS):
            return None
        value = merged(self._planned.values.get(name), self._planned.unknown.get(name), name)
        return None if has_open(value) else value


def expanded(
    block: Block, scope: Module, address: str, make: Callable[[str, dict[str, Value]], Value]
) -> Value:
    """Return what a block stands for: one instance, a list of them by ``count``, an object by ``for_each``.

    What decides and cannot be told leaves one instance, whose ``each`` and ``count`` are open, beside those
    that are known.
    """
    count, for_each = block.attributes.get("count"), block.attributes.get("for_each")
    if count is not None:
        number = evaluate(count, scope)
        if isinstance(number, str) and number.isdecimal():
            number = int(number)
        if isinstance(number, int) and number <= MOST_INSTANCES:
            scope.budget.take(_STEPS * max(number, 0))
            return [make(f"{address}[{i}]", {"count": {"index": i}}) for i in range(int(number))]
        scope.root.undecided(scope, block, address)
        return [make(f"{address}[0]", {"count": {"index": Open("count.index")}})]
    if for_each is None:
        return make(address, {})
    items, is_whole = _items(evaluate(for_each, scope))
    if len(items) > MOST_INSTANCES:
        items, is_whole = {}, False
    scope.budget.take(_STEPS * len(items))
    made = {
        key: make(f"{address}[{_quoted(key)}]", {"each": {"key": key, "value": value}})
        for key, value in items.items()
    }
    if is_whole:
        return Written(made, block)
    scope.root.undecided(scope, block, address)
    each = {"key": Open("each.key"), "value": Open("each.value")}
    return Several({**made, "*": make(f'{address}["*"]', {"each": each})}, block)


def _quoted(key: str) -> str:
    """Return a key as addresses have it; nothing in it may look like something else."""
    text = json.dumps(key, ensure_ascii=False)
    return text if text.isprintable() else json.dumps(key)


class Several(Written):
    """Instances under keys that nobody can tell: any key is the one that stands for all."""

    def __contains__(self, key: object) -> bool:
        return True

    def __missing__(self, key: str) -> Value:
        return self["*"]


def _items(value: Value) -> tuple[dict[str, Value], bool]:
    """Return what is repeated over as far as it is known, and whether that is all."""
    if isinstance(value, dict):
        return {str(key): inner for key, inner in value.items()}, not isinstance(value, Several)
    if not isinstance(value, list):
        return {}, False
    known = [text_of(inner) for inner in value if isinstance(inner, str | int)]
    return {text: text for text in known if isinstance(text, str)}, len(known) == len(value)
