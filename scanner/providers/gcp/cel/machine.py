"""Runs a regular expression over a text, all of its states at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

from scanner.providers.gcp.cel.patterns import (
    MAX_STATES,
    MAX_WORK,
    Characters,
    Edge,
    Either,
    Pattern,
    Repeat,
    Run,
    Unsupported,
    read,
)

_Step: TypeAlias = "Characters | Edge | None"


@dataclass(slots=True)
class _Program:
    """State i consumes or checks `steps[i]` and goes on to `ways[i]`; the last state accepts."""

    steps: list[_Step] = field(default_factory=list)
    ways: list[list[int]] = field(default_factory=list)
    parts: int = 0

    def state(self, step: _Step = None) -> int:
        if len(self.steps) >= MAX_STATES:
            raise Unsupported("pattern too large")
        self.steps.append(step)
        self.ways.append([])
        return len(self.steps) - 1

    def add(self, pattern: Pattern, start: int) -> int:
        """Append a pattern behind a state; returns the state behind the pattern."""
        self.parts += 1
        if self.parts > 4 * MAX_STATES:
            raise Unsupported("pattern too large")
        match pattern:
            case Characters() | Edge():
                at, end = self.state(pattern), self.state()
                self.ways[start].append(at)
                self.ways[at].append(end)
                return end
            case Run(parts=parts):
                for part in parts:
                    start = self.add(part, start)
                return start
            case Either(options=options):
                ends = [self.add(option, self._behind(start)) for option in options]
                end = self.state()
                for one in ends:
                    self.ways[one].append(end)
                return end
            case Repeat():
                return self._repeat(pattern, start)

    def _behind(self, start: int) -> int:
        at = self.state()
        self.ways[start].append(at)
        return at

    def _repeat(self, repeat: Repeat, start: int) -> int:
        for _ in range(repeat.least):
            start = self.add(repeat.part, start)
        if repeat.most is None:
            loop = self._behind(start)
            self.ways[self.add(repeat.part, loop)].append(loop)
            return self._behind(loop)
        end = self.state()
        for _ in range(repeat.most - repeat.least):
            self.ways[start].append(end)
            start = self.add(repeat.part, self._behind(start))
        self.ways[start].append(end)
        return end


def found_in(pattern: str, text: str) -> bool:
    """Tell whether a pattern matches somewhere in a text.

    Raises:
        Unsupported: when the pattern is not read, or the match would take too long.
    """
    program = _Program()
    start = program.state()
    end = program.add(read(pattern), start)
    if len(program.steps) * (len(text) + 1) > MAX_WORK:
        raise Unsupported("match too long")
    current: set[int] = set()
    for at in range(len(text) + 1):
        current = _closure(program, current | {start}, text, at)
        if end in current:
            return True
        if at < len(text):
            code = ord(text[at])
            current = {
                way
                for state in current
                if isinstance(step := program.steps[state], Characters) and step.holds(code)
                for way in program.ways[state]
            }
    return False


def _closure(program: _Program, states: set[int], text: str, at: int) -> set[int]:
    """Return the states that can be reached without a character."""
    seen = set(states)
    pending = list(states)
    while pending:
        state = pending.pop()
        step = program.steps[state]
        if isinstance(step, Characters) or (isinstance(step, Edge) and not _is_at(step, text, at)):
            continue
        for way in program.ways[state]:
            if way not in seen:
                seen.add(way)
                pending.append(way)
    return seen


def _is_at(edge: Edge, text: str, at: int) -> bool:
    match edge.at:
        case "^":
            return at == 0 or (edge.lines and text[at - 1] == "\n")
        case "$":
            return at == len(text) or (edge.lines and text[at] == "\n")
    before = at > 0 and _is_word(text[at - 1])
    after = at < len(text) and _is_word(text[at])
    return (before != after) == (edge.at == "b")


def _is_word(character: str) -> bool:
    return character.isascii() and (character.isalnum() or character == "_")
