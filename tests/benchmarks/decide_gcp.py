"""How long 100,000 bindings over 5,000 resources take to be decided for every asset, against parsing them.

``python -m tests.benchmarks.decide_gcp [BINDINGS] [RESOURCES]``. The organization is made up, the same for
the same seed: projects of buckets, endpoints and service accounts, each with an allow policy; policies
repeat as modules of code make them, one in ten bindings has a condition, one member in fifty is a vendor's.
Seconds are processor time; a JSON line comes out.
"""

from __future__ import annotations

import json
import random
import sys
import time
from typing import Any

from scanner.config import Config, Ours, OursGcp
from scanner.providers.gcp import Gcp
from scanner.snapshot import Document, DocumentId, Snapshot

ORGANIZATION = "organizations/900000000001"
ROLES = (
    "roles/storage.objectViewer",
    "roles/storage.objectAdmin",
    "roles/storage.legacyBucketReader",
    "roles/aiplatform.user",
    "roles/aiplatform.viewer",
    "roles/iam.serviceAccountTokenCreator",
    "roles/iam.serviceAccountUser",
    "roles/logging.viewer",
    "roles/monitoring.viewer",
    "roles/viewer",
    "roles/editor",
    "roles/compute.admin",
)
KINDS = (
    ("storage.googleapis.com/Bucket", "//storage.googleapis.com/bucket-{n}"),
    (
        "aiplatform.googleapis.com/Endpoint",
        "//aiplatform.googleapis.com/projects/{p}/locations/us-central1/endpoints/{n}",
    ),
    ("iam.googleapis.com/ServiceAccount", "//iam.googleapis.com/projects/lab-{p}/serviceAccounts/{n}"),
)


def build(bindings: int, resources: int, seed: int = 7) -> list[bytes]:
    """Return the documents of an organization as lines of an export, policies after resources."""
    rng = random.Random(seed)  # noqa: S311 - nothing secret is drawn
    projects = max(1, resources // 50)
    lines = []
    for p in range(projects):
        lines += _project(p)
    templates = [_bindings(rng, bindings // resources) for _ in range(max(1, resources // 5))]
    for n in range(resources):
        p = n % projects
        type_, form = KINDS[n % len(KINDS)]
        name = form.format(n=n, p=f"{1000 + p}")
        above = [f"projects/{1000 + p}", ORGANIZATION]
        data: dict[str, Any] = {"name": f"thing-{n}", "displayName": f"thing-{n}"}
        if type_.endswith("ServiceAccount"):
            data["email"] = f"robot-{n}@lab-{p}.iam.gserviceaccount.com"
        if type_.endswith("Bucket"):
            data["iamConfiguration"] = {"uniformBucketLevelAccess": {"enabled": True}}
        lines.append({"name": name, "assetType": type_, "resource": {"data": data}, "ancestors": above})
        policy = {"bindings": rng.choice(templates) if n % 2 else _bindings(rng, bindings // resources)}
        lines.append({"name": name, "assetType": type_, "iamPolicy": policy, "ancestors": above})
    return [json.dumps(line).encode() for line in lines]


def _project(p: int) -> list[dict[str, Any]]:
    name = f"//cloudresourcemanager.googleapis.com/projects/{1000 + p}"
    type_ = "cloudresourcemanager.googleapis.com/Project"
    data = {"projectId": f"lab-{p}", "projectNumber": str(1000 + p)}
    above = [f"projects/{1000 + p}", ORGANIZATION]
    robots = [f"serviceAccount:robot-{p + 3 * i}@lab-{p}.iam.gserviceaccount.com" for i in range(5)]
    policy = {"bindings": [{"role": "roles/editor", "members": robots}]}
    return [
        {"name": name, "assetType": type_, "resource": {"data": data}, "ancestors": above},
        {"name": name, "assetType": type_, "iamPolicy": policy, "ancestors": above},
    ]


def _bindings(rng: random.Random, count: int) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    for _ in range(count):
        binding: dict[str, Any] = {"role": rng.choice(ROLES), "members": _members(rng)}
        if rng.random() < 0.1:
            day = f"20{rng.randrange(26, 30)}-01-01T00:00:00Z"
            binding["condition"] = {"title": "until", "expression": f"request.time < timestamp('{day}')"}
        made.append(binding)
    return made


def _members(rng: random.Random) -> list[str]:
    drawn = []
    for _ in range(rng.choice((1, 1, 2, 3))):
        if rng.random() < 0.02:
            drawn.append(f"serviceAccount:ci@vendor-{rng.randrange(40)}.iam.gserviceaccount.com")
        else:
            n = rng.randrange(2000)
            drawn.append(rng.choice((f"user:person-{n}@lab.example", f"group:team-{n % 200}@lab.example")))
    return drawn


def snapshot_of(lines: list[bytes]) -> Snapshot:
    """Parse an export into a snapshot."""
    documents = []
    for line in lines:
        body = json.loads(line)
        content = "IAM_POLICY" if "iamPolicy" in body else "RESOURCE"
        scope = body["ancestors"][0].partition("/")[2]
        id_ = DocumentId("gcp", scope, "", "cloudasset", f"ListAssets.{content}", body["name"])
        documents.append(Document(id_, body))
    return Snapshot(documents, collected_at="2026-11-20T06:00:00Z")


def measure(bindings: int, resources: int) -> dict[str, float]:
    """Return seconds of parsing, of indexing, and of deciding every hop into every asset and account."""
    lines = build(bindings, resources)
    config = Config(ours=Ours(gcp=OursGcp(organizations=("900000000001",), domains=("lab.example",))))
    start = time.process_time()
    snapshot = snapshot_of(lines)
    parsed = time.process_time()
    estate = Gcp().read(snapshot, config)
    facts = list(estate.facts())
    read = time.process_time()
    assets = [fact.id for fact in facts if type(fact).__name__ == "Resource"]
    hops = sum(1 for asset in assets for _ in estate.hops_into(asset))
    decided = time.process_time()
    accounts = [fact.id for fact in facts if fact.id.startswith("serviceAccount:robot")]
    more = sum(1 for account in accounts for _ in estate.hops_into(account))
    done = time.process_time()
    return {
        "bindings": bindings,
        "assets": len(assets),
        "accounts": len(accounts),
        "hops": hops + more,
        "parse_s": round(parsed - start, 2),
        "index_s": round(read - parsed, 2),
        "decide_assets_s": round(decided - read, 2),
        "decide_accounts_s": round(done - decided, 2),
        "assets_to_parsing": round((decided - read) / (parsed - start), 2),
    }


if __name__ == "__main__":
    given = [int(arg) for arg in sys.argv[1:3]]
    sys.stdout.write(json.dumps(measure(*(given or [100_000, 5_000]))) + "\n")
