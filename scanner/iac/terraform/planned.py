"""Resources of a plan, read as those of source: the plan's values first, the source's where it has none."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from scanner.iac.terraform.aws.identity import computed
from scanner.iac.terraform.bodies import OpenBody, ValueBody, written_blocks
from scanner.iac.terraform.configured import ConfiguredBody
from scanner.iac.terraform.plan import merged
from scanner.iac.terraform.policies import parsed
from scanner.iac.terraform.values import Open, has_open, plain
from scanner.snapshot import Place

if TYPE_CHECKING:
    from scanner.iac.aws import Home
    from scanner.iac.terraform.bodies import Body
    from scanner.iac.terraform.plan import Planned
    from scanner.iac.terraform.root import Root
    from scanner.iac.terraform.values import Value


class PlanBody:
    """A resource's attributes and blocks. `source` is the same resource's body in code, None without it."""

    is_open = False

    def __init__(self, planned: Planned, source: Body | None, place: Place) -> None:
        self._planned = planned
        self._source = source
        self._place = place
        self._all = merged(planned.values, planned.unknown, planned.address)

    @property
    def place(self) -> Place:
        """See `Body`."""
        return self._source.place if self._source is not None else self._place

    def has(self, name: str) -> bool:
        """See `Body`: what AWS sets is no attribute of the code."""
        known = self._planned.values.get(name) is not None
        return known or (self._source is not None and self._source.has(name))

    def get(self, name: str) -> Value:
        """See `Body`."""
        value = self._all.get(name)
        source = self._source.get(name) if self._source is not None else None
        if not has_open(value):
            return source if _says_the_same(source, value) else value
        if source is not None:
            return source
        return value if self._source is None else None

    def blocks(self, name: str) -> list[Body]:
        """See `Body`."""
        value = self._all.get(name)
        source = self._source.blocks(name) if self._source is not None else []
        if isinstance(value, Open):
            return source or ([OpenBody(value, self.place)] if self._source is None else [])
        objects = [v for v in (value if isinstance(value, list) else [value]) if isinstance(v, dict)]
        found: list[Body] = []
        for inner in objects:
            nearest = max(source, key=lambda body: _likeness(body, inner), default=None)
            if nearest is not None:
                source.remove(nearest)
            found.append(_Nested(inner, nearest, self.place))
        return found


class _Nested(ValueBody):
    """A nested block of a plan, with the block of source that is most like it."""

    def __init__(self, value: dict[str, Value], source: Body | None, place: Place) -> None:
        super().__init__(value, source.place if source is not None else place)
        self._source = source

    def get(self, name: str) -> Value:
        value = super().get(name)
        source = self._source.get(name) if self._source is not None else None
        if has_open(value) and source is not None:
            return source
        return source if _says_the_same(source, value) else value

    def blocks(self, name: str) -> list[Body]:
        value = super().get(name)
        source = self._source.blocks(name) if self._source is not None else []
        if isinstance(value, list) and len(source) == len(value):
            return [
                _Nested(inner, body, self.place) if isinstance(inner, dict) else body
                for inner, body in zip(value, source, strict=True)
            ]
        if source and has_open(value):
            return source
        return written_blocks(value, self)


def _likeness(body: Body, value: dict[str, Value]) -> int:
    """Return how many attributes of a block are those of a plan's."""
    return sum(body.get(name) == known for name, known in value.items() if known not in (None, "", [], False))


def _says_the_same(source: Value, value: Value) -> bool:
    """Tell whether source says what a plan does, and so may stand for it with its lines."""
    if source is None or has_open(source):
        return False
    if source == value:
        return True
    return (
        isinstance(value, str) and value.startswith("{") and _normal(parsed(source)) == _normal(parsed(value))
    )


def _normal(value: Value) -> Value:
    """Return a policy without what makes no difference: lists of one value, and the order of values."""
    value = plain(value)
    if isinstance(value, dict):
        return {key: _normal(inner) for key, inner in value.items()}
    if isinstance(value, list):
        inner = [_normal(element) for element in value]
        if len(inner) == 1 and not isinstance(inner[0], dict):
            return inner[0]
        return sorted(inner) if all(isinstance(element, str) for element in inner) else inner
    return value


class PlannedOnly:
    """A resource that a plan has and source has not: of a module that is not beside the plan."""

    def __init__(self, root: Root, planned: Planned, home: Home) -> None:
        self.root = root
        self.address = planned.address
        self.type = planned.type
        self.home = home
        self.place = _call_place(root, planned.address)
        plan = root.plan
        expressions = {} if plan is None else plan.expressions(planned.address)
        source = ConfiguredBody(expressions, self._referred, self.place)
        self.is_data = planned.mode == "data"
        self.body: Body = PlanBody(planned, source, self.place)
        self._planned = planned

    def attribute(self, name: str) -> Value:
        """Return an attribute: as the plan knows it, else as the resource will have it."""
        value = merged(self._planned.values.get(name), self._planned.unknown.get(name), name)
        if value is not None and not has_open(value):
            return value
        made = computed(self, name)
        return Open(f"{self.address}.{name} (known after apply)") if made is None else made

    def say(self, why: str) -> None:
        """Say what cannot be told of it."""
        self.root.say(self.place, self.address, why)

    def _referred(self, reference: str) -> Value:
        """Return what a reference from the same module comes to."""
        found = _REFERENCE.fullmatch(reference)
        module = _MODULE.match(self.address)
        address = f"{module[0] if module else ''}{found[1]}" if found else ""
        planned = self.root.planned(address)
        if found is None or planned is None or address == self.address:
            return Open(reference)
        return PlannedOnly(self.root, planned, self.home).attribute(found[2])


_REFERENCE = re.compile(r"((?:data\.)?[\w-]+\.[\w-]+(?:\[[^\]]*\])?)\.([\w-]+)")
_MODULE = re.compile(r"(?:module\.[\w-]+(?:\[[^\]]*\])?\.)+")


def _call_place(root: Root, address: str) -> Place:
    """Return the lines of the module call that an address goes through, else the plan itself."""
    called = re.match(r"module\.([\w-]+)", address)
    block = root.module.directory.modules.get(called[1]) if called else None
    if block is not None:
        return root.module.place(block)
    plan = root.plan.path if root.plan is not None else posixpath.join(root.path, "plan.json")
    return Place("", root.tree.shown(plan), (1, 1))
