"""In which project and region a resource of Google's will live.

A project that code leaves open is one of ours when the configuration names some, else it is called after the
expression that says it, the same wherever that stands.
"""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, Final, NamedTuple

from scanner.iac.terraform.providers import body_of, reference_of
from scanner.iac.terraform.values import Open, is_named

if TYPE_CHECKING:
    from scanner.iac.terraform.aws.identity import Resource
    from scanner.iac.terraform.modules import Module
    from scanner.iac.terraform.root import Root
    from scanner.iac.terraform.values import Value

UNKNOWN: Final = "unknown-project"
_REGION: Final = "us-central1"


class Home(NamedTuple):
    """Project id, region and zone."""

    project: str
    region: str
    zone: str


def home_of(instance: Resource) -> Home:
    """Return where a resource will live: what it says itself, else what its provider does."""
    module = getattr(instance, "module", instance.root.module)
    block = getattr(instance, "block", None)
    named = block.attributes.get("provider") if block is not None else None
    given = _told(module, "google" if named is None else reference_of(named))
    root = instance.root
    project = _text(instance.body.get("project"), root)
    region, zone = (_place(instance.body.get(name)) for name in ("region", "zone"))
    location = _place(instance.body.get("location"))
    return Home(
        (project or given.project or default_project(root)).removeprefix("projects/"),
        region or (location if location else given.region) or _REGION,
        zone or given.zone or f"{region or given.region or _REGION}-a",
    )


def default_project(root: Root) -> str:
    """Return the project of code that names none."""
    return _of_ours(root) or UNKNOWN


def _of_ours(root: Root) -> str:
    """Return the project of ours that code is taken to be for; empty when there is none.

    It is the only one, or the first where no organization makes others ours too.
    """
    settings = root.settings
    is_clear = len(settings.projects) == 1 or (settings.projects and not settings.organizations)
    return settings.projects[0] if is_clear else ""


def project_named(value: Open, root: Root) -> str:
    """Return the project that an expression which cannot be told stands for."""
    if _of_ours(root) and is_default(value, root):
        return _of_ours(root)
    if value.parts:
        return "".join(p if isinstance(p, str) else slug(p.expression) for p in value.parts).lower()
    return slug(value.expression)


def is_default(value: Open, root: Root) -> bool:
    """Tell whether an expression is that of the root module's provider, or the only one there is."""
    body = body_of(root.module, "google")
    said = body.get("project") if body else None
    return not isinstance(said, str | Open) or (
        isinstance(said, Open) and said.expression == value.expression
    )


def number_of(project: str, root: Root) -> str:
    """Return a project's number as a plan knows it, else digits in its place."""
    for found in root.plan.of("google_project") if root.plan is not None else ():
        number = found.values.get("number")
        if found.values.get("project_id") == project and isinstance(number, str) and number.isdecimal():
            return number
    return digits(project)


def digits(text: str) -> str:
    """Return 12 digits that stand for a text, the same ones every time."""
    return f"9{zlib.crc32(text.encode()) % 10**11:011d}"


def slug(expression: str) -> str:
    """Return an expression in the letters that names have."""
    return re.sub(r"[^a-z0-9]+", "-", expression.lower()).strip("-")[:60] or UNKNOWN


def _told(module: Module, reference: str) -> Home:
    body = body_of(module, reference) or body_of(module, "google")
    if body is None:
        return Home("", "", "")
    project = _text(body.get("project"), module.root)
    return Home(project, _place(body.get("region")), _place(body.get("zone")))


def _text(value: Value, root: Root) -> str:
    if isinstance(value, Open):
        return project_named(value, root)
    if is_named(value):
        value = value.attribute("project_id")
    return value if isinstance(value, str) else ""


def _place(value: Value) -> str:
    if isinstance(value, Open):
        return slug(value.expression)
    return value.rpartition("/")[2] if isinstance(value, str) else ""
