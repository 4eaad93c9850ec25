"""SageMaker's clusters and tracking servers: the roles of machines, and where models are logged.

| document | key | body |
|---|---|---|
| ``ListClusters.ClusterSummaries``, ``DescribeCluster`` | cluster name | ``InstanceGroups``, roles |
| ``ListMlflowTrackingServers.TrackingServerSummaries`` | server name | ``TrackingServerArn`` |
| ``DescribeMlflowTrackingServer`` | server name | ``ArtifactStoreUri``, ``RoleArn`` |
"""

from __future__ import annotations

from typing import Final

from scanner.providers.aws.collect.table import Row, Service

TABLE: Final = Service(
    name="sagemaker",
    scope="regional",
    rows=(
        Row(operation="ListClusters", lists={"ClusterSummaries": "ClusterName"}, effect="understated"),
        Row(
            operation="DescribeCluster",
            each=("ListClusters.ClusterSummaries",),
            params={"ClusterName": "ClusterName"},
            effect="understated",
        ),
        Row(
            operation="ListMlflowTrackingServers",
            lists={"TrackingServerSummaries": "TrackingServerName"},
            effect="understated",
        ),
        Row(
            operation="DescribeMlflowTrackingServer",
            each=("ListMlflowTrackingServers.TrackingServerSummaries",),
            params={"TrackingServerName": "TrackingServerName"},
            effect="understated",
        ),
    ),
)
