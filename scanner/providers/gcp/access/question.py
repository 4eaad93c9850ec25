"""What is asked of the policies, and what they answer for one principal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scanner.verdict import Allowed, AllowedIf, Denied, Unknown

if TYPE_CHECKING:
    from scanner.model import Evidence
    from scanner.verdict import Guard, Verdict

STORAGE_OBJECT = "storage.googleapis.com/Object"


@dataclass(frozen=True, slots=True)
class Place:
    """A resource, or objects of one by a glob, that a permission is asked on.

    `policies` are the canonical names whose allow policies count, nearest first; `chain` the containers it
    lies in. `objects` is a glob over ``resource.name`` where the name says less than conditions may ask for.
    """

    name: str
    type: str
    policies: tuple[str, ...]
    chain: tuple[str, ...]
    objects: str = ""

    @property
    def project(self) -> str:
        """The id of the project it lies in, ``""`` above projects."""
        return next((c.removeprefix("projects/") for c in self.chain if c.startswith("projects/")), "")


@dataclass(frozen=True, slots=True)
class Lock:
    """One thing that stands in the way of an access that is granted, in words, with its proof.

    Whoever holds every permission of one of `drops`, each on its place, can take it away; empty: nobody can.
    `inside` marks who is not barred, because it calls from inside; empty when there is no inside.
    """

    reason: str
    evidence: tuple[Evidence, ...] = ()
    drops: tuple[tuple[tuple[str, Place], ...], ...] = ()
    inside: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """That a member is granted a permission, as far as `verdict` says; `locks` each bar it on their own.

    `verdict` is never Denied.
    """

    member: str
    verdict: Verdict
    evidence: tuple[Evidence, ...]
    locks: tuple[Lock, ...] = ()

    @property
    def missing(self) -> tuple[str, ...]:
        """What would have to be read to be sure."""
        return self.verdict.missing if isinstance(self.verdict, Unknown) else ()

    @property
    def ways(self) -> tuple[tuple[Guard, ...], ...]:
        """The guards of each way in."""
        if isinstance(self.verdict, AllowedIf):
            return self.verdict.alternatives
        return () if isinstance(self.verdict, Denied) else ((),)

    @property
    def order(self) -> tuple[int, int, int]:
        """The better an answer for who asks, the smaller."""
        kinds = (Allowed, AllowedIf, Unknown)
        return len(self.locks), kinds.index(type(self.verdict)), len(self.ways[0])
