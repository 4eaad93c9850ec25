"""Access control lists of buckets and objects, which count beside IAM while uniform access is off.

A bucket's list lets write and say who else may; only an object's list lets read it. Objects get the bucket's
default list when they are made. Source: Cloud Storage documentation, "Access control lists"
(https://cloud.google.com/storage/docs/access-control/lists, read 2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from scanner.guards import Guard
from scanner.model import Evidence
from scanner.providers.gcp.access.question import Answer
from scanner.providers.gcp.members import ANY_ACCOUNT, ANYONE, DOMAIN, GROUP, SERVICE_ACCOUNT, USER
from scanner.providers.gcp.shape import section, sections, text
from scanner.snapshot import Document, DocumentId, Gap
from scanner.verdict import Allowed, AllowedIf, Unknown
from scanner.wildcards import matches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.gcp.buckets import Bucket
    from scanner.providers.gcp.hierarchy import Hierarchy
    from scanner.snapshot import Snapshot
    from scanner.verdict import Verdict

READ, WRITE, OWN = "READER", "WRITER", "OWNER"
_BUCKET, _DEFAULT = "ListBucketAccessControls", "ListDefaultObjectAccessControls"
_OBJECTS = "ListObjects"
_TEAMS = {"owners": "projectOwner:", "editors": "projectEditor:", "viewers": "projectViewer:"}
_EVERYONE = {"allUsers": ANYONE, "allAuthenticatedUsers": ANY_ACCOUNT}


class Acls:
    """Lists by bucket."""

    def __init__(self, snapshot: Snapshot, hierarchy: Hierarchy) -> None:
        self._snapshot = snapshot
        self._hierarchy = hierarchy

    def readers(self, bucket: Bucket, objects: str) -> Iterator[Answer]:
        """Yield who reads objects, a glob over ``resource.name``, by lists of objects and the default one."""
        if bucket.uniform:
            return
        unsure = Unknown((f"the access control lists of single objects of {bucket.name}",))
        for member, entry, proof in self._entries(bucket, _DEFAULT, "defaultObjectAcl"):
            if text(entry.get("role")) in {READ, OWN}:
                yield Answer(member, unsure, (proof,))
        found = self._found(bucket, _OBJECTS)
        for i, raw in sections(section(found.body).get("items")) if isinstance(found, Document) else ():
            name = f"projects/_/buckets/{bucket.name}/objects/{text(raw.get('name'))}"
            if not matches(objects, name):
                continue
            verdict: Verdict = AllowedIf(((Guard("resource.name", "in", (name,), "vendor"),),))
            for member, _, proof in self._listed(str(found.id), f"/items/{i}/acl", raw.get("acl")):
                yield Answer(member, verdict if objects != name else Allowed(), (proof,))

    def of_bucket(self, bucket: Bucket, *roles: str) -> Iterator[Answer]:
        """Yield who has one of some roles on the bucket itself."""
        if not bucket.uniform:
            for member, entry, proof in self._entries(bucket, _BUCKET, "acl"):
                if text(entry.get("role")) in roles:
                    yield Answer(member, Allowed(), (proof,))

    def members(self, bucket: Bucket) -> Iterator[str]:
        """Yield everyone whom a list of the bucket or of its objects names."""
        if bucket.uniform:
            return
        for field, key in ((_BUCKET, "acl"), (_DEFAULT, "defaultObjectAcl")):
            yield from (member for member, _, _ in self._entries(bucket, field, key))
        found = self._found(bucket, _OBJECTS)
        for _, raw in sections(section(found.body).get("items")) if isinstance(found, Document) else ():
            yield from (member for member, _, _ in self._listed("", "", raw.get("acl")))

    def gaps(self, bucket: Bucket) -> Iterator[Gap]:
        """Yield a gap for each list of the bucket that counts and was not read."""
        if bucket.uniform:
            return
        for field, key in ((_BUCKET, "acl"), (_DEFAULT, "defaultObjectAcl")):
            found = self._found(bucket, field)
            if isinstance(found, Gap) and found.reason == "not-collected" and key not in bucket.item.data:
                yield Gap(found.id, "not-collected", "who the list names is not known", "understated")
        found = self._found(bucket, _OBJECTS)
        if isinstance(found, Gap) and found.reason == "not-collected":
            yield Gap(
                found.id, "not-collected", "whom lists of single objects name is not known", "understated"
            )

    def _found(self, bucket: Bucket, field: str) -> Document | Gap:
        return self._snapshot.get(
            DocumentId("gcp", bucket.item.document.id.scope, "", "storage", field, bucket.name)
        )

    def _entries(
        self, bucket: Bucket, field: str, key: str
    ) -> Iterator[tuple[str, dict[str, Any], Evidence]]:
        """Yield (member, entry, proof) from the list itself, else from the bucket's own description."""
        found = self._found(bucket, field)
        if isinstance(found, Document):
            yield from self._listed(str(found.id), "/items", section(found.body).get("items"))
        else:
            base = f"{bucket.item.base}/{key}"
            yield from self._listed(str(bucket.item.document.id), base, bucket.item.data.get(key))

    def _listed(
        self, document: str, base: str, entries: object
    ) -> Iterator[tuple[str, dict[str, Any], Evidence]]:
        for index, entry in sections(entries):
            member = self._member(text(entry.get("entity")))
            if member:
                excerpt = msgspec.json.encode(
                    {"entity": entry.get("entity"), "role": entry.get("role")}
                ).decode()
                yield member, entry, Evidence(document, f"{base}/{index}", excerpt)

    def _member(self, entity: str) -> str:
        """Return an entity as policies write it; ``user-MAIL``, ``project-viewers-NUMBER``, ``allUsers``."""
        if entity in _EVERYONE:
            return _EVERYONE[entity]
        kind, _, name = entity.partition("-")
        if kind == "project":
            team, _, project = name.partition("-")
            key = self._hierarchy.key(f"projects/{project}").removeprefix("projects/")
            return f"{_TEAMS[team]}{key}" if team in _TEAMS else ""
        if kind == "user":
            prefix = SERVICE_ACCOUNT if name.endswith("gserviceaccount.com") else USER
            return f"{prefix}{name.lower()}"
        return (
            {"group": GROUP, "domain": DOMAIN}.get(kind, "") + name.lower()
            if kind in {"group", "domain"}
            else ""
        )
