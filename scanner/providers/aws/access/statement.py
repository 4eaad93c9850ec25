"""One statement of a policy, compiled: whether it applies to a request, as a formula.

What cannot be read in it is kept as a place: the parts that can be read still narrow the statement, and
only a decision that hinges on the rest is unknown (`IAM JSON policy elements reference
<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html>`_, read 2026-11-22).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from scanner.providers.aws.access.conditions import Condition, escaped, read_conditions
from scanner.providers.aws.access.formula import Unreadable, all_of, any_of, negation
from scanner.providers.aws.access.patterns import Pattern, Template
from scanner.providers.aws.access.principals import Naming, PrincipalElement, read_principals
from scanner.providers.aws.access.resources import some_match
from scanner.providers.aws.access.ties import matches_text
from scanner.providers.aws.access.unresolved import OpenText, expression_of, open_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.providers.aws.access.environment import Environment
    from scanner.providers.aws.access.formula import Formula

_ACTION: Final = re.compile(r"\*|[A-Za-z0-9_*?-]+:[A-Za-z0-9_*?:.-]+")
_ELEMENTS: Final = frozenset(
    {
        "Sid",
        "Effect",
        "Principal",
        "NotPrincipal",
        "Action",
        "NotAction",
        "Resource",
        "NotResource",
        "Condition",
    }
)


@dataclass(frozen=True, eq=False)
class Statement:
    """A compiled statement.

    Attributes:
        index: 0-based in the policy.
        sid: May be empty.
        allows, denies: From Effect; both when it cannot be read.
        actions: Lower-cased patterns; None when they cannot be read.
        not_actions: The patterns stand in NotAction; the same for `not_resources` and `not_principals`.
        resources: None when the statement has neither Resource nor NotResource.
        principals: None when it has neither Principal nor NotPrincipal.
        broken: Places of what could be anything.
        open_actions, open_resources: What code leaves open beside `actions` and `resources`.
    """

    index: int
    sid: str
    allows: bool
    denies: bool
    actions: tuple[Pattern, ...] | None
    not_actions: bool
    resources: tuple[Template, ...] | None
    not_resources: bool
    principals: PrincipalElement | None
    not_principals: bool
    conditions: tuple[Condition, ...]
    broken: tuple[str, ...]
    broken_actions: tuple[str, ...] = ()
    broken_resources: tuple[str, ...] = ()
    broken_principals: tuple[str, ...] = ()
    open_actions: tuple[OpenText, ...] = ()
    open_resources: tuple[OpenText, ...] = ()

    @cached_property
    def shape(self) -> tuple[object, ...]:
        """What of it counts once action and resource are settled.

        Equal for statements that then say the same.
        """
        return (
            self.allows,
            self.denies,
            self.resources is None,
            self.principals,
            self.not_principals,
            self.conditions,
            self.places,
            self.broken_principals,
        )

    @cached_property
    def places(self) -> tuple[str, ...]:
        """Every place in it that cannot be read."""
        inner = [place for condition in self.conditions for place in condition.broken]
        return (*self.broken, *self.broken_actions, *self.broken_resources, *self.broken_principals, *inner)

    def covers(self, action: str) -> Formula:
        """Return whether the lower-cased action is meant; a bool unless a pattern cannot be read."""
        if self.actions is None:
            return True  # `broken` says why
        found: Formula = any(pattern.matches(action) for pattern in self.actions)
        if not found:
            found = any_of(text.leaf for text in self.open_actions if text.may_be(action))
            found = any_of([found, *map(Unreadable, self.broken_actions)])
        return negation(found) if self.not_actions else found

    def means(self, environment: Environment) -> Formula:
        """Return when the request's resource is meant.

        A statement without one means what its policy is attached to.
        """
        if self.resources is None:
            return True
        found = any_of(self._matches(template, environment) for template in self.resources)
        if found is not True:
            left_open = (all_of([self._matches(t.like, environment), t.leaf]) for t in self.open_resources)
            found = any_of([found, *left_open, *map(Unreadable, self.broken_resources)])
        return negation(found) if self.not_resources else found

    @cached_property
    def templates(self) -> tuple[Template, ...]:
        """What Resource or NotResource is compared with: values, and globs of what is left open."""
        return (*(self.resources or ()), *(text.like for text in self.open_resources))

    def names(self, environment: Environment, *, denies: bool, bounded: bool) -> Naming:
        """Return how directly the caller is meant.

        A NotPrincipal with Deny always reaches a principal that has a permissions boundary, whomever it
        lists (`Permissions boundaries for IAM entities
        <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html>`_, read
        2026-11-22).
        """
        if self.principals is None:
            return "direct"
        if not self.not_principals:
            return self.principals.names_caller(environment.caller)
        if denies:
            return "" if self.principals.spares(environment.caller) and not bounded else "direct"
        return "" if self.principals.names_caller(environment.caller) else "direct"

    def namings(
        self, environment: Environment, *, denies: bool, bounded: bool
    ) -> list[tuple[Naming, Formula]]:
        """Return how directly the caller is meant, and when: for sure, and by names that are left open."""
        naming = self.names(environment, denies=denies, bounded=bounded)
        if self.principals is None or not self.principals.open:
            return [(naming, bool(naming))]
        if self.not_principals:
            spared = negation(self._may_spare(environment, denies=denies, bounded=bounded))
            return [(naming, all_of([bool(naming), spared]))]
        best, texts = self.principals.may_name(environment.caller)
        return [(naming, bool(naming)), (best, any_of(text.leaf for text in texts))]

    def _may_spare(self, environment: Environment, *, denies: bool, bounded: bool) -> Formula:
        """Return whether names that are left open keep the caller out of a NotPrincipal's reach."""
        if self.principals is None or (denies and bounded):
            return False
        if not denies:
            return any_of(text.leaf for text in self.principals.may_name(environment.caller)[1])
        texts = self.principals.may_spare(environment.caller)
        return bool(texts) and all_of(text.leaf for text in texts)

    def applies(self, environment: Environment) -> Formula:
        """Return when the statement applies, whomever it names."""
        covered = self.covers(environment.action)
        if covered is False:
            return False
        meant = self.means(environment)
        if meant is False:
            return False
        unread = map(Unreadable, self.places)  # AWS takes no part of a malformed statement
        return all_of([covered, meant, *unread, *map(environment.holds, self.conditions)])

    def _matches(self, template: Template, environment: Environment) -> Formula:
        if environment.some_resource:
            return some_match(template, environment)
        if not template.variables:
            return template.pattern.matches(environment.resource)
        return matches_text(template, environment.resource, environment, is_arn=False, fold=False)


def read_statement(raw: Any, index: int, place: str, *, variables: bool, anchored: str = "") -> Statement:  # noqa: ANN401
    """Compile one statement.

    Never raises: what cannot be read is in `Statement.broken`, as ``anchored`` + place.
    """
    at = f"{anchored}{place}"
    if not isinstance(raw, dict) or expression_of(raw) is not None:
        wrong = (expression_of(raw) or at,)
        return Statement(index, "", True, True, None, False, None, False, None, False, (), wrong)
    broken = [f"{at}/{escaped(element)}" for element in raw if element not in _ELEMENTS]
    effect = raw.get("Effect")
    if effect not in ("Allow", "Deny"):
        broken.append(expression_of(effect) or f"{at}/Effect")
    actions = _listed(raw, "Action", at, broken, required=True, read=_read_action)
    resources = _listed(
        raw,
        "Resource",
        at,
        broken,
        required=False,
        read=lambda text: _read_resource(text, variables=variables),
    )
    broken_principals: list[str] = []
    principals, not_principals = None, "NotPrincipal" in raw
    if "Principal" in raw and not_principals:
        broken.append(f"{at}/NotPrincipal")
    elif "Principal" in raw or not_principals:
        word = "NotPrincipal" if not_principals else "Principal"
        principals = read_principals(raw[word], f"{at}/{word}", broken_principals)
    conditions = (
        tuple(read_conditions(raw["Condition"], f"{at}/Condition", broken, variables=variables))
        if "Condition" in raw
        else ()
    )
    sid = raw.get("Sid", "")
    return Statement(
        index,
        sid if isinstance(sid, str) else "",
        effect != "Deny",
        effect != "Allow",
        actions.values,
        actions.negated,
        resources.values,
        resources.negated,
        principals,
        not_principals,
        conditions,
        tuple(broken),
        actions.broken,
        resources.broken,
        tuple(broken_principals),
        tuple(text for value in actions.left_open if (text := open_text(value, fold=True)) is not None),
        tuple(
            text
            for value in resources.left_open
            if (text := open_text(value, variables=variables)) is not None
        ),
    )


class _Listed(NamedTuple):
    """An element's compiled values, whether it is its Not form, and the places of unreadable values.

    `left_open` are the values that code leaves open, as they stand there.
    """

    values: tuple[Any, ...] | None
    negated: bool
    broken: tuple[str, ...] = ()
    left_open: tuple[Any, ...] = ()


def _listed(
    raw: dict[str, Any], word: str, at: str, broken: list[str], *, required: bool, read: Callable[[str], Any]
) -> _Listed:
    """Return the values of an element or of its Not form."""
    negated = f"Not{word}" in raw
    if negated and word in raw:
        broken.append(f"{at}/Not{word}")
        return _Listed(None, negated=False)
    name = f"Not{word}" if negated else word
    if name not in raw:
        if required:
            broken.append(f"{at}/{word}")
        return _Listed(None, negated)
    values = raw[name]
    listed = values if isinstance(values, list) else [values]
    found, wrong, left_open = [], [], []
    for position, value in enumerate(listed):
        compiled = read(value) if isinstance(value, str) else None
        if expression_of(value) is not None:
            left_open.append(value)
        elif compiled is None:
            wrong.append(f"{at}/{name}/{position}" if isinstance(values, list) else f"{at}/{name}")
        else:
            found.append(compiled)
    return _Listed(tuple(found), negated, tuple(wrong), tuple(left_open))


def _read_action(text: str) -> Pattern | None:
    return (
        Template(text.lower(), wildcards=True, variables=False).pattern if _ACTION.fullmatch(text) else None
    )


def _read_resource(text: str, *, variables: bool) -> Template | None:
    """Return the template of a resource, which is an ARN or begins with a wildcard."""
    template = Template(text, wildcards=True, variables=variables)
    first = template.parts[0] if template.parts else ""
    if (isinstance(first, str) and not first.startswith("arn:")) or hasattr(first, "key"):
        return None
    return template
