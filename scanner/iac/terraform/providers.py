"""In which account and region a provider works: what its configuration says, and what a module is handed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from scanner.iac.aws import UNKNOWN_ACCOUNT, Home
from scanner.iac.terraform import syntax
from scanner.iac.terraform.bodies import HclBody

if TYPE_CHECKING:
    from scanner.iac.terraform.modules import Module
    from scanner.iac.terraform.syntax import Block

_ACCOUNT: Final = re.compile(r"\d{12}")
_ROLE: Final = re.compile(r"arn:[\w-]+:iam::(\d{12}):")


def home_of(module: Module, block: Block) -> Home:
    """Return where the resource of a block will live."""
    named = block.attributes.get("provider")
    default = block.labels[0].partition("_")[0]
    return configured(module, default if named is None else _reference(named))


def configured(module: Module, reference: str) -> Home:
    """Return where the provider ``NAME`` or ``NAME.ALIAS`` works, seen from a module."""
    name, _, alias = reference.partition(".")
    for block in module.directory.providers:
        told = block.attributes.get("alias")
        its_alias = told.value if isinstance(told, syntax.Constant) else ""
        if block.labels == (name,) and its_alias == alias:
            return _told(module, block)
    if module.parent is not None:
        return configured(
            module.parent, handed(module.call_block).get(reference, name if alias else reference)
        )
    return default_home(module)


def handed(call: Block | None) -> dict[str, str]:
    """Return which provider of the caller each provider of a module is."""
    given = call.attributes.get("providers") if call is not None else None
    if not isinstance(given, syntax.Object):
        return {}
    return {_reference(key): _reference(value) for key, value in given.items}


def default_home(module: Module) -> Home:
    """Return where things live when code does not say."""
    settings = module.root.settings
    return Home(settings.home_account or UNKNOWN_ACCOUNT, settings.region or "us-east-1")


def _reference(node: syntax.Expression) -> str:
    return str(node.value) if isinstance(node, syntax.Constant) else node.text


def _told(module: Module, block: Block) -> Home:
    home, body = default_home(module), HclBody(block, module, module)
    region = body.get("region")
    accounts = body.get("allowed_account_ids")
    listed = [str(a) for a in accounts] if isinstance(accounts, list) else []
    account = listed[0] if len(listed) == 1 and _ACCOUNT.fullmatch(listed[0]) else ""
    for inner in body.blocks("assume_role"):
        role = inner.get("role_arn")
        found = _ROLE.match(role) if isinstance(role, str) else None
        account = account or (found[1] if found else "")
    region = region if isinstance(region, str) and region else home.region
    partition = {"cn": "aws-cn", "us-gov": "aws-us-gov"}.get(re.sub(r"-[a-z]+-\d$", "", region), "aws")
    return Home(account or home.account, region, partition)
