"""Google's own service accounts: service agents act for Google's services, and are nobody outside.

Source: IAM documentation, "Service agents" (https://cloud.google.com/iam/docs/service-agents, read 2026-11),
whose list is the table of domains below. An agent is told by its domain together with the form of its name:
anyone may call a service account of theirs ``service-1``.
"""

from __future__ import annotations

import re

_SUFFIX = ".iam.gserviceaccount.com"
_NAME = re.compile(r"(?:service|project|p|service-p|service-org|service-folder|bq)-?\d+")
# the producer projects of agents whose project is not called gcp-sa-…
_DOMAINS = frozenset(
    {
        "bigquery-data-connectors",
        "cloud-filer",
        "cloud-memcache-sa",
        "cloud-redis",
        "cloud-tpu",
        "cloudcomposer-accounts",
        "compute-system",
        "container-analysis",
        "container-engine-robot",
        "containerregistry",
        "dataflow-service-producer-prod",
        "dataproc-accounts",
        "dlp-api",
        "endpoints-portal",
        "firebase-rules",
        "gcf-admin-robot",
        "gs-project-accounts",
        "monitoring-notification",
        "remotebuildexecution",
        "security-center-api",
        "serverless-robot-prod",
        "service-consumer-management",
        "service-networking",
        "sourcerepo-service-accounts",
        "storage-transfer-service",
        "trifacta-gcloud-prod",
    }
)
_WHOLE = (
    "@cloudservices.gserviceaccount.com",
    "@system.gserviceaccount.com",
    "@cloud-logs.iam.gserviceaccount.com",
)
_RESERVED = "gcp-sa-"
_OF_GOOGLE = re.compile(r".+\.google\.com|gcp-[a-z]{3}-service")  # Google's organization; App Engine
_NUMBER = re.compile(r"\d+")


def is_service_agent(email: str) -> bool:
    """Tell whether Google runs this service account for one of its services."""
    name, _, domain = email.lower().partition("@")
    if email.lower().endswith(_WHOLE):
        return True
    if not domain.endswith(_SUFFIX):
        return domain.endswith("google.com") and name in {"cloud-logs", "gcs-notifications"}
    producer = domain.removesuffix(_SUFFIX)
    if producer.startswith(_RESERVED):
        return True
    known = producer in _DOMAINS or _OF_GOOGLE.fullmatch(producer) is not None
    return known and _NAME.fullmatch(name) is not None


def project_number(email: str) -> str:
    """Return the number of the project that an agent works for; ``""`` when its name has none."""
    found = _NUMBER.search(email.partition("@")[0])
    return found.group() if found else ""
