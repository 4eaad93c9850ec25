"""A route: one method of an API in front of a model, whom it lets in, and what it calls.

Sources, below https://docs.aws.amazon.com/apigateway/latest/developerguide/, read 2026-11-22: "Set up a
private integration" (set-up-private-integration.html), "Integration requests for REST APIs", "Using API
Gateway stage variables" (stage-variables.html): one in an integration stands for what each stage says, and is
withheld; a path parameter (``{name}``) is the caller's choice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import unquote

from scanner.providers.aws.arn import Arn
from scanner.wildcards import covers

if TYPE_CHECKING:
    from scanner.providers.aws.access import Policy, Unread
    from scanner.snapshot import Document, DocumentId

_SAGEMAKER = re.compile(r":apigateway:([a-z0-9-]*):runtime\.sagemaker:path/+endpoints/([^/]+)/")
_BEDROCK = re.compile(r":apigateway:([a-z0-9-]*):bedrock-runtime:path/+model/([^/]+)/")
_FUNCTION = re.compile(r"arn:[^:]+:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_*-]+")
_BALANCED = re.compile(r"arn:[^:]+:elasticloadbalancing:[a-z0-9-]+:\d{12}:(?:listener|loadbalancer)/.+")
_REGISTERED = re.compile(r"arn:[^:]+:servicediscovery:[a-z0-9-]+:\d{12}:service/srv-[a-z0-9]+")
SET_BY_STAGE = re.compile(r"\$\{stageVariables\.[^}]*\}")
_SET_BY_CALLER = re.compile(r"\{[^{}]*\}")


@dataclass(frozen=True, slots=True)
class Door:
    """One way to be let in: by nothing, by a signature of IAM, by a token, or by what a function decides.

    `authority` is the issuer of tokens, which are for one of `audiences`, or the function.
    """

    asks: Literal["nothing", "signature", "token", "function"]
    authority: str = ""
    audiences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Route:
    """One method of an API, which any of `doors` opens.

    Attributes:
        target: ARN of the endpoint, model, function, listener, load balancer or registry that it calls; may
            be a glob.
        resource: What a policy calls it, a glob over stages.
        called_as: The source ARNs that what it calls sees.
        role: What it calls with, an ARN or empty.
        policy: A REST API's own, which decides too where `takes_policy`.
        private: Reached through interface endpoints only.
        shared_key: All who call show a key, which is no login.
        firewalls: Web ACLs before it.
        certificates: Trust stores; all who call show a certificate that one of them has.
        missing: What would tell whether it can be called, and was not read.
        service: Which service calls.
        link: The link into a network by which it calls.
        port: Where it calls a load balancer over the internet, else 0.
    """

    target: str
    account: str
    resource: str
    called_as: tuple[str, ...]
    doors: tuple[Door, ...]
    document: Document
    pointer: str
    role: str = ""
    policy: Policy | Unread | None = None
    takes_policy: bool = False
    private: bool = False
    shared_key: bool = False
    firewalls: tuple[str, ...] = ()
    certificates: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    service: str = "apigateway.amazonaws.com"
    link: Document | None = None
    port: int = 0

    @property
    def id(self) -> str:
        """A name that no other route has."""
        return f"{self.document.id}#{self.pointer} {self.target}"

    def leads_to(self, node: str) -> bool:
        """Tell whether it calls a node; names of endpoints have no case.

        SageMaker API Reference, "CreateEndpoint", ``EndpointName`` (read 2026-11-22).
        """
        one, other = self.target, node
        if ":sagemaker:" in node:
            one, other = one.lower(), other.lower()
        return one == other or ("*" in one and covers(one, other))


def target_of(uri: str, region: str, account: str) -> str:
    """Return the ARN of what an integration calls, a glob where callers or stages choose, or empty."""
    uri = _SET_BY_CALLER.sub("*", SET_BY_STAGE.sub("*", uri))
    endpoint = _SAGEMAKER.search(uri)
    if endpoint:
        return endpoints(endpoint[1] or region, account, endpoint[2])
    model = _BEDROCK.search(uri)
    if model:
        named = unquote(model[2])
        if "*" in named and not named.startswith("arn:"):
            return models(model[1] or region, account)
        return named if named.startswith("arn:") else ""
    return function_of(uri) or (uri if _BALANCED.fullmatch(uri) or _REGISTERED.fullmatch(uri) else "")


def endpoints(region: str, account: str, name: str = "*") -> str:
    """Return the ARN of an endpoint of SageMaker, a glob for any."""
    return f"arn:aws:sagemaker:{region}:{account}:endpoint/{name}"


def models(region: str, account: str) -> str:
    """Return the glob of an account's own models on Bedrock."""
    return f"arn:aws:bedrock:{region}:{account}:*"


def unset(uri: str) -> tuple[str, ...]:
    """Name the variables of stages that decide what an integration calls."""
    return tuple(f"the stage variable {name[17:-1]}" for name in sorted(set(SET_BY_STAGE.findall(uri))))


def function_of(text: str) -> str:
    """Return the ARN, without version or alias, of the function that a text names; empty when none."""
    found = _FUNCTION.search(text)
    return found[0] if found else ""


def pool_issuer(arn: str) -> str:
    """Return the issuer of a Cognito user pool's tokens."""
    pool = Arn.parse(arn)
    return f"https://cognito-idp.{pool.region}.amazonaws.com/{pool.resource.removeprefix('userpool/')}"


def method_arn(place: DocumentId, api: str, stage: str, method: str, path: str) -> str:
    """Return the ARN of a method; what callers fill in is a glob."""
    method = "*" if method in {"ANY", "$default", ""} else method
    path = re.sub(r"\{[^}]*\}", "*", path.lstrip("/")) if path else "*"
    return f"arn:aws:execute-api:{place.region}:{place.scope}:{api}/{stage}/{method}/{path}"


def texts(values: Any) -> tuple[str, ...]:  # noqa: ANN401 - raw provider JSON
    """Return those of some values that are there, sorted."""
    return tuple(sorted({str(value) for value in values if value}))
