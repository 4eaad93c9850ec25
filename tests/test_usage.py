"""Ways in against events: used, not seen, or not shown by the logs that there are."""

from __future__ import annotations

import pytest

from scanner.model import Gain, Hop, Use
from scanner.usage import Event, Uses

ROLE = "arn:aws:iam::100000000001:role/ingest"
WEIGHTS = "arn:aws:s3:::weights/*"
VENDOR, LABELLER = "arn:aws:iam::200000000001:root", "arn:aws:iam::200000000001:role/labeller"
GITHUB = "https://token.actions.githubusercontent.com sub="
OURS = "100000000001"


def entering(source: str = VENDOR, type_: str = "assume", target: str = ROLE) -> Hop:
    return Hop(target, source, type_)


def reading(source: str = VENDOR, *gains: Gain) -> Hop:
    return Hop(WEIGHTS, source, "read", gains=gains or ("read",))


def assumed(day: str, *callers: str, maybe: tuple[str, ...] = (), target: str = ROLE) -> Event:
    return Event(day, OURS, "assume", target, callers, maybe, callers[0] if callers else "")


def read(day: str, *callers: str, key: str = "weights/a", how: str = "read") -> Event:
    return Event(day, OURS, how, f"arn:aws:s3:::{key}", callers, (), callers[0] if callers else "")


SESSION = "arn:aws:sts::200000000001:assumed-role/labeller/job-7"
CASES: dict[str, tuple[Hop, list[Event], Use | None]] = {
    "no log of that account": (entering(), [], None),
    "a log without it": (entering(), [assumed("2026-11-01", target="another")], Use(None, "", 1)),
    "days are counted with both ends": (
        entering(),
        [assumed("2026-11-01", target="another"), assumed("2026-11-30", target="another")],
        Use(None, "", 30),
    ),
    "used by the account": (entering(), [assumed("2026-11-01", VENDOR)], Use("2026-11-01", VENDOR, 1)),
    "the last use counts, in any order": (
        entering(),
        [assumed("2026-11-03", VENDOR), assumed("2026-11-01", VENDOR)],
        Use("2026-11-03", VENDOR, 3),
    ),
    "used by a session of the account": (
        entering(),
        [assumed("2026-11-01", SESSION, LABELLER, VENDOR)],
        Use("2026-11-01", SESSION, 1),
    ),
    "by the one role that is trusted": (
        entering(LABELLER),
        [assumed("2026-11-01", SESSION, LABELLER, VENDOR)],
        Use("2026-11-01", SESSION, 1),
    ),
    "by another role of the same account": (
        entering("arn:aws:iam::200000000001:role/other"),
        [assumed("2026-11-01", SESSION, LABELLER, VENDOR)],
        Use(None, "", 1),
    ),
    "by some role of the same account": (
        entering(LABELLER),
        [assumed("2026-11-01", VENDOR, maybe=("arn:aws:iam::200000000001:*",))],
        Use("2026-11-01", VENDOR, 1),
    ),
    "by another account": (
        entering(),
        [assumed("2026-11-01", "arn:aws:iam::300000000001:root")],
        Use(None, "", 1),
    ),
    "a subject of a pattern": (
        entering(f"{GITHUB}repo:x/*", "assume-web-identity"),
        [Event("2026-11-01", OURS, "assume-web-identity", ROLE, (f"{GITHUB}repo:x/y:ref:main",), (), "it")],
        Use("2026-11-01", "it", 1),
    ),
    "a subject outside of the pattern": (
        entering(f"{GITHUB}repo:x/*", "assume-web-identity"),
        [Event("2026-11-01", OURS, "assume-web-identity", ROLE, (f"{GITHUB}repo:z/y",), (), "it")],
        Use(None, "", 1),
    ),
    "a star in a subject is a letter": (
        entering(f"{GITHUB}repo:x/y", "assume-web-identity"),
        [Event("2026-11-01", OURS, "assume-web-identity", ROLE, (f"{GITHUB}repo:*",), (), "it")],
        Use(None, "", 1),
    ),
    "another way into the same role": (
        entering(type_="assume-saml"),
        [assumed("2026-11-01", VENDOR)],
        Use(None, "", 1),
    ),
    "read": (reading(), [read("2026-11-01", VENDOR)], Use("2026-11-01", VENDOR, 1)),
    "read by us, so reads are logged": (reading(), [read("2026-11-01")], Use(None, "", 1)),
    "written, so reads may not be logged": (reading(), [read("2026-11-01", VENDOR, how="write")], None),
    "a log of that account without data events": (reading(), [assumed("2026-11-01")], None),
    "another bucket": (reading(), [read("2026-11-01", VENDOR, key="other/a")], None),
    "a hop that no log shows": (Hop(ROLE, VENDOR, "pass-role"), [assumed("2026-11-01", VENDOR)], None),
    "anyone may be somebody": (reading("*"), [read("2026-11-01", VENDOR)], Use("2026-11-01", VENDOR, 1)),
    "somebody is not anyone": (reading(), [read("2026-11-01", "*")], Use(None, "", 1)),
}


@pytest.mark.parametrize(("hop", "events", "expected"), CASES.values(), ids=CASES)
def test_use(hop: Hop, events: list[Event], expected: Use | None) -> None:
    uses = Uses(lambda target: target.split(":")[4] or None)
    uses.ask([hop, hop])
    for event in events:
        uses.take(event)
    assert uses.of(hop) == expected


def test_a_way_that_was_not_asked_about() -> None:
    uses = Uses(lambda _: OURS)
    uses.take(assumed("2026-11-01", VENDOR))
    assert uses.of(entering()) is None
