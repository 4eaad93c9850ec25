"""Text of a policy that may hold wildcards and policy variables, and matching against it.

A `Template` is the text as written; with every variable filled in it is a `Pattern`. Wildcards inside a
variable's value are plain characters, as the IAM user guide says (`Policy variables: where you can use
policy variables <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html>`_,
read 2026-11-22).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, TypeAlias

from scanner.stringset import ANY_CHARACTER, ANY_STRING, StringSet, Token, Wild, in_segments

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_VARIABLE: Final = re.compile(r"\$\{([^{}]+)\}")
_DEFAULTED: Final = re.compile(r"(.*?)\s*,\s*'(.*)'\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Variable:
    """A policy variable: the lower-cased context key, and the value it has when the key is absent, if any."""

    key: str
    default: str | None = None


Part: TypeAlias = str | Wild | Variable


class Pattern:
    """Literal pieces and wildcards, with a matcher chosen for their shape.

    `matches` is linear in all but odd cases.
    """

    __slots__ = ("__dict__", "tokens")

    def __init__(self, tokens: Iterable[Token]) -> None:
        self.tokens = tuple(_merged(tokens))

    @cached_property
    def matches(self) -> Callable[[str], bool]:
        """The test of a whole string."""
        tokens = self.tokens
        if not tokens:
            return lambda text: not text
        if len(tokens) == 1 and isinstance(tokens[0], str):
            return tokens[0].__eq__
        if tokens == (ANY_STRING,):
            return lambda _: True
        if len(tokens) == 2 and isinstance(tokens[0], str) and tokens[1] == ANY_STRING:
            prefix = tokens[0]
            return lambda text: text.startswith(prefix)
        found = re.compile(_expression(tokens), re.DOTALL).fullmatch
        return lambda text: found(text) is not None

    @property
    def prefix(self) -> str:
        """The literal text before the first wildcard."""
        first = self.tokens[0] if self.tokens else ""
        return first if isinstance(first, str) else ""

    @property
    def is_prefix(self) -> bool:
        """Whether it matches whatever begins with `prefix`."""
        return (
            bool(self.tokens) and self.tokens[-1] == ANY_STRING and len(self.tokens) == 1 + bool(self.prefix)
        )

    @property
    def literal(self) -> str | None:
        """The only string it matches, or None."""
        return "".join(t for t in self.tokens if isinstance(t, str)) if self._is_literal else None

    @cached_property
    def strings(self) -> StringSet:
        """Every string it matches.

        Raises:
            TooManyStates: when they cannot be held.
        """
        return StringSet.patterns([self.tokens])

    @property
    def _is_literal(self) -> bool:
        return all(isinstance(t, str) for t in self.tokens)


class Template:
    """A text with the places of its wildcards and variables. Equal texts read the same way are equal."""

    __slots__ = ("__dict__", "parts", "text")

    def __init__(self, text: str, *, wildcards: bool, variables: bool) -> None:
        self.text = text
        self.parts: tuple[Part, ...] = tuple(_parts(text, wildcards=wildcards, variables=variables))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Template) and self.parts == other.parts

    def __hash__(self) -> int:
        return hash(self.parts)

    @cached_property
    def variables(self) -> tuple[Variable, ...]:
        """The variables in order of appearance, each once."""
        return tuple(dict.fromkeys(p for p in self.parts if isinstance(p, Variable)))

    @cached_property
    def pattern(self) -> Pattern:
        """The pattern of a template without variables."""
        return Pattern(p for p in self.parts if not isinstance(p, Variable))

    @cached_property
    def arn_pattern(self) -> Pattern | None:
        """The same, read as an ARN: see `as_arn`."""
        return as_arn(self.pattern)

    @cached_property
    def loosest(self) -> Pattern:
        """The pattern with any text for each variable: it matches whatever the template can match."""
        return Pattern(ANY_STRING if isinstance(p, Variable) else p for p in self.parts)

    def filled(self, value_of: Callable[[Variable], str | None]) -> Pattern | None:
        """Return the pattern with the variables replaced.

        None when one has no value: then it matches nothing.
        """
        tokens: list[Token] = []
        for part in self.parts:
            if isinstance(part, Variable):
                value = value_of(part)
                if value is None:
                    return None
                tokens.append(value)
            else:
                tokens.append(part)
        return Pattern(tokens)


def as_arn(pattern: Pattern) -> Pattern | None:
    """Return the pattern with each wildcard kept inside its ARN segment, None when it has no six segments.

    Each of the six colon-separated components is compared on its own, so a wildcard before the last never
    spans a colon (`Condition operators: ARN condition operators
    <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_ARN>`_,
    read 2026-11-22). A lone ``*`` matches everything: observed in AWS managed policies, not documented.
    """
    if pattern.tokens == (ANY_STRING,):
        return pattern
    tokens = in_segments(pattern.tokens, ":", 6)
    return None if tokens is None else Pattern(tokens)


_COLONS_IN_NAMES: Final = frozenset(
    {
        "autoscaling",
        "bedrock",
        "dynamodb",
        "ecs",
        "execute-api",
        "kinesis",
        "logs",
        "rds",
        "s3",
        "secretsmanager",
        "sns",
        "states",
    }
)
# Observed: object keys, streams of log groups, revisions of task definitions, versions of models, paths of
# APIs. Names of the services' resource types: Service Authorization Reference, "Resource types defined by"
# each service,
# https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html


def as_asked(pattern: Pattern) -> Pattern:
    """Return the glob of a question, whose wildcards stand for parts of real ARNs.

    Partition, service, region and account hold no colon, and neither do most names. A policy's wildcard may
    match beyond colons; without this, it would reach into accounts that it does not mean.
    """
    tokens = in_segments(pattern.tokens, ":", 6)
    if tokens is None or not pattern.prefix.startswith("arn:"):
        return pattern
    service = "".join(t if isinstance(t, str) else "*" for t in tokens).split(":")[2]
    if service in _COLONS_IN_NAMES:
        return Pattern(tokens)
    return Pattern(t if isinstance(t, str) else Wild(t.many, frozenset(":")) for t in tokens)


def _parts(text: str, *, wildcards: bool, variables: bool) -> Iterator[Part]:
    position = 0
    for found in _VARIABLE.finditer(text) if variables and "${" in text else ():
        yield from _plain(text[position : found.start()], wildcards=wildcards)
        position = found.end()
        inner = found[1]
        if inner in {"*", "?", "$"}:  # the documented escapes
            yield inner
            continue
        defaulted = _DEFAULTED.fullmatch(inner)
        key, default = defaulted.groups() if defaulted else (inner, None)
        yield Variable(key.strip().lower(), default)
    yield from _plain(text[position:], wildcards=wildcards)


def _plain(text: str, *, wildcards: bool) -> Iterator[Part]:
    if not wildcards or ("*" not in text and "?" not in text):
        if text:
            yield text
        return
    for piece in re.split(r"([*?])", text):
        if piece == "*":
            yield ANY_STRING
        elif piece == "?":
            yield ANY_CHARACTER
        elif piece:
            yield piece


def _merged(tokens: Iterable[Token]) -> Iterator[Token]:
    """Yield the tokens, neighbouring texts joined, each run of wildcards as ``?`` before one ``*``."""
    text = ""
    run: list[Wild] = []
    for token in tokens:
        if isinstance(token, str):
            if token and run:
                yield from _run(run)
                run = []
            text += token
        else:
            if text:
                yield text
                text = ""
            run.append(token)
    yield from _run(run)
    if text:
        yield text


def _run(run: list[Wild]) -> Iterator[Wild]:
    if len({wild.barred for wild in run}) > 1:
        yield from run
        return
    yield from (wild for wild in run if not wild.many)
    yield from [wild for wild in run if wild.many][:1]


def _expression(tokens: tuple[Token, ...]) -> str:
    """Return a regular expression that never backtracks into an earlier ``*``.

    Its shortest match is always as good.
    """
    pieces: list[str] = [""]
    for token in tokens:
        if isinstance(token, str):
            pieces[-1] += re.escape(token)
        else:
            one = f"[^{re.escape(''.join(sorted(token.barred)))}]" if token.barred else "."
            if token.many:
                pieces.append(f"{one}*?")
            else:
                pieces[-1] += one
    head, *stars = pieces
    if not stars:
        return head
    return head + "".join(f"(?>{star})" for star in stars[:-1]) + stars[-1]
