"""IAM: who there is, what their policies say, and which issuers are believed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.iac.aws import Piece, iam
from scanner.iac.terraform.values import Open, plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.terraform.aws.made import Made

_DETAILS: Final = "GetAccountAuthorizationDetails"


def holder(made: Made, kind: str, name: str) -> str:
    """Return the ARN of the user, group or role of a name, which need not be this code's."""
    if name.startswith("arn:"):
        return name
    lists = {"user": "UserDetailList", "role": "RoleDetailList", "group": "GroupDetailList"}
    for draft in made.drafts.of("iam", f"{_DETAILS}.{lists[kind]}"):
        if draft.id.scope == made.home.account and draft.id.key.rpartition("/")[2] == name:
            return draft.id.key
    return iam.holder_arn(made.home, kind, name)


def _path(made: Made) -> str:
    path = made.body.get("path")
    return path if isinstance(path, str) and path.startswith("/") else "/"


def _role(made: Made) -> None:
    whole = Piece({"Tags": made.tags()}, (made.place,))
    trust = made.policy("assume_role_policy")
    arn = iam.role(made.drafts, made.home, made.name, whole, path=_path(made), trust=trust)
    for block in made.body.blocks("inline_policy"):
        document = made.policy("policy", block)
        if document is not None:
            name = block.get("name")
            iam.inline_policy(made.drafts, arn, name if isinstance(name, str) else "inline", document)
    for policy in made.texts("managed_policy_arns"):
        iam.attach(made.drafts, arn, made.piece(policy))
    _boundary(made, arn)


def _user(made: Made) -> None:
    whole = Piece({"Tags": made.tags()}, (made.place,))
    _boundary(made, iam.user(made.drafts, made.home, made.name, whole, path=_path(made)))


def _boundary(made: Made, arn: str) -> None:
    value = made.body.get("permissions_boundary")
    if value is None or value == "":
        return
    if isinstance(value, Open):
        made.untold("permissions_boundary", value)
        value = value.expression  # an ARN that no policy has: what it allows is unread, never everything
    iam.boundary(made.drafts, arn, made.piece(value))


def _group(made: Made) -> None:
    iam.group(made.drafts, made.home, made.name, made.whole, path=_path(made))


def _policy(made: Made) -> None:
    document = made.policy("policy")
    if document is not None:
        iam.managed_policy(made.drafts, made.home, made.name, document, path=_path(made))


def _inline(kind: str) -> Callable[[Made], None]:
    def read(made: Made) -> None:
        name, document = made.text(kind), made.policy("policy")
        if name is not None and document is not None:
            iam.inline_policy(made.drafts, holder(made, kind, name), made.name, document)

    return read


def _attachment(kind: str) -> Callable[[Made], None]:
    def read(made: Made) -> None:
        name = made.text(kind)
        if name is not None:
            _attach(made, kind, name)

    return read


def _attach(made: Made, kind: str, name: str) -> None:
    arn = made.body.get("policy_arn")
    if isinstance(arn, Open):
        made.untold("policy_arn", arn)
        arn = arn.expression  # a policy that is unread
    iam.attach(made.drafts, holder(made, kind, name), made.piece(arn))


def _attachments(made: Made) -> None:
    for kind in ("user", "group", "role"):
        for name in made.texts(f"{kind}s"):
            _attach(made, kind, name)


def _memberships(made: Made) -> None:
    user = made.text("user")
    for group in made.texts("groups") if user is not None else ():
        iam.member(made.drafts, holder(made, "user", str(user)), made.piece(group))


def _members(made: Made) -> None:
    group = made.text("group")
    for user in made.texts("users") if group is not None else ():
        iam.member(made.drafts, holder(made, "user", user), made.piece(group))


def _profile(made: Made) -> None:
    role = made.text("role")
    arn = holder(made, "role", role) if role else None
    iam.instance_profile(made.drafts, made.home, made.name, arn, made.whole, path=_path(made))


def _oidc(made: Made) -> None:
    url = made.text("url")
    if url is not None:
        whole = Piece({"ClientIDList": plain(made.body.get("client_id_list")) or []}, (made.place,))
        iam.oidc_provider(made.drafts, made.home, url, whole)


def _saml(made: Made) -> None:
    iam.saml_provider(made.drafts, made.home, made.name, made.whole)


def _access_key(made: Made) -> None:
    user = made.text("user")
    if user is not None:
        iam.access_key(made.drafts, holder(made, "user", user), made.address, made.whole)


HOLDERS: Final[dict[str, Callable[[Made], None]]] = {
    "aws_iam_group": _group,
    "aws_iam_role": _role,
    "aws_iam_user": _user,
}
"""Types that others refer to by name: they are read first."""

TYPES: Final[dict[str, Callable[[Made], None]]] = {
    "aws_iam_access_key": _access_key,
    "aws_iam_group_membership": _members,
    "aws_iam_group_policy": _inline("group"),
    "aws_iam_group_policy_attachment": _attachment("group"),
    "aws_iam_instance_profile": _profile,
    "aws_iam_openid_connect_provider": _oidc,
    "aws_iam_policy": _policy,
    "aws_iam_policy_attachment": _attachments,
    "aws_iam_role_policy": _inline("role"),
    "aws_iam_role_policy_attachment": _attachment("role"),
    "aws_iam_saml_provider": _saml,
    "aws_iam_user_group_membership": _memberships,
    "aws_iam_user_policy": _inline("user"),
    "aws_iam_user_policy_attachment": _attachment("user"),
}
