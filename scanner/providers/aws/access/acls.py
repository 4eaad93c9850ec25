"""S3 access control lists: what their grants let whom do, and where they count at all.

From `Access control list overview
<https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html>`_, "Mapping of ACL permissions and
access policy permissions", and `How Amazon S3 authorizes a request
<https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-s3-evaluates-access-control.html>`_ (read
2026-11-22). A grant to an account only delegates, as naming the account in a policy does. With the bucket
owner enforced setting there are no ACLs (`Controlling ownership of objects
<https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html>`_).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.providers.aws.access.formula import Unreadable, all_of
from scanner.providers.aws.access.layers import Said
from scanner.providers.aws.access.request import StatementRef, Unread

if TYPE_CHECKING:
    from scanner.providers.aws.access.environment import Environment
    from scanner.providers.aws.access.formula import Formula
    from scanner.providers.aws.access.request import AclGrant

ENFORCED: Final = "BucketOwnerEnforced"
EVERYONE: Final = frozenset({"AllUsers", "AuthenticatedUsers"})
_ACTIONS: Final = {
    ("object", "READ"): ("s3:getobject", "s3:getobjectversion", "s3:getobjecttorrent"),
    ("object", "READ_ACP"): ("s3:getobjectacl", "s3:getobjectversionacl"),
    ("object", "WRITE_ACP"): ("s3:putobjectacl", "s3:putobjectversionacl"),
    ("bucket", "READ"): ("s3:listbucket", "s3:listbucketversions", "s3:listbucketmultipartuploads"),
    ("bucket", "WRITE"): ("s3:putobject",),
    ("bucket", "READ_ACP"): ("s3:getbucketacl",),
    ("bucket", "WRITE_ACP"): ("s3:putbucketacl",),
}


def hear_acl(environment: Environment) -> Said:
    """Return what the ACLs of the bucket and the object allow."""
    said = Said(can_deny=False)
    request = environment.request
    ownership = request.object_ownership
    if environment.service != "s3" or ownership == ENFORCED:
        return said
    enabled: Formula = Unreadable(ownership.missing) if isinstance(ownership, Unread) else True
    if isinstance(request.acl, Unread):
        said.unread += [Unreadable(request.acl.missing)]
        return said
    for index, grant in enumerate(request.acl):
        if environment.action not in _meant(grant):
            continue
        whole = all_of([enabled, _names(grant, environment)])
        if whole is not False:
            ref = StatementRef("acl", grant.name or f"acl/{index}", index)
            said.granting.setdefault("account", []).append((whole, ref))
    return said


def is_foreign(environment: Environment) -> bool:
    """Tell whether the object belongs to another account, to which the bucket's policy gives no access.

    What it denies, it denies all the same (`Policies and permissions in Amazon S3
    <https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-policy-language-overview.html>`_).
    """
    request = environment.request
    owner = request.object_owner
    return owner is not None and owner != request.resource_account and request.object_ownership != ENFORCED


def _meant(grant: AclGrant) -> frozenset[str]:
    permissions = (
        ("READ", "WRITE", "READ_ACP", "WRITE_ACP")
        if grant.permission == "FULL_CONTROL"
        else (grant.permission,)
    )
    return frozenset(action for p in permissions for action in _ACTIONS.get((grant.on, p), ()))


def _names(grant: AclGrant, environment: Environment) -> Formula:
    """Return whether a grant means the caller; which account a canonical user id is, is not known here."""
    caller, ignored = environment.caller, environment.request.ignore_public_acls
    if grant.grantee in EVERYONE:
        if ignored is True or (grant.grantee != "AllUsers" and not caller.is_signed):
            return False
        return all_of([Unreadable(ignored.missing)]) if isinstance(ignored, Unread) else True
    if grant.grantee.startswith("canonical:"):
        if caller.kind == "canonical":
            return grant.grantee == f"canonical:{caller.arn}"
        return Unreadable(f"the account of {grant.grantee}") if caller.has_identity_policies else False
    return caller.has_identity_policies and grant.grantee == caller.account
