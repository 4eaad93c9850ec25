"""The directory: people, groups, applications and service principals, and the node that stands for each.

Insiders' nodes are Graph's own paths (``/users/OID``). Outsiders are ``guest:MAIL``, ``app:APPID`` of an
application that another tenant owns, and ``tenant:TENANT/OID`` for everything in a directory not ours.
A person is a guest by ``userType`` or by ``#EXT#`` in the user principal name: an external person can be made
a member. Sources: Microsoft Entra External ID, "Properties of a B2B guest user"
(https://learn.microsoft.com/entra/external-id/user-properties); Microsoft Graph, "servicePrincipal resource
type" (https://learn.microsoft.com/graph/api/resources/serviceprincipal); both read 2026-11-22.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from scanner.model import Principal
from scanner.providers.azure.documents import at, items, text, texts
from scanner.snapshot import Unresolved

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.providers.azure.documents import Documents
    from scanner.providers.azure.tenants import Tenants
    from scanner.snapshot import Document

_EXTERNAL: Final = "#ext#"
_INVITED: Final = {"invitation", "selfservicesignup"}
_FOREIGN: Final = "foreigngroup"
UNKNOWN_TENANT: Final = "tenant:unknown/"
"""Begins the node of a group of another tenant that only an assignment names: a provider's agents, see
Partner Center, "Reinstate admin privileges for a customer's Azure CSP subscriptions"
(https://learn.microsoft.com/partner-center/account-settings/revoke-reinstate-csp, read 2026-11-22)."""
_KINDS: Final = {
    "user": "users",
    "group": "groups",
    "serviceprincipal": "servicePrincipals",
    "msi": "servicePrincipals",
}


@dataclass(frozen=True, slots=True)
class Member:
    """One object of a directory. `document` is None for a managed identity that only ARM tells of.

    `is_enabled`: it can sign in. `app` is the application's id of a service principal, `tenant` the directory
    it stands in; `is_managed` are identities that Azure keeps the credentials of.
    """

    oid: str
    kind: str
    node: str
    tenant: str
    name: str
    ours: bool
    document: Document | None = None
    is_enabled: bool = True
    app: str = ""
    home: str = ""
    is_managed: bool = False

    def principal(self) -> Principal:
        """Return the fact that other stages see."""
        kind = self.kind
        if self.node.startswith("guest:"):
            kind = "guest"
        elif self.node.startswith("app:"):
            kind = "app"
        scope = self.home or (self.tenant if self.ours or kind not in {"guest", "app"} else None)
        return Principal(self.node, kind, "azure", scope=scope, name=self.name, ours=self.ours)


class Directory:
    """Everybody, by object id and by node."""

    def __init__(self, documents: Documents, tenants: Tenants) -> None:
        self.tenants = tenants
        self._by_oid: dict[str, Member] = {}
        self._mails: dict[str, str] = {}
        self.is_read = any(documents.graph("users")) or any(documents.graph("servicePrincipals"))
        self._whole = {path for path in _WORDS if _is_whole(documents, path, tenants.read)}
        users = list(documents.graph("users"))
        for document in users:
            if not _is_external(document):
                self._add(self._person(document))
        for document in users:
            if _is_external(document):
                self._add(self._guest(document))
        for document in documents.graph("groups"):
            self._add(self._object(document, "group", "groups"))
        for document in documents.graph("servicePrincipals"):
            self._add(self._service_principal(document))
        self._add_identities(documents)
        self._by_node = {member.node: member for _, member in sorted(self._by_oid.items(), reverse=True)}
        self._by_app = {member.app: member for member in self._by_oid.values() if member.app}

    def __iter__(self) -> Iterator[Member]:
        """Yield everybody in node order, once."""
        yield from (self._by_node[node] for node in sorted(self._by_node))

    def member(self, node: str) -> Member | None:
        """Return who a node stands for."""
        return self._by_node.get(node)

    def of_oid(self, oid: str) -> Member | None:
        """Return who has an object id."""
        return self._by_oid.get(oid.lower())

    def by_app(self, app: str) -> Member | None:
        """Return the service principal of an application, by the application's id."""
        return self._by_app.get(app.lower())

    def node(self, oid: str, type_: str = "") -> str:
        """Return the node of an object id; of an object nobody read, what its type says."""
        member = self._by_oid.get(oid.lower())
        if member is not None:
            return member.node
        if type_.lower() == _FOREIGN:
            return f"{UNKNOWN_TENANT}{oid.lower()}"
        return f"/{_KINDS.get(type_.lower(), 'directoryObjects')}/{oid.lower()}"

    def in_tenant(self, tenant: str, oid: str) -> str:
        """Return the node of an object of some tenant, which may be ours."""
        ours = tenant in self.tenants.ours
        return self.node(oid) if ours else f"tenant:{tenant}/{oid.lower()}"

    def by_mail(self, mail: str) -> str:
        """Return the node of whoever has a mail address; of nobody known, a guest's."""
        mail = mail.lower()
        return self._mails.get(mail) or f"guest:{mail}"

    def is_gone(self, oid: str, type_: str) -> bool:
        """Tell whether nobody can sign in as an object: it is disabled, or in no directory of ours.

        What no directory lists may stand in one that was not read, or not read to the end.
        """
        known = self._by_oid.get(oid.lower())
        if known is not None:
            return not known.is_enabled
        return _KINDS.get(type_.lower()) in self._whole

    def _add(self, member: Member) -> None:
        self._by_oid[member.oid] = member

    def _place(self, document: Document, path: str) -> tuple[str, str, bool]:
        """Return object id, node and whether it is ours, for an object that is at home in its directory."""
        oid = (text(document.body, "/id") or document.id.key).lower()
        tenant = document.id.scope.lower()
        ours = self.tenants.is_ours(tenant)
        return oid, f"/{path}/{oid}" if ours else f"tenant:{tenant}/{oid}", ours

    def _object(self, document: Document, kind: str, path: str) -> Member:
        oid, node, ours = self._place(document, path)
        name = text(document.body, "/displayName")
        return Member(oid, kind, node, document.id.scope.lower(), name, ours, document, _enabled(document))

    def _person(self, document: Document) -> Member:
        oid, node, ours = self._place(document, "users")
        name = text(document.body, "/userPrincipalName") or text(document.body, "/displayName")
        if ours:
            for mail in (text(document.body, "/mail"), name):
                self._mails.setdefault(mail.lower(), node)
        return Member(oid, "user", node, document.id.scope.lower(), name, ours, document, _enabled(document))

    def _guest(self, document: Document) -> Member:
        """Return a guest: a person of another tenant of ours is that person, and no outsider."""
        oid, own, here = self._place(document, "users")
        mail, tenant = guest_mail(document), document.id.scope.lower()
        home = self._mails.get(mail, "") if mail else ""
        known = self._by_oid.get(home.rpartition("/")[2])
        if known is not None and known.tenant == tenant:
            home = ""  # a colleague whose address on file is the guest's
        node = home or (f"guest:{mail or oid}" if here else own)
        return Member(oid, "user", node, tenant, mail or own, bool(home), document, _enabled(document))

    def _service_principal(self, document: Document) -> Member:
        oid, node, ours = self._place(document, "servicePrincipals")
        body = document.body
        managed = text(body, "/servicePrincipalType").lower() == "managedidentity"
        app, owner = text(body, "/appId").lower(), text(body, "/appOwnerOrganizationId").lower()
        foreign = not managed and not self.tenants.is_ours(owner) and not self.tenants.is_microsofts(owner)
        foreign = foreign or Unresolved.read(at(body, "/appOwnerOrganizationId")) is not None
        if ours and foreign and app:
            node, ours = f"app:{app}", False
        return Member(
            oid=oid,
            kind="service-principal",
            node=node,
            tenant=document.id.scope.lower(),
            name=text(body, "/displayName"),
            ours=ours,
            document=document,
            is_enabled=_enabled(document),
            app=app,
            home=owner if foreign else "",
            is_managed=managed,
        )

    def _add_identities(self, documents: Documents) -> None:
        """Take in managed identities that ARM tells of and the directory does not."""
        for type_ in documents.arm_types():
            for document in documents.arm(type_):
                for oid, app in identities_of(document):
                    if oid not in self._by_oid:
                        name = document.id.key.rpartition("/")[2]
                        node = f"/servicePrincipals/{oid}"
                        self._add(
                            Member(
                                oid, "service-principal", node, "", name, ours=True, app=app, is_managed=True
                            )
                        )


_WORDS: Final = ("users", "groups", "servicePrincipals")


def _is_whole(documents: Documents, path: str, tenants: Iterable[str]) -> bool:
    """Tell whether a collection was read, and to the end, in every directory that subscriptions trust."""
    read = {document.id.scope.lower() for document in documents.graph(path)}
    return bool(read) and read.issuperset(tenants) and not any(documents.gaps("graph", path))


def identities_of(document: Document) -> Iterator[tuple[str, str]]:
    """Yield (object id, application id) of the managed identities that a resource is or runs with."""
    body = document.body
    is_one = document.id.key.lower().rpartition("/")[0].endswith("/userassignedidentities")
    if not isinstance(body, dict) or not ("identity" in body or is_one):
        return
    places = [at(body, "/identity")]
    if is_one:
        places.append(at(body, "/properties"))
    users = at(body, "/identity/userAssignedIdentities")
    places += users.values() if isinstance(users, dict) else []
    for place in places:
        oid = text(place, "/principalId").lower()
        if oid:
            yield oid, text(place, "/clientId").lower()


def guest_mail(document: Document) -> str:
    """Return a guest's mail address: the one on file, else the one in the user principal name."""
    mail = text(document.body, "/mail") or next(iter(texts(document.body, "/otherMails")), "")
    if mail:
        return mail.lower()
    upn = text(document.body, "/userPrincipalName")
    local = upn[: upn.lower().find(_EXTERNAL)] if _EXTERNAL in upn.lower() else ""
    name, _, domain = local.rpartition("_")
    return f"{name}@{domain}".lower() if name else ""


def _is_external(document: Document) -> bool:
    """Tell whether somebody signs in elsewhere: an administrator may change the type and the name of a guest.

    Source: "Properties of a B2B guest user", UserType and Identities.
    """
    body = document.body
    if text(body, "/userType").lower() == "guest" or _EXTERNAL in text(body, "/userPrincipalName").lower():
        return True
    if text(body, "/externalUserState") or text(body, "/creationType").lower() in _INVITED:
        return True
    return any(
        text(identity, "/signInType").lower() == "federated" for identity in items(body, "/identities")
    )


def _enabled(document: Document) -> bool:
    return at(document.body, "/accountEnabled") is not False


def is_list(document: Document) -> bool:
    """Tell whether a document is a list of directory objects, be it an empty one."""
    body = document.body
    return isinstance(body, list) or (isinstance(body, dict) and isinstance(body.get("value"), list))


def listed_ids(document: Document) -> list[str]:
    """Return the object ids in a list of directory objects, in lower case."""
    return [text(entry, "/id").lower() for entry in items(document.body) if text(entry, "/id")]
