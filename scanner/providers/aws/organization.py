"""Which accounts are ours, and which service and resource control policies stand over each of them.

Source: AWS Organizations User Guide, "SCP evaluation" and "RCP evaluation"
(https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html, read
2026-11-22): every level from the root to the account must allow, and the management account is exempt.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import msgspec

from scanner.providers.aws.access import Unread
from scanner.snapshot import Document, DocumentId, Gap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.config import Config
    from scanner.providers.aws.access import Policy
    from scanner.providers.aws.library import Library
    from scanner.snapshot import Snapshot

_ROOT = "r-"
"""How the id of a root begins: AWS Organizations API Reference, "Root" (read 2026-11-22)."""
Levels = tuple[tuple["Policy | Unread", ...], ...]


class Organization:
    """The organization as the snapshot knows it; without one every account stands alone.

    `id` is None when the accounts are in no organization, or when that could not be read (then `unread`
    says what).
    """

    def __init__(self, snapshot: Snapshot, config: Config, library: Library) -> None:
        self._library = library
        self._snapshot = snapshot
        self._levels: dict[tuple[str, str], Levels] = {}
        described = snapshot.all("aws", "organizations", "DescribeOrganization")
        body = next((d.body for d in described if d.body), None) or {}
        organization = body.get("Organization") or {}
        self.id: str | None = config.ours.aws.organization or organization.get("Id")
        self.management: str | None = organization.get("MasterAccountId")
        self._home = described[0].id.scope if described else None
        members = {
            d.body["Id"]
            for d in snapshot.all("aws", "organizations", "ListAccounts.Accounts")
            if d.body and d.body.get("Id")
        }
        collected = {d.id.scope for d in snapshot.all("aws", "sts", "GetCallerIdentity")}
        self.accounts: frozenset[str] = frozenset(
            set(config.ours.aws.accounts) | members | collected | {m for m in (self.management,) if m}
        )
        self._parents: dict[str, str] = {}
        for document in snapshot.all("aws", "organizations", "ListParents.Parents"):
            if document.body:
                child = document.id.key.split("/", 1)[0]
                self._parents[child] = document.body["Id"]
        self._types: dict[str, str] = {}
        self._attached = self._attachments()
        refused = list(snapshot.gaps_of("aws", "organizations"))
        self.unread: str | None = str(refused[0]) if refused and not body else None

    def _attachments(self) -> dict[tuple[str, str], list[Document | Unread]]:
        """Return what is attached, by type and target; a policy whose text was not read is Unread there."""
        attached: dict[tuple[str, str], list[Document | Unread]] = defaultdict(list)
        contents: dict[str, Document] = {}
        for document in self._snapshot.all("aws", "organizations", "ListPolicies.Policies"):
            self._types[document.id.key] = (document.body or {}).get("Type", "")
        for document in self._snapshot.all("aws", "organizations", "DescribePolicy"):
            summary = ((document.body or {}).get("Policy") or {}).get("PolicySummary") or {}
            contents[document.id.key] = document
            self._types[document.id.key] = summary.get("Type", "")
        for document in self._snapshot.all("aws", "organizations", "ListTargetsForPolicy.Targets"):
            policy = document.id.key.split("/", 1)[0]
            if not document.body:
                continue
            unread = Unread(str(msgspec.structs.replace(document.id, field="DescribePolicy", key=policy)))
            place = self._types.get(policy, ""), document.body["TargetId"]
            attached[place].append(contents.get(policy, unread))
        return attached

    def is_ours(self, account: str | None) -> bool:
        """Tell whether the configuration, the organization or the collection claims an account."""
        return account is not None and account in self.accounts

    def service_controls(self, account: str) -> Levels:
        """Return the SCPs over an account, root first; empty when none apply."""
        return self._chain("SERVICE_CONTROL_POLICY", account)

    def resource_controls(self, account: str) -> Levels:
        """Return the RCPs over an account's resources, root first; empty when none apply."""
        return self._chain("RESOURCE_CONTROL_POLICY", account)

    def _chain(self, kind: str, account: str) -> Levels:
        key = (kind, account)
        if key not in self._levels:
            self._levels[key] = self._read_chain(kind, account)
        return self._levels[key]

    def _read_chain(self, kind: str, account: str) -> Levels:
        if account == self.management:
            return ()  # documented: SCPs and RCPs do not affect the management account
        if self.unread is not None:
            return ((Unread(self.unread),),)
        if not self._attached or account not in self._parents:
            return self._unknown_place(kind, account)
        targets = [account]
        while targets[-1] in self._parents and self._parents[targets[-1]] not in targets:
            targets.append(self._parents[targets[-1]])
        levels: list[tuple[Policy | Unread, ...]] = [(unread,) for unread in self._doubts(kind, targets[-1])]
        for target in reversed(targets):
            attached = self._attached.get((kind, target), [])
            if attached:
                levels.append(tuple(self._text(policy) for policy in attached))
        return tuple(levels)

    def _text(self, policy: Document | Unread) -> Policy | Unread:
        return policy if isinstance(policy, Unread) else self._library.policy(policy, "/Policy/Content")

    def _doubts(self, kind: str, top: str) -> Iterator[Unread]:
        """Yield what may stand over an account beside what was read: policies attached nobody knows where."""
        for gap in self._snapshot.gaps_of("aws", "organizations"):
            operation = gap.id.field.partition(".")[0]
            unplaced = operation == "ListTargetsForPolicy" and self._types.get(gap.id.key, kind) == kind
            if operation == "ListPolicies" or unplaced:
                yield Unread(str(gap.id))
        missing = DocumentId("aws", self._home or "", "", "organizations", "ListParents", top)
        if not top.startswith(_ROOT):  # where a unit is was refused, or nobody asked: not all were listed
            yield Unread(str(missing))

    def _unknown_place(self, kind: str, account: str) -> Levels:
        """Return one unread level when the account is in an organization whose policies were not all read."""
        gaps = [
            g
            for g in self._snapshot.gaps_of("aws", "organizations")
            if g.id.field.startswith(
                ("ListPolicies", "ListTargetsForPolicy", "DescribePolicy", "ListParents")
            )
        ]
        if gaps:
            return ((Unread(str(gaps[0])),),)
        if self.id is not None and not self._snapshot.all("aws", "organizations", "DescribeOrganization"):
            missing = DocumentId("aws", account, "", "organizations", "DescribeOrganization")
            return ((Unread(str(Gap(missing, "not-collected"))),),)
        return ()
