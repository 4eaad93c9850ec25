"""Which data events a trail or an event data store keeps, as exact sets of resource ARNs.

Sources: CloudTrail API Reference, "EventSelector" and "DataResource": values are beginnings of ARNs, and
``arn:aws:s3`` is every object of every bucket; CloudTrail User Guide, "Filtering data events by using
advanced event selectors", "How CloudTrail evaluates multiple conditions for a field": a field fits when one
of its selecting operators does, where there are any, and none of its deselecting ones; no wildcards.
(https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DataResource.html and
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/filtering-data-events.html, read 2026-11-22.)
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from scanner.stringset import ANY_STRING, StringSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scanner.stringset import Token

_PARTITION: Final = re.compile(r"^arn:aws[\w-]*:")
_OBJECT: Final = "AWS::S3::Object"
_KNOWN: Final = {"eventSource": "s3.amazonaws.com", "eventType": "AwsApiCall"}
"""Fields whose value is the same in all data events of objects."""


class Event(NamedTuple):
    """A call that may be kept: its name, the type of its resource, and whether it only reads."""

    name: str
    resource_type: str
    is_read: bool


class Selection(NamedTuple):
    """Data events of one resource type that are kept: of these names, on these ARNs.

    `narrowed`: by a further field, such as the caller, so that only some of them may be.
    """

    resource_type: str
    reads: bool
    writes: bool
    names: StringSet
    arns: StringSet
    narrowed: bool = False

    def has(self, event: Event) -> bool:
        """Tell whether it is about the event, on some resource."""
        wanted = self.reads if event.is_read else self.writes
        return wanted and self.resource_type == event.resource_type and event.name in self.names


def read_selections(body: dict[str, Any] | None) -> tuple[Selection, ...]:
    """Return what a ``GetEventSelectors`` or ``GetEventDataStore`` answer keeps of data events."""
    body = body or {}
    basic = (s for selector in body.get("EventSelectors") or () for s in _basic(selector))
    advanced = (s for selector in body.get("AdvancedEventSelectors") or () for s in _advanced(selector))
    return (*basic, *advanced)


def kept(selections: Iterable[Selection], event: Event, *, sure: bool) -> StringSet:
    """Return the ARNs on which the event is kept; without `sure`, those too on which it may be.

    Raises:
        TooManyStates: when the selectors are too many to tell.
    """
    found = StringSet.empty()
    for selection in selections:
        if selection.has(event) and not (sure and selection.narrowed):
            found |= selection.arns
    return found


def _basic(selector: dict[str, Any]) -> Iterator[Selection]:
    wanted = selector.get("ReadWriteType") or "All"
    for resource in selector.get("DataResources") or ():
        yield Selection(
            resource.get("Type", ""),
            reads=wanted in {"All", "ReadOnly"},
            writes=wanted in {"All", "WriteOnly"},
            names=StringSet.everything(),
            arns=_matching(resource.get("Values") or (), "StartsWith", arns=True),
        )


def _advanced(selector: dict[str, Any]) -> Iterator[Selection]:
    """Yield what one advanced selector keeps, nothing when that is no data events."""
    fields: dict[str, StringSet] = {}
    for condition in selector.get("FieldSelectors") or ():
        name = condition.get("Field", "")
        fields[name] = fields.get(name, StringSet.everything()) & _fitting(condition)
    everything = StringSet.everything()
    types = fields.pop("resources.type", StringSet.empty()).words or ()
    if "Data" not in fields.pop("eventCategory", everything):
        return
    read_only = fields.pop("readOnly", everything)
    names, arns = fields.pop("eventName", everything), fields.pop("resources.ARN", everything)
    for kind in types:
        known = _KNOWN if kind == _OBJECT else {}
        if all(value in fields.get(name, everything) for name, value in known.items()):
            narrowed = bool(fields.keys() - known.keys())
            yield Selection(kind, "true" in read_only, "false" in read_only, names, arns, narrowed)


def _fitting(condition: dict[str, Any]) -> StringSet:
    """Return the values of its field that one condition lets through."""
    arns = condition.get("Field") == "resources.ARN"
    selecting = [operator for operator in ("Equals", "StartsWith", "EndsWith") if condition.get(operator)]
    found = StringSet.empty() if selecting else StringSet.everything()
    for operator in selecting:
        found |= _matching(condition[operator], operator, arns=arns)
    for operator in ("Equals", "StartsWith", "EndsWith"):
        found -= _matching(condition.get(f"Not{operator}") or (), operator, arns=arns)
    return found


def _matching(values: Iterable[str], operator: str, *, arns: bool) -> StringSet:
    texts = [_PARTITION.sub("arn:aws:", text) if arns else text for text in values]
    patterns: list[list[Token]] = []
    for text in texts:
        match operator:
            case "StartsWith":
                patterns.append([text, ANY_STRING])
            case "EndsWith":
                patterns.append([ANY_STRING, text])
            case _:
                patterns.append([text])
    return StringSet.patterns(patterns) if patterns else StringSet.empty()
