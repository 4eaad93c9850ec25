"""Cloud Storage: what the inventory leaves out of who may read objects, and what these are called.

No object is ever read.

| document | key | body |
|---|---|---|
| ``ListBucketAccessControls`` | bucket | ``items``; asked only while ACLs are in force |
| ``ListDefaultObjectAccessControls`` | bucket | the same |
| ``ListManagedFolders.items`` | ``BUCKET/FOLDER/`` | ``name``, ``bucket`` |
| ``GetManagedFolderIamPolicy`` | ``BUCKET/FOLDER/`` | ``bindings`` |
| ``ListObjects`` | bucket | a sample, see `sampled` |
| ``ListHmacKeys.items`` | access id | ``serviceAccountEmail``, ``state``; no secret |
| the list operations alone | bucket or project | the list was read to its end |

Source: Cloud Storage JSON API reference (https://cloud.google.com/storage/docs/json_api/v1, read 2026-11-22).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from scanner.providers.gcp.collect.bodies import section, texts
from scanner.providers.gcp.collect.found import PROJECT
from scanner.providers.gcp.collect.table import Kept, Question, Row, Service

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.gcp.collect.found import Found
    from scanner.providers.gcp.collect.table import Body

_BUCKET: Final = "storage.googleapis.com/Bucket"
_SAMPLE: Final = 1_000
_KEPT: Final = 50
_WEIGHTS: Final = re.compile(
    r"\.(safetensors|gguf|ggml|pt|pth|ckpt|bin|onnx|engine|plan|npz|h5|keras|tflite|nemo|distcp|orbax)$"
    r"|(^|/)(model|adapter)\.tar(\.gz)?$|\.index\.json$|(^|/)(config|generation_config|adapter_config)\.json$"
    r"|(^|/)tokenizer\.(json|model)$|(^|/)models--[^/]+--|(^|/)saved_model\.pb$",
    re.IGNORECASE | re.ASCII,
)


def _buckets(found: Found) -> Iterator[tuple[str, str, bool]]:
    """Yield scope and name of every bucket, and whether IAM alone decides."""
    for name, asset, data in found.data_of(_BUCKET):
        uniform = section(data, "iamConfiguration", "uniformBucketLevelAccess") or section(
            data, "iamConfiguration", "bucketPolicyOnly"
        )
        bucket = name.removeprefix("//storage.googleapis.com/")
        yield found.scope_of(asset), bucket, uniform.get("enabled") is True


def _with_acls(found: Found) -> Iterator[Question]:
    for scope, bucket, uniform in _buckets(found):
        if not uniform:
            yield Question(scope=scope, key=bucket, params={"bucket": bucket})


def _uniform(found: Found) -> Iterator[Question]:
    """Managed folders are to be had only where IAM alone decides ("Managed folders", "Requirements")."""
    for scope, bucket, uniform in _buckets(found):
        if uniform:
            yield Question(scope=scope, key=bucket, params={"bucket": bucket})


def _listed(found: Found) -> Iterator[Question]:
    for scope, bucket, uniform in _buckets(found):
        fields = "name,size" if uniform else "name,size,acl"
        query = {"maxResults": str(_SAMPLE), "fields": f"nextPageToken,items({fields})"}
        query |= {} if uniform else {"projection": "full"}
        yield Question(scope=scope, key=bucket, params={"bucket": bucket}, query=query)


def sampled(page: Body) -> Body:
    """Return, of the first 1,000 objects, up to 50 names that look like parts of a model, and foreign ACLs.

    ``objectCount`` counts the objects seen, ``isTruncated`` says whether there are more. An object whose ACL
    names others than its owner and the project's teams is kept whatever it is called, up to 50 of them.
    """
    items = [section(item) for item in section(page).get("items") or ()]
    named = [i for i in items if _WEIGHTS.search(str(i.get("name")))]
    shared = [i for i in items if any(map(_is_foreign, i.get("acl") or ()))]
    kept = {str(i.get("name")): i for i in (*named[:_KEPT], *shared[:_KEPT])}
    return {
        "items": [kept[name] for name in sorted(kept)],
        "objectCount": len(items),
        "isTruncated": "nextPageToken" in page,
    }


def _unseen(question: Question, sample: Body) -> str:
    """Say that objects beyond the first have ACLs too; names alone only tell what a bucket is for."""
    more = "projection" in question.query and sample["isTruncated"]
    return f"ACLs of the objects after the first {_SAMPLE} were not asked for" if more else ""


def _is_foreign(entry: Any) -> bool:  # noqa: ANN401 - an entry of an answer
    entity = str(section(entry).get("entity"))
    return not entity.startswith("project-") and section(entry).get("role") != "OWNER"


def _keep_folder(found: Found, question: Question, folder: Body) -> Iterator[Kept]:
    del found
    name = str(section(folder).get("name"))
    yield Kept(question.scope, "ListManagedFolders.items", f"{question.key}/{name}", folder)


def _folders(found: Found) -> Iterator[Question]:
    scopes = {bucket: scope for scope, bucket, _ in _buckets(found)}
    for key, folder in sorted(found.documents["ListManagedFolders.items"].items()):
        bucket, _, name = key.partition("/")
        params = {"bucket": bucket, "folder": section(folder).get("name", name)}
        query = {"optionsRequestedPolicyVersion": "3"}
        yield Question(scope=scopes.get(bucket, found.parent), key=key, params=params, query=query)


def _projects(found: Found) -> Iterator[Question]:
    for _, asset, data in found.data_of(PROJECT):
        own = next(iter(texts(asset.get("ancestors"))), "")
        if data.get("lifecycleState", data.get("state", "ACTIVE")) == "ACTIVE":
            scope = found.scope(own)
            yield Question(scope=scope, key=own, params={"project": scope}, query={"maxResults": "250"})


def _keep_key(found: Found, question: Question, key: Body) -> Iterator[Kept]:
    del found
    yield Kept(question.scope, "ListHmacKeys.items", str(section(key).get("accessId")), key)


TABLE: Final = Service(
    name="storage",
    host="storage.googleapis.com",
    rows=(
        Row(
            operation="ListBucketAccessControls",
            each=_with_acls,
            path="/storage/v1/b/{bucket}/acl",
            effect="understated",
            permissions=("storage.buckets.get", "storage.buckets.getIamPolicy"),
        ),
        Row(
            operation="ListDefaultObjectAccessControls",
            each=_with_acls,
            path="/storage/v1/b/{bucket}/defaultObjectAcl",
            effect="understated",
            permissions=("storage.buckets.get", "storage.buckets.getIamPolicy"),
        ),
        Row(
            operation="ListObjects",
            each=_listed,
            path="/storage/v1/b/{bucket}/o",
            condense=sampled,
            lacking=_unseen,
            effect="understated",
            permissions=("storage.objects.getIamPolicy", "storage.objects.list"),
        ),
        Row(
            operation="ListManagedFolders",
            each=_uniform,
            path="/storage/v1/b/{bucket}/managedFolders",
            items="items",
            keep=_keep_folder,
            effect="understated",
            permissions=("storage.managedFolders.list",),
        ),
        Row(
            operation="GetManagedFolderIamPolicy",
            each=_folders,
            path="/storage/v1/b/{bucket}/managedFolders/{folder}/iam",
            effect="understated",
            permissions=("storage.managedFolders.getIamPolicy",),
        ),
        Row(
            operation="ListHmacKeys",
            each=_projects,
            path="/storage/v1/projects/{project}/hmacKeys",
            items="items",
            keep=_keep_key,
            effect="understated",
            permissions=("storage.hmacKeys.list",),
        ),
    ),
)
