"""gRPC: generic handlers that speak the official clients' own messages."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import grpc
from google.cloud import asset_v1, iam_admin_v1, iam_v2, iam_v3
from google.protobuf.json_format import ParseDict

from tests.providers.gcp.fakes.estate import FakeGoogle, Refused, paged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def message(kind: Any, body: dict[str, Any]) -> Any:  # noqa: ANN401 - classes of messages have no common type
    """Return a message made of JSON; a field that it does not have fails the test."""
    made = kind()
    ParseDict(body, getattr(made, "_pb", made), ignore_unknown_fields=False)
    return made


class _Methods:
    def __init__(self, estate: FakeGoogle) -> None:
        self._estate = estate

    def list_assets(self, request: Any) -> Any:  # noqa: ANN401 - a message
        content = asset_v1.ContentType(request.content_type).name
        self._estate.called("ListAssets", f"{request.parent} {content} {request.page_token}")
        found = self._estate.listed(request.parent, content, list(request.asset_types))
        items, token = paged(found, request.page_token, min(request.page_size, self._estate.page))
        return message(
            asset_v1.ListAssetsResponse,
            {"assets": items, "nextPageToken": token, "readTime": "2026-11-22T06:00:00Z"},
        )

    def list_roles(self, request: Any) -> Any:  # noqa: ANN401 - a message
        self._estate.called("ListRoles", request.parent)
        assert request.view == iam_admin_v1.RoleView.FULL
        items, token = paged(
            self._estate.roles.get(request.parent, []), request.page_token, self._estate.page
        )
        return message(iam_admin_v1.ListRolesResponse, {"roles": items, "nextPageToken": token})

    def list_service_accounts(self, request: Any) -> Any:  # noqa: ANN401 - a message
        self._estate.called("ListServiceAccounts", request.name)
        found = self._estate.accounts.get(request.name, [])
        items, token = paged(found, request.page_token, self._estate.page)
        return message(iam_admin_v1.ListServiceAccountsResponse, {"accounts": items, "nextPageToken": token})

    def list_service_account_keys(self, request: Any) -> Any:  # noqa: ANN401 - a message
        self._estate.called("ListServiceAccountKeys", request.name)
        return message(
            iam_admin_v1.ListServiceAccountKeysResponse, {"keys": self._estate.keys.get(request.name, [])}
        )

    def list_policies(self, request: Any) -> Any:  # noqa: ANN401 - a message
        self._estate.called("ListPolicies", request.parent)
        found = [
            {k: v for k, v in policy.items() if k != "rules"} for policy in self._denials(request.parent)
        ]
        items, token = paged(found, request.page_token, self._estate.page)
        return message(iam_v2.ListPoliciesResponse, {"policies": items, "nextPageToken": token})

    def get_policy(self, request: Any) -> Any:  # noqa: ANN401 - a message
        self._estate.called("GetPolicy", request.name)
        for policy in self._denials(request.name.rpartition("/")[0]):
            if policy["name"] == request.name:
                return message(iam_v2.Policy, policy)
        raise Refused("NOT_FOUND", request.name)

    def _denials(self, parent: str) -> list[dict[str, Any]]:
        container = parent.split("/")[1].replace("%2F", "/").partition(".com/")[2]
        return self._estate.denials.get(container, [])

    def list_boundaries(self, request: Any) -> Any:  # noqa: ANN401 - a message
        self._estate.called("ListPrincipalAccessBoundaryPolicies", request.parent)
        items, token = self._of(self._estate.boundaries, request)
        body = {"principalAccessBoundaryPolicies": items, "nextPageToken": token}
        return message(iam_v3.ListPrincipalAccessBoundaryPoliciesResponse, body)

    def list_bindings(self, request: Any) -> Any:  # noqa: ANN401 - a message
        self._estate.called("ListPolicyBindings", request.parent)
        items, token = self._of(self._estate.bindings, request)
        return message(iam_v3.ListPolicyBindingsResponse, {"policyBindings": items, "nextPageToken": token})

    def list_access(self, request: Any) -> Any:  # noqa: ANN401 - a message
        self._estate.called("ListAccessPolicies", request.parent)
        return message(iam_v3.ListAccessPoliciesResponse, {})

    def _of(self, listed: dict[str, list[dict[str, Any]]], request: Any) -> tuple[list[Any], str]:  # noqa: ANN401 - a message
        container = request.parent.partition("/locations/")[0]
        return paged(listed.get(container, []), request.page_token, self._estate.page)


@contextmanager
def grpc_serving(estate: FakeGoogle) -> Iterator[str]:
    """Serve an estate; yields the endpoint. What is not served answers UNIMPLEMENTED."""
    methods = _Methods(estate)
    served: dict[str, dict[str, tuple[Any, Callable[[Any], Any]]]] = {
        "google.cloud.asset.v1.AssetService": {
            "ListAssets": (asset_v1.ListAssetsRequest, methods.list_assets),
        },
        "google.iam.admin.v1.IAM": {
            "ListRoles": (iam_admin_v1.ListRolesRequest, methods.list_roles),
            "ListServiceAccounts": (iam_admin_v1.ListServiceAccountsRequest, methods.list_service_accounts),
            "ListServiceAccountKeys": (
                iam_admin_v1.ListServiceAccountKeysRequest,
                methods.list_service_account_keys,
            ),
        },
        "google.iam.v2.Policies": {
            "ListPolicies": (iam_v2.ListPoliciesRequest, methods.list_policies),
            "GetPolicy": (iam_v2.GetPolicyRequest, methods.get_policy),
        },
        "google.iam.v3.PrincipalAccessBoundaryPolicies": {
            "ListPrincipalAccessBoundaryPolicies": (
                iam_v3.ListPrincipalAccessBoundaryPoliciesRequest,
                methods.list_boundaries,
            ),
        },
        "google.iam.v3.AccessPolicies": {
            "ListAccessPolicies": (iam_v3.ListAccessPoliciesRequest, methods.list_access),
        },
        "google.iam.v3.PolicyBindings": {
            "ListPolicyBindings": (iam_v3.ListPolicyBindingsRequest, methods.list_bindings),
        },
    }
    server = grpc.server(ThreadPoolExecutor(8))
    for service, calls in served.items():
        handlers = {name: _handler(kind, method) for name, (kind, method) in calls.items()}
        server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(service, handlers),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"grpc://127.0.0.1:{port}"
    finally:
        server.stop(None).wait()


def _handler(kind: Any, method: Callable[[Any], Any]) -> Any:  # noqa: ANN401 - grpc has no types
    def answer(request: Any, context: Any) -> Any:  # noqa: ANN401 - as above
        try:
            return method(request)
        except Refused as refused:
            context.abort(getattr(grpc.StatusCode, refused.status), str(refused))

    return grpc.unary_unary_rpc_method_handler(
        answer, request_deserializer=kind.deserialize, response_serializer=lambda m: type(m).serialize(m)
    )
