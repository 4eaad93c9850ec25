"""Hops into service agents of Google's that do what others tell them, and into what they copied.

Most of what an agent does asks for no permission on the agent: whoever may make the job has it act. The
agents are ``agents.yaml``. Source: IAM documentation, "Service agents"
(https://cloud.google.com/iam/docs/service-agents, read 2026-11): what agents may do is granted to them by
bindings, as to anybody.
"""

from __future__ import annotations

import re
from functools import cached_property
from importlib import resources
from typing import TYPE_CHECKING

import msgspec

from scanner.providers.gcp import steps
from scanner.providers.gcp.access.places import container_place
from scanner.providers.gcp.members import SERVICE_ACCOUNT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.model import Hop
    from scanner.providers.gcp.estate import GcpEstate


class Agent(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """One kind of agent; see the data file."""

    what: str
    source: str
    address: str
    type: str
    ways: tuple[tuple[str, ...], ...]
    inside: bool = True
    mark: str = ""
    doubt: str = ""

    @cached_property
    def form(self) -> re.Pattern[str]:
        """Return what its node looks like."""
        before, _, after = self.address.partition("{number}")
        return re.compile(
            rf"{SERVICE_ACCOUNT}{re.escape(before)}(?P<number>\d+){re.escape(after + self.mark)}"
        )


class Agents(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The data file."""

    read: str
    agents: tuple[Agent, ...]


def load_agents() -> tuple[Agent, ...]:
    """Read the shipped table."""
    content = resources.files(__package__).joinpath("agents.yaml").read_bytes()
    return msgspec.yaml.decode(content, type=Agents).agents


def into(estate: GcpEstate, node: str) -> Iterator[Hop]:
    """Yield hops into a service agent of a project of ours; none for another node."""
    for agent in estate.agents:
        found = agent.form.fullmatch(node)
        if found is not None:
            yield from _commanding(estate, node, agent, found["number"])


def reading(estate: GcpEstate, member: str) -> str:
    """Return the node by which an agent reads objects for others, ``""`` for one that does not."""
    marked = (f"{member}{agent.mark}" for agent in estate.agents if agent.mark)
    return next((m for m in marked if any(agent.form.fullmatch(m) for agent in estate.agents)), "")


def inside(estate: GcpEstate, node: str, projects: frozenset[str]) -> Iterator[Hop]:
    """Yield hops into an agent by what it does in some projects, keys of containers."""
    for agent in estate.agents:
        found = agent.form.fullmatch(node) if agent.inside else None
        if found is not None and estate.hierarchy.key(f"projects/{found['number']}") in projects:
            yield from _commanding(estate, node, agent, found["number"])


def _commanding(estate: GcpEstate, node: str, agent: Agent, number: str) -> Iterator[Hop]:
    """Yield who has an agent act, each way."""
    if not estate.hierarchy.is_ours(number):
        return
    key = estate.hierarchy.key(f"projects/{number}")
    place = container_place(key, estate.hierarchy.above(key))
    way = steps.Way(agent.type, missing=(agent.doubt,) if agent.doubt else ())
    yield from steps.once(
        steps.hops(estate, way, node, steps.holding_all(estate, permissions, place))
        for permissions in agent.ways
    )
