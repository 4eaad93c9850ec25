"""Sets of addresses: named cases, and the laws of sets against single addresses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.netset import AddressSet

UNIONS = {
    "halves join to the whole family": (["0.0.0.0/1", "128.0.0.0/1"], ("0.0.0.0/0",)),
    "one half stays one half": (["0.0.0.0/1"], ("0.0.0.0/1",)),
    "neighbours join": (["203.0.113.0/25", "203.0.113.128/25"], ("203.0.113.0/24",)),
    "a gap stays a gap": (["203.0.113.0/25", "203.0.113.192/26"], ("203.0.113.0/25", "203.0.113.192/26")),
    "host bits are dropped": (["203.0.113.7/24"], ("203.0.113.0/24",)),
    "families do not mix": (["0.0.0.0/0", "2001:db8::/32"], ("0.0.0.0/0", "2001:db8::/32")),
    "an address is a block of one": (["2001:0db8:0:0:0:0:0:1"], ("2001:db8::1/128",)),
}


@pytest.mark.parametrize(("blocks", "expected"), UNIONS.values(), ids=UNIONS)
def test_of(blocks: list[str], expected: tuple[str, ...]) -> None:
    assert AddressSet.of(blocks).cidrs() == expected


def test_subtraction_leaves_the_rest() -> None:
    rest = AddressSet.of(["203.0.113.0/24"]) - AddressSet.of(["203.0.113.0/26"])
    assert rest.cidrs() == ("203.0.113.64/26", "203.0.113.128/25")
    assert len(rest) == 192


def test_everything_is_both_families() -> None:
    assert AddressSet.of(["0.0.0.0/0", "::/0"]).is_everything
    assert not AddressSet.of(["0.0.0.0/0"]).is_everything
    assert (~AddressSet.of(["::/0"])).cidrs() == ("0.0.0.0/0",)
    assert AddressSet().witness() is None


@pytest.mark.parametrize("wrong", ["300.0.0.1", "203.0.113.0/33", "", "any", "203.0.113.0/-1"])
def test_what_is_no_block_is_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="does not appear"):
        AddressSet.of([wrong])


BLOCKS = st.lists(
    st.builds("{}.{}.0.0/{}".format, st.integers(0, 3), st.integers(0, 3), st.integers(0, 18))
    | st.builds("2001:db8:{}::/{}".format, st.integers(0, 3), st.integers(0, 50)),
    max_size=4,
)
ADDRESSES = st.builds(
    "{}.{}.{}.1".format, st.integers(0, 4), st.integers(0, 4), st.integers(0, 255)
) | st.builds("2001:db8:{}::1".format, st.integers(0, 4))


@given(left=BLOCKS, right=BLOCKS, address=ADDRESSES)
def test_laws_of_sets(left: list[str], right: list[str], address: str) -> None:
    a, b = AddressSet.of(left), AddressSet.of(right)
    in_a, in_b = address in a, address in b
    assert (address in a | b) == (in_a or in_b)
    assert (address in a & b) == (in_a and in_b)
    assert (address in a - b) == (in_a and not in_b)
    assert (address in ~a) != in_a
    assert (a - b) | (a & b) == a
    assert AddressSet.of(a.cidrs()) == a
    assert a.includes(b) == ((a | b) == a)
