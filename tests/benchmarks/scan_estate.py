"""How long a scan takes beside parsing its snapshot: ``python -m tests.benchmarks.scan_estate [ROLES…]``.

Each size runs in a process of its own, first the baseline (load the snapshot, decode every document) and then
the whole analysis with the shipped rules, all buckets declared as weights. Prints seconds, peak memory and
their ratios.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from scanner.analysis import analyse
from scanner.config import AssetLabel, Config, Ours, OursAws
from scanner.rules import load_rules
from scanner.snapshot import Document, DocumentId, Snapshot, SnapshotWriter
from tests.benchmarks.decide_estate import ACCOUNT, Estate, build

SIZES = (1_000, 5_000)
BUCKETS = 200
_UNSET = ("GetPublicAccessBlock", "GetBucketEncryption", "GetBucketTagging", "GetBucketLocation")
_DETAILS = "GetAccountAuthorizationDetails"
_OF_AWS = ":iam::aws:policy/"


def write_snapshot(estate: Estate, directory: Path) -> None:
    """Save the estate as a collector would have read it, complete."""
    writer = SnapshotWriter(target="synthetic", collected_at="2026-11-20T00:00:00Z", tool_version="benchmark")

    def add(service: str, field: str, key: str, body: Any) -> None:  # noqa: ANN401 - raw provider JSON
        writer.add(Document(DocumentId("aws", ACCOUNT, "", service, field, key), body))

    add("sts", "GetCallerIdentity", "", {"Account": ACCOUNT})
    add("organizations", "DescribeOrganization", "", None)
    for arn, text in estate.managed.items():
        if arn == "boundary" or _OF_AWS in arn:
            add("iam", "GetPolicyVersion", _arn(arn), {"PolicyVersion": {"Document": json.loads(text)}})
        else:
            version = {"VersionId": "v1", "IsDefaultVersion": True, "Document": json.loads(text)}
            add("iam", f"{_DETAILS}.Policies", arn, {"Arn": arn, "PolicyVersionList": [version]})
    for role in estate.roles:
        add("iam", f"{_DETAILS}.RoleDetailList", role["arn"], _role(role))
    for name, policy in estate.buckets.items():
        add("s3", "ListBuckets.Buckets", name, {"Name": name})
        add("s3", "GetBucketPolicy", name, {"Policy": json.loads(policy)} if policy else None)
        for operation in _UNSET:
            add("s3", operation, name, None)
        add("s3", "GetBucketAcl", name, {"Owner": {"ID": "us"}, "Grants": []})
        enforced = {"OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}}
        add("s3", "GetBucketOwnershipControls", name, enforced)
    add("s3control", "GetPublicAccessBlock", "", None)
    writer.save(directory)


def _arn(name: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:policy/boundary" if name == "boundary" else name


def _role(role: dict[str, Any]) -> dict[str, Any]:
    inline = [{"PolicyName": f"p{i}", "PolicyDocument": json.loads(t)} for i, t in enumerate(role["inline"])]
    limits = {"PermissionsBoundary": {"PermissionsBoundaryArn": _arn("boundary")}}
    return {
        "Arn": role["arn"],
        "AssumeRolePolicyDocument": json.loads(role["trust"]),
        "RolePolicyList": inline,
        "AttachedManagedPolicies": [{"PolicyArn": arn} for arn in role["attached"]],
        **(limits if role["boundary"] else {}),
    }


def measure(directory: Path, *, whole: bool) -> dict[str, float]:
    """Load a snapshot, and with `whole` analyse it; seconds, peak MB and counts."""
    start = time.perf_counter()
    snapshot = Snapshot.load(directory)
    result = {"documents": float(len(snapshot)), "findings": 0.0}
    if whole:
        label = AssetLabel("arn:aws:s3:::*", "model-weights", "frontier-unreleased")
        config = Config(ours=Ours(aws=OursAws(accounts=(ACCOUNT,))), assets=(label,))
        result["findings"] = float(len(analyse(snapshot, config, load_rules()).findings))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {**result, "seconds": time.perf_counter() - start, "megabytes": peak}


def main(arguments: list[str]) -> None:
    """Print a line for each size."""
    if arguments[:1] == ["measure"]:
        sys.stdout.write(json.dumps(measure(Path(arguments[1]), whole=arguments[2] == "whole")))
        return
    for roles in map(int, arguments or SIZES):
        with tempfile.TemporaryDirectory() as directory:
            write_snapshot(build(roles, BUCKETS), Path(directory))
            parsed, scanned = (_alone(directory, how) for how in ("parse", "whole"))
        slower = scanned["seconds"] / parsed["seconds"]
        larger = scanned["megabytes"] / parsed["megabytes"]
        sys.stdout.write(
            f"{roles} roles x {BUCKETS} buckets: "
            f"parsing {parsed['seconds']:.2f} s, {parsed['megabytes']:.0f} MB; "
            f"scan {scanned['seconds']:.2f} s, {scanned['megabytes']:.0f} MB, "
            f"{scanned['findings']:.0f} findings; ratios {slower:.1f} and {larger:.1f}\n"
        )


def _alone(directory: str, how: str) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.benchmarks.scan_estate", "measure", directory, how]
    found: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return found


if __name__ == "__main__":
    main(sys.argv[1:])
