"""How fast all (role × bucket × read) answers come, beside asking each pair on its own, in the same run.

    python -m tests.benchmarks.decide_speed [ROLES [BUCKETS]]

Prints, for growing accounts: CPU seconds to parse and intern, to decide, decisions a second, how many were
evaluated, the ratio to the naive way (measured on a sample of pairs), and the exponent of deciding in the
number of roles.
"""

from __future__ import annotations

import math
import random
import resource
import sys
import time
from collections import Counter
from dataclasses import dataclass

from scanner.providers.aws.access import Cohort, Decider, Policy, PolicyStore, Request, decide
from tests.benchmarks.decide_estate import ACCOUNT, Estate, build

READ = "s3:GetObject"
NAIVE_SAMPLE = 3_000


@dataclass
class Role:
    """A role with its policies compiled."""

    arn: str
    identity: tuple[Policy, ...]
    boundary: tuple[Policy, ...] | None


@dataclass
class Result:
    """What one run measured. `verdicts` counts by kind."""

    roles: int
    pairs: int
    parse_s: float
    decide_s: float
    evaluated: int
    distinct: int
    naive_s: float
    verdicts: Counter[str]

    @property
    def ratio(self) -> float:
        """How many times longer the naive way takes."""
        return self.naive_s / self.decide_s


def load(estate: Estate) -> tuple[list[Role], dict[str, Policy | None], PolicyStore]:
    """Parse and intern every document of an account."""
    store = PolicyStore()

    def policy(text: str, name: str) -> Policy:
        return Policy.parse(text, name=name, interner=store)

    managed = {name: policy(text, name) for name, text in estate.managed.items()}
    roles = []
    for role in estate.roles:
        policy(role["trust"], f"{role['arn']}/trust")
        inline = [policy(text, f"{role['arn']}/inline/{i}") for i, text in enumerate(role["inline"])]
        identity = (*inline, *(managed[name] for name in role["attached"]))
        roles.append(Role(role["arn"], identity, (managed[role["boundary"]],) if role["boundary"] else None))
    buckets = {n: policy(text, n) if text else None for n, text in estate.buckets.items()}
    return roles, buckets, store


def caller(role: Role) -> Request:
    """Return the role's side of a request."""
    return Request(READ, role.arn, "*", identity=role.identity, boundary=role.boundary)


def question(bucket: str, policy: Policy | None) -> Request:
    """Return the bucket's side: may some object of it be read."""
    return Request(
        READ,
        "*",
        f"arn:aws:s3:::{bucket}/*",
        some_resource=True,
        resource_account=ACCOUNT,
        resource_policy=policy,
    )


def measure(count: int, buckets: int = 200, templates: int | None = None) -> Result:
    """Decide every pair of an account with so many roles."""
    estate = build(count, buckets, templates=templates)
    start = time.process_time()
    roles, policies, store = load(estate)
    parsed = time.process_time()
    decider = Decider()
    verdicts: Counter[str] = Counter()
    cohort = Cohort([caller(role) for role in roles])
    for bucket, policy in policies.items():
        decisions = decider.decide_all(cohort, question(bucket, policy))
        verdicts.update(type(decision.verdict).__name__ for decision in decisions)
    decided = time.process_time()
    pairs = len(roles) * len(policies)
    rng = random.Random(3)  # noqa: S311 - nothing secret is drawn
    sample = [
        (rng.randrange(len(roles)), rng.choice(list(policies))) for _ in range(min(NAIVE_SAMPLE, pairs))
    ]
    begun = time.process_time()
    for role, bucket in sample:
        asked = cohort.asking(role, question(bucket, policies[bucket]))
        alone = decide(asked)
        if alone != decider.decide_all(Cohort([asked]), asked)[0]:
            raise AssertionError(asked)
    naive = (time.process_time() - begun) * pairs / len(sample)
    return Result(
        len(roles), pairs, parsed - start, decided - parsed, decider.evaluated, len(store), naive, verdicts
    )


def show(found: Result, buckets: int) -> None:
    """Print one line of measurements."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(  # noqa: T201 - a benchmark prints
        f"{found.roles} roles × {buckets} buckets: parse {found.parse_s:.2f} s ({found.distinct} distinct), "
        f"decide {found.decide_s:.2f} s ({found.pairs / found.decide_s:,.0f}/s, "
        f"{found.evaluated} evaluated), naive {found.naive_s:.0f} s, ratio {found.ratio:.0f}, "
        f"{peak} MB, {dict(sorted(found.verdicts.items()))}"
    )


def main(arguments: list[str]) -> None:
    """Print one line for each size, and the exponent of deciding while the templates stay the same."""
    buckets = int(arguments[1]) if len(arguments) > 1 else 200
    if arguments:
        show(measure(int(arguments[0]), buckets), buckets)
        return
    results = [measure(size, buckets, templates=250) for size in (1_000, 2_000, 5_000, 10_000)]
    for found in results:
        show(found, buckets)
    first, last = results[0], results[-1]
    exponent = math.log(last.decide_s / first.decide_s) / math.log(last.roles / first.roles)
    print(f"deciding grows with roles to the power of {exponent:.2f}")  # noqa: T201 - a benchmark prints


if __name__ == "__main__":
    main(sys.argv[1:])
