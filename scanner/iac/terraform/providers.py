"""In which account and region a provider works: what its configuration says, and what a module is handed."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING, Final

from scanner.iac.aws import UNKNOWN_ACCOUNT, Home
from scanner.iac.terraform import syntax
from scanner.iac.terraform.bodies import HclBody
from scanner.iac.terraform.evaluation import Inner, evaluate
from scanner.iac.terraform.values import Open

if TYPE_CHECKING:
    from scanner.iac.terraform.modules import Module
    from scanner.iac.terraform.syntax import Block
    from scanner.iac.terraform.values import Value

_ACCOUNT: Final = re.compile(r"\d{12}")
_KEY: Final = re.compile(r'"([^"]*)"\]')
_ROLE: Final = re.compile(r"arn:[\w-]+:iam::(\d{12}):")


def home_of(module: Module, block: Block) -> Home:
    """Return where the resource of a block will live."""
    named = block.attributes.get("provider")
    default = block.labels[0].partition("_")[0]
    return configured(module, default if named is None else reference_of(named))


def configured(module: Module, reference: str) -> Home:
    """Return where the provider ``NAME`` or ``NAME.ALIAS`` works, seen from a module."""
    body = body_of(module, reference)
    return default_home(module) if body is None else _told(module, body)


def body_of(module: Module, reference: str) -> HclBody | None:
    """Return the configuration of the provider ``NAME`` or ``NAME.ALIAS``, seen from a module.

    Of a provider with ``for_each`` (``NAME.ALIAS["key"]``) it is the one of the key.
    """
    name, _, alias = reference.partition(".")
    alias, _, key = alias.partition("[")
    block = module.directory.providers.get((name, alias))
    if block is not None:
        told = _KEY.fullmatch(key)
        each: dict[str, Value] = {"key": Open("each.key"), "value": Open("each.value")}
        over = evaluate(block.attributes["for_each"], module) if "for_each" in block.attributes else None
        if told is not None and isinstance(over, dict | list) and told[1] in over:
            each = {"key": told[1], "value": over[told[1]] if isinstance(over, dict) else told[1]}
        return HclBody(block, Inner(module, {"each": each}), module)
    if module.parent is None:
        return None
    return body_of(module.parent, handed(module.call_block).get(reference, name if alias else reference))


def handed(call: Block | None) -> dict[str, str]:
    """Return which provider of the caller each provider of a module is."""
    given = call.attributes.get("providers") if call is not None else None
    if not isinstance(given, syntax.Object):
        return {}
    return {reference_of(key): reference_of(value) for key, value in given.items}


def default_home(module: Module) -> Home:
    """Return where things live when code does not say."""
    settings = module.root.settings
    return Home(settings.home_account or UNKNOWN_ACCOUNT, settings.region or "us-east-1")


def reference_of(node: syntax.Expression) -> str:
    """Return what an expression of ``NAME`` or ``NAME.ALIAS`` names."""
    return str(node.value) if isinstance(node, syntax.Constant) else node.text


def _told(module: Module, body: HclBody) -> Home:
    home = default_home(module)
    region = body.get("region")
    accounts = body.get("allowed_account_ids")
    listed = [str(a) for a in accounts] if isinstance(accounts, list) else []
    account = listed[0] if len(listed) == 1 and _ACCOUNT.fullmatch(listed[0]) else ""
    for inner in (*body.blocks("assume_role"), *body.blocks("assume_role_with_web_identity")):
        role = inner.get("role_arn")
        known = role.parts[0] if isinstance(role, Open) and role.parts else role
        found = _ROLE.match(known) if isinstance(known, str) else None
        account = account or (found[1] if found else _made_up(role) if isinstance(role, Open) else "")
    region = region if isinstance(region, str) and region else home.region
    partition = {"cn": "aws-cn", "us-gov": "aws-us-gov"}.get(re.sub(r"-[a-z]+-\d$", "", region), "aws")
    return Home(account or home.account, region, partition)


def _made_up(role: Open) -> str:
    """Return what stands for the account of a role that cannot be told: another one than that of the code.

    It begins with zeros, as `UNKNOWN_ACCOUNT` does; no account of AWS's does so with so many.
    """
    return f"0000{zlib.crc32(role.expression.encode()) % 10**8:08d}"
