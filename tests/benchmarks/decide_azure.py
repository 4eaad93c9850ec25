"""How long all answers of an Azure estate take, beside parsing its documents, in the same run.

    python -m tests.benchmarks.decide_azure [ASSIGNMENTS [RESOURCES]]

A tenth of the resources are storage accounts with a container, all of which are assets; the rest are machines
in the same resource groups. Assignments lie on the subscription, on groups and on resources, 5 % with
a condition, of built-in and of custom roles, to users, groups and guests. Prints, for growing estates: CPU
seconds to decode the documents from JSON, to index them, and to derive the hops into every asset; how many
hops; the ratio of deciding to decoding; and the exponent in the number of assignments.
"""

from __future__ import annotations

import math
import random
import resource
import sys
import time
from dataclasses import dataclass
from typing import Any

import msgspec

from scanner.config import Config
from scanner.providers.azure.estate import AzureEstate
from scanner.snapshot import Document, DocumentId, Snapshot

TENANT, SUBSCRIPTION = "11111111-1111-1111-1111-111111111111", "10000000-0000-0000-0000-000000000001"
SUB = f"/subscriptions/{SUBSCRIPTION}"
BUILT_IN = (
    "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",  # Owner
    "b24988ac-6180-42a0-ab88-20f7382dd24c",  # Contributor
    "acdd72a7-3385-48ef-bd42-f606fba81ae7",  # Reader
    "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",  # Storage Blob Data Reader
    "9980e02c-c2be-4d73-94e8-173b1dc7cf3c",  # Virtual Machine Contributor
)
CUSTOM = 40
CONDITION = (
    "@Resource[Microsoft.Storage/storageAccounts/blobServices/containers:name] StringEquals 'weights{}'"
)
READ = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"


@dataclass
class Result:
    """What one run measured, in CPU seconds."""

    assignments: int
    resources: int
    decode_s: float
    index_s: float
    decide_s: float
    hops: int

    @property
    def ratio(self) -> float:
        """How many times longer indexing and deciding take than decoding."""
        return (self.index_s + self.decide_s) / self.decode_s


def build(assignments: int, resources: int, seed: int = 7) -> list[bytes]:
    """Return the documents of an estate, each as JSON."""
    rng = random.Random(seed)  # noqa: S311 - a reproducible estate
    users = [f"aaaaaaaa-0000-0000-0000-{n:012d}" for n in range(max(50, assignments // 10))]
    found: list[tuple[str, str, str, Any]] = []
    row = {"id": SUB, "type": "microsoft.resources/subscriptions", "tenantId": TENANT}
    chain = {"managementGroupAncestorsChain": [{"name": TENANT}]}
    found.append(("resourcegraph", "resourcecontainers", SUB, {**row, "properties": chain}))
    for n, user in enumerate(users):
        mail = f"u{n}_vendor.example#EXT#@our.example" if n % 20 == 0 else f"u{n}@our.example"
        found.append(("graph", "users", user, {"id": user, "userPrincipalName": mail}))
    places = list(_resources(resources, found))
    roles = [*BUILT_IN, *(f"cccccccc-0000-0000-0000-{n:012d}" for n in range(CUSTOM))]
    for n, guid in enumerate(roles[len(BUILT_IN) :]):
        found.append(_role(guid, n))
    for n in range(assignments):
        scope = SUB if n % 500 == 0 else rng.choice(places).rsplit("/providers/", 1)[0]
        scope = rng.choice(places) if n % 5 else scope
        found.append(_assignment(n, rng.choice(users), rng.choice(roles), scope))
    return [msgspec.json.encode(entry) for entry in found]


def _resources(count: int, found: list[tuple[str, str, str, Any]]) -> list[str]:
    places = []
    for n in range(count):
        group = f"{SUB}/resourceGroups/rg{n // 25}/providers"
        if n % 10:
            id_, type_ = (
                f"{group}/Microsoft.Compute/virtualMachines/vm{n}",
                "microsoft.compute/virtualmachines",
            )
        else:
            id_, type_ = (
                f"{group}/Microsoft.Storage/storageAccounts/st{n}",
                "microsoft.storage/storageaccounts",
            )
            container = f"{id_}/blobServices/default/containers/weights{n}"
            field = "Microsoft.Storage.storageAccounts.blobServices.containers"
            found.append(
                ("arm", field, container, {"id": container, "name": f"weights{n}", "properties": {}})
            )
        body = {"id": id_, "type": type_, "properties": {"networkAcls": {"defaultAction": "Allow"}}}
        found.append(("resourcegraph", "resources", id_, body))
        places.append(id_)
    return places


def _role(guid: str, n: int) -> tuple[str, str, str, Any]:
    id_ = f"{SUB}/providers/Microsoft.Authorization/roleDefinitions/{guid}"
    block = {"actions": ["*/read", f"Microsoft.Storage/storageAccounts/{'*' if n % 8 == 0 else 'read'}"]}
    data = {"dataActions": [READ] if n % 4 == 0 else [], "notActions": ["Microsoft.Authorization/*/write"]}
    properties = {"type": "CustomRole", "permissions": [{**block, **data}]}
    body = {
        "id": id_,
        "name": guid,
        "type": "microsoft.authorization/roledefinitions",
        "properties": properties,
    }
    return "resourcegraph", "authorizationresources", id_, body


def _assignment(n: int, user: str, role: str, scope: str) -> tuple[str, str, str, Any]:
    id_ = f"{scope}/providers/Microsoft.Authorization/roleAssignments/{n:08d}-0000-0000-0000-000000000000"
    properties = {
        "principalId": user,
        "principalType": "User",
        "roleDefinitionId": f"{SUB}/providers/Microsoft.Authorization/roleDefinitions/{role}",
        "scope": scope,
        "condition": CONDITION.format(n % 50) if n % 20 == 0 else None,
    }
    body = {"id": id_, "type": "microsoft.authorization/roleassignments", "properties": properties}
    return "resourcegraph", "authorizationresources", id_, body


def measure(assignments: int, resources: int) -> Result:
    """Decode, index and decide one estate."""
    raw = build(assignments, resources)
    start = time.process_time()
    decoded = [msgspec.json.decode(line) for line in raw]
    read = time.process_time()
    documents = [
        Document(
            DocumentId("azure", TENANT if service == "graph" else SUBSCRIPTION, "", service, field, key), body
        )
        for service, field, key, body in decoded
    ]
    estate = AzureEstate(Snapshot(documents), Config())
    indexed = time.process_time()
    assets = [id_ for id_, found in estate.resources.items() if found.kind == "blob-container"]
    hops = sum(1 for asset in assets for _ in estate.hops_into(asset))
    done = time.process_time()
    return Result(assignments, resources, read - start, indexed - read, done - indexed, hops)


if __name__ == "__main__":
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    things = int(sys.argv[2]) if len(sys.argv) > 2 else 5_000
    results = [measure(most // part, things // part) for part in (4, 2, 1)]
    sys.stdout.write("assignments resources decode_s index_s decide_s    hops ratio\n")
    for r in results:
        times = f"{r.decode_s:8.2f} {r.index_s:7.2f} {r.decide_s:8.2f}"
        sys.stdout.write(f"{r.assignments:11d} {r.resources:9d} {times} {r.hops:7d} {r.ratio:5.1f}\n")
    growth = math.log(results[-1].decide_s / results[0].decide_s) / math.log(4)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(
        f"deciding grows with assignments to the power of {growth:.2f}; {memory:.0f} MB at most\n"
    )
