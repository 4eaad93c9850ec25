"""One resource of Terraform on its way to AWS's documents: what readers of types ask of it."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

from scanner.iac.aws import Piece
from scanner.iac.terraform.aws.identity import address_of, name_of
from scanner.iac.terraform.policies import policy_piece
from scanner.iac.terraform.values import Open, has_open, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scanner.iac.aws import Drafts, Home
    from scanner.iac.terraform.aws.identity import Resource
    from scanner.iac.terraform.bodies import Body
    from scanner.iac.terraform.values import Value
    from scanner.snapshot import Place


class Made:
    """A resource's names and values. `drafts` is where its documents go."""

    def __init__(self, instance: Resource, drafts: Drafts) -> None:
        self.instance = instance
        self.drafts = drafts
        self.body: Body = instance.body
        self.home: Home = instance.home
        self.place: Place = instance.place

    @property
    def name(self) -> str:
        """Its name, made up where code does not say."""
        return name_of(self.instance)

    @property
    def address(self) -> str:
        """Its address in the letters of names."""
        return address_of(self.instance)

    @property
    def arn(self) -> str:
        """Its ARN; for types that have an identity."""
        return str(self.instance.attribute("arn"))

    @property
    def id(self) -> str:
        """Its id, as other code refers to it."""
        return str(self.instance.attribute("id"))

    @property
    def whole(self) -> Piece:
        """No fields, with the resource's lines."""
        return Piece({}, (self.place,))

    def piece(self, value: Any, body: Body | None = None) -> Piece:  # noqa: ANN401 - raw JSON
        """Return a value with the lines of a block, the resource itself unless told."""
        return Piece(plain(value), ((body or self.body).place,))

    def text(self, attribute: str, body: Body | None = None) -> str | None:
        """Return an attribute that is a text; None when it is not set. One that cannot be told is a gap."""
        value = (body or self.body).get(attribute)
        if isinstance(value, Open):
            self.untold(attribute, value)
            return None
        return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else None

    def texts(self, attribute: str, body: Body | None = None) -> list[str]:
        """Return an attribute that is a list of texts; what cannot be told of it is a gap."""
        value = (body or self.body).get(attribute)
        if has_open(value):
            self.untold(attribute, value)
        values = value if isinstance(value, list) else [value]
        return [str(v) for v in values if isinstance(v, str)]

    def number(self, attribute: str, body: Body | None = None) -> int | None:
        """Return an attribute that is a whole number, see `text`."""
        text = self.text(attribute, body)
        if text is None:
            value = (body or self.body).get(attribute)
            return int(value) if isinstance(value, float) and isfinite(value) else None
        return int(text) if text.lstrip("-").isdecimal() else None

    def flag(self, attribute: str, body: Body | None = None, *, default: bool = False) -> bool | None:
        """Return an attribute that is a boolean; None when it cannot be told."""
        value = (body or self.body).get(attribute)
        if isinstance(value, Open):
            return None
        if value is None:
            return default
        return value is True or value == "true"

    def policy(self, attribute: str, body: Body | None = None) -> Piece | None:
        """Return an attribute that is a policy, with the lines of its statements."""
        where = body or self.body
        return policy_piece(where.get(attribute), where.place, self.instance.root.shown)

    def fields(self, names: Mapping[str, str], body: Body | None = None) -> dict[str, Any]:
        """Return the attributes that are set, by the name that AWS has for each."""
        found: dict[str, Any] = {}
        for attribute, field in names.items():
            value = (body or self.body).get(attribute)
            if has_open(value):
                self.untold(attribute, value)
            elif value is not None:
                found[field] = plain(value)
        return found

    def tags(self) -> list[dict[str, Any]]:
        """Return tags as lists of Key and Value; what cannot be told of them is left out."""
        value = self.body.get("tags")
        if not isinstance(value, dict):
            return []
        return [
            {"Key": str(k), "Value": str(v)} for k, v in sorted(value.items()) if isinstance(v, str | int)
        ]

    def untold(self, attribute: str, value: Value) -> None:
        """Say that an attribute cannot be told, so that what depends on it may be wrong or missing."""
        expression = f": `{value.expression}`" if isinstance(value, Open) else ""
        self.instance.say(f"`{attribute}` cannot be told{expression}")
