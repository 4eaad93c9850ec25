"""GraphQL APIs of AppSync: how callers log in, and what resolvers may call.

| document | key | body |
|---|---|---|
| ``ListGraphqlApis.graphqlApis`` | API id | ``authenticationType``, ``visibility``, ``wafWebAclArn`` |
| ``ListDataSources.dataSources`` | API/NAME | ``type``, ``lambdaConfig``, ``serviceRoleArn`` |
"""

from __future__ import annotations

from typing import Final

from scanner.providers.aws.collect.table import Row, Service

TABLE: Final = Service(
    name="appsync",
    scope="regional",
    rows=(
        Row(operation="ListGraphqlApis", lists={"graphqlApis": "apiId"}, effect="understated"),
        Row(
            operation="ListDataSources",
            each=("ListGraphqlApis.graphqlApis",),
            params={"apiId": "apiId"},
            lists={"dataSources": "@key/name"},
            effect="understated",
        ),
    ),
)
