"""Users, groups, roles, policies and identity providers.

Source of the fields: IAM API Reference, "GetAccountAuthorizationDetails"
(https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html, read 2026-11).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.iac.aws.drafts import Drafts, Home, Piece

if TYPE_CHECKING:
    from scanner.iac.aws.drafts import Draft
    from scanner.snapshot import DocumentId, Place

_DETAILS = "GetAccountAuthorizationDetails"
_LISTS = {"user": "UserDetailList", "role": "RoleDetailList", "group": "GroupDetailList"}
_INLINE = {"user": "UserPolicyList", "role": "RolePolicyList", "group": "GroupPolicyList"}


def holder_arn(home: Home, kind: str, name: str, path: str = "/") -> str:
    """Return the ARN of a ``user``, ``group``, ``role``, ``policy`` or ``instance-profile``."""
    return home.arn("iam", f"{kind}{path if path.startswith('/') else '/'}{name}", regional=False)


def role(drafts: Drafts, home: Home, name: str, whole: Piece, *, path: str = "/", trust: Piece | None) -> str:
    """Declare a role; returns its ARN.

    Args:
        drafts: Where it goes.
        home: Its account.
        name: Its name.
        whole: Fields of the answer that need no other (``Tags``, ``PermissionsBoundary``), and the resource's
            lines.
        path: With both slashes.
        trust: The trust policy as an object; None when code does not say it.
    """
    draft = _holder(drafts, home, "role", holder_arn(home, "role", name, path), whole)
    if trust is not None:
        draft.set("/AssumeRolePolicyDocument", trust)
    return str(draft.id.key)


def user(drafts: Drafts, home: Home, name: str, whole: Piece, *, path: str = "/") -> str:
    """Declare a user, see `role`; returns its ARN."""
    return str(_holder(drafts, home, "user", holder_arn(home, "user", name, path), whole).id.key)


def group(drafts: Drafts, home: Home, name: str, whole: Piece, *, path: str = "/") -> str:
    """Declare a group, see `role`; returns its ARN."""
    return str(_holder(drafts, home, "group", holder_arn(home, "group", name, path), whole).id.key)


def inline_policy(drafts: Drafts, holder: str, name: str, document: Piece) -> None:
    """Add an inline policy to the user, group or role with this ARN, declared before or after."""
    draft, kind = _of_arn(drafts, holder)
    named = Piece({"PolicyName": name, "PolicyDocument": document.body})
    places = (*(p for p in document.places if not p.pointer), *document.below("/PolicyDocument"))
    draft.append(f"/{_INLINE[kind]}", Piece(named.body, places))


def attach(drafts: Drafts, holder: str, policy_arn: Piece) -> None:
    """Attach the managed policy with this ARN."""
    draft, _ = _of_arn(drafts, holder)
    arn = policy_arn.body
    name = arn.rpartition("/")[2] if isinstance(arn, str) else ""
    draft.append("/AttachedManagedPolicies", Piece({"PolicyName": name, "PolicyArn": arn}, policy_arn.places))


def boundary(drafts: Drafts, holder: str, policy_arn: Piece) -> None:
    """Set the permissions boundary."""
    draft, _ = _of_arn(drafts, holder)
    body = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": policy_arn.body}
    draft.set("/PermissionsBoundary", Piece(body, policy_arn.places))


def member(drafts: Drafts, user_arn: str, group_name: Piece) -> None:
    """Put a user into a group."""
    _of_arn(drafts, user_arn)[0].append("/GroupList", group_name)


def managed_policy(drafts: Drafts, home: Home, name: str, document: Piece, *, path: str = "/") -> str:
    """Declare a customer-managed policy, of which code has one version; returns its ARN."""
    arn = holder_arn(home, "policy", name, path)
    version = document.wrapped("Document").with_fields(VersionId="v1", IsDefaultVersion=True)
    draft = drafts.at(_id(home, "Policies", arn))
    draft.set(
        "", Piece({"PolicyName": name, "Arn": arn, "Path": path, "DefaultVersionId": "v1"}, _whole(document))
    )
    draft.append("/PolicyVersionList", version)
    drafts.lived_in(home)
    return arn


def instance_profile(
    drafts: Drafts, home: Home, name: str, role_arn: str | None, whole: Piece, *, path: str = "/"
) -> str:
    """Declare an instance profile with its role; returns its ARN."""
    arn = holder_arn(home, "instance-profile", name, path)
    drafts.lived_in(home)
    if role_arn is not None:
        body = {"InstanceProfileName": name, "Arn": arn, "Path": path}
        _of_arn(drafts, role_arn)[0].append("/InstanceProfileList", Piece(body, whole.places))
    return arn


def oidc_provider(drafts: Drafts, home: Home, url: str, whole: Piece) -> str:
    """Declare an OIDC provider; `whole` holds ``ClientIDList`` and the like. Returns its ARN."""
    issuer = url.removeprefix("https://").rstrip("/")
    arn = home.arn("iam", f"oidc-provider/{issuer}", regional=False)
    listed = home.id("iam", "ListOpenIDConnectProviders.OpenIDConnectProviderList", arn, regional=False)
    drafts.put(listed, Piece({"Arn": arn}, whole.places))
    drafts.put(home.id("iam", "GetOpenIDConnectProvider", arn, regional=False), whole.with_fields(Url=issuer))
    drafts.lived_in(home)
    return arn


def saml_provider(drafts: Drafts, home: Home, name: str, whole: Piece) -> str:
    """Declare a SAML provider; returns its ARN."""
    arn = home.arn("iam", f"saml-provider/{name}", regional=False)
    drafts.put(home.id("iam", "ListSAMLProviders.SAMLProviderList", arn, regional=False), Piece({"Arn": arn}))
    drafts.put(home.id("iam", "GetSAMLProvider", arn, regional=False), whole)
    drafts.lived_in(home)
    return arn


def access_key(drafts: Drafts, user_arn: str, key_id: str, whole: Piece) -> None:
    """Declare an access key of a user; `whole` may say its ``Status``."""
    draft, _ = _of_arn(drafts, user_arn)
    home = Home(draft.id.scope)
    body = {"AccessKeyId": key_id, "Status": "Active", **whole.body}
    id_ = home.id("iam", "ListAccessKeys.AccessKeyMetadata", f"{user_arn}/{key_id}", regional=False)
    drafts.put(id_, Piece(body, whole.places))


def complete(drafts: Drafts) -> None:
    """Say that each account's lists end here."""
    for home in sorted(drafts.homes):
        for field in (_DETAILS, "ListOpenIDConnectProviders", "ListSAMLProviders"):
            drafts.assume(home.id("iam", field, regional=False), {})
    for draft in drafts.of("iam", f"{_DETAILS}.UserDetailList"):
        drafts.assume(Home(draft.id.scope).id("iam", "ListAccessKeys", draft.id.key, regional=False), {})


def _holder(drafts: Drafts, home: Home, kind: str, arn: str, whole: Piece) -> Draft:
    draft = drafts.at(_id(home, _LISTS[kind], arn))
    draft.body = {
        **(draft.body or {}),
        f"{kind.capitalize()}Name": arn.rpartition("/")[2],
        "Arn": arn,
        "Path": arn[arn.index("/") : arn.rindex("/") + 1],
        **(whole.body or {}),
    }
    for place in whole.places:
        draft.set_place(place)
    drafts.lived_in(home)
    return draft


def _of_arn(drafts: Drafts, arn: str) -> tuple[Draft, str]:
    """Return the draft of a user, group or role, which is made when it stands in no code read so far."""
    account, resource = arn.split(":", 5)[4:]
    kind = resource.partition("/")[0]
    draft = drafts.at(_id(Home(account), _LISTS[kind], arn))
    if draft.body is None:
        draft.body = {"Arn": arn, f"{kind.capitalize()}Name": resource.rpartition("/")[2]}
    return draft, kind


def _whole(piece: Piece) -> tuple[Place, ...]:
    return tuple(p for p in piece.places if not p.pointer)


def _id(home: Home, field: str, arn: str) -> DocumentId:
    return home.id("iam", f"{_DETAILS}.{field}", arn, regional=False)
