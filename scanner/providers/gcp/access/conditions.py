"""Conditions of allow bindings, as verdicts on one place.

Source: IAM documentation, "Attribute reference for IAM Conditions" and "Resource attributes for IAM
Conditions" (https://cloud.google.com/iam/docs/conditions-attribute-reference,
https://cloud.google.com/iam/docs/conditions-resource-attributes, read 2026-11): services that are not listed
there do not recognise resource attributes. What a condition on them comes to is not documented, so it is
Unknown.
"""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from typing import TYPE_CHECKING, Final

from scanner.intervals import Intervals
from scanner.providers.gcp.access.guarding import Key, verdict
from scanner.providers.gcp.access.permissions import service
from scanner.providers.gcp.access.places import container_place
from scanner.providers.gcp.access.question import STORAGE_OBJECT, Lock
from scanner.providers.gcp.cel import CelSyntaxError, Environment, Node, attributes, holds, parse
from scanner.providers.gcp.cel import Unknown as Open
from scanner.providers.gcp.cel.residual import residual
from scanner.providers.gcp.cel.rewriting import tag_paths
from scanner.providers.gcp.cel.terms import Free
from scanner.providers.gcp.names import path_of, service_of
from scanner.stringset import StringSet, glob_tokens
from scanner.verdict import Allowed, AllowedIf, Denied, Unknown, both, either

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.providers.gcp.access.bindings import Binding
    from scanner.providers.gcp.access.question import Place
    from scanner.providers.gcp.cel import Tags
    from scanner.verdict import Guard, Verdict

LEVELS: Final = "request.auth.access_levels"
_BUCKET: Final = "storage.googleapis.com/Bucket"
_COMPUTE: Final = "compute."
_ROLES: Final = "roles it may grant"
_GRANTS: Final = "iam.googleapis.com/modifiedGrantsByRole"
# of the services whose conditions see resource attributes, those whose resources are asked about here
_RECOGNISED: Final = frozenset(
    {
        "bigquery.googleapis.com",
        "cloudkms.googleapis.com",
        "cloudresourcemanager.googleapis.com",
        "compute.googleapis.com",
        "container.googleapis.com",
        "iap.googleapis.com",
        "secretmanager.googleapis.com",
        "storage.googleapis.com",
    }
)
# whose resource.name is the path of the full name; the others write project numbers, or say nothing
_NAMED: Final = frozenset({"compute.googleapis.com", "container.googleapis.com"})
_KEYS: Final = {
    "resource.name": Key("resource.name", "vendor"),
    "request.time": Key("request.time", "fixed", "expiry"),
    LEVELS: Key(LEVELS, "ours"),
    "destination.ip": Key("destination.ip", "vendor"),
    "destination.port": Key("destination.port", "vendor"),
    _GRANTS: Key(_ROLES, "vendor"),
}


class Conditions:
    """Decides conditions of one estate.

    Args:
        collected_at: When the snapshot was taken: what expired before holds never again.
        tags: Returns the effective tags of a place, by names and by ids.
        level: Returns what an access level asks of a caller, by its name.
        escalates: Tells whether a role is worth granting to oneself.
    """

    def __init__(
        self,
        collected_at: str,
        tags: Callable[[Place], tuple[Tags, Tags]],
        level: Callable[[str], Verdict],
        escalates: Callable[[str], bool],
    ) -> None:
        self._from = _moment(collected_at)
        self._tags = tags
        self._level = level
        self._escalates = escalates
        self._decided: dict[tuple[str, Place | None, bool, str], tuple[Verdict, tuple[Lock, ...]]] = {}
        self._trees: dict[str, Node] = {}
        self._local: dict[str, bool] = {}

    def decide(self, binding: Binding, permission: str, place: Place) -> tuple[Verdict, tuple[Lock, ...]]:
        """Return whether the condition of a binding holds for the place.

        A condition that only lacks a tag is met, behind a lock that whoever may bind tags takes away.
        """
        expression, title = binding.condition or ("", "")
        grants = permission.endswith(".setIamPolicy")
        made = permission if _makes(permission, place) else ""
        key = expression, place if self._sees_the_resource(expression) else None, grants, made
        if not expression:
            return Unknown((title or "a condition that was not read",)), ()
        if key not in self._decided:
            self._decided[key] = self._decide(expression, title, place, grants=grants, made=made)
        return self._decided[key]

    def tagged(self, expression: str, place: Place) -> bool | Unknown:
        """Tell whether a condition that asks for tags only, as deny policies' do, is met."""
        try:
            found = holds(self._tree(expression), self._environment(place), failing="unknown")
        except CelSyntaxError as problem:
            return Unknown((f"the condition `{expression[:200]}`: {problem}",))
        return Unknown(tuple(sorted(found.hinges))) if isinstance(found, Open) else found

    def _decide(
        self, expression: str, title: str, place: Place, *, grants: bool, made: str
    ) -> tuple[Verdict, tuple[Lock, ...]]:
        what = f"the condition `{title or expression[:80]}`"
        try:
            tree = self._tree(expression)
        except CelSyntaxError as problem:
            return Unknown((f"{what}: {problem}",)), ()
        free = self._free(place, grants=grants)
        known = self._environment(place, made)
        if made.startswith(_COMPUTE):
            free["resource.name"] = Free(StringSet.patterns([glob_tokens(f"projects/*/{_kind_of(made)}/*")]))
        found = self._met(verdict(residual(tree, known, free), _KEYS, what))
        if not isinstance(found, Denied) or not any(tag_paths(tree)):
            return found, ()
        free["resource.tags"] = Free(may_lack=True)
        tagged = self._met(verdict(residual(tree, known, free), _KEYS, what))
        return tagged, (Lock(f"{what} asks for a tag that is not bound", (), (binding_tags(place),)),)

    def _sees_the_resource(self, expression: str) -> bool:
        """Tell whether a condition may come to something else on another resource."""
        found = self._local.get(expression)
        if found is None:
            try:
                tree = self._tree(expression)
            except CelSyntaxError:
                found = True
            else:
                found = any(not path.startswith("request.") for path in attributes(tree)) or any(
                    tag_paths(tree)
                )
            self._local[expression] = found
        return found

    def _met(self, found: Verdict) -> Verdict:
        """Put what access levels ask for in the place of their names; drop grants that lead nowhere."""
        if not isinstance(found, AllowedIf):
            return found
        result: Verdict = Denied(("conditions that nobody meets",))
        for guards in found.alternatives:
            rest: list[Guard] = []
            said: Verdict = Allowed()
            for guard in guards:
                if guard.key == LEVELS and guard.op == "in":
                    levels: Verdict = Denied()
                    for name in guard.values:
                        levels = either(levels, self._level(name))
                    said = both(said, levels)
                elif (
                    guard.key == _ROLES
                    and guard.op == "only-in"
                    and not any(map(self._escalates, guard.values))
                ):
                    said = Denied((f"grants nothing but {', '.join(guard.values)}",))
                else:
                    rest.append(guard)
            result = either(result, both(AllowedIf((tuple(rest),)) if rest else Allowed(), said))
        return result

    def _tree(self, expression: str) -> Node:
        found = self._trees.get(expression)
        if found is None:
            found = self._trees[expression] = parse(expression)
        return found

    def _environment(self, place: Place, made: str = "") -> Environment:
        api = service_of(place.name)
        known: dict[str, str] = {}
        if made.startswith(_COMPUTE):
            kind = _kind_of(made).removesuffix("s")
            type_ = f"{service(made)}/{kind[:1].upper()}{kind[1:]}"
            known = {"resource.type": type_, "resource.service": service(made)}
        elif api in _RECOGNISED and not made:
            known = {"resource.type": place.type, "resource.service": api}
            if api in _NAMED:
                known["resource.name"] = path_of(place.name)
            elif place.type == _BUCKET:
                known["resource.name"] = f"projects/_/buckets/{path_of(place.name)}"
            elif place.objects and "*" not in place.objects:
                known["resource.name"] = place.objects
        by_name, by_id = self._tags(place)
        return Environment(known=known, absent=frozenset({_GRANTS}), tags=by_name, tag_ids=by_id)

    def _free(self, place: Place, *, grants: bool) -> dict[str, Free]:
        """Return what a caller may choose; only whoever sets a policy chooses which roles it grants."""
        free = {LEVELS: Free(), "destination.ip": Free(), "destination.port": Free()}
        if grants:
            free[_GRANTS] = Free()
        if self._from is not None:
            free["request.time"] = Free(Intervals.between((self._from, 0), None), dates=True)
        if place.type == STORAGE_OBJECT and "*" in place.objects:
            free["resource.name"] = Free(StringSet.patterns([glob_tokens(place.objects)]))
        return free


def _makes(permission: str, place: Place) -> bool:
    """Tell whether a permission asked on a container is for what is made in it.

    A condition then sees the new resource, whose name its maker chooses.
    """
    manager = "cloudresourcemanager.googleapis.com"
    return service_of(place.name) == manager and service(permission) != manager


def _kind_of(permission: str) -> str:
    """Return ``instances`` of ``compute.instances.create``."""
    return permission.split(".")[1]


def binding_tags(place: Place) -> tuple[tuple[str, Place], ...]:
    """Return what it takes to bind a tag to a place or a container above it.

    Source: Resource Manager documentation, "Creating and managing tags", required permissions
    (https://cloud.google.com/resource-manager/docs/tags/tags-creating-and-managing, read 2026-11).
    """
    top = container_place(place.chain[-1], place.chain[-1:]) if place.chain else place
    own = place.type in {STORAGE_OBJECT, _BUCKET}
    bind = "storage.buckets.createTagBinding" if own else "resourcemanager.hierarchyNodes.createTagBinding"
    return (bind, place), ("resourcemanager.tagValueBindings.create", top)


def _moment(text: str) -> Fraction | None:
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return Fraction(int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()))
