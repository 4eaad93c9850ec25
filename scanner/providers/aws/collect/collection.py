"""Runs the tables over accounts and regions, in parallel."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, TypeVar

from scanner.errors import CollectError, ConfigError, did_you_mean
from scanner.providers.aws.collect.engine import Reading, Sink
from scanner.providers.aws.collect.failures import Failure, failure_of
from scanner.providers.aws.collect.sessions import ASSUME_ROLE, assume, open_account, role_arn
from scanner.snapshot import DocumentId

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from concurrent.futures import Executor

    from scanner.providers.aws.collect.sessions import Account
    from scanner.providers.aws.collect.table import Service
    from scanner.providers.aws.collect.target import AwsTarget
    from scanner.providers.base import Progress
    from scanner.snapshot import SnapshotWriter

_READINGS_AT_ONCE: Final = 32
_T = TypeVar("_T")


class Collection:
    """One run: `readers` wait for rows, `calls` make the calls and never wait for each other."""

    def __init__(
        self, tables: Sequence[Service], target: AwsTarget, writer: SnapshotWriter, on_progress: Progress
    ) -> None:
        self._target = target
        self._sink = Sink(writer)
        self._on_progress = on_progress
        self._lock = threading.Lock()
        self._done = 0
        self._chosen, self._left_out = _chosen(tables, target.services)
        self._organizations = next(t for t in tables if t.scope == "organization")
        self._regions = next(t for t in tables if (t.name, t.scope) == ("ec2", "global"))

    def run(self) -> None:
        """Read everything that the target names."""
        own = open_account(self._target)
        if self._target.accounts and not self._target.org_role and own.id not in self._target.accounts:
            asked = ", ".join(self._target.accounts)
            raise CollectError(f"the credentials are of account {own.id}, not of {asked}")
        with _pool(self._target.threads) as calls, _pool(_READINGS_AT_ONCE) as readers:
            accounts = list(self._accounts(own, calls, readers))
            enabled = readers.map(lambda account: self._enabled_regions(account, calls), accounts)
            readings = [
                reading
                for account, regions in zip(accounts, enabled, strict=True)
                for reading in self._readings(account, regions)
            ]
            self._each("services", readings, lambda reading: self._read(reading, calls), readers)

    def _accounts(self, own: Account, calls: Executor, readers: Executor) -> Iterator[Account]:
        """Yield the accounts that can be read; the others become gaps."""
        target = self._target
        organization = Reading(own, self._organizations, "", self._sink)
        if self._organizations in self._chosen or target.org_role:
            organization.run(calls)
        if not target.accounts or own.id in target.accounts:
            yield own
        if target.org_role is None:
            return
        members = target.accounts or [
            key
            for key, account in organization.found.items("ListAccounts.Accounts")
            # A suspended account can neither be entered nor used. State takes the place of Status.
            if (account.get("State") or account.get("Status") or "ACTIVE") == "ACTIVE"
        ]
        others = [account for account in members if account != own.id]
        entered: dict[str, Account] = {}
        self._each("accounts", others, lambda account: self._enter(own, account, entered), readers)
        yield from (entered[account] for account in sorted(entered))

    def _enter(self, own: Account, account: str, entered: dict[str, Account]) -> None:
        self._sink.asked()
        try:
            entered[account] = assume(own, self._target, account)
        except Exception as error:
            role = role_arn(own.partition, account, self._target.org_role or "")
            failure = failure_of(error)
            self._sink.gap(
                DocumentId("aws", account, "", "sts", ASSUME_ROLE),
                Failure(failure.reason, f"nothing of this account was read as {role}: {failure.detail}"),
            )

    def _enabled_regions(self, account: Account, calls: Executor) -> tuple[str, ...]:
        if self._target.regions:
            return self._target.regions
        reading = Reading(account, self._regions, "", self._sink)
        reading.run(calls)
        answer = reading.found.get("DescribeRegions") or {}
        regions = tuple(sorted(r["RegionName"] for r in answer.get("Regions") or () if r.get("RegionName")))
        if not regions:
            why = reading.failed.get("DescribeRegions", Failure("failed", "the answer names no region"))
            told = Failure(why.reason, f"only {account.home} was read: {why.detail}")
            self._sink.gap(reading.id("DescribeRegions"), told, "understated")
        return regions or (account.home,)

    def _readings(self, account: Account, regions: Iterable[str]) -> Iterator[Reading]:
        for service in self._left_out:
            if service.scope != "organization":
                id_ = Reading(account, service, "", self._sink).id(service.rows[0].operation)
                self._sink.gap(
                    id_, Failure("not-collected", f"{service.name} is not among the services asked for")
                )
        for service in self._chosen:
            if service.after:
                continue
            if service.scope == "regional":
                yield from (Reading(account, service, region, self._sink) for region in regions)
            elif service.scope == "global" and service is not self._regions:
                yield Reading(account, service, "", self._sink)

    def _read(self, reading: Reading, calls: Executor) -> None:
        """Read a service, and after it those that build on its answers."""
        reading.run(calls)
        for service in self._chosen:
            if service.after == reading.service.name:
                reading.followed_by(service).run(calls)
        reading.forget()

    def _each(self, stage: str, jobs: Sequence[_T], work: Callable[[_T], None], pool: Executor) -> None:
        """Do `work` for all jobs at once, telling how many are done."""
        self._done = 0
        self._on_progress(stage, 0, len(jobs))

        def tell(job: _T) -> None:
            work(job)
            with self._lock:
                self._done += 1
                self._on_progress(stage, self._done, len(jobs))

        for _ in pool.map(tell, jobs):
            pass


def _chosen(
    tables: Sequence[Service], names: Sequence[str]
) -> tuple[tuple[Service, ...], tuple[Service, ...]]:
    known = sorted({table.name for table in tables})
    for name in names:
        if name not in known:
            raise ConfigError(f"unknown service `{name}`{did_you_mean(name, known)}")
    chosen = tuple(table for table in tables if not names or table.name in names)
    regions = ("ec2", "global")  # asked whatever was chosen
    left_out = (t for t in tables if t not in chosen and (t.name, t.scope) != regions)
    return chosen, tuple(left_out)


@contextmanager
def _pool(threads: int) -> Iterator[ThreadPoolExecutor]:
    """A thread pool that starts nothing more once its block is left by an exception."""
    pool = ThreadPoolExecutor(threads, thread_name_prefix="sidedoor")
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)
