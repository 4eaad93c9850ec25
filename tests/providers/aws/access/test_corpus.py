"""The engine answers every hand-written case, and every frozen failure of the fuzzer, as AWS documents it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.providers.aws.access.cases import FROZEN, Case, load
from tests.providers.aws.access.differences import open_difference
from tests.providers.aws.access.engine import answer, guards_of, in_context, replay
from tests.providers.aws.access.reference.answer import answer as reference
from tests.providers.aws.access.reference.answer import unread
from tests.providers.aws.access.reference.contexts import ALWAYS_PRESENT
from tests.providers.aws.access.reference.unresolved import is_left_open

CASES = [*load(), *load(FROZEN)]
READABLE = [
    case
    for case in CASES
    if not is_left_open(case.line) and not unread(case.line) and case.verdicts != {"Denied", "Unknown"}
]
BY_ID = {case.id: case for case in CASES}


def parameters(cases: list[Case]) -> list[Any]:
    """Return the cases as parameters; those that the engine is known to miss are expected to fail."""
    marks = {case.id: [pytest.mark.xfail(reason=case.pending)] for case in cases if case.pending}
    return [pytest.param(case, id=case.id, marks=marks.get(case.id, ())) for case in cases]


def wanted_guards(guards: list[dict[str, Any]]) -> set[tuple[str, str, tuple[str, ...]]]:
    return {(guard["key"].lower(), guard["op"], tuple(sorted(guard["values"]))) for guard in guards}


@pytest.mark.parametrize("case", parameters(CASES))
def test_the_engine_answers_as_documented(case: Case) -> None:
    found = answer(case.line)
    assert found["verdict"] in case.verdicts, f"{case.page}: {found}"
    assert found["id"] == case.line["id"]
    if "explicit" in case.expect:
        assert found["explicit"] == case.expect["explicit"], f"{case.page}: {found}"
    for name in case.expect.get("missing", ()):
        assert any(name in missing for missing in found["missing"]), found
    for wanted in case.expect.get("deciding", ()):
        assert any(wanted.items() <= decided.items() for decided in found["deciding"]), found


@pytest.mark.parametrize("case", parameters([case for case in CASES if "AllowedIf" in case.verdicts]))
def test_the_guards_are_those_that_hold_the_door(case: Case) -> None:
    found = answer(case.line)
    if found["verdict"] == "Unknown" and "Unknown" in case.verdicts:
        return
    if "guards" in case.expect:
        assert guards_of(found) == wanted_guards(case.expect["guards"])
    if "guards_any_of" in case.expect:
        assert guards_of(found) in [wanted_guards(guards) for guards in case.expect["guards_any_of"]]
    if case.same_guards_as:
        assert guards_of(found) == guards_of(answer(BY_ID[f"{case.family}: {case.same_guards_as}"].line))
    assert found["guards"]
    assert replay(case.line, found["witness"])["verdict"] == "Allowed"
    assert reference(in_context(case.line, found["witness"])).verdict == "Allowed"


@pytest.mark.parametrize("case", parameters(CASES))
def test_what_is_not_allowed_whatever_is_open_is_not_allowed_as_given(case: Case) -> None:
    """Strict mode is one of the contexts of open mode: Allowed and Denied must hold in it too.

    Unless it lacks a key that every request has.
    """
    if any(key in str(case.line).lower() for key in ALWAYS_PRESENT):
        return
    opened = answer({**case.line, "mode": "open"})["verdict"]
    strict = answer(
        {key: value for key, value in {**case.line, "mode": "strict"}.items() if key != "openKeys"}
    )
    if opened in {"Allowed", "Denied"} and strict["verdict"] != "Unknown":
        assert strict["verdict"] == opened


@pytest.mark.parametrize("case", parameters(READABLE))
def test_the_answer_with_everything_open_survives_every_context(case: Case) -> None:
    """No context contradicts it, the witness is allowed, and no guard is too weak or not needed."""
    assert not open_difference(case.line)
