"""What is remembered is what would be decided: one `Decider` for many requests against `decide` for each."""

from __future__ import annotations

from random import Random
from typing import Any

import msgspec
import pytest

from scanner.providers.aws.access import Cohort, Decider, Policy, PolicyStore, Request, decide
from scanner.providers.aws.access.jsonl import read_request
from tests.providers.aws.access.cases import load
from tests.providers.aws.access.generate import make_line

CALLERS = [
    "arn:aws:iam::100000000001:role/trainer",
    "arn:aws:iam::100000000001:role/other",
    "arn:aws:sts::100000000001:assumed-role/trainer/s1",
    "arn:aws:iam::100000000001:user/alice",
    "arn:aws:iam::200000000001:role/ingest",
    "arn:aws:iam::200000000001:root",
    "lambda.amazonaws.com",
    "*",
]


@pytest.mark.parametrize("mode", ["strict", "open"])
@pytest.mark.parametrize("seed", range(12))
def test_a_decider_answers_as_decide_does(seed: int, mode: str) -> None:
    rng = Random(seed)  # noqa: S311 - test data
    decider = Decider()
    for _ in range(12):
        request = msgspec.structs.replace(read_request(make_line(rng)), mode=mode)
        some = rng.random() < 0.3
        wider = request.resource.rpartition("/")[0] + "/*"
        for principal in [request.principal, *rng.sample(CALLERS, 4)]:
            asked = msgspec.structs.replace(
                request,
                principal=principal,
                resource=wider if some else request.resource,
                some_resource=some,
                context={
                    **request.context,
                    **({"aws:principaltag/team": ("red",)} if rng.random() < 0.3 else {}),
                },
            )
            assert decider.decide(asked) == decide(asked)
            assert decider.decide(asked) == decide(asked)


def read(bucket: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    resource = f"arn:aws:s3:::{bucket}/*"
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": resource, **more}
    return {"Version": "2012-10-17", "Statement": [statement]}


def question(role: int, *policies: Policy) -> Request:
    return Request(
        "s3:GetObject",
        f"arn:aws:iam::100000000001:role/r{role}",
        "arn:aws:s3:::weights/*",
        some_resource=True,
        resource_account="100000000001",
        identity=policies,
    )


def test_one_template_is_evaluated_once_and_keeps_its_names() -> None:
    store, decider = PolicyStore(), Decider()
    for n in range(50):
        policies = [
            Policy.parse(read("logs"), name=f"logs-{n}", interner=store),
            Policy.parse(read("weights"), name=f"weights-{n}", interner=store),
        ]
        decision = decider.decide(question(n, *policies[:: 1 if n % 2 else -1]))
        assert [ref.policy for ref in decision.deciding] == [f"weights-{n}"]
    assert decider.evaluated == 1


def test_a_condition_on_the_principal_is_evaluated_once_for_each_answer() -> None:
    decider = Decider()
    condition = {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::100000000001:role/r1*"}}
    policy = Policy.parse(read("weights", Condition=condition), name="p")
    verdicts = [type(decider.decide(question(n, policy)).verdict).__name__ for n in range(30)]
    assert [n for n, verdict in enumerate(verdicts) if verdict == "Allowed"] == [1, *range(10, 20)]
    assert decider.evaluated <= 3


@pytest.mark.parametrize("mode", ["strict", "open"])
@pytest.mark.parametrize("seed", range(8))
def test_a_cohort_is_answered_as_each_of_its_callers(seed: int, mode: str) -> None:
    rng = Random(seed)  # noqa: S311 - test data
    decider = Decider()
    for _ in range(8):
        question = msgspec.structs.replace(read_request(make_line(rng)), mode=mode)
        others = [read_request(make_line(rng)) for _ in range(2)]
        callers = [
            msgspec.structs.replace(
                question,
                principal=principal,
                identity=rng.choice([question, *others]).identity,
                context={"aws:principaltag/team": (rng.choice(["red", "blue"]),)}
                if rng.random() < 0.3
                else {},
            )
            for principal in (question.principal, *CALLERS, "arn:aws:iam::100000000001:role/third")
        ]
        cohort = Cohort(callers)
        found = decider.decide_all(cohort, question)
        assert found == [decide(cohort.asking(index, question)) for index in range(len(callers))]


def test_a_decider_answers_every_hand_written_case_as_decide_does() -> None:
    decider = Decider()
    for case in load():
        request = read_request(case.line)
        for mode in ("strict", "open"):
            asked = msgspec.structs.replace(request, mode=mode)
            assert decider.decide(asked) == decide(asked), case.id
            assert decider.decide_all(Cohort([asked]), asked) == [decide(asked)], case.id
