"""Users, groups, roles and their policies, and the identity providers that an account trusts.

| document | key | body |
|---|---|---|
| ``GetAccountAuthorizationDetails.UserDetailList`` | ARN | user with inline policies, groups, boundary |
| ``GetAccountAuthorizationDetails.GroupDetailList`` | ARN | group with inline policies |
| ``GetAccountAuthorizationDetails.RoleDetailList`` | ARN | role with trust policy, instance profiles |
| ``GetAccountAuthorizationDetails.Policies`` | ARN | managed policy with ``PolicyVersionList`` |
| ``GetPolicy``, ``GetPolicyVersion`` | policy ARN | in use and left out above: AWS's own, boundaries |
| ``ListAccessKeys.AccessKeyMetadata`` | user ARN/key id | ``Status`` |
| ``ListOpenIDConnectProviders.OpenIDConnectProviderList`` | ARN | ``Arn`` |
| ``GetOpenIDConnectProvider`` | ARN | ``Url``, ``ClientIDList``, ``ThumbprintList`` |
| ``ListSAMLProviders.SAMLProviderList`` | ARN | ``Arn`` |
| ``GetSAMLProvider`` | ARN | ``SAMLMetadataDocument`` reduced to ``{"entityID": …}`` |
| ``GetAccountSummary`` | - | ``SummaryMap`` |
| ``ListOrganizationsFeatures`` | - | ``EnabledFeatures``; no body: not the management account |

Policies are JSON everywhere. The document ``GetAccountAuthorizationDetails`` itself says that all pages were
read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from xml.parsers import expat

from scanner.providers.aws.collect.bodies import at
from scanner.providers.aws.collect.failures import Unreadable
from scanner.providers.aws.collect.table import Row, Service

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.aws.collect.table import Body, Found

_DETAILS = "GetAccountAuthorizationDetails"
_HOLDERS = (f"{_DETAILS}.UserDetailList", f"{_DETAILS}.GroupDetailList", f"{_DETAILS}.RoleDetailList")


def policies_left_out(found: Found) -> Iterator[tuple[str, Body]]:
    """Yield the managed policies that someone has, as policy or boundary, and whose text no list brought."""
    texts = {
        arn
        for arn, policy in found.items(f"{_DETAILS}.Policies")
        if any(version.get("IsDefaultVersion") for version in policy.get("PolicyVersionList") or ())
    }
    wanted: set[str] = set()
    for field in _HOLDERS:
        for _, holder in found.items(field):
            wanted.update(str(p.get("PolicyArn") or "") for p in holder.get("AttachedManagedPolicies") or ())
            wanted.add(str(at(holder, "PermissionsBoundary.PermissionsBoundaryArn") or ""))
    for arn in sorted(arn for arn in wanted if arn and arn not in texts):
        yield arn, {"Arn": arn}


def only_entity_id(body: Body) -> Body:
    """Replace a SAML metadata document by the entity id of its root element."""
    metadata = body.get("SAMLMetadataDocument")
    return body if metadata is None else {**body, "SAMLMetadataDocument": {"entityID": _entity_id(metadata)}}


def _entity_id(metadata: str) -> str:
    found: list[str] = []

    def start(_: str, attributes: dict[str, str]) -> None:
        found.append(attributes.get("entityID", ""))

    def refuse(*_: object) -> None:
        raise Unreadable("unparseable", "SAML metadata with a document type")  # entities would be expanded

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(metadata, True)
    except expat.ExpatError as error:
        raise Unreadable("unparseable", f"SAML metadata: {error}") from None
    entity = next(filter(None, found), "")  # EntitiesDescriptor may wrap EntityDescriptor
    if not entity:
        raise Unreadable("unparseable", "SAML metadata without an entity id")
    return entity


TABLE: Final = Service(
    name="iam",
    scope="global",
    rows=(
        Row(
            operation=_DETAILS,
            given=({"MaxItems": 1000},),
            lists={
                "UserDetailList": "Arn",
                "GroupDetailList": "Arn",
                "RoleDetailList": "Arn",
                "Policies": "Arn",
            },
            policies=(
                "AssumeRolePolicyDocument",
                "UserPolicyList.*.PolicyDocument",
                "GroupPolicyList.*.PolicyDocument",
                "RolePolicyList.*.PolicyDocument",
                "PolicyVersionList.*.Document",
            ),
        ),
        Row(operation="GetPolicy", each=policies_left_out, params={"PolicyArn": "Arn"}),
        Row(
            operation="GetPolicyVersion",
            each=("GetPolicy",),
            params={"PolicyArn": "Policy.Arn", "VersionId": "Policy.DefaultVersionId"},
            policies=("PolicyVersion.Document",),
        ),
        Row(
            operation="ListAccessKeys",
            each=(f"{_DETAILS}.UserDetailList",),
            params={"UserName": "UserName"},
            lists={"AccessKeyMetadata": "@key/AccessKeyId"},
            effect="understated",
        ),
        Row(operation="ListOpenIDConnectProviders", lists={"OpenIDConnectProviderList": "Arn"}),
        Row(
            operation="GetOpenIDConnectProvider",
            each=("ListOpenIDConnectProviders.OpenIDConnectProviderList",),
            params={"OpenIDConnectProviderArn": "Arn"},
        ),
        Row(operation="ListSAMLProviders", lists={"SAMLProviderList": "Arn"}),
        Row(
            operation="GetSAMLProvider",
            each=("ListSAMLProviders.SAMLProviderList",),
            params={"SAMLProviderArn": "Arn"},
            reshape=only_entity_id,
        ),
        Row(operation="GetAccountSummary", effect="understated"),
        Row(
            operation="ListOrganizationsFeatures",
            none=(
                "AccountNotManagementOrDelegatedAdministratorException",
                "OrganizationNotFoundException",
                "OrganizationNotInAllFeaturesModeException",
                "ServiceAccessNotEnabledException",
            ),
            newer=True,
            effect="understated",
        ),
    ),
)
