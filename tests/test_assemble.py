"""What evidence quotes: the document itself, and the lines of code that made it."""

from __future__ import annotations

import json

import pytest

from scanner.assemble import LONGEST_EXCERPT, _quoted
from scanner.model import Evidence
from scanner.snapshot import Document, DocumentId, Place, Snapshot

ID = DocumentId("aws", "100000000001", "", "s3", "GetBucketPolicy", "b")
BODY = {"Policy": {"Statement": [{"Sid": "a"}, {"Sid": "x" * 5_000}]}}
SNAPSHOT = Snapshot([Document(ID, BODY, (Place("/Policy", "main.tf", (3, 9)),))])

CASES: dict[str, tuple[Evidence, Evidence]] = {
    "a statement, with its lines": (
        Evidence(str(ID), "/Policy/Statement/0", "what a provider thought"),
        Evidence(str(ID), "/Policy/Statement/0", '{"Sid": "a"}', "main.tf", (3, 9)),
    ),
    "what no code made": (
        Evidence(str(ID), ""),
        Evidence(str(ID), "", json.dumps(BODY)[: LONGEST_EXCERPT - 1] + "…"),
    ),
    "nothing there": (Evidence(str(ID), "/Acl", "kept"), Evidence(str(ID), "/Acl", "kept")),
    "a field that is absent": (
        Evidence(str(ID), "/Policy/Version", "kept"),
        Evidence(str(ID), "/Policy/Version", "kept", "main.tf", (3, 9)),
    ),
    "no document": (Evidence("sidedoor.yaml", "", "kept"), Evidence("sidedoor.yaml", "", "kept")),
}


@pytest.mark.parametrize(("given", "expected"), CASES.values(), ids=CASES)
def test_quoted(given: Evidence, expected: Evidence) -> None:
    assert _quoted(given, SNAPSHOT) == expected
