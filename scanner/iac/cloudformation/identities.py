"""IAM in templates: roles, users, groups, policies and identity providers.

Source: AWS CloudFormation Template Reference, "IAM"
(https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_IAM.html, read 2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.iac.aws import iam

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.cloudformation.made import Made
    from scanner.iac.written import Node


def _role(made: Made) -> None:
    name = made.name
    if name is None:
        return
    trust = made.document("AssumeRolePolicyDocument")
    whole = made.with_lines(_tagged(made))
    arn = iam.role(made.drafts, made.home, name, whole, path=_path(made), trust=trust)
    _policies(made, arn)


def _user(made: Made) -> None:
    name = made.name
    if name is None:
        return
    arn = iam.user(made.drafts, made.home, name, made.with_lines(_tagged(made)), path=_path(made))
    _policies(made, arn)
    for group, node in made.texts("Groups"):
        iam.member(made.drafts, arn, made.with_lines(group, node))


def _group(made: Made) -> None:
    name = made.name
    if name is not None:
        _policies(made, iam.group(made.drafts, made.home, name, made.whole, path=_path(made)))


def _policies(made: Made, arn: str) -> None:
    """Add what a user, group or role has: inline policies, managed ones, its boundary."""
    listed = made.get("Policies")
    for index, item in enumerate(listed.below() if listed is not None else ()):
        document = made.as_policy(item.get("PolicyDocument"))
        if document is not None:
            iam.inline_policy(made.drafts, arn, item.text("PolicyName") or f"policy-{index}", document)
    for policy, node in made.texts("ManagedPolicyArns"):
        iam.attach(made.drafts, arn, made.with_lines(policy, node))
    boundary = made.get("PermissionsBoundary")
    if boundary is not None:
        told = made.text("PermissionsBoundary")
        # an ARN that no policy has stands for one that cannot be told: unread, never everything
        iam.boundary(made.drafts, arn, made.with_lines(told or "a boundary that cannot be told", boundary))


def _holders(made: Made) -> list[str]:
    """Return the ARNs of the holders that a policy names."""
    return [
        holder(made, kind, name)
        for kind, key in (("role", "Roles"), ("user", "Users"), ("group", "Groups"))
        for name, _ in made.texts(key)
    ]


def holder(made: Made, kind: str, name: str) -> str:
    """Return the ARN of a user, group or role of a name, whose path only its own declaration tells."""
    lists = {"user": "UserDetailList", "role": "RoleDetailList", "group": "GroupDetailList"}
    for draft in made.drafts.of("iam", f"GetAccountAuthorizationDetails.{lists[kind]}"):
        if draft.id.scope == made.home.account and draft.id.key.rpartition("/")[2] == name:
            return str(draft.id.key)
    return iam.holder_arn(made.home, kind, name)


def _policy(made: Made) -> None:
    document = made.document("PolicyDocument")
    if document is None:
        return
    name = made.text("PolicyName") or made.text(
        f"{made.resource.type.split('::')[2].removesuffix('Policy')}Name"
    )
    for arn in _holders(made):
        iam.inline_policy(made.drafts, arn, name or made.resource.name, document)


def _policy_of(kind: str) -> Callable[[Made], None]:
    def read(made: Made) -> None:
        document, name = made.document("PolicyDocument"), made.text(f"{kind.capitalize()}Name")
        if document is not None and name is not None:
            iam.inline_policy(
                made.drafts, holder(made, kind, name), made.text("PolicyName") or made.resource.name, document
            )

    return read


def _managed(made: Made) -> None:
    name, document = made.name, made.document("PolicyDocument")
    if name is None or document is None:
        return
    arn = iam.managed_policy(made.drafts, made.home, name, document, path=_path(made))
    for found in _holders(made):
        iam.attach(made.drafts, found, made.with_lines(arn))


def _membership(made: Made) -> None:
    group = made.text("GroupName")
    for user, node in made.texts("Users") if group is not None else ():
        iam.member(made.drafts, holder(made, "user", user), made.with_lines(group, node))


def _profile(made: Made) -> None:
    name = made.name
    for role, _ in made.texts("Roles") if name is not None else ():
        iam.instance_profile(
            made.drafts, made.home, str(name), holder(made, "role", role), made.whole, path=_path(made)
        )


def _oidc(made: Made) -> None:
    url = made.text("Url")
    if url is not None:
        clients = [client for client, _ in made.texts("ClientIdList")]
        iam.oidc_provider(made.drafts, made.home, url, made.with_lines({"ClientIDList": clients}))


def _saml(made: Made) -> None:
    name = made.name
    if name is not None:
        iam.saml_provider(made.drafts, made.home, name, made.whole)


def _access_key(made: Made) -> None:
    user = made.text("UserName")
    if user is not None:
        iam.access_key(made.drafts, holder(made, "user", user), made.resource.name, made.whole)


def _path(made: Made) -> str:
    path: Node | None = made.get("Path")
    return (
        path.value if path is not None and isinstance(path.value, str) and path.value.startswith("/") else "/"
    )


def _tagged(made: Made) -> dict[str, object]:
    return {"Tags": [{"Key": key, "Value": value} for key, value in sorted(made.tags().items())]}


HOLDERS: Final[dict[str, Callable[[Made], None]]] = {
    "AWS::IAM::Group": _group,
    "AWS::IAM::Role": _role,
    "AWS::IAM::User": _user,
}
"""Types that others refer to by name: they are read first."""

TYPES: Final[dict[str, Callable[[Made], None]]] = {
    "AWS::IAM::AccessKey": _access_key,
    "AWS::IAM::GroupPolicy": _policy_of("group"),
    "AWS::IAM::InstanceProfile": _profile,
    "AWS::IAM::ManagedPolicy": _managed,
    "AWS::IAM::OIDCProvider": _oidc,
    "AWS::IAM::Policy": _policy,
    "AWS::IAM::RolePolicy": _policy_of("role"),
    "AWS::IAM::SAMLProvider": _saml,
    "AWS::IAM::UserPolicy": _policy_of("user"),
    "AWS::IAM::UserToGroupAddition": _membership,
}
