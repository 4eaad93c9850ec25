"""Plans and states as ``terraform show -json`` and ``tofu show -json`` write them.

Source: Terraform, "JSON Output Format" (https://developer.hashicorp.com/terraform/internals/json-format,
read 2026-11). A plan says more than source where it knows: variables, data sources, existing resources,
expansion. Of resources that do not exist yet it says less, since whatever mentions a new ARN is "known after
apply"; that is filled from the source beside it.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, Any, Final

import msgspec

from scanner.iac.terraform.configured import expressions_of
from scanner.iac.terraform.values import Open
from scanner.iac.tree import LARGEST_PLAN, Refused

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.iac.tree import Tree

_MARKS: Final = (b'"format_version"', b'"terraform_version"')
_ACCOUNT: Final = re.compile(r"arn:[\w-]+:[\w-]+:[\w-]*:(\d{12}):")


class Planned(msgspec.Struct):
    """One resource. `unknown` mirrors `values` with True where a value is known after apply only."""

    address: str
    type: str
    mode: str
    values: dict[str, Any]
    unknown: dict[str, Any] = {}
    provider: str = ""


class Plan:
    """A plan's resources by address, with its variables."""

    def __init__(self, path: str, raw: dict[str, Any]) -> None:
        self.path = path
        self.variables: dict[str, Any] = {
            name: entry["value"]
            for name, entry in _object(raw.get("variables")).items()
            if isinstance(entry, dict) and "value" in entry
        }
        self._raw = raw
        changes = {
            change["address"]: _object(change.get("change"))
            for change in _list(raw.get("resource_changes"))
            if isinstance(change.get("address"), str)
        }
        self._by_address: dict[str, Planned] = {}
        prior = _object(_object(raw.get("prior_state")).get("values")).get("root_module")
        for found in _resources(prior):
            if found.mode == "data":
                self._by_address[found.address] = found
        planned = _object(raw.get("planned_values") or raw.get("values"))
        for found in _resources(planned.get("root_module")):
            found.unknown = _object(changes.get(found.address, {}).get("after_unknown"))
            self._by_address[found.address] = found

        for address, change in changes.items():
            if address.rpartition(".data.")[0] or address.startswith("data."):
                self._add_read(address, change)

    @property
    def lacks(self) -> str:
        """Why resources of the code may not be in the plan; empty when they all are."""
        if self._raw.get("errored") is True:
            return "planning ended with an error; the plan is read as far as it goes"
        if self._raw.get("deferred_changes") or self._raw.get("complete") is False:
            return "the plan is for a part of the resources, others are targeted or deferred"
        return ""

    def _add_read(self, address: str, change: dict[str, Any]) -> None:
        """Keep a data source that is read while applying, with what is known of it."""
        type_ = address.rpartition("data.")[2].partition(".")[0]
        values, unknown = _object(change.get("after")), _object(change.get("after_unknown"))
        self._by_address.setdefault(address, Planned(address, type_, "data", values, unknown))

    def expressions(self, address: str) -> dict[str, Any]:
        """Return what the plan's configuration says of a resource's attributes."""
        return expressions_of(_object(self._raw.get("configuration")), address)

    def get(self, address: str) -> Planned | None:
        """Return what a plan says of a resource or data source."""
        return self._by_address.get(address)

    def resources(self) -> list[Planned]:
        """Return the resources that will be there, in order of their addresses."""
        return [found for _, found in sorted(self._by_address.items()) if found.mode == "managed"]

    def of(self, type_: str) -> list[Planned]:
        """Return the resources and data sources of a type, in order of their addresses."""
        return [found for _, found in sorted(self._by_address.items()) if found.type == type_]

    @property
    def account(self) -> str:
        """The account that the plan was made in, as its data sources or existing resources tell; or empty."""
        for found in self._by_address.values():
            if found.type == "aws_caller_identity" and isinstance(found.values.get("account_id"), str):
                return str(found.values["account_id"])
        for found in self._by_address.values():
            arn = _ACCOUNT.match(str(found.values.get("arn", ""))) if found.mode == "managed" else None
            if arn is not None and not found.unknown.get("arn"):
                return arn[1]
        listed = self._provider("allowed_account_ids")
        return str(listed[0]) if isinstance(listed, list) and len(listed) == 1 else ""

    @property
    def region(self) -> str:
        """The region of the default provider, where it is constant; or empty."""
        value = self._provider("region")
        return value if isinstance(value, str) else ""

    def _provider(self, name: str) -> Any:  # noqa: ANN401 - JSON
        """Return a constant of the default provider's configuration, None when it is none."""
        return self.configured("aws", name)

    def configured(self, provider: str, name: str) -> Any:  # noqa: ANN401 - JSON
        """Return a constant of a provider's configuration, None when it is none."""
        config = _object(_object(self._raw.get("configuration")).get("provider_config"))
        expressions = _object(_object(config.get(provider)).get("expressions"))
        return _object(expressions.get(name)).get("constant_value")


def plans(tree: Tree) -> Iterator[Plan | tuple[str, str]]:
    """Yield the plans and states of a tree, known by content; (path, why) for one that is not read."""
    for path in tree.with_ending(".json"):
        if tree.only not in ("", path) or path.endswith((".tf.json", ".tfvars.json", "package-lock.json")):
            continue
        try:
            content = _plain(tree.read(path, LARGEST_PLAN))
        except Refused as problem:
            if "plan" in path or tree.only:
                yield path, str(problem)
            continue
        if not all(mark in content for mark in _MARKS):
            continue
        try:
            raw = msgspec.json.decode(content)
        except (msgspec.MsgspecError, RecursionError) as error:
            yield path, str(error)
            continue
        if isinstance(raw, dict) and ("planned_values" in raw or "values" in raw):
            yield Plan(path, raw)


def _plain(content: bytes) -> bytes:
    """Return a file's bytes as UTF-8; PowerShell writes what a program prints as UTF-16."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace").encode()
    return content.removeprefix(codecs.BOM_UTF8)


def merged(value: Any, unknown: Any, expression: str) -> Any:  # noqa: ANN401 - JSON
    """Return a value of a plan with what is known after apply only left open."""
    if unknown is True:
        return Open(f"{expression} (known after apply)")
    if isinstance(unknown, dict) and isinstance(value, dict | None):
        names = {*(value or {}), *unknown}
        return {n: merged((value or {}).get(n), unknown.get(n), f"{expression}.{n}") for n in sorted(names)}
    if isinstance(unknown, list) and isinstance(value, list | None):
        values = list(value or ())
        values += [None] * (len(unknown) - len(values))
        marks = [*unknown, *[False] * (len(values) - len(unknown))]
        return [
            merged(v, u, f"{expression}[{i}]") for i, (v, u) in enumerate(zip(values, marks, strict=True))
        ]
    return value


def _resources(module: Any) -> Iterator[Planned]:  # noqa: ANN401 - JSON
    pending = [module]
    while pending:
        found = _object(pending.pop())
        pending += _list(found.get("child_modules"))
        for resource in _list(found.get("resources")):
            address, type_ = resource.get("address"), resource.get("type")
            if isinstance(address, str) and isinstance(type_, str):
                mode = str(resource.get("mode", "managed"))
                provider = str(resource.get("provider_name", ""))
                yield Planned(address, type_, mode, _object(resource.get("values")), {}, provider)


def _object(value: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - JSON
    return [inner for inner in value if isinstance(inner, dict)] if isinstance(value, list) else []
