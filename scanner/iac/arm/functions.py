"""Functions of ARM templates over values; an argument that is open leaves the answer open."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING, Any, Final

from scanner.iac.arm.places import made_up, made_up_guid, resource_id, stand_in
from scanner.snapshot import Unresolved

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.arm.places import Home

_LONGEST: Final = 200_000
_HOLE: Final = re.compile(r"\{(\d+)(?::[^}]*)?\}")
_ENVIRONMENT: Final = {
    "suffixes": {"storage": "core.windows.net", "keyvaultDns": ".vault.azure.net"},
    "authentication": {"loginEndpoint": "https://login.microsoftonline.com/"},
}


def call(name: str, values: list[Any], home: Home, shown: str) -> Any:  # noqa: ANN401 - any JSON
    """Return what a function answers; `Unresolved` for one that is not known or whose arguments are open."""
    made = _TEXTS.get(name)
    if made is not None:
        return _text(made, values, shown)
    if name.endswith("resourceid"):
        values = [stand_in(value) if isinstance(value, Unresolved) else value for value in values]
    if any(isinstance(value, Unresolved) for value in values):
        return Unresolved(shown)
    placed = _PLACED.get(name)
    function = _PLAIN.get(name)
    try:
        if placed is not None:
            return placed(values, home)
        return function(values) if function is not None else Unresolved(shown)
    except (TypeError, ValueError, IndexError, KeyError, AttributeError, ZeroDivisionError, OverflowError):
        return Unresolved(shown)


def member(of: Any, key: Any, shown: str) -> Any:  # noqa: ANN401 - any JSON
    """Return a member of an object, whose names ARM compares without regard to case, or an item of a list."""
    if isinstance(of, dict) and isinstance(key, str):
        found = next((value for name, value in of.items() if name.lower() == key.lower()), Unresolved(shown))
        return Unresolved.read(found) or found
    if isinstance(of, list) and isinstance(key, int) and 0 <= key < len(of):
        return of[key]
    return Unresolved(shown)


def _text(make: Callable[[list[str]], str], values: list[Any], shown: str) -> Any:  # noqa: ANN401 - any JSON
    """Return a text made of texts; open ones leave a glob of what it can be."""
    if values and all(isinstance(value, list) for value in values):  # `concat` joins lists too
        total = sum(map(len, values))
        return Unresolved(shown) if total > _LONGEST else [item for value in values for item in value]
    if any(isinstance(value, dict | list) for value in values):
        return Unresolved(shown)
    known = [value.like if isinstance(value, Unresolved) else _word(value) for value in values]
    try:
        text = make(known)
    except (IndexError, ValueError):
        return Unresolved(shown)
    if len(text) > _LONGEST:
        return Unresolved(shown)
    return Unresolved(shown, text) if any(isinstance(v, Unresolved) for v in values) else text


def _word(value: Any) -> str:  # noqa: ANN401 - any JSON
    if isinstance(value, bool):
        return "True" if value else "False"
    if isinstance(value, list | dict):
        raise TypeError
    return "" if value is None else str(value)


def _format(values: list[str]) -> str:
    return _HOLE.sub(lambda found: values[1 + int(found[1])], values[0])


def _union(values: list[Any]) -> Any:  # noqa: ANN401 - any JSON
    if all(isinstance(value, list) for value in values):
        found: list[Any] = []
        for value in values:
            found += [item for item in value if item not in found]
        return found
    merged: dict[str, Any] = {}
    for value in values:
        merged |= value
    return merged


def _intersection(values: list[Any]) -> Any:  # noqa: ANN401 - any JSON
    first, *others = values
    if isinstance(first, dict):
        return {k: v for k, v in first.items() if all(k in other and other[k] == v for other in others)}
    return [item for item in first if all(item in other for other in others)]


def _flat(values: list[Any]) -> list[Any]:
    return [item for inner in values[0] for item in (inner if isinstance(inner, list) else [inner])]


def _items(values: list[Any]) -> list[dict[str, Any]]:
    return [{"key": key, "value": values[0][key]} for key in sorted(values[0])]


def _uri(values: list[Any]) -> str:
    return f"{str(values[0]).rpartition('/')[0] if '/' in str(values[0]) else values[0]}/{values[1]}"


def _tried(values: list[Any]) -> Any:  # noqa: ANN401 - any JSON
    """Return a member by its path, null where there is none."""
    found = values[0]
    for key in values[1:]:
        if isinstance(found, dict):
            found = next((v for k, v in found.items() if k.lower() == str(key).lower()), None)
        else:
            found = (
                found[key] if isinstance(found, list) and isinstance(key, int) and key < len(found) else None
            )
    return Unresolved.read(found) or found


def _id(values: list[Any], scope: Callable[[list[str]], str]) -> str:
    """Return an id: what stands before the type is a subscription, a group, both, or nothing."""
    words = [str(value) for value in values]
    index = next((i for i, w in enumerate(words) if "/" in w and not w.startswith("/")), len(words))
    return resource_id(scope(words[:index]), words[index], words[index + 1 :])


def _group_scope(home: Home) -> Callable[[list[str]], str]:
    def scope(before: list[str]) -> str:
        subscription = before[0] if len(before) == 2 else home.subscription
        group = before[-1] if before else home.group
        return f"/subscriptions/{subscription}" + (f"/resourceGroups/{group}" if group else "")

    return scope


_TEXTS: Final[dict[str, Callable[[list[str]], str]]] = {
    "concat": "".join,
    "format": _format,
    "tolower": lambda v: v[0].lower(),
    "toupper": lambda v: v[0].upper(),
    "trim": lambda v: v[0].strip(),
    "replace": lambda v: v[0].replace(v[1], v[2]),
    "string": lambda v: v[0],
}
_PLAIN: Final[dict[str, Callable[[list[Any]], Any]]] = {
    "add": lambda v: v[0] + v[1],
    "array": lambda v: v[0] if isinstance(v[0], list) else [v[0]],
    "base64": lambda v: base64.b64encode(str(v[0]).encode()).decode(),
    "base64tostring": lambda v: base64.b64decode(str(v[0]), validate=True).decode(),
    "flatten": _flat,
    "indexof": lambda v: v[0].index(v[1]) if v[1] in v[0] else -1,
    "intersection": _intersection,
    "items": _items,
    "max": lambda v: max(v[0] if isinstance(v[0], list) else v),
    "min": lambda v: min(v[0] if isinstance(v[0], list) else v),
    "objectkeys": lambda v: sorted(v[0]),
    "padleft": lambda v: str(v[0]).rjust(min(int(v[1]), 100), str(v[2]) if len(v) > 2 else " "),
    "shallowmerge": lambda v: {key: value for part in v[0] for key, value in part.items()},
    "tryget": _tried,
    "uri": _uri,
    "bool": lambda v: str(v[0]).lower() in {"true", "1"},
    "coalesce": lambda v: next((value for value in v if value is not None), None),
    "contains": lambda v: (
        str(v[1]).lower() in {str(k).lower() for k in v[0]} if isinstance(v[0], dict) else v[1] in v[0]
    ),
    "createarray": list,
    "createobject": lambda v: dict(zip(v[::2], v[1::2], strict=True)),
    "empty": lambda v: v[0] in (None, "", [], {}),
    "endswith": lambda v: v[0].lower().endswith(v[1].lower()),
    "equalsignorecase": lambda v: str(v[0]).lower() == str(v[1]).lower(),
    "div": lambda v: v[0] // v[1],
    "equals": lambda v: v[0] == v[1],
    "false": lambda _: False,
    "first": lambda v: v[0][0],
    "greater": lambda v: v[0] > v[1],
    "greaterorequals": lambda v: v[0] >= v[1],
    "int": lambda v: int(v[0]),
    "join": lambda v: str(v[1]).join(map(_word, v[0])),
    "json": lambda v: json.loads(v[0]),
    "last": lambda v: v[0][-1],
    "length": lambda v: len(v[0]),
    "less": lambda v: v[0] < v[1],
    "lessorequals": lambda v: v[0] <= v[1],
    "mod": lambda v: v[0] % v[1],
    "mul": lambda v: v[0] * v[1] if isinstance(v[0], int) and isinstance(v[1], int) else None,
    "not": lambda v: not v[0] if isinstance(v[0], bool) else Unresolved("not(…)"),
    "null": lambda _: None,
    "range": lambda v: list(range(v[0], v[0] + min(v[1], 1000))),
    "skip": lambda v: v[0][v[1] :],
    "split": lambda v: v[0].split(v[1]) if isinstance(v[1], str) else Unresolved("split(…)"),
    "startswith": lambda v: v[0].lower().startswith(v[1].lower()),
    "sub": lambda v: v[0] - v[1],
    "substring": lambda v: v[0][v[1] : v[1] + v[2]] if len(v) > 2 else v[0][v[1] :],
    "take": lambda v: v[0][: v[1]],
    "true": lambda _: True,
    "union": _union,
    "uniquestring": lambda v: made_up(*map(str, v)),
    "guid": lambda v: made_up_guid(*map(str, v)),
    "extensionresourceid": lambda v: resource_id(str(v[0]), str(v[1]), [str(n) for n in v[2:]]),
    "tenantresourceid": lambda v: resource_id("", str(v[0]), [str(n) for n in v[1:]]),
    "managementgroupresourceid": lambda v: resource_id("", str(v[0]), [str(n) for n in v[1:]]),
    "environment": lambda _: _ENVIRONMENT,
}
_PLACED: Final[dict[str, Callable[[list[Any], Home], Any]]] = {
    "resourceid": lambda v, home: _id(v, _group_scope(home)),
    "subscriptionresourceid": lambda v, home: _id(
        v, lambda before: f"/subscriptions/{before[0] if before else home.subscription}"
    ),
    "resourcegroup": lambda v, home: {
        "id": _group_scope(home)([str(word) for word in v]),
        "name": str(v[-1]) if v else home.group,
        "location": home.location or Unresolved("resourceGroup().location").body,
    },
    "subscription": lambda _, home: {
        "id": f"/subscriptions/{home.subscription}",
        "subscriptionId": home.subscription,
        "tenantId": home.tenant or Unresolved("subscription().tenantId").body,
    },
    "deployment": lambda _, home: {
        "name": home.group,
        "location": home.location,
        "properties": {"templateLink": {"uri": Unresolved("deployment().properties.templateLink.uri").body}},
    },
    "tenant": lambda _, home: {"tenantId": home.tenant or Unresolved("tenant().tenantId").body},
}
