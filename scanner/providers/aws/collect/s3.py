"""Buckets: who may reach them, how they are encrypted, and what their objects are called.

No object is ever read.

All buckets of an account, whatever regions are asked for: models in one region may lie in a bucket of
another. The region of these documents is empty; the bucket's own is in ``GetBucketLocation``.

| document | key | body |
|---|---|---|
| ``ListBuckets.Buckets`` | bucket name | ``Name``, ``CreationDate`` |
| ``GetBucketLocation`` | bucket name | ``LocationConstraint``; None in it: us-east-1 |
| ``GetBucketPolicy`` | bucket name | ``Policy`` as JSON; no body: no policy |
| ``GetBucketPolicyStatus`` | bucket name | ``PolicyStatus.IsPublic``; no body: no policy |
| ``GetBucketAcl`` | bucket name | ``Owner``, ``Grants`` |
| ``GetBucketOwnershipControls`` | bucket name | ``OwnershipControls.Rules``; no body: never set |
| ``GetPublicAccessBlock`` | bucket name | ``PublicAccessBlockConfiguration``; no body: never set |
| ``GetBucketEncryption`` | bucket name | ``ServerSideEncryptionConfiguration.Rules``; no body: never set |
| ``GetBucketTagging`` | bucket name | ``TagSet``; no body: no tags |
| ``GetBucketReplication`` | bucket name | ``ReplicationConfiguration``; no body: none |
| ``GetBucketLogging`` | bucket name | ``LoggingEnabled``; without it: no server access logs |
| ``ListObjectsV2`` | bucket name | a sample, see `sample_names` |

Directory buckets lie in a region, and so do their documents: ``ListDirectoryBuckets.Buckets`` by name,
``GetBucketPolicy`` and ``GetBucketEncryption`` as above. Their objects are not listed.
"""

from __future__ import annotations

import heapq
import re
from typing import TYPE_CHECKING, Any, Final

from scanner.providers.aws.collect.table import Row, Service

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.aws.collect.table import Ask, Body, Found

_BUCKETS = ("ListBuckets.Buckets",)
_SAMPLE_CALLS = 12
_SAMPLE_NAMES = 50

_WEIGHTS = re.compile(
    r"\.(safetensors|gguf|ggml|pt|pth|ckpt|bin|onnx|engine|plan|npz|h5|keras|tflite|nemo|distcp)$"
    r"|(^|/)model\.tar\.gz$|\.index\.json$|(^|/)(config|generation_config|adapter_config|tokenizer)\.json$"
    r"|(^|/)tokenizer\.model$|(^|/)models--[^/]+--",
    re.IGNORECASE | re.ASCII,
)
_LIKELY = re.compile(r"model|weight|checkpoint|ckpt|artifact|train|output|release|export", re.IGNORECASE)


def bucket_region(found: Found, bucket: str) -> str | None:
    """Return a bucket's region, None when its location could not be read.

    Source: "GetBucketLocation", https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLocation.html
        (read
    2026-11): an empty constraint is us-east-1, ``EU`` is eu-west-1.
    """
    location = found.get("GetBucketLocation", bucket)
    if location is None:
        return None
    constraint = location.get("LocationConstraint") or "us-east-1"
    return "eu-west-1" if constraint == "EU" else str(constraint)


def sample_names(ask: Ask) -> Body:
    """Return names and sizes of up to 50 objects that look like parts of a model, after at most 12 listings.

    The first listing takes the bucket as it comes, which is all of a small one. Of a larger one it then looks
    into folders, one page each: likely names first, then those with few siblings, because a folder a day is a
    log. ``KeyCount`` counts the names seen, ``IsTruncated`` says whether there are more.
    """
    first = ask({"MaxKeys": 1000})
    seen = len(first.get("Contents") or ())
    matching = dict(_weights(first))
    whole = not first.get("IsTruncated")
    folders: list[tuple[bool, int, str]] = [] if whole else [(False, 0, "")]  # unlikely, siblings, prefix
    for _ in range(_SAMPLE_CALLS - 1):
        if not folders or len(matching) >= _SAMPLE_NAMES:
            break
        prefix = heapq.heappop(folders)[2]
        page = ask({"MaxKeys": 1000, "Delimiter": "/", "Prefix": prefix})
        seen += len(page.get("Contents") or ())
        matching.update(_weights(page))
        inner = [folder["Prefix"] for folder in page.get("CommonPrefixes") or ()]
        for name in inner:
            heapq.heappush(folders, (_LIKELY.search(name) is None, len(inner), name))
    kept = [{"Key": key, "Size": size} for key, size in sorted(matching.items())[:_SAMPLE_NAMES]]
    return {"Name": first.get("Name"), "KeyCount": seen, "IsTruncated": not whole, "Contents": kept}


def _weights(page: Body) -> Iterator[tuple[str, int]]:
    for entry in page.get("Contents") or ():
        if _WEIGHTS.search(entry["Key"]):
            yield entry["Key"], entry.get("Size", 0)


def _each_bucket(operation: str, **more: Any) -> Row:  # noqa: ANN401 - fields of `Row`
    return Row(operation=operation, each=_BUCKETS, params={"Bucket": "Name"}, **more)


TABLE: Final = Service(
    name="s3",
    scope="global",
    region_of=bucket_region,
    rows=(
        Row(operation="ListBuckets", lists={"Buckets": "Name"}, iam=("s3:ListAllMyBuckets",)),
        _each_bucket("GetBucketLocation", effect="understated"),
        _each_bucket("GetBucketPolicy", policies=("Policy",), none=("NoSuchBucketPolicy",)),
        _each_bucket("GetBucketPolicyStatus", none=("NoSuchBucketPolicy",)),
        _each_bucket("GetBucketAcl"),
        _each_bucket("GetBucketOwnershipControls", none=("OwnershipControlsNotFoundError",)),
        _each_bucket(
            "GetPublicAccessBlock",
            none=("NoSuchPublicAccessBlockConfiguration",),
            effect="overstated",
            iam=("s3:GetBucketPublicAccessBlock",),
        ),
        _each_bucket(
            "GetBucketEncryption",
            none=("ServerSideEncryptionConfigurationNotFoundError",),
            iam=("s3:GetEncryptionConfiguration",),
        ),
        _each_bucket("GetBucketTagging", none=("NoSuchTagSet",), effect="understated"),
        _each_bucket(
            "GetBucketReplication",
            none=("ReplicationConfigurationNotFoundError",),
            effect="understated",
            iam=("s3:GetReplicationConfiguration",),
        ),
        _each_bucket("GetBucketLogging", effect="understated"),
        _each_bucket("ListObjectsV2", sample=sample_names, effect="understated", iam=("s3:ListBucket",)),
    ),
)


def _each_directory(operation: str, **more: Any) -> Row:  # noqa: ANN401 - fields of `Row`
    return Row(
        operation=operation,
        each=("ListDirectoryBuckets.Buckets",),
        params={"Bucket": "Name"},
        # directory-bucket-naming-rules.html; an emulator may list every bucket
        when=lambda _, name: name.endswith("--x-s3"),
        **more,
    )


DIRECTORY_TABLE: Final = Service(
    name="s3",
    scope="regional",
    prefix="s3express",
    sdk_knows_regions=False,
    rows=(
        Row(
            operation="ListDirectoryBuckets",
            lists={"Buckets": "Name"},
            effect="understated",
            iam=("s3express:ListAllMyDirectoryBuckets",),
        ),
        _each_directory("GetBucketPolicy", policies=("Policy",), none=("NoSuchBucketPolicy",)),
        _each_directory(
            "GetBucketEncryption",
            none=("ServerSideEncryptionConfigurationNotFoundError",),
            iam=("s3express:GetEncryptionConfiguration",),
        ),
    ),
)
