"""Scripts in buckets that machines run as a role: whoever writes them has the role.

Sources: SageMaker API Reference, "ClusterLifeCycleConfig": ``OnCreate`` below ``SourceS3Uri`` runs on every
machine that is made; AWS Glue API Reference, "JobCommand", ``ScriptLocation`` (read 2026-11-22). Fixture:
``scripts-of-a-training-cluster``.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from scanner.providers.aws.library import at, field_evidence
from scanner.providers.aws.storage import objects_arn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Evidence
    from scanner.snapshot import Snapshot


class Script(NamedTuple):
    """The ARN of an object that runs as `role` when `runs` comes true; `service` takes the role."""

    role: str
    place: str
    service: str
    runs: str
    evidence: Evidence


def read_scripts(snapshot: Snapshot) -> dict[str, tuple[Script, ...]]:
    """Return the scripts by the ARN of the role that they run as, each once."""
    found: dict[str, dict[str, Script]] = defaultdict(dict)
    for script in (*_of_clusters(snapshot), *_of_jobs(snapshot)):
        found[script.role].setdefault(script.place, script)
    return {role: tuple(scripts.values()) for role, scripts in found.items()}


def _of_clusters(snapshot: Snapshot) -> Iterator[Script]:
    for document in snapshot.all("aws", "sagemaker", "DescribeCluster"):
        for index, group in enumerate(_listed(at(document.body, "/InstanceGroups"))):
            folder, name = at(group, "/LifeCycleConfig/SourceS3Uri"), at(group, "/LifeCycleConfig/OnCreate")
            if isinstance(folder, str) and isinstance(name, str):
                place = objects_arn(f"{folder.rstrip('/')}/{name.lstrip('/')}")
                evidence = field_evidence(document, f"/InstanceGroups/{index}/LifeCycleConfig")
                runs = f"machines of cluster {document.id.key} are made or replaced"
                role = at(group, "/ExecutionRole")
                if place and isinstance(role, str):
                    yield Script(role, place, "sagemaker.amazonaws.com", runs, evidence)


def _of_jobs(snapshot: Snapshot) -> Iterator[Script]:
    for document in snapshot.all("aws", "glue", "GetJobs.Jobs"):
        location, role = at(document.body, "/Command/ScriptLocation"), at(document.body, "/Role")
        place = objects_arn(location) if isinstance(location, str) else None
        if place and isinstance(role, str) and role:
            arn = role if role.startswith("arn:") else f"arn:aws:iam::{document.id.scope}:role/{role}"
            evidence = field_evidence(document, "/Command")
            yield Script(arn, place, "glue.amazonaws.com", f"job {document.id.key} runs", evidence)


def _listed(value: Any) -> list[Any]:  # noqa: ANN401 - raw provider JSON
    return value if isinstance(value, list) else []
