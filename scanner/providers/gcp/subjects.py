"""From claims that a token must carry to who can have one: subject globs of an issuer.

An outsider owns an organization and its repositories, not ours: a claim that names an owner is as good as the
beginning of a subject. What whoever runs a job may choose (branch, workflow, environment) holds nobody off.
Sources: GitHub Docs, "OpenID Connect reference"; GitLab Docs, "ID token payload"; HCP Terraform, "Workload
identity tokens"; Buildkite Docs, "OIDC" (read 2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from scanner.providers.gcp.access.guarding import Key, guards_of
from scanner.providers.gcp.cel.terms import Conjunct, Term
from scanner.stringset import StringSet

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scanner.guards import Guard
    from scanner.providers.gcp.cel.terms import States

SUB: Final = "assertion.sub"
_CLAIM: Final = "assertion."


class Shape(NamedTuple):
    """How an issuer's tokens say who owns a job.

    `owned` maps a claim to the subject that its value stands for, most telling claim first; `ids` are claims
    that name an owner by a number, which no subject shows.
    """

    owned: Mapping[str, str]
    ids: frozenset[str] = frozenset()


_ISSUERS: Final[Mapping[str, Shape]] = {
    "https://token.actions.githubusercontent.com": Shape(
        {
            "repository": "repo:{}:*",
            "repository_id": "repository_id:{}:*",
            "repository_owner": "repo:{}/*",
            "repository_owner_id": "repository_owner_id:{}:*",
        }
    ),
    "https://gitlab.com": Shape(
        {"project_path": "project_path:{}:*", "namespace_path": "project_path:{}/*"},
        frozenset({"project_id", "namespace_id", "user_id"}),
    ),
    "https://app.terraform.io": Shape(
        {"terraform_full_workspace": "{}:*", "terraform_organization_name": "organization:{}:*"},
        frozenset({"terraform_organization_id", "terraform_project_id", "terraform_workspace_id"}),
    ),
    "https://agent.buildkite.com": Shape(
        {"organization_slug": "organization:{}:*"}, frozenset({"organization_id", "pipeline_id"})
    ),
}


class Way(NamedTuple):
    """Tokens with a subject like `subject`, where the guards hold."""

    subject: str
    guards: tuple[Guard, ...]
    hinges: tuple[str, ...]


def ways(issuer: str, conjunct: Conjunct) -> Iterator[Way]:
    """Yield the subjects that one alternative of a condition over claims lets in."""
    shape = _ISSUERS.get(issuer, Shape({}))
    host = issuer.removeprefix("https://")
    states = dict(conjunct.states)
    hinges = set(conjunct.hinges)
    subjects, said = _subjects(states.pop(Term(SUB), None), "{}")
    for claim, form in shape.owned.items():
        found = states.get(Term(f"{_CLAIM}{claim}"))
        globs, whole = _subjects(found, form)
        if found is None or not globs:
            continue
        del states[Term(f"{_CLAIM}{claim}")]
        if not subjects:
            subjects = globs
        elif form.startswith(("repo:", "project_path:", "organization:", "{}")):
            subjects = _both(subjects, globs)
            if not subjects:
                return
        said = said and whole
    if not said:
        hinges.add(SUB)
    keys = {term.path: _key(host, shape, term.path) for term in states}
    rest = guards_of(Conjunct(states), keys)
    if rest is None:
        hinges |= {term.path for term in states}
        rest = [()]
    for subject in subjects or ("*",):
        for guards in rest:
            yield Way(subject, guards, tuple(sorted(hinges)))


def _key(host: str, shape: Shape, path: str) -> Key:
    """Name a claim as conditions of other clouds do, ``HOST:CLAIM``, and say who holds it."""
    claim = path.removeprefix(_CLAIM)
    if claim in shape.ids:
        return Key(f"{host}:{claim}", "issuer", "subject")
    if claim == "aud":
        return Key(f"{host}:aud", "vendor", "audience")
    # of an issuer that many share, whoever runs the job chooses all that does not name an owner
    return Key(f"{host}:{claim}", "vendor" if shape.owned else "issuer")


def _subjects(states: States | None, form: str) -> tuple[tuple[str, ...], bool]:
    """Return subject globs for the values of a claim, and whether they say all that is asked of it.

    No globs: the claim bars some values only, or has no words.
    """
    if states is None:
        return (), True
    found = guards_of(Conjunct({Term("x"): states}), {})
    if found is None or not isinstance(states.values, StringSet):
        return (), found is not None and states.values is None
    globs = []
    for guards in found:
        positive = [g for g in guards if g.op in {"in", "like"}]
        if len(positive) != 1:
            return (), False
        globs += [(value, len(guards) == 1) for value in positive[0].values]
    return tuple(form.format(g).replace("**", "*") for g, _ in globs), all(whole for _, whole in globs)


def _both(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of `one` that some subject like one of `other` is; the narrower claims come first."""
    wider = StringSet.glob(*other)
    return tuple(subject for subject in one if StringSet.glob(subject).meets(wider))
