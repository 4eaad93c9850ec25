"""Cloud Identity: who is in the groups that policies name, nested groups included.

| document | key | body |
|---|---|---|
| ``LookupGroup`` | mail address | ``name`` of the group |
| ``ListMemberships.memberships`` | ``MAIL|MEMBERSHIP`` | ``preferredMemberKey``, ``roles``, ``type`` |
| ``ListMemberships`` | mail address | the list was read to its end |

The scope is the mail domain. A group of another domain that may not be read is no gap: it stays a principal
of its own. Only direct memberships are asked for: searching transitive ones needs paid
editions. Source: Cloud Identity REST reference, "groups.lookup" and "groups.memberships.list"
(https://cloud.google.com/identity/docs/reference/rest/v1/groups, read 2026-11-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.providers.gcp.collect.bodies import section
from scanner.providers.gcp.collect.found import ORGANIZATION
from scanner.providers.gcp.collect.table import Kept, Question, Row, Service

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.gcp.collect.found import Found
    from scanner.providers.gcp.collect.table import Body

_GROUP: Final = "group:"
_MEMBERS: Final = "ListMemberships.memberships"


def _named(found: Found) -> Iterator[Question]:
    """Groups that a binding names, then groups inside of those that were read."""
    mails = {member.removeprefix(_GROUP).lower() for member in found.members if member.startswith(_GROUP)}
    mails |= {
        str(section(body, "preferredMemberKey").get("id")).lower()
        for body in found.documents[_MEMBERS].values()
        if section(body).get("type") == "GROUP"
    }
    for mail in sorted(mails):
        if "@" in mail:
            yield Question(
                scope=mail.rpartition("@")[2],
                field=_MEMBERS,
                key=mail,
                ended=("LookupGroup", mail),
                query={"groupKey.id": mail},
            )


def _lists(found: Found) -> Iterator[Question]:
    for mail, body in sorted(found.documents["LookupGroup"].items()):
        name = section(body).get("name")
        if isinstance(name, str):
            query = {"view": "FULL", "pageSize": "500"}
            yield Question(scope=mail.rpartition("@")[2], key=mail, params={"name": name}, query=query)


def _keep(found: Found, question: Question, membership: Body) -> Iterator[Kept]:
    del found
    name = str(section(membership).get("name"))
    yield Kept(question.scope, _MEMBERS, f"{question.key}|{name}", membership)


def _is_foreign(found: Found, question: Question) -> bool:
    """Tell whether a group lies in another mail domain than our organization, whose name is a domain."""
    homes = {str(data.get("displayName")).lower() for _, _, data in found.data_of(ORGANIZATION)}
    return bool(homes) and question.scope not in homes


TABLE: Final = Service(
    name="cloudidentity",
    host="cloudidentity.googleapis.com",
    recurses=True,
    rows=(
        Row(
            operation="LookupGroup",
            each=_named,
            path="/v1/groups:lookup",
            none=(404,),
            expected=_is_foreign,
            effect="understated",
        ),
        Row(
            operation="ListMemberships",
            each=_lists,
            path="/v1/{+name}/memberships",
            items="memberships",
            keep=_keep,
            expected=_is_foreign,
            effect="understated",
        ),
    ),
)
