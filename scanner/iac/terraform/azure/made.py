"""One resource of an Azure provider on its way to documents: what readers of types ask of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scanner.iac import azure
from scanner.iac.aws import Piece
from scanner.iac.terraform.aws import made as aws
from scanner.iac.terraform.azure import identity
from scanner.iac.terraform.azure.home import Home, home_of
from scanner.iac.terraform.azure.kinds import KINDS
from scanner.iac.terraform.values import Open, has_open, is_named, plain
from scanner.snapshot import Place

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from scanner.iac.aws import Drafts
    from scanner.iac.terraform.aws.identity import Resource
    from scanner.iac.terraform.bodies import Body


class Made(aws.Made):
    """A resource's names and values; see the AWS side's. Settings that cannot be told stay open."""

    def __init__(self, instance: Resource, drafts: Drafts) -> None:
        super().__init__(instance, drafts)
        self.at: Home = home_of(instance)
        azure.subscription(drafts, self.at.subscription, self.at.tenant)

    @property
    def name(self) -> str:
        """Its name, made up where code does not say."""
        return identity.name_of(self.instance)

    @property
    def id(self) -> str:
        """Its id in ARM."""
        return identity.id_of(self.instance)

    def guid(self, kind: str) -> str:
        """Return a GUID made up for it."""
        return identity.guid_of(self.instance, kind)

    def said(self, attribute: str, body: Body | None = None) -> Any:  # noqa: ANN401 - raw JSON
        """Return an attribute as a document holds it: `Unresolved` where it cannot be told; None: not set."""
        value = (body or self.body).get(attribute)
        return None if value is None else plain(value)

    def switch(
        self, *attributes: str, default: bool, inverted: bool = False, body: Body | None = None
    ) -> Any:  # noqa: ANN401 - raw JSON
        """Return the first of a flag's spellings that is set, perhaps inverted, as a document has it."""
        for attribute in attributes:
            value = (body or self.body).get(attribute)
            if isinstance(value, Open):
                return value.body
            if value is not None:
                return (value is True or value == "true") is not inverted
        return default is not inverted

    def word(self, *attributes: str, on: str, off: str, default: bool = True) -> Any:  # noqa: ANN401 - raw JSON
        """Return a flag as one of two words."""
        found = self.switch(*attributes, default=default)
        return (on if found else off) if isinstance(found, bool) else found

    def public_access(self) -> Any:  # noqa: ANN401 - raw JSON
        """Return ``publicNetworkAccess`` of a service that is open unless told."""
        return self.word(
            "public_network_access_enabled", "public_network_access", on="Enabled", off="Disabled"
        )

    def reference(self, attribute: str, body: Body | None = None) -> str | None:
        """Return the id of another resource; one that cannot be told is a gap."""
        value = (body or self.body).get(attribute)
        if is_named(value):
            value = value.attribute("id")
        if isinstance(value, Open):
            self.untold(attribute, value)
            return None
        return value if isinstance(value, str) and value else None

    def references(self, attribute: str, body: Body | None = None) -> list[str]:
        """Return the ids in a list; what cannot be told of it is a gap."""
        value = (body or self.body).get(attribute)
        listed = value if isinstance(value, list) else [value]
        found = [v.attribute("id") if is_named(v) else v for v in listed]
        if any(has_open(v) for v in found):
            self.untold(attribute, next(v for v in found if has_open(v)))
        return [v for v in found if isinstance(v, str) and v]

    def named(self, fields: Mapping[str, str], body: Body | None = None) -> dict[str, Any]:
        """Return the attributes that are set, by the names that Azure has for them."""
        found = {field: self.said(attribute, body) for attribute, field in fields.items()}
        return {field: value for field, value in found.items() if value is not None}

    def places(self, *blocks: tuple[str, Iterable[Body]]) -> tuple[Place, ...]:
        """Return the resource's lines and those of blocks: (pointer of a list, its blocks in order)."""
        found = [self.place]
        for pointer, bodies in blocks:
            for index, body in enumerate(bodies):
                found.append(Place(f"{pointer}/{index}", body.place.file, body.place.lines))
        return tuple(found)

    def common(self) -> dict[str, Any]:
        """Return what every resource may have beside its properties: tags, location, identity."""
        found = self.named({"location": "location"})
        tags = self.body.get("tags")
        if isinstance(tags, dict):
            found["tags"] = {str(k): str(v) for k, v in tags.items() if isinstance(v, str | int)}
        for body in self.body.blocks("identity")[:1]:
            type_ = self.said("type", body)
            users = self.references("identity_ids", body)
            found["identity"] = {"type": type_}
            known = body.get("principal_id")  # a plan knows it of what is there already
            if isinstance(known, str) and known:
                found["identity"]["principalId"] = known
            if users:
                found["identity"]["userAssignedIdentities"] = {id_: {} for id_ in users}
        return found

    def put(
        self,
        properties: Mapping[str, Any],
        places: tuple[Place, ...] = (),
        *,
        type_: str = "",
        **more: Any,  # noqa: ANN401 - raw JSON
    ) -> None:
        """Declare the resource: properties that are not None, with everything that all resources have."""
        body = {**self.common(), **{k: v for k, v in more.items() if v is not None}}
        body["properties"] = {key: value for key, value in properties.items() if value is not None}
        arm = type_ or KINDS[self.instance.type].arm
        azure.resource(self.drafts, self.id, arm, Piece(body, places or (self.place,)))

    def add(self, id_: str | None, pointer: str, entry: Any, body: Body | None = None) -> None:  # noqa: ANN401 - raw JSON
        """Add to a list of another resource; one that the code does not make is a gap."""
        where = body or self.body
        place = Place("", where.place.file, where.place.lines)
        if id_ is not None and not azure.added(self.drafts, id_, pointer, Piece(entry, (place,))):
            self.instance.say(f"it adds to {id_}, which the code does not make")


def ids(listed: Iterable[str]) -> list[dict[str, str]]:
    """Return references as Azure lists them."""
    return [{"id": id_} for id_ in listed]
