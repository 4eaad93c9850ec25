"""Which Terraform resource and argument a part of a document is written in."""

from __future__ import annotations

from importlib import resources
from typing import Final

import msgspec
import yaml

from scanner.wildcards import matches

_FILE: Final = "terraform.yaml"


class Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One kind of part; `argument` is empty where the resource as a whole is the part."""

    document: str
    pointer: str
    resource: str
    argument: str = ""


def load_terraform() -> tuple[Written, ...]:
    """Read the table."""
    text = resources.files(__package__).joinpath(_FILE).read_text("utf-8")
    return msgspec.convert(yaml.safe_load(text), tuple[Written, ...])


def written_in(table: tuple[Written, ...], document: str, pointer: str) -> Written | None:
    """Return where a part of a document, by its id's text, is written; None when the table does not say."""
    provider, _, _, service, rest = [*document.split(":", 4), *[""] * 4][:5]
    name = f"{provider}:{service}:{rest}"
    folded = name if provider != "azure" else name.lower()
    return next((w for w in table if matches(w.document, folded) and matches(w.pointer, pointer)), None)
