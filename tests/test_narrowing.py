"""Least privilege: what a vendor should have instead, proven on the worlds, each beside its near twin."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from scanner import config
from scanner.config import Agreed, Config
from scanner.errors import ConfigError
from scanner.narrowing import LeastPrivilege, least_privilege
from tests.worlds import FIXTURES, read_world

if TYPE_CHECKING:
    from scanner.model import Gain
    from scanner.snapshot import Snapshot

THREE = FIXTURES / "multi" / "vendor-in-three-clouds"
BUCKET = "arn:aws:s3:::ourlab-weights/*"
ROLES = "aws:100000000001::iam:GetAccountAuthorizationDetails.RoleDetailList"
READER = f"{ROLES}/arn:aws:iam::100000000001:role/reader"
CHECKPOINTS = "//storage.googleapis.com/ourlab-checkpoints"
POLICY = f"gcp:ourlab-models::cloudasset:ListAssets.IAM_POLICY/{CHECKPOINTS}"
PROJECT = (
    "gcp:ourlab-models::cloudasset:ListAssets.IAM_POLICY/"
    "//cloudresourcemanager.googleapis.com/projects/100000000001"
)
CI = "serviceAccount:ci@labelworks.iam.gserviceaccount.com"
AZURE = "azure:10000000-0000-0000-0000-000000000001::resourcegraph:authorizationresources"
LAB = "/subscriptions/10000000-0000-0000-0000-000000000001"
ASSIGNED = next(id_ for id_ in read_world(THREE)[0].documents if id_.startswith(AZURE))


def world(name: str, twin: str = "", **documents: object) -> tuple[Snapshot, Config]:
    """Return a world or twin with documents changed, and its configuration."""
    directory = FIXTURES / name
    found = next(w for w in read_world(directory) if w.name == (f"{name}:{twin}" if twin else name))
    found.documents.update(documents)
    return found.snapshot(), config.load(directory / "sidedoor.yaml")


def agreeing(settings: Config, assets: tuple[str, ...], *gains: Gain) -> Config:
    """Return a register that agrees to assets with its first vendor."""
    vendor = msgspec.structs.replace(settings.vendors[0], allowed=(Agreed(gains, assets),))
    return msgspec.structs.replace(settings, vendors=(vendor, *settings.vendors[1:]))


def piece(found: LeastPrivilege, beginning: str) -> Any:  # noqa: ANN401 - a document
    return next(p.body for p in found.pieces if p.title.startswith(beginning))


def removed(found: LeastPrivilege) -> list[str]:
    return [str(edit.removal) for edit in found.removals]


def test_a_role_of_its_own_is_narrowed_where_it_is() -> None:
    found = least_privilege(*world("aws/agreed-access", "writes-too"), "labelworks")
    assert piece(found, "permissions of role arn:aws:iam::100000000001:role/reader;")["Statement"] == [
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": BUCKET}
    ]
    trust = piece(found, "trust policy")["Statement"][0]
    assert trust["Condition"]["StringEquals"] == {"sts:ExternalId": "labelworks-44ab"}
    vendor = "arn:aws:iam::200000000001:root"
    assert (found.keeps, found.loses) == (((vendor, "read", BUCKET),), ((vendor, "write", BUCKET),))
    assert (found.open, found.unexpressed, found.removals, found.notes) == ((), (), (), ())


def test_nothing_is_taken_away_where_nothing_is_too_much() -> None:
    found = least_privilege(*world("aws/agreed-access"), "labelworks")
    assert (len(found.keeps), found.loses, found.open) == (1, (), ())


def test_a_role_that_others_use_is_left_to_them() -> None:
    found = least_privilege(*world("aws/labelling-vendor"), "labelworks")
    name = "arn:aws:iam::100000000001:role/sidedoor-labelworks (new)"
    assert piece(found, f"permissions of role {name}")["Statement"] == [
        {
            "Effect": "Allow",
            "Action": "sagemaker:InvokeEndpoint",
            "Resource": "arn:aws:sagemaker:us-east-1:100000000001:endpoint/sandbox-atlas-3",
        }
    ]
    ingest = "arn:aws:iam::100000000002:role/ingest#/AssumeRolePolicyDocument/Statement/0"
    assert [r.partition("RoleDetailList/")[2] for r in removed(found)] == [ingest]
    assert (len(found.keeps), len(found.loses), found.open) == (1, 3, ())
    assert any("no external id" in note for note in found.notes)


def test_encrypted_weights_keep_their_key() -> None:
    snapshot, settings = world("aws/labelling-vendor")
    weights = "arn:aws:s3:::ourlab-frontier-weights/*"
    found = least_privilege(snapshot, agreeing(settings, (weights,), "read"), "labelworks")
    statements = piece(found, "permissions of role")["Statement"]
    assert [s["Action"] for s in statements] == ["s3:GetObject", "kms:Decrypt"]
    assert statements[1]["Condition"] == {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}
    assert [key[2] for key in found.keeps] == [weights]
    assert found.unexpressed == ()


def test_an_agreement_that_is_over_keeps_nothing() -> None:
    found = least_privilege(*world("aws/labelling-vendor"), "rankworks")
    assert (found.keeps, found.pieces, found.open) == ((), (), ())
    assert len(found.loses) == 1
    assert removed(found)


def test_another_principal_in_the_trust_stays() -> None:
    snapshot, settings = world("aws/agreed-access")
    found = least_privilege(*shared(snapshot, settings), "labelworks")
    assert removed(found) == [f"{READER}#/AssumeRolePolicyDocument/Statement/0/Principal/AWS/0"]
    assert piece(found, "trust policy of role arn:aws:iam::100000000001:role/sidedoor-labelworks (new)")
    assert len(found.keeps) == 1


def shared(snapshot: Snapshot, settings: Config) -> tuple[Snapshot, Config]:
    body = json.loads(json.dumps(snapshot.cited(READER, "")[0]))  # type: ignore[index]  # it is there
    body["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["AWS"] = [
        "arn:aws:iam::200000000001:root",
        "arn:aws:iam::100000000001:root",
    ]
    changed, _ = world("aws/agreed-access", **{READER: body})
    return changed, settings


def bound(role: str, *members: str) -> dict[str, Any]:
    return {
        "name": "//cloudresourcemanager.googleapis.com/projects/100000000001",
        "assetType": "cloudresourcemanager.googleapis.com/Project",
        "iamPolicy": {"bindings": [{"role": role, "members": list(members)}]},
        "ancestors": ["projects/100000000001", "folders/800000000001", "organizations/900000000001"],
    }


GOOGLE: dict[str, tuple[dict[str, Any], list[str]]] = {
    "on the bucket": ({}, [f"{POLICY}#/iamPolicy/bindings/0"]),
    "on the project": (
        {PROJECT: bound("roles/storage.admin", CI), POLICY: None},
        [f"{PROJECT}#/iamPolicy/bindings/0"],
    ),
    "on the project, with others": (
        {PROJECT: bound("roles/storage.admin", "user:ann@ourlab.example", CI), POLICY: None},
        [f"{PROJECT}#/iamPolicy/bindings/0/members/1"],
    ),
}


@pytest.mark.parametrize(("documents", "gone"), GOOGLE.values(), ids=GOOGLE)
def test_a_binding_of_its_own_on_the_bucket(documents: dict[str, Any], gone: list[str]) -> None:
    snapshot, settings = world("multi/vendor-in-three-clouds", **documents)
    found = least_privilege(snapshot, agreeing(settings, (f"{CHECKPOINTS}/*",), "read"), "labelworks")
    role = piece(found, "custom role")
    assert role["includedPermissions"] == ["storage.objects.get"]
    binding = {"role": role["name"], "members": [CI]}
    assert piece(found, f"binding in the allow policy of {CHECKPOINTS}") == binding
    assert [r for r in removed(found) if r.startswith("gcp:")] == gone
    assert [key[0] for key in found.keeps] == [CI]
    assert found.open == ()


AZURES = {
    "on the container": f"{LAB}/resourceGroups/ml/providers/Microsoft.Storage/storageAccounts/ourlabml"
    "/blobServices/default/containers/weights",
    "on the subscription": LAB,
}


@pytest.mark.parametrize("scope", AZURES.values(), ids=AZURES)
def test_an_assignment_of_its_own_at_the_container(scope: str) -> None:
    snapshot, settings = world("multi/vendor-in-three-clouds")
    body = json.loads(json.dumps(snapshot.cited(ASSIGNED, "")[0]))  # type: ignore[index]  # it is there
    body["properties"]["scope"] = scope
    snapshot, _ = world("multi/vendor-in-three-clouds", **{ASSIGNED: body})
    weights = "/subscriptions/*/containers/weights"
    found = least_privilege(snapshot, agreeing(settings, (weights,), "read"), "labelworks")
    role = piece(found, "custom role definition")["properties"]
    assert role["permissions"][0]["dataActions"] == [
        "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"
    ]
    assert role["permissions"][0]["actions"] == []
    assert piece(found, "role assignment at")["properties"]["scope"].endswith("/containers/weights")
    assert f"{ASSIGNED}#" in removed(found)
    assert [key[0] for key in found.keeps] == ["guest:ada@labelworks.example"]
    assert found.open == ()


def test_what_has_no_narrower_form_is_said_and_kept() -> None:
    found = least_privilege(*world("azure/lighthouse-agreed"), "labelworks")
    assert found.keeps == tuple(told.access for told in found.unexpressed) != ()
    assert "role assignment" in found.unexpressed[0].reason


def test_a_vendor_that_the_register_lacks() -> None:
    with pytest.raises(
        ConfigError, match=r"no vendor `labelwork` in the register; did you mean `labelworks`"
    ):
        least_privilege(*world("aws/agreed-access"), "labelwork")


def test_as_of_the_day_of_collection() -> None:
    snapshot, settings = world("aws/agreed-access")
    vendor = msgspec.structs.replace(settings.vendors[0], expires=dt.date(2026, 11, 19))
    over = msgspec.structs.replace(settings, vendors=(vendor,))
    assert least_privilege(snapshot, over, "labelworks").keeps == ()


BUCKET_POLICY = "aws:100000000001::s3:GetBucketPolicy/ourlab-weights"
VENDOR = "arn:aws:iam::200000000001:root"
SHARED: dict[str, tuple[Any, list[str], bool]] = {
    "of its own": ([{"AWS": VENDOR}], ["/Policy/Statement/0"], False),
    "the only one": ({"AWS": VENDOR}, ["/Policy/Statement/0"], False),
    "with others": (
        [{"AWS": ["arn:aws:iam::100000000001:root", VENDOR]}],
        ["/Policy/Statement/0/Principal/AWS/1"],
        False,
    ),
    "by its account": ([{"AWS": "200000000001"}], ["/Policy/Statement/0"], False),
    "beside a service": (
        [{"AWS": VENDOR, "Service": "sagemaker.amazonaws.com"}],
        ["/Policy/Statement/0"],
        True,
    ),
}


@pytest.mark.parametrize(("principals", "gone", "noted"), SHARED.values(), ids=SHARED)
def test_a_bucket_policy_gets_a_statement_of_its_own(
    principals: object, gone: list[str], *, noted: bool
) -> None:
    def statement(principal: object) -> dict[str, Any]:
        return {
            "Effect": "Allow",
            "Principal": principal,
            "Action": "s3:*",
            "Resource": [BUCKET, BUCKET[:-2]],
        }

    made = list(map(statement, principals)) if isinstance(principals, list) else statement(principals)
    body: object = {"Policy": {"Version": "2012-10-17", "Statement": made}}
    found = least_privilege(*world("aws/weights-reads-unrecorded", "", **{BUCKET_POLICY: body}), "labelworks")
    new = {"Effect": "Allow", "Principal": {"AWS": VENDOR}, "Action": "s3:GetObject", "Resource": BUCKET}
    assert [p.body for p in found.pieces] in ([new], [[new]])
    assert removed(found) == [f"{BUCKET_POLICY}#{pointer}" for pointer in gone]
    assert (found.keeps, found.open, found.unexpressed) == (((VENDOR, "read", BUCKET),), (), ())
    assert {key[1] for key in found.loses} == {"write"}
    assert bool(found.notes) is noted


def test_an_assignment_that_must_stand_on_the_account_does() -> None:
    """Keys are the account's: a role at the container would list none."""
    snapshot, settings = world("azure/guest-lists-keys")
    found = least_privilege(
        snapshot, agreeing(settings, ("/subscriptions/*",), "read", "write"), "labelworks"
    )
    scopes = {
        p.body["properties"]["scope"].lower().split("/")[-2] for p in found.pieces if "assignment" in p.title
    }
    assert scopes == {"storageaccounts"}
    assert found.unexpressed == ()
    role = piece(found, "custom role definition")["properties"]["permissions"][0]
    assert role["actions"] == ["Microsoft.Storage/storageAccounts/listKeys/action"]


def test_one_statement_that_gives_two_gains_is_replaced_by_two() -> None:
    both = {
        "Effect": "Allow",
        "Principal": {"AWS": VENDOR},
        "Action": "s3:*",
        "Resource": [BUCKET, BUCKET[:-2]],
    }
    body: object = {"Policy": {"Version": "2012-10-17", "Statement": [both]}}
    snapshot, settings = world("aws/weights-reads-unrecorded", "", **{BUCKET_POLICY: body})
    found = least_privilege(snapshot, agreeing(settings, (BUCKET,), "read", "write"), "labelworks")
    assert [p.body["Action"] for p in found.pieces] == ["s3:GetObject", "s3:PutObject"]
    assert {key[1] for key in found.keeps} == {"read", "write"}
    assert (found.open, found.unexpressed) == ((), ())


def test_one_binding_that_gives_two_gains_is_one_role() -> None:
    snapshot, settings = world(
        "multi/vendor-in-three-clouds", "", **{PROJECT: bound("roles/storage.objectAdmin", CI), POLICY: None}
    )
    agreed = agreeing(settings, (f"{CHECKPOINTS}/*",), "read", "write")
    found = least_privilege(snapshot, agreed, "labelworks")
    permissions = piece(found, "custom role")["includedPermissions"]
    assert {"storage.objects.get", "storage.objects.create"} <= set(permissions)
    assert len(permissions) <= 3
    assert ({key[1] for key in found.keeps}, found.unexpressed) == ({"read", "write"}, ())


def test_who_calls_a_deployment_is_told_by_its_account() -> None:
    """A role at one deployment opens nothing; of the operations that call it, the usual one is kept."""
    snapshot, settings = world("azure/openai-keys")
    deployment = (
        f"{LAB}/resourcegroups/ml/providers/microsoft.cognitiveservices/accounts/labai/deployments/tuned"
    )
    found = least_privilege(snapshot, agreeing(settings, (deployment,), "invoke"), "labelworks")
    role = piece(found, "custom role")["properties"]["permissions"][0]
    assert [a.rpartition("accounts/")[2] for a in role["dataActions"]] == [
        "OpenAI/deployments/chat/completions/action"
    ]
    assert piece(found, "role assignment")["properties"]["scope"] == deployment.partition("/deployments/")[0]
    assert "embeddings" in found.notes[0]


def test_a_setting_is_not_removed_for_what_stays_open() -> None:
    """Whoever has the account's key writes too: no other setting of the account is taken out for it."""
    snapshot, settings = world("azure/guest-lists-keys")
    found = least_privilege(snapshot, agreeing(settings, ("*",), "read"), "labelworks")
    assert [key[1] for key in found.open] == ["write"]
    assert [gone.partition("#")[2] for gone in removed(found)] == [""]


def test_a_member_of_a_group_leaves_it() -> None:
    """What the group reads is the party's own afterwards: a role that nothing hangs on is no proposal."""
    snapshot, settings = world("gcp/groups")
    found = least_privilege(snapshot, agreeing(settings, ("*",), "read"), "labelworks")
    assert piece(found, "custom role")["includedPermissions"] == ["storage.objects.get"]
    assert ["ListMemberships" in gone for gone in removed(found)] == [True]
    assert found.unexpressed == ()


def test_one_role_at_one_place_is_enough_for_several_assets() -> None:
    snapshot, settings = world("gcp/registries-and-disks")
    found = least_privilege(snapshot, agreeing(settings, ("*",), "read"), "labelworks")
    roles = [p.body["includedPermissions"] for p in found.pieces if p.title.startswith("custom role")]
    assert [len(permissions) for permissions in roles] == [3]
    assert len(found.keeps) == 3


def test_each_role_has_what_its_own_asset_takes() -> None:
    snapshot, settings = world("azure/models-of-a-workspace")
    found = least_privilege(snapshot, agreeing(settings, ("*",), "read"), "labelworks")
    roles = [p.body["properties"] for p in found.pieces if p.title.startswith("custom role")]
    assert sorted(role["permissions"][0]["actions"] for role in roles) == [
        ["Microsoft.MachineLearningServices/registries/assets/read"],
        ["Microsoft.MachineLearningServices/workspaces/models/versions/read"],
    ]


def test_what_another_statement_gives_too_is_said() -> None:
    """The same role is bound on the project too, where no proposal replaces it."""
    bindings: dict[str, Any] = {PROJECT: bound("roles/storage.objectViewer", CI)}
    snapshot, settings = world("multi/vendor-in-three-clouds", **bindings)
    found = least_privilege(snapshot, agreeing(settings, (f"{CHECKPOINTS}/*",), "read"), "labelworks")
    assert not [p for p in found.pieces if p.title.startswith(("custom role", "binding"))]
    assert ["another statement" in told.reason for told in found.unexpressed] == [True]
    assert [key[0] for key in found.keeps] == [CI]


def test_a_role_of_a_permission_set_is_nobodys_to_write() -> None:
    snapshot, settings = world("aws/single-sign-on")
    found = least_privilege(snapshot, agreeing(settings, ("*",), "read"), "labelworks")
    assert (found.pieces, found.removals) == ((), ())
    assert ["permission set" in told.reason for told in found.unexpressed] == [True]
