"""What a role of the directory, or a permission of Microsoft Graph, lets its holder do to others.

A role is known by its actions where its definition was read, as custom ones must be, and by its template's
id besides. Sources: "Microsoft Entra built-in roles"
(https://learn.microsoft.com/entra/identity/role-based-access-control/permissions-reference), "Group
permissions for Microsoft Entra custom roles" (custom-group-permissions), "Who can reset passwords"
(privileged-roles-permissions) and "Microsoft Graph permissions reference"
(https://learn.microsoft.com/graph/permissions-reference), read 2026-11-22.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from scanner.providers.azure.documents import at, items, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

Power: TypeAlias = Literal[
    "rule",
    "credentials",
    "groups",
    "unified-groups",
    "group-rules",
    "role-groups",
    "reset",
    "reset-anyone",
    "federate",
]
"""rule: become Global Administrator. credentials: give any application a secret. groups: change members, and
unified-groups those of Microsoft 365 groups alone, group-rules the rule of dynamic ones, role-groups the
members of groups that may hold directory roles. reset: passwords of people without roles that are too high.
federate: let an issuer of one's own sign in the people of a domain."""

GRAPH: Final = "00000003-0000-0000-c000-000000000000"
"""Microsoft Graph's application id, which is the same in every tenant."""

JOINING: Final[tuple[Power, ...]] = ("groups", "unified-groups", "group-rules", "role-groups")
"""The powers that put anybody into some group."""

_ANY_GROUP: Final[tuple[Power, ...]] = ("groups", "group-rules")
ROLES: Final[dict[str, tuple[Power, ...]]] = {
    "62e90394-69f5-4237-9190-012177145e10": (  # Global Administrator
        *("rule", "credentials", "groups", "group-rules", "role-groups"),
        *("reset-anyone", "federate"),
    ),
    "e8611ab8-c189-46e8-94e1-60213ab1f814": ("rule", "role-groups"),  # Privileged Role Administrator
    "7be44c8a-adaf-4e2a-84d6-ab2649e08a13": ("reset-anyone",),  # Privileged Authentication Administrator
    "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3": ("credentials",),  # Application Administrator
    "158c047a-c907-4556-b7ef-446551a6b5f7": ("credentials",),  # Cloud Application Administrator
    "8ac3fc64-6eca-42ea-9e69-59f4c7b60eb2": ("credentials", "federate"),  # Hybrid Identity Administrator
    "be2f45a1-457d-42af-a067-6ec1fa63bc45": ("federate",),  # External Identity Provider Administrator
    "8329153b-31d0-4727-b945-745eb3bc5f31": ("federate",),  # Domain Name Administrator
    "d29b2b05-8046-44ba-8758-1e26182fcf32": ("credentials",),  # Directory Synchronization Accounts
    "fe930be7-5e62-47db-91af-98c3a49a38b1": (*_ANY_GROUP, "reset"),  # User Administrator
    "fdd7a751-b60b-444a-984c-02652fe8fa1c": _ANY_GROUP,  # Groups Administrator
    "3a2c62db-5318-420d-8d74-23affee5d9d5": _ANY_GROUP,  # Intune Administrator
    "9360feb5-f418-4baa-8175-e2a00bac4301": _ANY_GROUP,  # Directory Writers
    "45d8d3c5-c802-45c6-b32a-1d70b5e1e86e": ("groups",),  # Identity Governance Administrator
    "b5a8dcf3-09d5-43a9-a639-8e29ef291470": ("groups",),  # Knowledge Administrator
    "744ec460-397e-42ad-a462-8b3f9747a02c": ("groups",),  # Knowledge Manager
    "11451d60-acb2-45eb-a7d6-43d0f0125c13": ("groups",),  # Windows 365 Administrator
    "29232cdf-9323-42fd-ade2-1d097af3e4de": ("unified-groups",),  # Exchange Administrator
    "f28a1f50-f6e7-4571-818b-6a12f2af6b6c": ("unified-groups",),  # SharePoint Administrator
    "69091246-20e8-4a56-aa4d-066075b2a7a8": ("unified-groups",),  # Teams Administrator
    "810a2642-a034-447f-a5e8-41beaa378541": ("unified-groups",),  # Yammer Administrator
    "729827e3-9c14-49f7-bb1b-9608f156bbb8": ("reset",),  # Helpdesk Administrator
    "c4e39bd9-1100-46d3-8c65-fb160da0071f": ("reset",),  # Authentication Administrator
    "966707d0-3269-4727-9be2-8c3a10f19b9d": ("reset",),  # Password Administrator
    "e00e864a-17c5-4a4b-9c06-f5b95a8d5bd8": (  # Partner Tier2 Support
        *("credentials", "groups", "reset-anyone"),
    ),
    "4ba39ca4-527c-499a-b93d-d9b492c50246": ("credentials", "groups", "reset"),  # Partner Tier1 Support
}
"""By template id; what each does is the same in every tenant."""

_READERS: Final = (
    "88d8e3e3-8f55-4a1e-953a-9b9898b8876b",  # Directory Readers
    "95e79109-95c0-4d8e-aee3-d01accf2d47b",  # Guest Inviter
    "966707d0-3269-4727-9be2-8c3a10f19b9d",  # Password Administrator
)
_REPORTERS: Final = (
    *_READERS,
    "790c1fb9-7f7d-4f88-86a1-ef1f95c05c1b",  # Message Center Reader
    "4a5d8f65-41da-4de4-8968-e035b65339cf",  # Reports Reader
    "27460883-1df1-4691-b032-3b79643e5e63",  # User Experience Success Manager
    "75934031-6c7e-415a-99d7-48dbd49e875e",  # Usage Summary Reports Reader
)
_HELPDESK, _AUTHENTICATION = "729827e3-9c14-49f7-bb1b-9608f156bbb8", "c4e39bd9-1100-46d3-8c65-fb160da0071f"
_GROUPS, _USERS = "fdd7a751-b60b-444a-984c-02652fe8fa1c", "fe930be7-5e62-47db-91af-98c3a49a38b1"
RESETTABLE: Final[dict[str, frozenset[str]]] = {
    "966707d0-3269-4727-9be2-8c3a10f19b9d": frozenset(_READERS),
    _HELPDESK: frozenset((*_REPORTERS, _HELPDESK)),
    _AUTHENTICATION: frozenset((*_REPORTERS, _AUTHENTICATION)),
    _USERS: frozenset((*_REPORTERS, _HELPDESK, _GROUPS, _USERS)),
}
"""Whose passwords each role may reset besides those of people without a role: holders of these alone."""

PERMISSIONS: Final[dict[str, tuple[Power, ...]]] = {
    "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8": ("rule", "role-groups"),  # RoleManagement.ReadWrite.Directory
    "06b708a9-e830-4db3-a914-8e69da51d44f": ("rule",),  # AppRoleAssignment.ReadWrite.All grants the former
    "dd199f4a-f148-40a4-a2ec-f0069cc799ec": ("rule",),  # RoleAssignmentSchedule.ReadWrite.Directory
    "fee28b28-e1f3-4841-818e-2704dc62245f": ("rule",),  # RoleEligibilitySchedule.ReadWrite.Directory
    "1bfefb4e-e0b5-418b-a88f-73c46d2cc8e9": ("credentials",),  # Application.ReadWrite.All
    "19dbc75e-c2e2-444c-a770-ec69d8559fc7": _ANY_GROUP,  # Directory.ReadWrite.All
    "62a82d76-70ea-41e2-9197-370581804d09": _ANY_GROUP,  # Group.ReadWrite.All
    "dbaae8cf-10b5-4b86-a4a1-f871c94c6695": ("groups",),  # GroupMember.ReadWrite.All
    "50483e42-d915-4231-9639-7fdb7fd190e5": ("reset-anyone",),  # UserAuthenticationMethod.ReadWrite.All
    "cc117bb9-00cf-4eb8-b580-ea2a878fe8f7": ("reset",),  # User-PasswordProfile.ReadWrite.All
    "7e05723c-0bb0-42da-be95-ae9f08a6e53c": ("federate",),  # Domain.ReadWrite.All
}
"""Application permissions of Microsoft Graph by their id."""

DELEGATED: Final[dict[str, tuple[Power, ...]]] = {
    "directory.accessasuser.all": (
        *("rule", "credentials", "groups", "unified-groups", "group-rules", "role-groups"),
        *("reset", "reset-anyone", "federate"),
    ),
    "rolemanagement.readwrite.directory": ("rule", "role-groups"),
    "approleassignment.readwrite.all": ("rule",),
    "roleassignmentschedule.readwrite.directory": ("rule",),
    "roleeligibilityschedule.readwrite.directory": ("rule",),
    "application.readwrite.all": ("credentials",),
    "directory.readwrite.all": (*_ANY_GROUP, "unified-groups"),
    "group.readwrite.all": (*_ANY_GROUP, "unified-groups"),
    "groupmember.readwrite.all": ("groups", "unified-groups"),
    "userauthenticationmethod.readwrite.all": ("reset", "reset-anyone"),
    "user-passwordprofile.readwrite.all": ("reset", "reset-anyone"),
    "domain.readwrite.all": ("federate",),
}
"""Delegated permissions of Microsoft Graph, in lower case, and which powers of the person who is signed in an
application exercises by them. User.ReadWrite.All has none: it sets no other person's password ("Update user",
https://learn.microsoft.com/graph/api/user-update), nor do those of files and mail."""

_WRITES: Final = ("allproperties/update", "allproperties/alltasks", "members/update", "owners/update")
_SECRETS: Final = ("allproperties/update", "allproperties/alltasks", "credentials/update", "owners/update")
_OWN: Final = "microsoft.directory/"
_ACTIONS: Final[tuple[tuple[Power, tuple[str, ...], tuple[str, ...]], ...]] = (
    ("rule", ("roleassignments", "roledefinitions"), ("allproperties/alltasks", "allproperties/update")),
    ("rule", ("serviceprincipals",), ("managepermissiongrantsforall.microsoft-company-admin",)),
    ("credentials", ("applications", "applications.myorganization", "serviceprincipals"), _SECRETS),
    ("groups", ("groups", "groups.security", "groups.security.assignedmembership"), _WRITES),
    ("unified-groups", ("groups.unified", "groups.unified.assignedmembership"), _WRITES),
    (
        "group-rules",
        ("groups", "groups.security"),
        ("dynamicmembershiprule/update", "allproperties/update", "allproperties/alltasks"),
    ),
    ("role-groups", ("groupsassignabletoroles",), _WRITES),
    ("reset", ("users",), ("password/update",)),
    ("federate", ("domains",), ("federation/update", "allproperties/alltasks", "allproperties/update")),
)
_GRANTED: Final = {
    f"{_OWN}{entity}/{verb}": power
    for power, entities, verbs in _ACTIONS
    for entity in entities
    for verb in verbs
}


def powers_of(template: str, definition: Any) -> tuple[Power, ...]:  # noqa: ANN401 - raw provider JSON
    """Return what a role's holder may do, by its template id and, where it was read, by its definition."""
    known = ROLES.get(template, ())
    return tuple(dict.fromkeys((*known, *_by_actions(definition, reset="reset-anyone" not in known))))


def _by_actions(definition: Any, *, reset: bool) -> Iterator[Power]:  # noqa: ANN401 - raw provider JSON
    """Yield what actions grant; those under a condition concern oneself, or what one owns."""
    for block in items(definition, "/rolePermissions"):
        if at(block, "/condition") is None:
            for action in texts(block, "/allowedResourceActions"):
                power = _GRANTED.get(action.lower())
                if power is not None and (reset or power != "reset"):
                    yield power
