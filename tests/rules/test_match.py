"""Each selector key, on a sketch that it fits and a near twin that it does not."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import msgspec
import pytest

from scanner.model import Asset, Evidence, Hop, Path, Source
from scanner.rules import info, load_rules, match, message, remediation
from scanner.rules.schema import (
    AssetSelector,
    AssetTraits,
    Example,
    Fixes,
    HopSelector,
    HopTraits,
    PrincipalSelector,
    Rule,
    SourceSelector,
    SourceTraits,
)
from scanner.rules.sketch import AS_OF, read_sketch

if TYPE_CHECKING:
    from scanner.rules.schema import Position

BASE = Rule(
    id="a-rule",
    title="A rule",
    severity="high",
    summary="Summary.",
    rationale="Because.",
    remediation="Do it.",
    message="{from} | {to} | {hops} | {first} | {gains} | {vendor} | {tier} | {guards}",
    examples=(Example(name="x", fires=True, facts=()),),
    path="weights/a-rule.yaml",
)
TO = "-assume-> role -read-> w [model-weights]"
GITHUB = "issuer=https://token.actions.githubusercontent.com"

CASES: dict[str, tuple[dict[str, object], str, str]] = {
    "trust": ({"from_": SourceSelector(trust="vendor")}, f"a [vendor] {TO}", f"a [partner] {TO}"),
    "one of two trusts": (
        {"from_": SourceSelector(trust=("vendor", "partner"))},
        f"a [partner] {TO}",
        f"a [unknown-external] {TO}",
    ),
    "a vendor's name, as a glob": (
        {"from_": SourceSelector(vendor="label*")},
        f"a [vendor vendor=labelworks] {TO}",
        f"a [vendor vendor=evalhouse] {TO}",
    ),
    "a vendor that is not known": (
        {"from_": SourceSelector(vendor="*")},
        f"a [vendor vendor=x] {TO}",
        f"a [vendor] {TO}",
    ),
    "registered": (
        {"from_": SourceSelector(registered=True)},
        f"a [vendor registered] {TO}",
        f"a [vendor] {TO}",
    ),
    "not registered": (
        {"from_": SourceSelector(registered=False)},
        f"a [vendor] {TO}",
        f"a [vendor registered] {TO}",
    ),
    "a source's id": ({"from_": SourceSelector(id="a*")}, f"abc [vendor] {TO}", f"bcd [vendor] {TO}"),
    "a source's kind": (
        {"from_": SourceSelector(kind_of="saml")},
        f"a [federated kind=saml] {TO}",
        f"a [federated] {TO}",
    ),
    "an issuer": (
        {"from_": SourceSelector(issuer="*githubusercontent*")},
        f"a [federated {GITHUB} subject=x] {TO}",
        f"a [federated issuer=https://gitlab.com subject=x] {TO}",
    ),
    "a subject that is covered": (
        {"from_": SourceSelector(subject="repo:acme/*")},
        f"a [federated {GITHUB} subject=repo:acme/app:*] {TO}",
        f"a [federated {GITHUB} subject=repo:*] {TO}",
    ),
    "a subject's scope": (
        {"from_": SourceSelector(subject_scope="pinned")},
        f"a [federated {GITHUB} subject=repo:acme/app:*] {TO}",
        f"a [vendor] {TO}",
    ),
    "a source negated": (
        {"from_": SourceSelector(trust="vendor", not_=SourceTraits(vendor="acme"))},
        f"a [vendor vendor=other] {TO}",
        f"a [vendor vendor=acme] {TO}",
    ),
    "none of two negations": (
        {"from_": SourceSelector(not_=(SourceTraits(trust="public"), SourceTraits(registered=True)))},
        f"a [vendor] {TO}",
        f"a [vendor registered] {TO}",
    ),
    "a hop's type, as a glob": (
        {"through": HopSelector(type="assume-*")},
        "a [federated] -assume-saml-> r -read-> w [model-weights]",
        f"a [federated] {TO}",
    ),
    "a guard": (
        {"through": HopSelector(guards="mfa")},
        "a [vendor] -assume{mfa}-> r -read-> w [model-weights]",
        "a [vendor] -assume{source-ip}-> r -read-> w [model-weights]",
    ),
    "a guard and its holder are one": (
        {"through": HopSelector(guards="source-ip", held_by="ours")},
        "a [vendor] -assume{source-ip:ours}-> r -read-> w [model-weights]",
        "a [vendor] -assume{source-ip:vendor,mfa:ours}-> r -read-> w [model-weights]",
    ),
    "a holder alone": (
        {"through": HopSelector(held_by="issuer")},
        "a [vendor] -assume{subject}-> r -read-> w [model-weights]",
        "a [vendor] -assume{mfa}-> r -read-> w [model-weights]",
    ),
    "a hop without a guard": (
        {"through": HopSelector(type="assume", not_=HopTraits(guards="*"))},
        f"a [vendor] {TO}",
        "a [vendor] -assume{mfa}-> r -read-> w [model-weights]",
    ),
    "a hop that yields": (
        {"avoid": HopSelector(gains="write")},
        f"a [vendor] {TO}",
        "a [vendor] -assume-> r -read(read,write)-> w [model-weights]",
    ),
    "a hop's certainty": (
        {"avoid": HopSelector(certainty="possible")},
        f"a [vendor] {TO}",
        "a [vendor] -assume?-> r -read-> w [model-weights]",
    ),
    "at the first hop": (
        {"through": HopSelector(guards="mfa", at="first")},
        "a [vendor] -assume{mfa}-> r -read-> w [model-weights]",
        "a [vendor] -assume-> r -read{mfa}-> w [model-weights]",
    ),
    "at the last hop": (
        {"through": HopSelector(guards="mfa", at="last")},
        "a [vendor] -assume-> r -read{mfa}-> w [model-weights]",
        "a [vendor] -assume{mfa}-> r -read-> w [model-weights]",
    ),
    "all of two steps": (
        {"through": (HopSelector(type="assume"), HopSelector(type="pass-role"))},
        "a [vendor] -assume-> r -pass-role-> s -read-> w [model-weights]",
        f"a [vendor] {TO}",
    ),
    "a principal's kind": (
        {"through": PrincipalSelector(kind_of="user")},
        "a [vendor] -assume-> u [kind=user] -read-> w [model-weights]",
        f"a [vendor kind=user] {TO}",
    ),
    "unused for exactly so long": (
        {"through": PrincipalSelector(unused_days=90)},
        "a [vendor] -assume-> r [unused=90] -read-> w [model-weights]",
        "a [vendor] -assume-> r [unused=89] -read-> w [model-weights]",
    ),
    "never used": (
        {"through": PrincipalSelector(unused_days=90)},
        "a [vendor] -assume-> r [unused=never] -read-> w [model-weights]",
        f"a [vendor] {TO}",
    ),
    "an asset's class": (
        {"to": AssetSelector(class_="model-weights")},
        f"a [vendor] {TO}",
        "a [vendor] -read-> w [training-output]",
    ),
    "an asset's tier": (
        {"to": AssetSelector(tier="frontier-*")},
        f"a [vendor] {TO}",
        "a [vendor] -read-> w [model-weights internal]",
    ),
    "at least a rank": (
        {"to": AssetSelector(min_rank=2)},
        "a [vendor] -read-> w [model-weights internal]",
        "a [vendor] -read-> w [model-weights public]",
    ),
    "a gain that leaves no record": (
        {"to": AssetSelector(unrecorded="read")},
        "a [vendor] -read-> w [model-weights unrecorded=read,write]",
        "a [vendor] -read-> w [model-weights unrecorded=write]",
    ),
    "an asset negated": (
        {"to": AssetSelector(not_=AssetTraits(class_="model-weights", tier="public"))},
        "a [vendor] -read-> w [training-output public]",
        "a [vendor] -read-> w [model-weights public]",
    ),
    "gains": (
        {"gains": "write"},
        "a [vendor] -write-> w [model-weights]",
        "a [vendor] -read-> w [model-weights]",
    ),
    "hops": (
        {"max_hops": 2},
        f"a [vendor] {TO}",
        "a [vendor] -assume-> r -assume-> s -read-> w [model-weights]",
    ),
    "certainty": (
        {"certainty": "proven"},
        f"a [vendor] {TO}",
        "a [vendor] -assume?-> r -read-> w [model-weights]",
    ),
    "one lock": (
        {"certainty": "blocked"},
        "a [vendor] -assume-> r -read!-> w [model-weights]",
        "a [vendor] -assume-> r -read!-> w [model-weights]; a -read-> w",
    ),
    "agreed access is no finding": ({}, f"a [vendor none] {TO}", f"a [vendor agreed] {TO}"),
    "an agreement": ({"agreement": "expired"}, f"a [vendor expired] {TO}", f"a [vendor none] {TO}"),
}


@pytest.mark.parametrize(("change", "fits", "twin"), CASES.values(), ids=CASES)
def test_selectors(change: dict[str, object], fits: str, twin: str) -> None:
    rule = msgspec.structs.replace(BASE, **change)
    outcomes = []
    for text in (fits, twin):
        sketch = read_sketch(text.split("; "))
        outcomes.append(bool(match(rule, sketch.graph, as_of=AS_OF, agreement=sketch.agreement)))
    assert outcomes == [True, False]


def test_any_agreement_will_do() -> None:
    rule = msgspec.structs.replace(BASE, agreement="any")
    sketch = read_sketch([f"a [vendor agreed] {TO}"])
    assert match(rule, sketch.graph, as_of=AS_OF, agreement=sketch.agreement)


def test_without_a_register_nothing_is_agreed() -> None:
    sketch = read_sketch([f"a [vendor agreed] {TO}"])
    assert match(BASE, sketch.graph, as_of=AS_OF)


def test_the_next_way_is_tried_when_the_shortest_is_agreed() -> None:
    sketch = read_sketch([f"a [vendor] {TO}", "role -assume-> admin -read-> w"])
    (path,) = match(
        BASE, sketch.graph, as_of=AS_OF, agreement=lambda p: "agreed" if len(p.hops) == 2 else "none"
    )
    assert [hop.target for hop in path.hops] == ["role", "admin", "w"]
    assert path.alternatives == 1


def test_ages_are_counted_to_the_day_given() -> None:
    rule = msgspec.structs.replace(BASE, through=PrincipalSelector(unused_days=90))
    sketch = read_sketch(["a [vendor] -assume-> r [unused=30] -read-> w [model-weights]"])
    assert not match(rule, sketch.graph, as_of=AS_OF)
    assert match(rule, sketch.graph, as_of=AS_OF + dt.timedelta(days=60))


def test_message() -> None:
    sketch = read_sketch(["a [vendor vendor=acme] -assume{external-id,mfa}-> role -read-> w [model-weights]"])
    (path,) = match(BASE, sketch.graph, as_of=AS_OF)
    assert message(BASE, path) == (
        "a | w | 2 | role | read | acme | frontier-unreleased | "
        "external-id present (held by the caller), mfa present (held by us)"
    )


def test_message_of_a_direct_way_by_nobody_known() -> None:
    sketch = read_sketch(["a [unknown-external] -read-> w [model-weights internal]"])
    (path,) = match(BASE, sketch.graph, as_of=AS_OF)
    assert (
        message(BASE, path)
        == "a | w | 1 | w | read | an outside party that is not registered | internal | none"
    )


def test_what_a_report_is_told() -> None:
    told = info(BASE)
    assert (told.id, told.severity, told.file) == ("a-rule", "high", "weights/a-rule.yaml")
    assert told.help == "Summary.\n\n**Why.** Because.\n\n**Fix.** Do it.\n"


FIXES = Fixes(aws="in AWS's words", gcp="in Google's words")
FIX_CASES: dict[str, tuple[str, tuple[str, ...], str]] = {
    "the last hop's cloud": ("last", ("aws:1::iam:X/a", "gcp:p::cloudasset:X/b"), "in Google's words"),
    "the first hop's cloud": ("first", ("aws:1::iam:X/a", "gcp:p::cloudasset:X/b"), "in AWS's words"),
    "a cloud without words of its own": ("last", ("aws:1::iam:X/a", "azure:s::arm:X/b"), "in general"),
    "a document of no cloud": ("last", ("aws:1::iam:X/a", "Fixes:x"), "in general"),
}


@pytest.mark.parametrize(("at", "documents", "expected"), FIX_CASES.values(), ids=FIX_CASES)
def test_the_fix_is_in_the_words_of_the_cloud_it_goes_to(
    at: Position,
    documents: tuple[str, ...],
    expected: str,
) -> None:
    rule = msgspec.structs.replace(load_rules()[0], remediation="in general", fixes=FIXES, fix_at=at)
    hops = tuple(Hop(f"n{i}", f"n{i - 1}", "read", evidence=(Evidence(d),)) for i, d in enumerate(documents))
    asset = Asset("n1", "model-weights", "internal", 2, provider="aws")
    path = Path(Source("n-1", "vendor"), asset, hops)
    assert remediation(rule, path) == expected


def test_without_evidence_the_assets_cloud_says_how() -> None:
    rule = msgspec.structs.replace(load_rules()[0], remediation="in general", fixes=FIXES)
    path = Path(
        Source("a", "vendor"), Asset("b", "model-weights", "x", 1, provider="gcp"), (Hop("b", "a", "read"),)
    )
    assert remediation(rule, path) == "in Google's words"
