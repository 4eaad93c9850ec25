"""Policies of `rules/checkov` fire on what they are for and not on its twin, by checkov itself."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
import yaml

from scanner.iac.checkov import read
from scanner.iac.settings import Settings
from scanner.iac.tree import walk
from scanner.rules.load import rules_directory
from scanner.snapshot import SnapshotWriter

POLICIES = rules_directory() / "checkov"
CASES = Path(__file__).parent / "policies"


@cache
def fired() -> frozenset[tuple[str, str]]:
    """Return (policy, resource) of everything that our policies found in the cases."""
    writer = SnapshotWriter(target="", collected_at="2026-11-20T06:00:00Z", tool_version="")
    read(walk(CASES), Settings(checkov=True, policies=str(POLICIES.resolve())), writer)
    snapshot = writer.snapshot()
    assert snapshot.gaps == ()
    return frozenset(
        (finding["id"], document.body["address"])
        for document in snapshot
        for finding in document.body["findings"]
        if finding["id"].startswith("sidedoor-")
    )


EXPECTED = {
    "bucket-acl-for-everyone": {"aws_s3_bucket_acl.fires", "AWS::S3::Bucket.BucketFires"},
    "role-runs-commands-in-pods": {"Role.models.fires"},
    "sagemaker-model-may-call-out": {"aws_sagemaker_model.fires", "AWS::SageMaker::Model.ModelFires"},
    "sagemaker-notebook-on-the-internet": {
        "aws_sagemaker_notebook_instance.fires",
        "AWS::SageMaker::NotebookInstance.NotebookFires",
    },
    "service-open-to-every-address": {"Service.models.fires"},
    "vendor-role-without-external-id": {"aws_iam_role.fires"},
}


@pytest.mark.parametrize(("policy", "resources"), EXPECTED.items(), ids=EXPECTED)
def test_a_policy_fires_and_its_twin_does_not(policy: str, resources: set[str]) -> None:
    assert {resource for id_, resource in fired() if id_ == f"sidedoor-{policy}"} == resources


def test_every_policy_has_its_cases_and_the_id_of_its_file() -> None:
    ids = {
        path.stem: yaml.safe_load(path.read_text("utf-8"))["metadata"]["id"]
        for path in POLICIES.glob("*.yaml")
    }
    assert ids == {name: f"sidedoor-{name}" for name in EXPECTED}


def test_checkov_loads_them_by_itself() -> None:
    code = "from checkov.main import Checkov; import sys; sys.exit(Checkov(sys.argv[1:]).run())"
    options = ["--external-checks-dir", str(POLICIES), "--framework", "terraform", "--compact", "--quiet"]
    chosen = ["--check", "sidedoor-vendor-role-without-external-id", "--skip-download", "--file"]
    run = subprocess.run(
        [sys.executable, "-c", code, *options, *chosen, str(CASES / "resources.tf")],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert "FAILED for resource: aws_iam_role.fires" in run.stdout
    assert run.stdout.count("FAILED for resource") == 1
