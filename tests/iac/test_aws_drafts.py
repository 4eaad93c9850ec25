"""Documents made from code: where pieces go, which lines made them, what AWS has where code says nothing."""

from __future__ import annotations

from scanner.iac.aws import Drafts, Home, Piece, iam, kms, s3, write
from scanner.snapshot import Gap, Place, Snapshot, SnapshotWriter

HOME = Home("100000000001", "us-east-1")
EVERYONE = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}]}


def written(drafts: Drafts) -> Snapshot:
    writer = SnapshotWriter(target="iac", collected_at="2026-11-20T06:00:00Z", tool_version="test")
    write(drafts, writer)
    return writer.snapshot()


def test_a_statement_has_the_lines_that_make_it() -> None:
    drafts = Drafts()
    trust = Piece(
        {"Statement": [{"Effect": "Allow"}]},
        (Place("", "main.tf", (1, 9)), Place("/Statement/0", "trust.tf", (3, 5))),
    )
    arn = iam.role(drafts, HOME, "ingest", Piece.of({}, "main.tf", 1, 9), trust=trust)
    iam.inline_policy(drafts, arn, "p", Piece.of({"Statement": []}, "main.tf", 11, 12))
    document = drafts.at(HOME.id("iam", "GetAccountAuthorizationDetails.RoleDetailList", arn, regional=False))
    made = document.document()
    assert made.place("/AssumeRolePolicyDocument/Statement/0/Effect") == Place(
        "/AssumeRolePolicyDocument/Statement/0", "trust.tf", (3, 5)
    )
    assert made.place("/RolePolicyList/0/PolicyDocument") == Place(
        "/RolePolicyList/0/PolicyDocument", "main.tf", (11, 12)
    )
    assert made.place("/Path") == Place("", "main.tf", (1, 9))


def test_parts_may_come_before_their_role() -> None:
    drafts = Drafts()
    arn = "arn:aws:iam::100000000001:role/late"
    iam.attach(drafts, arn, Piece.of("arn:aws:iam::aws:policy/ReadOnlyAccess", "a.tf", 1, 2))
    iam.role(drafts, HOME, "late", Piece.of({"Tags": []}, "b.tf", 1, 2), trust=None)
    body = drafts.at(
        HOME.id("iam", "GetAccountAuthorizationDetails.RoleDetailList", arn, regional=False)
    ).body
    assert body["RoleName"] == "late"
    assert [p["PolicyName"] for p in body["AttachedManagedPolicies"]] == ["ReadOnlyAccess"]


def test_a_bucket_that_code_opens_to_everyone_leaves_its_block_unread() -> None:
    drafts = Drafts()
    s3.bucket(drafts, HOME, "open", Piece.of({}, "a.tf", 1, 2))
    s3.policy(drafts, HOME, "open", Piece.of(EVERYONE, "a.tf", 3, 4))
    s3.bucket(drafts, HOME, "plain", Piece.of({}, "a.tf", 5, 6))
    read = written(drafts)
    opened = read.get(HOME.id("s3", "GetPublicAccessBlock", "open", regional=False))
    plain = read.get(HOME.id("s3", "GetPublicAccessBlock", "plain", regional=False))
    assert isinstance(opened, Gap)
    assert opened.effect == "overstated"
    assert not isinstance(plain, Gap)
    assert plain.body["PublicAccessBlockConfiguration"]["RestrictPublicBuckets"] is True
    assert plain.places == ()


def test_a_key_without_a_policy_leaves_it_to_the_account() -> None:
    drafts = Drafts()
    arn = kms.key(drafts, HOME, "weights", Piece.of({}, "k.tf", 1, 2), None)
    found = written(drafts).get(HOME.id("kms", "GetKeyPolicy", arn))
    assert not isinstance(found, Gap)
    assert found.body["Policy"]["Statement"][0]["Principal"] == {"AWS": "arn:aws:iam::100000000001:root"}
