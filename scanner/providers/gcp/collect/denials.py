"""IAM v2: deny policies of every organization, folder and project.

| document | key | body |
|---|---|---|
| ``ListDenyPolicies.policies`` | policy name | the policy with ``rules`` |
| ``ListPolicies.policies`` | policy name | what the list says of it: no rules |
| ``ListDenyPolicies`` | container | the list was read to its end |

A list leaves the rules out: each policy is asked for by its name. Source: IAM REST reference, "policies.list"
and "policies.get" (https://cloud.google.com/iam/docs/reference/rest/v2/policies/list, read 2026-11-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.providers.gcp.collect.bodies import section
from scanner.providers.gcp.collect.table import Kept, Question, Row, Service

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.providers.gcp.collect.found import Found
    from scanner.providers.gcp.collect.table import Body

_LISTED: Final = "ListPolicies.policies"


def _lists(found: Found) -> Iterator[Question]:
    for container in found.containers():
        point = f"cloudresourcemanager.googleapis.com/{container}".replace("/", "%2F")
        params = {"parent": f"policies/{point}/denypolicies", "page_size": 1_000}
        yield Question(scope=found.scope(container), key=container, params=params)


def _note(found: Found, question: Question, policy: Body) -> Iterator[Kept]:
    del found
    yield Kept(question.scope, _LISTED, str(section(policy).get("name")), policy)


def _policies(found: Found) -> Iterator[Question]:
    for name in sorted(found.documents[_LISTED]):
        _, _, container = name.split("/denypolicies/")[0].replace("%2F", "/").partition(".com/")
        yield Question(scope=found.scope(container), key=name, params={"name": name})


TABLE: Final = Service(
    name="iam",
    client="google.cloud.iam_v2:PoliciesClient",
    rows=(
        Row(
            operation="ListPolicies",
            field="ListDenyPolicies",
            each=_lists,
            items="policies",
            keep=_note,
            effect="overstated",
            permissions=("iam.denypolicies.list",),
        ),
        Row(
            operation="GetPolicy",
            field="ListDenyPolicies.policies",
            each=_policies,
            effect="overstated",
            permissions=("iam.denypolicies.get",),
        ),
    ),
)
