"""How rows of a table become calls, against a client that is made up."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError, EndpointConnectionError

from scanner.providers.aws.collect.engine import Reading, Sink
from scanner.providers.aws.collect.table import Row, Service
from scanner.snapshot import Snapshot, SnapshotWriter

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.providers.aws.collect.failures import Failure

Answer = dict[str, Any]
Operations = dict[str, "Callable[[Answer], Answer]"]


class FakeClient:
    """Has the operations it is given; each takes its parameters and returns one page."""

    def __init__(self, operations: Operations) -> None:
        self.meta = self
        self.service_model = self
        self.operation_names = list(operations)
        self.method_to_api_mapping = {name: name for name in operations}
        self.input_shape = self.output_shape = None
        self._operations = operations

    def operation_model(self, _: str) -> FakeClient:
        """Stand in for the service model too."""
        return self

    def can_paginate(self, _: str) -> bool:
        """Say no."""
        return False

    def __getattr__(self, name: str) -> Callable[..., Answer]:
        return lambda **params: self._operations[name](params)


class FakeAccount:
    """One client for everything; `known` says in which regions the SDK knows the service."""

    id = "100000000001"
    home = "us-east-1"

    def __init__(self, operations: Operations, *, known: bool = True) -> None:
        self.regions: list[str] = []
        self.released: list[str | None] = []
        self.failures: list[tuple[Failure, bool]] = []
        self._client = FakeClient(operations)
        self._known = known

    def client(self, _: str, region: str) -> FakeClient:
        """Return the client and note the region."""
        self.regions.append(region)
        return self._client

    def release(self, _: str, region: str | None) -> None:
        """Note what is let go."""
        self.released.append(region)

    def offers(self, *_: str) -> bool:
        """Say what the test wants."""
        return self._known

    def close(self, _service: str, _region: str, failure: Failure, *, at_once: bool) -> None:
        """Note the failure."""
        self.failures.append((failure, at_once))

    def closed(self, *_: str) -> Failure | None:
        """Never."""
        return None


def run(operations: Operations, *rows: Row, region: str = "", **more: Any) -> tuple[Snapshot, FakeAccount]:  # noqa: ANN401
    known = more.pop("known", True)
    service = Service(name="things", scope="regional" if region else "global", rows=rows, **more)
    account: Any = FakeAccount(operations, known=known)
    writer = SnapshotWriter(target="", collected_at="", tool_version="")
    with ThreadPoolExecutor(4) as pool:
        Reading(account, service, region, Sink(writer)).run(pool)
    return writer.snapshot(), account


def ids(snapshot: Snapshot) -> list[str]:
    return [str(id_).split("things:")[1] for id_ in snapshot._by_id]


def told(snapshot: Snapshot) -> list[tuple[str, str, str]]:
    return [(str(g.id).split("things:")[1], g.reason, g.detail) for g in snapshot.gaps]


LIST = Row(operation="ListThings", lists={"Things": "Name"})
DESCRIBE = Row(operation="DescribeThing", each=("ListThings.Things",), params={"ThingName": "Name"})


def things(*names: str) -> Answer:
    return {"Things": [{"Name": name} for name in names], "ResponseMetadata": {}}


def test_items_become_documents_and_parameters() -> None:
    asked: list[Answer] = []
    snapshot, _ = run(
        {"ListThings": lambda _: things("b", "a"), "DescribeThing": lambda p: asked.append(p) or {"Got": p}},  # type: ignore[func-returns-value]
        LIST,
        DESCRIBE,
    )
    assert ids(snapshot) == [
        "DescribeThing/a",
        "DescribeThing/b",
        "ListThings",
        "ListThings.Things/a",
        "ListThings.Things/b",
    ]
    assert sorted(p["ThingName"] for p in asked) == ["a", "b"]
    assert snapshot.asked == 3


def test_an_empty_list_is_read_and_a_failed_one_is_not() -> None:
    empty, _ = run({"ListThings": lambda _: things(), "DescribeThing": dict}, LIST, DESCRIBE)
    assert (ids(empty), told(empty)) == (["ListThings"], [])

    def denied(_: Answer) -> Answer:
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "ListThings")

    failed, _ = run({"ListThings": denied, "DescribeThing": dict}, LIST, DESCRIBE)
    assert (ids(failed), told(failed)) == ([], [("ListThings", "refused", "AccessDenied: no")])


def test_more_items_than_the_limit_are_said_and_the_list_is_not_whole() -> None:
    limited = Row(operation="ListThings", lists={"Things": "Name"}, limit=2)
    exact, _ = run({"ListThings": lambda _: things("a", "b")}, limited)
    assert ("ListThings" in ids(exact), told(exact)) == (True, [])
    cut, _ = run({"ListThings": lambda _: things("a", "b", "c")}, limited)
    assert ids(cut) == ["ListThings.Things/a", "ListThings.Things/b"]
    assert told(cut) == [("ListThings", "not-collected", "only the first 2 items were asked for")]


def test_a_row_that_feeds_itself_walks_a_tree_once() -> None:
    tree = {"root": ["a", "b"], "a": ["c"], "b": [], "c": ["a"]}  # a circle, which no provider should have
    asked: list[str] = []

    def children(params: Answer) -> Answer:
        asked.append(params["Parent"])
        return {"Units": [{"Id": child} for child in tree[params["Parent"]]]}

    snapshot, _ = run(
        {"ListRoots": lambda _: {"Roots": [{"Id": "root"}]}, "ListUnits": children},
        Row(operation="ListRoots", lists={"Roots": "Id"}),
        Row(
            operation="ListUnits",
            each=("ListRoots.Roots", "ListUnits.Units"),
            params={"Parent": "Id"},
            lists={"Units": "Id"},
        ),
    )
    assert sorted(asked) == ["a", "b", "c", "root"]
    assert [i for i in ids(snapshot) if "." in i] == [
        "ListRoots.Roots/root",
        "ListUnits.Units/a",
        "ListUnits.Units/b",
        "ListUnits.Units/c",
    ]


def test_an_operation_the_sdk_lacks_is_one_gap_where_it_would_be_asked() -> None:
    newer = Row(operation="GetThingPolicy", each=("ListThings.Things",), params={"ThingName": "Name"})
    some, _ = run({"ListThings": lambda _: things("a", "b")}, LIST, newer)
    assert [(name, reason) for name, reason, _ in told(some)] == [("GetThingPolicy", "unsupported-by-sdk")]
    none, _ = run({"ListThings": lambda _: things()}, LIST, newer)
    assert told(none) == []


def test_an_item_that_lacks_what_a_row_asks_with_is_a_gap() -> None:
    deeper = Row(operation="DescribeThing", each=("ListThings.Things",), params={"Id": "Inner.Id"})
    snapshot, _ = run({"ListThings": lambda _: things("a"), "DescribeThing": dict}, LIST, deeper)
    assert told(snapshot) == [("DescribeThing/a", "unparseable", "nothing at Inner.Id to ask with")]


def test_constants_name_the_documents_where_there_are_several() -> None:
    twice = Row(operation="ListThings", given=({"Type": "A"}, {"Type": "B"}), lists={"Things": "Name"})
    snapshot, _ = run({"ListThings": lambda p: things(p["Type"].lower())}, twice)
    assert ids(snapshot) == ["ListThings/A", "ListThings/B", "ListThings.Things/a", "ListThings.Things/b"]


def test_one_bad_row_does_not_end_the_others() -> None:
    def broken(_: object) -> Any:  # noqa: ANN401 - it never returns
        raise RuntimeError("what a bug in a table would do")

    snapshot, _ = run(
        {"ListThings": lambda _: things("a"), "DescribeThing": dict, "GetThing": dict},
        LIST,
        Row(operation="GetThing", each=broken),
        DESCRIBE,
    )
    assert told(snapshot) == [("GetThing", "failed", "RuntimeError: what a bug in a table would do")]
    assert "DescribeThing/a" in ids(snapshot)


def no_host(_: Answer) -> Answer:
    raise EndpointConnectionError(endpoint_url="https://things.eu-west-9.example")


def test_a_region_without_the_service_has_none() -> None:
    """Where the SDK knows of no such endpoint either; else a network that is down would look empty."""
    absent, _ = run({"ListThings": no_host, "ListOthers": no_host}, LIST, region="eu-west-9", known=False)
    assert told(absent) == []
    assert [d.body for d in absent.all("aws", "things", "ListThings")] == [None]
    down, account = run({"ListThings": no_host}, LIST, region="eu-west-9")
    assert [(name, reason) for name, reason, _ in told(down)] == [("ListThings", "failed")]
    assert [at_once for _, at_once in account.failures] == [True]


def test_a_bucket_that_cannot_be_reached_does_not_close_the_service_at_once() -> None:
    where = {"a": "eu-west-1", "b": None}
    _, account = run(
        {"ListThings": lambda _: things("a", "b"), "DescribeThing": no_host},
        LIST,
        DESCRIBE,
        region_of=lambda _, key: where[key],
    )
    assert [at_once for _, at_once in account.failures] == [False, False]
    assert {"eu-west-1", "us-east-1"} == set(account.regions)


def test_clients_are_let_go_when_a_reading_ends() -> None:
    """Of its region, or of every region a bucket took it to."""
    assert run({"ListThings": lambda _: things()}, LIST, region="eu-west-1")[1].released == ["eu-west-1"]
    assert run({"ListThings": lambda _: things()}, LIST)[1].released == [None]
