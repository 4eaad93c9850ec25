"""How much a name speaks for model weights or for a server of a model: names only, no content is ever read.

The rules are data (``weight_signals.yaml``). A score proves as much as it says and no more; putting several
together, and naming the document that proves it, is the caller's.
"""

from __future__ import annotations

import re
from importlib import resources
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

import msgspec

from scanner.catalog.name_glob import compiled
from scanner.model import AssetClass  # noqa: TC001 - msgspec reads the annotations

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Score: TypeAlias = Annotated[int, msgspec.Meta(ge=1, le=100)]


class ScoredName(msgspec.Struct, frozen=True, order=True):
    """What the strongest rule says of a name. `score` is 1 to 100: how much it alone proves.

    `ports` are those on which the server that a name tells of listens unless told otherwise.
    """

    score: int
    reason: str
    asset_class: AssetClass
    ports: tuple[int, ...] = ()


class _Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    score: Score
    reason: str
    asset_class: AssetClass = msgspec.field(name="class", default="model-weights")
    ports: tuple[int, ...] = ()

    @property
    def scored(self) -> ScoredName:
        return ScoredName(self.score, self.reason, self.asset_class, self.ports)


class NameRule(_Rule, frozen=True):
    """A glob over a whole name; `of` is the last part of an object key, or all of it."""

    pattern: str
    of: Literal["name", "path"] = "name"


class BucketRule(_Rule, frozen=True):
    """A glob over a bucket's name, or words that stand in it on their own."""

    pattern: str = ""
    words: tuple[str, ...] = ()


class TagRule(_Rule, frozen=True):
    """A tag by key and value, both in lower case with dashes."""

    keys: tuple[str, ...]
    values: tuple[str, ...]


class CommandRule(_Rule, frozen=True):
    """Text that stands in a command or in user data as words of its own."""

    text: str


class ServerRule(_Rule, frozen=True):
    """Words that stand on their own in the name of a machine, a service or a load balancer."""

    words: tuple[str, ...]


class LargeObject(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What size adds to the score of a name that already has one."""

    bytes: int
    adds: int
    at_most: Score
    reason: str


class SignalRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole data file."""

    objects: tuple[NameRule, ...]
    large_object: LargeObject
    buckets: tuple[BucketRule, ...]
    tags: tuple[TagRule, ...]
    images: tuple[NameRule, ...]
    commands: tuple[CommandRule, ...]
    variables: tuple[NameRule, ...]
    servers: tuple[ServerRule, ...]


_Test: TypeAlias = "Callable[[str], bool]"


class WeightSignals:
    """Scores names. Each answer is the strongest rule's, the first of equals, or None when no rule speaks."""

    def __init__(self, rules: SignalRules) -> None:
        self.rules = rules
        self._names = [(compiled(r.pattern), r.scored) for r in rules.objects if r.of == "name"]
        self._paths = [(compiled(r.pattern), r.scored) for r in rules.objects if r.of == "path"]
        self._buckets = [(_bucket_test(r), r.scored) for r in rules.buckets]
        self._tags = {(k, v): r.scored for r in reversed(rules.tags) for k in r.keys for v in r.values}
        self._images = [(compiled(r.pattern), r.scored) for r in rules.images]
        self._commands = [(_word_test(r.text), r.scored) for r in rules.commands]
        self._variables = [(compiled(r.pattern), r.scored) for r in rules.variables]
        self._servers = {word: r.scored for r in reversed(rules.servers) for word in r.words}

    def score_object_name(self, name: str, size: int | None = None) -> ScoredName | None:
        """Score an object key, of which the last part counts most; a `size` in bytes may raise the score.

        A key that ends in a slash is a folder's marker and scores only by the folders it lies in.
        """
        last = name.rsplit("/", 1)[-1]
        found = _strongest(
            [
                *(scored for test, scored in self._names if test(last)),
                *(scored for test, scored in self._paths if test(name)),
            ]
        )
        large = self.rules.large_object
        if found is None or size is None or size < large.bytes or found.score >= large.at_most:
            return found
        score = min(found.score + large.adds, large.at_most)
        return ScoredName(score, f"{found.reason}, {large.reason}", found.asset_class)

    def score_bucket_name(self, name: str) -> ScoredName | None:
        """Score the name of a bucket or container."""
        return _strongest(scored for test, scored in self._buckets if test(name))

    def score_tags(self, tags: Iterable[tuple[str, str]]) -> ScoredName | None:
        """Score tags or labels, as ``(key, value)``; case and underscores for dashes make no difference."""
        return _strongest(
            scored for key, value in tags if (scored := self._tags.get((_dashed(key), _dashed(value))))
        )

    def score_image(self, reference: str) -> ScoredName | None:
        """Score a container image by registry and repository, whatever its tag or digest."""
        repository = reference.split("@", 1)[0]
        head, colon, tag = repository.rpartition(":")
        if colon and "/" not in tag:  # a colon before the last slash is a registry's port
            repository = head
        return _strongest(scored for test, scored in self._images if test(repository))

    def score_command(self, text: str) -> ScoredName | None:
        """Score a command line, container arguments joined by spaces, or user data."""
        return _strongest(scored for test, scored in self._commands if test(text))

    def score_server_name(self, name: str) -> ScoredName | None:
        """Score the name of a machine, a service or a load balancer, by the words in it."""
        words = re.split(r"[^a-z0-9.]+", name.lower())
        return _strongest(self._servers[word] for word in words if word in self._servers)

    def score_variable(self, name: str) -> ScoredName | None:
        """Score an environment variable by its name."""
        return _strongest(scored for test, scored in self._variables if test(name))


def load_weight_signals() -> WeightSignals:
    """Read the shipped rules; every call reads them anew, so the caller keeps the result."""
    text = resources.files("scanner.catalog").joinpath("weight_signals.yaml").read_bytes()
    return WeightSignals(msgspec.yaml.decode(text, type=SignalRules))


def _strongest(found: Iterable[ScoredName]) -> ScoredName | None:
    return max(found, key=lambda scored: scored.score, default=None)


def _bucket_test(rule: BucketRule) -> _Test:
    if rule.pattern:
        return compiled(rule.pattern)
    words = frozenset(rule.words)
    return lambda name: not words.isdisjoint(re.split(r"[-._]", name.lower()))


def _word_test(text: str) -> _Test:
    words = r"\s+".join(re.escape(word) for word in text.split())
    regex = re.compile(rf"(?<![\w.-]){words}(?![\w-])", re.IGNORECASE)
    return lambda command: regex.search(command) is not None


def _dashed(text: str) -> str:
    return text.strip().lower().replace("_", "-")
