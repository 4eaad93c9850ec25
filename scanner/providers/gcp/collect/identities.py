"""IAM: what roles contain, and the service accounts and keys that the inventory does not list.

| document | key | body |
|---|---|---|
| ``ListRoles.roles`` | role name | ``includedPermissions``, ``stage``; predefined ones in the empty scope |
| ``ListServiceAccountKeys.keys`` | key name | ``keyType``, ``validAfterTime``, ``disabled``; never a key |
| ``ListRoles``, ``ListServiceAccountKeys`` | parent | the list was read to its end |

Service accounts are documents ``ListAssets.RESOURCE``. Source: IAM RPC reference, "google.iam.admin.v1"
(https://cloud.google.com/iam/docs/reference/rpc/google.iam.admin.v1, read 2026-11-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.providers.gcp.collect.bodies import section, texts
from scanner.providers.gcp.collect.found import PROJECT
from scanner.providers.gcp.collect.placing import place_resource
from scanner.providers.gcp.collect.table import Kept, Question, Row, Service

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.gcp.collect.found import Found
    from scanner.providers.gcp.collect.table import Body

_ACCOUNT: Final = "iam.googleapis.com/ServiceAccount"
_KEY: Final = "iam.googleapis.com/ServiceAccountKey"
_ROLE: Final = "iam.googleapis.com/Role"
_USER_MANAGED: Final = 1
"""``ListServiceAccountKeysRequest.KeyType``: keys that people made; Google's own rotate by themselves."""


def _role_lists(found: Found) -> Iterator[Question]:
    """Predefined roles, and those that somebody made where a binding names one that was not listed."""
    for parent in ("", *_lacking(found)):
        params = {"parent": parent, "view": "FULL", "page_size": 1_000}
        yield Question(scope=found.scope(parent) if parent else "", key=parent, params=params)


def _lacking(found: Found) -> list[str]:
    listed = {str(data.get("name")) for _, _, data in found.data_of(_ROLE)}
    custom = {role.rpartition("/roles/")[0] for role in found.roles if role not in listed}
    return sorted(parent for parent in custom if parent.startswith(("organizations/", "projects/")))


def _keep_role(found: Found, question: Question, role: Body) -> Iterator[Kept]:
    del found
    yield Kept(question.scope, "ListRoles.roles", str(section(role).get("name")), role)


def _projects_without_accounts(found: Found) -> Iterator[Question]:
    having = {above for _, asset in found.of(_ACCOUNT) for above in texts(asset.get("ancestors"))[:1]}
    for _, asset, data in found.data_of(PROJECT):
        own = next(iter(texts(asset.get("ancestors"))), "")
        if own not in having and data.get("lifecycleState", data.get("state", "ACTIVE")) == "ACTIVE":
            params = {"name": f"projects/{data.get('projectId') or found.scope(own)}", "page_size": 100}
            yield Question(scope=found.scope(own), key=own, params=params)


def _keep_account(found: Found, question: Question, account: Body) -> Iterator[Kept]:
    name = str(section(account).get("name"))
    url, full = f"https://iam.googleapis.com/v1/{name}", f"//iam.googleapis.com/{name}"
    yield place_resource(found, account, url, name=full, type_=_ACCOUNT, above=[question.key])


def _accounts_without_keys(found: Found) -> Iterator[Question]:
    """Every account has keys of Google's at least: one without any was not listed with its keys."""
    having = {name.rpartition("/keys/")[0].rpartition("/")[2] for name, _ in found.of(_KEY)}
    for name, asset, data in found.data_of(_ACCOUNT):
        if name.rpartition("/")[2] not in having and data.get("email") not in having:
            parent = str(data.get("name") or f"projects/-/serviceAccounts/{data.get('email')}")
            params = {"name": parent, "key_types": [_USER_MANAGED]}
            yield Question(scope=found.scope_of(asset), key=parent, params=params)


def _keep_keys(found: Found, question: Question, answer: Body) -> Iterator[Kept]:
    del found
    keys = section(answer).get("keys")
    for key in keys if isinstance(keys, list) else ():
        yield Kept(question.scope, "ListServiceAccountKeys.keys", str(section(key).get("name")), key)
    yield Kept(question.scope, "ListServiceAccountKeys", question.key, {})


TABLE: Final = Service(
    name="iam",
    client="google.cloud.iam_admin_v1:IAMClient",
    rows=(
        Row(
            operation="ListRoles",
            each=_role_lists,
            items="roles",
            keep=_keep_role,
            permissions=("iam.roles.get", "iam.roles.list"),
        ),
        Row(
            operation="ListServiceAccounts",
            each=_projects_without_accounts,
            items="accounts",
            keep=_keep_account,
            effect="understated",
            permissions=("iam.serviceAccounts.get", "iam.serviceAccounts.list"),
        ),
        Row(
            operation="ListServiceAccountKeys",
            each=_accounts_without_keys,
            keep=_keep_keys,
            effect="understated",
            permissions=("iam.serviceAccountKeys.get", "iam.serviceAccountKeys.list"),
        ),
    ),
)
