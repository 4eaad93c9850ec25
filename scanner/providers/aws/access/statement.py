"""One statement of a policy, compiled: whether it applies to a request, as a formula.

What cannot be read in it is kept as a place: the parts that can be read still narrow the statement, and
only a decision that hinges on the rest is unknown (`IAM JSON policy elements reference
<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html>`_, read 2026-11-22).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from scanner.providers.aws.access.conditions import Condition, escaped, read_conditions
from scanner.providers.aws.access.formula import Unreadable, all_of, any_of, negation
from scanner.providers.aws.access.patterns import Pattern, Template
from scanner.providers.aws.access.principals import Naming, PrincipalElement, read_principals
from scanner.providers.aws.access.resources import some_match
from scanner.providers.aws.access.ties import matches_text

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
        if self.broken_actions and not found:
            found = any_of(map(Unreadable, self.broken_actions))
        return negation(found) if self.not_actions else found

    def means(self, environment: Environment) -> Formula:
        """Return when the request's resource is meant.

        A statement without one means what its policy is attached to.
        """
        if self.resources is None:
            return True
        found = any_of(self._matches(template, environment) for template in self.resources)
        if self.broken_resources and found is not True:
            found = any_of([found, *map(Unreadable, self.broken_resources)])
        return negation(found) if self.not_resources else found

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
    if not isinstance(raw, dict):
        return Statement(index, "", True, True, None, False, None, False, None, False, (), (at,))
    broken = [f"{at}/{escaped(element)}" for element in raw if element not in _ELEMENTS]
    effect = raw.get("Effect")
    if effect not in ("Allow", "Deny"):
        broken.append(f"{at}/Effect")
    actions, not_actions, broken_actions = _listed(
        raw, "Action", at, broken, required=True, read=_read_action
    )
    resources, not_resources, broken_resources = _listed(
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
        actions,
        not_actions,
        resources,
        not_resources,
        principals,
        not_principals,
        conditions,
        tuple(broken),
        broken_actions,
        broken_resources,
        tuple(broken_principals),
    )


def _listed(
    raw: dict[str, Any], word: str, at: str, broken: list[str], *, required: bool, read: Callable[[str], Any]
) -> tuple[tuple[Any, ...] | None, bool, tuple[str, ...]]:
    """Return an element's values, whether it is its Not form, and places of unreadable values."""
    negated = f"Not{word}" in raw
    if negated and word in raw:
        broken.append(f"{at}/Not{word}")
        return None, False, ()
    name = f"Not{word}" if negated else word
    if name not in raw:
        if required:
            broken.append(f"{at}/{word}")
        return None, negated, ()
    values = raw[name]
    listed = values if isinstance(values, list) else [values]
    found, wrong = [], []
    for position, value in enumerate(listed):
        compiled = read(value) if isinstance(value, str) else None
        if compiled is None:
            wrong.append(f"{at}/{name}/{position}" if isinstance(values, list) else f"{at}/{name}")
        else:
            found.append(compiled)
    return tuple(found), negated, tuple(wrong)


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
