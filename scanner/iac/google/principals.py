"""Who is in groups, and what principals are eligible for: documents of Cloud Identity and of boundaries.

Forms: `scanner.providers.gcp.collect.groups` and `scanner.providers.gcp.collect.boundaries`. A group is
called ``groups/MAIL``, since Google makes up its number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.iac.aws import Piece
from scanner.iac.google.assets import settle
from scanner.iac.google.drafting import document_id, of_google
from scanner.snapshot import DocumentId, Gap

if TYPE_CHECKING:
    from scanner.iac.aws import Drafts
    from scanner.iac.google.drafting import Container, Project

_SERVICE: Final = "cloudidentity"
_MEMBERS: Final = "ListMemberships.memberships"
_POLICIES: Final = "ListPrincipalAccessBoundaryPolicies.principalAccessBoundaryPolicies"
_BINDINGS: Final = "ListPolicyBindings.policyBindings"


def group(drafts: Drafts, mail: str, lines: Piece) -> None:
    """Declare a group, whose members are those that code gives it."""
    drafts.put(_id("LookupGroup", mail), Piece({"name": f"groups/{mail}"}, lines.places))


def membership(drafts: Drafts, mail: str, member: str, roles: list[str], lines: Piece) -> None:
    """Put somebody into a group."""
    body = {
        "preferredMemberKey": {"id": member},
        "roles": [{"name": role} for role in roles or ["MEMBER"]],
        **({"type": "GROUP"} if drafts.get(_id("LookupGroup", member)) is not None else {}),
    }
    drafts.put(_id(_MEMBERS, mail, member), Piece(body, lines.places))


def boundary(drafts: Drafts, where: Container, name: str, whole: Piece) -> None:
    """Declare a principal access boundary policy: ``details`` with its rules."""
    key = f"{where.key}/locations/global/principalAccessBoundaryPolicies/{name}"
    drafts.put(document_id(where, "iam", _POLICIES, key), Piece({"name": key, **whole.body}, whole.places))
    settle(drafts, where)


def bound(drafts: Drafts, where: Project | Container, name: str, whole: Piece) -> None:
    """Bind a policy to a set of principals: ``target``, ``policy``, ``policyKind``, perhaps ``condition``."""
    key = f"{where.key}/locations/global/policyBindings/{name}"
    drafts.put(document_id(where, "iam", _BINDINGS, key), Piece({"name": key, **whole.body}, whole.places))
    settle(drafts, where)


def unread_boundary(drafts: Drafts, where: Project | Container, name: str, why: str) -> None:
    """Say that a boundary may keep our principals from anything, or not."""
    drafts.gap(Gap(document_id(where, "iam", _BINDINGS, name), "not-collected", why, "overstated"))


def complete(drafts: Drafts) -> None:
    """Say of each group that code only adds to that there may be others in it."""
    for draft in of_google(drafts, _SERVICE, "LookupGroup"):
        drafts.assume(_id("ListMemberships", draft.id.key), {})
    for draft in of_google(drafts, _SERVICE, _MEMBERS):
        mail = draft.id.key.partition("|")[0]
        if drafts.get(_id("LookupGroup", mail)) is None:
            why = "code adds to a group that it does not make; who else is in it is unread"
            drafts.gap(Gap(_id("ListMemberships", mail), "not-collected", why, "understated"))


def _id(field: str, mail: str, member: str = "") -> DocumentId:
    key = f"{mail}|{member}" if member else mail
    return DocumentId("gcp", mail.rpartition("@")[2], "", _SERVICE, field, key.lower())
