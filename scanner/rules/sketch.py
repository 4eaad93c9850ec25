"""Little worlds drawn in arrows, for the examples of rules.

    acme-ci [vendor] -assume{external-id}-> ingest-role
    ingest-role [unused=120] -read?-> prod-weights [model-weights frontier-unreleased]

A node is a name, with labels in brackets where it matters; an arrow is a hop type, guard kinds in braces,
and ``?`` for a hop that is only possible or ``!`` for one that is blocked. A fact may be a chain of arrows.
Labels:

| node      | labels                                                                             |
|-----------|------------------------------------------------------------------------------------|
| source    | its trust; `registered`; an agreement (`agreed` …), which only a registered one has |
|           | `vendor=`, `issuer=`, `subject=`, `kind=`                                          |
| principal | `unused=DAYS`, `kind=`                                                             |
| asset     | its class; its tier (`frontier-unreleased`, `internal`, `public`);                 |
|           | `unrecorded=read,invoke`: gains that leave no record                               |

A guard may name its holder, ``{source-ip:ours}``; else it is the usual one. `read`, `write`, `invoke` and
`edit-policy` hops yield what they say, and so does any hop with its gains in parentheses:
``-invoke(read)->``.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, TypeVar

from scanner.graph import Graph
from scanner.model import (
    AGREEMENTS,
    ASSET_CLASSES,
    GAINS,
    GUARD_KINDS,
    HOP_TYPES,
    TRUSTS,
    Agreement,
    Asset,
    AssetClass,
    Certainty,
    Gain,
    Hop,
    Path,
    Principal,
    Source,
    Trust,
)
from scanner.verdict import HOLDERS, Guard, Holder
from scanner.yamlfile import among

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

AS_OF: Final = dt.date(2026, 1, 1)
"""The day of every example."""

_W = TypeVar("_W", bound=str)
_TIERS: Final = {"frontier-unreleased": 3, "internal": 2, "public": 0}
_GAINS: Final[dict[str, tuple[Gain, ...]]] = {
    "read": ("read",),
    "write": ("write",),
    "invoke": ("invoke",),
    "edit-policy": ("grant",),
}
_USUAL: Final[dict[str, Holder]] = {
    "external-id": "vendor",
    "session-name": "vendor",
    "request-tag": "vendor",
    "source-ip": "vendor",
    "subject": "issuer",
    "audience": "issuer",
}
_NODE: Final = re.compile(r"\s*(?P<name>[^\s\[\]{}]+)\s*(?:\[(?P<labels>[^\]]*)\])?\s*")
_ARROW: Final = re.compile(
    r"-(?P<type>[a-z-]+?)(?:\((?P<gains>[^)]*)\))?(?:\{(?P<guards>[^}]*)\})?(?P<mark>[?!]?)->"
)
_MARKS: Final[dict[str, Certainty]] = {"": "proven", "?": "possible", "!": "blocked"}
_WORDS: Final = (*TRUSTS, *AGREEMENTS, *ASSET_CLASSES, *_TIERS, "registered")
_KEYS: Final = ("vendor", "issuer", "subject", "kind", "unused", "unrecorded")


class SketchError(ValueError):
    """A sketch cannot be read; `fact` is its 0-based line."""

    def __init__(self, message: str, fact: int) -> None:
        super().__init__(message)
        self.message = message
        self.fact = fact


@dataclass(slots=True)
class _Node:
    """A node as its labels, from every line that names it, describe it."""

    name: str
    words: list[str] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sketch:
    """What a rule is matched against: `agreements` is the register's word by source id."""

    graph: Graph
    agreements: dict[str, Agreement]

    def agreement(self, path: Path) -> Agreement:
        """Return what the sketch says of the path's source."""
        return self.agreements[path.source.id]


def read_sketch(facts: Iterable[str]) -> Sketch:
    """Return the world that the facts draw; a node that never gets a class or a trust is a principal of ours.

    Raises:
        SketchError: for the first fact that cannot be read.
    """
    nodes: dict[str, _Node] = {}
    hops: list[Hop] = []
    for i, fact in enumerate(facts):
        try:
            hops += _read_fact(fact, nodes)
        except ValueError as error:
            raise SketchError(f"{error} in `{fact}`", i) from None
    assets: dict[str, Asset] = {}
    sources: dict[str, Source] = {}
    for node in nodes.values():
        if asset_class := _first(node, ASSET_CLASSES):
            assets[node.name] = _asset(node, asset_class)
        elif trust := _first(node, TRUSTS):
            sources[node.name] = _source(node, trust)
    agreements = {name: _agreement(nodes[name], source) for name, source in sources.items()}
    principals = {name: _principal(node) for name, node in nodes.items() if name not in assets}
    into = {name: [hop for hop in hops if hop.target == name] for name in nodes}
    return Sketch(Graph(assets, sources, into.__getitem__, principals.get), agreements)


def _read_fact(fact: str, nodes: dict[str, _Node]) -> Iterator[Hop]:
    """Yield the hops of one chain; its nodes' labels are added to `nodes`."""
    place = 0
    source: str | None = None
    arrow: re.Match[str] | None = None
    while True:
        found = _NODE.match(fact, place)
        if found is None:
            raise ValueError("expected a node")
        target = _label(found, nodes)
        if source is not None and arrow is not None:
            yield _hop(source, arrow, target)
        place = found.end()
        if place == len(fact):
            break
        arrow = _ARROW.match(fact, place)
        if arrow is None:
            raise ValueError(f"expected an arrow such as `-assume->` before `{fact[place : place + 20]}`")
        source, place = target, arrow.end()
    if source is None:
        raise ValueError("expected an arrow")


def _label(found: re.Match[str], nodes: dict[str, _Node]) -> str:
    node = nodes.setdefault(found["name"], _Node(found["name"]))
    for word in (found["labels"] or "").split():
        key, equals, value = word.partition("=")
        if equals and key in _KEYS:
            if key == "unrecorded":
                _listed_gains(value)
            node.values[key] = value
        elif equals or word not in _WORDS:
            raise ValueError(f"unknown label `{word}`{among(key, (*_WORDS, *_KEYS))}")
        else:
            node.words.append(word)
    return node.name


def _hop(source: str, arrow: re.Match[str], target: str) -> Hop:
    kind = arrow["type"]
    if kind not in HOP_TYPES:
        raise ValueError(f"unknown hop type `{kind}`{among(kind, HOP_TYPES)}")
    gains = _GAINS.get(kind, ())
    if arrow["gains"] is not None:
        gains = _listed_gains(arrow["gains"])
    guards = tuple(
        sorted(_guard(word.strip()) for word in (arrow["guards"] or "").split(",") if word.strip())
    )
    certainty = _MARKS[arrow["mark"]]
    return Hop(target, source, kind, guards, gains, certainty)


def _listed_gains(listed: str) -> tuple[Gain, ...]:
    words = {word.strip() for word in listed.split(",")}
    if wrong := sorted(words - set(GAINS)):
        raise ValueError(f"unknown gain `{wrong[0]}`{among(wrong[0], GAINS)}")
    return tuple(gain for gain in GAINS if gain in words)


def _guard(word: str) -> Guard:
    kind, _, holder = word.partition(":")
    if kind not in GUARD_KINDS:
        raise ValueError(f"unknown guard kind `{kind}`{among(kind, GUARD_KINDS)}")
    held_by = next((known for known in HOLDERS if known == holder), None)
    if holder and held_by is None:
        raise ValueError(f"unknown holder `{holder}`{among(holder, HOLDERS)}")
    return Guard(kind, "present", (), held_by or _USUAL.get(kind, "ours"), kind)


def _first(node: _Node, words: Iterable[_W]) -> _W | None:
    return next((word for word in words if word in node.words), None)


def _asset(node: _Node, asset_class: AssetClass) -> Asset:
    tier = _first(node, _TIERS) or "frontier-unreleased"
    listed = node.values.get("unrecorded")
    unrecorded = _listed_gains(listed) if listed is not None else ()
    return Asset(node.name, asset_class, tier, _TIERS[tier], provider="aws", unrecorded=unrecorded)


def _source(node: _Node, trust: Trust) -> Source:
    listed = "registered" in node.words or _first(node, AGREEMENTS) not in {None, "unregistered"}
    return Source(node.name, trust, node.values.get("vendor"), listed, _principal(node))


def _agreement(node: _Node, source: Source) -> Agreement:
    return _first(node, AGREEMENTS) or ("none" if source.registered else "unregistered")


def _principal(node: _Node) -> Principal:
    days = node.values.get("unused")
    issuer = node.values.get("issuer")
    return Principal(
        id=node.name,
        kind=node.values.get("kind", "oidc" if issuer else "role"),
        provider="aws",
        issuer=issuer,
        subject=node.values.get("subject"),
        last_used=None if days is None else "never" if days == "never" else _ago(days),
    )


def _ago(days: str) -> str:
    return (AS_OF - dt.timedelta(days=int(days))).isoformat()
