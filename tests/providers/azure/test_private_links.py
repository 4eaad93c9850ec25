"""Private ways to a server of models, and logins that leave some paths out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from scanner.snapshot import Document, DocumentId
from tests.providers.azure.documents import RG, SUBSCRIPTION, estate, row

if TYPE_CHECKING:
    from collections.abc import Iterable

NETWORK = f"{RG}/providers/microsoft.network"
MACHINE = f"{RG}/providers/microsoft.compute/virtualmachines/vllm"
NIC, SUBNET = f"{NETWORK}/networkinterfaces/vllm", f"{NETWORK}/virtualnetworks/lab/subnets/serve"
BALANCER, GROUP = f"{NETWORK}/loadbalancers/inner", f"{NETWORK}/networksecuritygroups/serve"
FRONT, POOL = f"{BALANCER}/frontendipconfigurations/f", f"{BALANCER}/backendaddresspools/p"
OTHER = "20000000-0000-0000-0000-000000000002"
ENDPOINT = f"/subscriptions/{OTHER}/resourcegroups/x/providers/microsoft.network/privateendpoints/theirs"
THEIRS = f"tenant:unknown/subscription-{OTHER}"
Said = tuple[str, str, str]


def machine(port: int = 8000, pool: str = POOL, **rule: Any) -> list[Document]:  # noqa: ANN401 - raw JSON
    """Return a server of vLLM behind a balancer that has no public address."""
    config = {
        "id": f"{NIC}/ipConfigurations/c",
        "properties": {
            "privateIPAddress": "10.0.0.4",
            "subnet": {"id": SUBNET},
            "loadBalancerBackendAddressPools": [{"id": pool}],
        },
    }
    command = "python -m vllm.entrypoints.openai.api_server --model weights --port 8000"
    listed = {
        "frontendIPConfiguration": {"id": FRONT},
        "backendAddressPool": {"id": POOL},
        "frontendPort": 443,
        "backendPort": port,
    }
    network: dict[str, Any] = {
        "subnets": [{"id": SUBNET, "properties": {"networkSecurityGroup": {"id": GROUP}}}]
    }
    return [
        row(
            MACHINE, "microsoft.compute/virtualmachines", networkProfile={"networkInterfaces": [{"id": NIC}]}
        ),
        row(
            f"{MACHINE}/extensions/run",
            "microsoft.compute/virtualmachines/extensions",
            settings={"commandToExecute": command},
        ),
        row(NIC, "microsoft.network/networkinterfaces", ipConfigurations=[config]),
        row(SUBNET.rpartition("/subnets/")[0], "microsoft.network/virtualnetworks", **network),
        row(
            GROUP,
            "microsoft.network/networksecuritygroups",
            securityRules=[{"name": "r", "properties": rule}] if rule else [],
        ),
        row(
            BALANCER,
            "microsoft.network/loadbalancers",
            frontendIPConfigurations=[{"id": FRONT, "properties": {"subnet": {"id": SUBNET}}}],
            loadBalancingRules=[{"properties": listed}],
        ),
    ]


def service(front: str = FRONT, **properties: Any) -> Document:  # noqa: ANN401 - raw JSON
    fronts = [{"id": front}]
    return row(
        f"{NETWORK}/privatelinkservices/models",
        "microsoft.network/privatelinkservices",
        loadBalancerFrontendIpConfigurations=fronts,
        **properties,
    )


def connection(endpoint: str = ENDPOINT, status: str = "Approved") -> dict[str, Any]:
    state = {"privateLinkServiceConnectionState": {"status": status}, "privateEndpoint": {"id": endpoint}}
    return {"privateEndpointConnections": [{"properties": state}]}


def exposed(visible: list[str], approved: list[str]) -> dict[str, Any]:
    return {"visibility": {"subscriptions": visible}, "autoApproval": {"subscriptions": approved}}


DENY: dict[str, Any] = {
    "priority": 100,
    "direction": "Inbound",
    "access": "Deny",
    "protocol": "*",
    "sourceAddressPrefix": "*",
    "destinationAddressPrefix": "*",
    "destinationPortRange": "*",
}
CONNECTED: set[Said] = {(THEIRS, f"private endpoint = {ENDPOINT}", "proven")}
OURS = f"/subscriptions/{SUBSCRIPTION}/resourcegroups/x/providers/microsoft.network/privateendpoints/ours"
CASES: dict[str, tuple[Iterable[Document], set[Said]]] = {
    "an endpoint that was approved": ([*machine(), service(**connection())], CONNECTED),
    "one that waits": ([*machine(), service(**connection(status="Pending"))], set()),
    "one of ours": ([*machine(), service(**connection(OURS))], set()),
    "to another frontend": ([*machine(), service(f"{FRONT}2", **connection())], set()),
    "of another pool": ([*machine(pool=f"{POOL}2"), service(**connection())], set()),
    "to another port": ([*machine(22), service(**connection())], set()),
    "to every port": ([*machine(0), service(**connection())], CONNECTED),
    "whom a security group keeps out": ([*machine(**DENY), service(**connection())], set()),
    "anybody, approved beforehand": (
        [*machine(), service(**exposed(["*"], ["*"]))],
        {("tenant:*", "", "proven")},
    ),
    "anybody, and somebody approves": ([*machine(), service(**exposed(["*"], []))], set()),
    "approved, and it does not see the service": (
        [*machine(), service(**exposed([SUBSCRIPTION], [OTHER]))],
        set(),
    ),
    "one subscription": ([*machine(), service(**exposed([OTHER], [OTHER]))], {(THEIRS, "", "proven")}),
    "one of ours, approved beforehand": (
        [*machine(), service(**exposed(["*"], [SUBSCRIPTION]))],
        set(),
    ),
}


@pytest.mark.parametrize(("documents", "expected"), CASES.values(), ids=CASES)
def test_a_private_link_service(documents: Iterable[Document], expected: set[Said]) -> None:
    hops = estate(documents).hops_into(MACHINE)
    assert {(h.source, "; ".join(map(str, h.guards)), h.certainty) for h in hops} == expected


SITE = f"{RG}/providers/microsoft.web/sites/vllm"
LOGIN: dict[str, Any] = {
    "platform": {"enabled": True},
    "globalValidation": {"requireAuthentication": True, "unauthenticatedClientAction": "Return401"},
    "identityProviders": {
        "azureActiveDirectory": {
            "enabled": True,
            "registration": {
                "openIdIssuer": "https://login.microsoftonline.com/22222222-2222-2222-2222-222222222222/v2.0"
            },
        }
    },
}
THEIR_LOGIN = "https://login.microsoftonline.com/22222222-2222-2222-2222-222222222222/v2.0 sub=*"


def site(
    login: dict[str, Any] | None,
    web: dict[str, Any] | None = None,
    **properties: Any,  # noqa: ANN401 - raw JSON
) -> list[Document]:
    """Return a web app that runs vLLM."""
    image = "DOCKER|vllm/vllm-openai:latest"
    own = {"linuxFxVersion": image, "ipSecurityRestrictions": [], **(web or {})}
    found = [row(SITE, "microsoft.web/sites", **properties)]
    for name, said in (("web", own), ("authsettingsV2", login)):
        if said is not None:
            id_ = DocumentId(
                "azure", SUBSCRIPTION, "", "arm", "Microsoft.Web.sites.config", f"{SITE}/config/{name}"
            )
            found.append(Document(id_, {"id": f"{SITE}/config/{name}", "properties": said}))
    return found


def without(*paths: str) -> dict[str, Any]:
    return {**LOGIN, "globalValidation": {**LOGIN["globalValidation"], "excludedPaths": list(paths)}}


SITES: dict[str, tuple[list[Document], set[tuple[str, str]]]] = {
    "a login": (site(LOGIN), {(THEIR_LOGIN, "proven")}),
    "a login that leaves a path out": (
        site(without("/v1/*")),
        {(THEIR_LOGIN, "proven"), ("*", "possible")},
    ),
    "no login": (site({}), {("*", "proven")}),
    "off the internet": (site({}, publicNetworkAccess="Disabled"), set()),
    "by its configuration": (site({}, {"publicNetworkAccess": "Disabled"}), set()),
    "unset, beside a private endpoint": (site({}, **connection(OURS)), set()),
    "on, beside a private endpoint": (
        site({}, publicNetworkAccess="Enabled", **connection(OURS)),
        {("*", "proven")},
    ),
}


@pytest.mark.parametrize(("documents", "expected"), SITES.values(), ids=SITES)
def test_a_web_app(documents: list[Document], expected: set[tuple[str, str]]) -> None:
    hops = estate(documents).hops_into(SITE)
    assert {(hop.source, hop.certainty) for hop in hops} == expected
