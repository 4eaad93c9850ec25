"""What stands before a role that is given on request, and who holds it."""

from __future__ import annotations

import pytest

from scanner import config
from scanner.guards import Guard
from scanner.providers.gcp.estate import GcpEstate
from tests.worlds import FIXTURES, read_world

WORLD = FIXTURES / "gcp" / "access-by-request"
TWINS = {world.name.partition(":")[2] or "world": world for world in read_world(WORLD)}
NAME = "entitlement read-weights"
BEA, OURS = "user:bea@labelworks.example", "user:root@ourlab.example"

CASES = {
    "one of ours approves": ("world", [Guard(f"approval of {NAME}", "in", (OURS,), "ours")]),
    "nobody does": ("nobody-approves", [Guard(f"request of {NAME}", "present", (), "vendor")]),
    "the vendor does": ("approved-by-the-vendor", [Guard(f"approval of {NAME}", "in", (BEA,), "vendor")]),
    "both do": ("approved-by-both", [Guard(f"approval of {NAME}", "in", (BEA, OURS), "ours")]),
    "it is being deleted": ("being-deleted", []),
}


@pytest.mark.parametrize(("twin", "expected"), CASES.values(), ids=CASES)
def test_guards(twin: str, expected: list[Guard]) -> None:
    estate = GcpEstate(TWINS[twin].snapshot(), config.load(WORLD / "sidedoor.yaml"))
    bucket = estate.buckets["ourlab-weights"]
    answers = estate.who("storage.objects.get", bucket.objects_at(bucket.objects))
    assert [guard for answer in answers for way in answer.ways for guard in way] == expected
