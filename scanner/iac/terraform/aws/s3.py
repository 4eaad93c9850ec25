"""S3: buckets and each of the resources that guard or open one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from scanner.iac.aws import Piece, s3
from scanner.iac.terraform.values import Open, plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.terraform.aws.made import Made
    from scanner.iac.terraform.bodies import Body

_FLAGS: Final = {
    "block_public_acls": "BlockPublicAcls",
    "block_public_policy": "BlockPublicPolicy",
    "ignore_public_acls": "IgnorePublicAcls",
    "restrict_public_buckets": "RestrictPublicBuckets",
}


def _bucket(made: Made) -> None:
    """Read a bucket with the arguments that older providers had for what now are resources of their own."""
    s3.bucket(made.drafts, made.home, made.name, made.whole, tags=made.body.get("tags"))
    _policy_of(made, made.name)
    _acl_of(made, made.name)
    for block in made.body.blocks("server_side_encryption_configuration"):
        _encryption_of(made, made.name, block)
    for block in made.body.blocks("replication_configuration"):
        _replication_of(made, made.name, block)


def _named(made: Made) -> str | None:
    """Return the bucket that a resource is about; one that is not this code's is made known."""
    name = made.text("bucket")
    if name is None:
        return None
    name = name.removeprefix("arn:aws:s3:::")
    if not s3.is_declared(made.drafts, made.home, name):
        declare = s3.directory_bucket if s3.is_directory(name) else s3.bucket
        declare(made.drafts, made.home, name, made.whole)
        s3.unread_encryption(made.drafts, made.home, name)
    return name


def _directory_bucket(made: Made) -> None:
    s3.directory_bucket(made.drafts, made.home, made.name, made.whole)


def _on_bucket(read: Callable[[Made, str], None]) -> Callable[[Made], None]:
    def of(made: Made) -> None:
        name = _named(made)
        if name is not None:
            read(made, name)

    return of


def _policy_of(made: Made, name: str) -> None:
    document = made.policy("policy")
    if document is not None:
        s3.policy(made.drafts, made.home, name, document)


def _block_of(made: Made, name: str) -> None:
    flags = {field: made.flag(attribute) for attribute, field in _FLAGS.items()}
    body = {field: "untold" if value is None else value for field, value in flags.items()}
    s3.public_access_block(made.drafts, made.home, name, Piece(body, (made.place,)))


def _account_block(made: Made) -> None:
    _block_of(made, "")


def _ownership_of(made: Made, name: str) -> None:
    for block in made.body.blocks("rule"):
        setting = made.text("object_ownership", block)
        if setting is not None:
            s3.ownership(made.drafts, made.home, name, made.piece(setting))


def _acl_of(made: Made, name: str) -> None:
    word = made.text("acl")
    if word is not None and word != "private":
        s3.canned_acl(made.drafts, made.home, name, made.piece(word))
    grants = [grant for block in made.body.blocks("access_control_policy") for grant in block.blocks("grant")]
    listed = [_grant(made, grant, grant.blocks("grantee")) for grant in grants]
    listed += [_grant(made, grant, [grant]) for grant in made.body.blocks("grant")]
    entries = [entry for several in listed for entry in several]
    if entries:
        s3.acl(made.drafts, made.home, name, Piece(entries, (made.place,)))


def _grant(made: Made, grant: Body, grantees: list[Body]) -> list[dict[str, Any]]:
    words = made.texts("permissions", grant) or made.texts("permission", grant)
    found = []
    for body in grantees:
        names = {"type": "Type", "id": "ID", "uri": "URI"}
        found += [{"Grantee": made.fields(names, body), "Permission": word} for word in words]
    return found


def _encryption_of(made: Made, name: str, body: Body | None = None) -> None:
    for rule in (body or made.body).blocks("rule"):
        for default in rule.blocks("apply_server_side_encryption_by_default"):
            algorithm = default.get("sse_algorithm")
            key = default.get("kms_master_key_id")
            if isinstance(algorithm, Open) or isinstance(key, Open):
                made.untold("kms_master_key_id", key)
                s3.unread_encryption(made.drafts, made.home, name)
            else:
                s3.encryption(made.drafts, made.home, name, str(algorithm), made.piece(key, default))


def _replication_of(made: Made, name: str, body: Body | None = None) -> None:
    whole = body or made.body
    rules = []
    for block in (*whole.blocks("rule"), *whole.blocks("rules")):
        for destination in block.blocks("destination"):
            target = made.fields(
                {"bucket": "Bucket", "account": "Account", "account_id": "Account"}, destination
            )
            rule = {"Status": block.get("status") or "Enabled", "Destination": target}
            prefix = next((inner.get("prefix") for inner in block.blocks("filter")), block.get("prefix"))
            rules.append({**rule, **({"Filter": {"Prefix": prefix}} if isinstance(prefix, str) else {})})
    role = whole.get("role")
    if rules and isinstance(role, str):
        configuration = Piece({"Role": role, "Rules": plain(rules)}, (whole.place,))
        s3.replication(made.drafts, made.home, name, configuration)


def _object_of(made: Made, name: str) -> None:
    key = made.text("key")
    if key is not None:
        s3.object_(made.drafts, made.home, name, key, made.whole)


def _access_point(made: Made) -> None:
    bucket = _named(made)
    if bucket is not None and s3.is_directory(bucket):
        made.instance.say("access points of directory buckets are not followed")
    elif bucket is not None:
        s3.access_point(
            made.drafts,
            made.home,
            made.name,
            made.whole,
            bucket_name=bucket,
            document=made.policy("policy"),
        )


def _access_point_policy(made: Made) -> None:
    arn, document = made.text("access_point_arn"), made.policy("policy")
    if arn is None or document is None:
        return
    if not s3.access_point_policy(made.drafts, made.home, arn, document):
        made.instance.say(f"it is the policy of {arn}, which the code does not make")


def _multi_region(made: Made) -> None:
    for details in made.body.blocks("details"):
        blocks = details.blocks("public_access_block")
        flags = {
            f: all(made.flag(a, b, default=True) is not False for b in blocks) for a, f in _FLAGS.items()
        }
        whole = {
            "Alias": made.instance.attribute("alias"),
            "PublicAccessBlock": flags,
            "Regions": [{"Bucket": n} for b in details.blocks("region") if (n := made.text("bucket", b))],
        }
        name = made.text("name", details) or made.name
        s3.multi_region_point(made.drafts, made.home, name, made.piece(whole))


def _multi_region_policy(made: Made) -> None:
    for details in made.body.blocks("details"):
        name, document = made.text("name", details), made.policy("policy", details)
        if name is not None and document is not None:
            s3.multi_region_policy(made.drafts, made.home, _point_name(name), document)


def _point_name(name: str) -> str:
    """Return the name of a Multi-Region Access Point, also of its id, ``ACCOUNT:NAME``."""
    return name.rpartition(":")[2]


BUCKETS: Final[dict[str, Callable[[Made], None]]] = {
    "aws_s3_bucket": _bucket,
    "aws_s3_directory_bucket": _directory_bucket,
}
"""Read first: others refer to them by name."""

TYPES: Final[dict[str, Callable[[Made], None]]] = {
    "aws_s3_access_point": _access_point,
    "aws_s3_account_public_access_block": _account_block,
    "aws_s3_bucket_acl": _on_bucket(_acl_of),
    "aws_s3_bucket_object": _on_bucket(_object_of),
    "aws_s3_bucket_ownership_controls": _on_bucket(_ownership_of),
    "aws_s3_bucket_policy": _on_bucket(_policy_of),
    "aws_s3_bucket_public_access_block": _on_bucket(_block_of),
    "aws_s3_bucket_replication_configuration": _on_bucket(_replication_of),
    "aws_s3_bucket_server_side_encryption_configuration": _on_bucket(_encryption_of),
    "aws_s3_object": _on_bucket(_object_of),
    "aws_s3control_multi_region_access_point": _multi_region,
    "aws_s3control_multi_region_access_point_policy": _multi_region_policy,
}
LAST: Final[dict[str, Callable[[Made], None]]] = {
    "aws_s3control_access_point_policy": _access_point_policy,
}
