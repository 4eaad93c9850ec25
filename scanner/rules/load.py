"""Rules from a directory: every file by location, every error with its file and line."""

from __future__ import annotations

from pathlib import Path
from string import Formatter
from typing import TYPE_CHECKING, Final

import msgspec

from scanner.errors import RuleError
from scanner.rules.schema import PLACEHOLDERS, Rule
from scanner.rules.sketch import SketchError, read_sketch
from scanner.yamlfile import Decoded, among, decode_file
from scanner.yamlnodes import Problems

if TYPE_CHECKING:
    from collections.abc import Iterator

_SHIPPED: Final = Path(__file__).parent / "shipped"  # in a wheel
_CHECKOUT: Final = Path(__file__).parents[2] / "rules"  # beside the package, in a checkout
_SKIPPED: Final = "checkov"  # single-resource policies in checkov's own language


def load_rules(directory: Path | None = None) -> tuple[Rule, ...]:
    """Return the rules below `directory`, sorted by id; without one, those that came with Sidedoor.

    Raises:
        RuleError: naming everything that is wrong in every file.
    """
    top = directory or rules_directory()
    if not top.is_dir():
        raise RuleError("no such rules directory", file=str(top))
    shown = Path("rules") if directory is None else top
    rules: dict[str, Rule] = {}
    errors: list[str] = []
    for path in sorted(top.rglob("*")):
        relative = path.relative_to(top)
        if _SKIPPED in relative.parts or path.suffix not in {".yaml", ".yml"}:
            continue
        try:
            rule = load_rule(path, relative.as_posix(), name=str(shown / relative))
            if rule.id in rules:
                raise RuleError(f"`{rule.id}` is also {rules[rule.id].path}", file=str(shown / relative))
            rules[rule.id] = rule
        except RuleError as error:
            errors.append(str(error))
    if errors:
        raise RuleError("\n".join(errors))
    if not rules:
        raise RuleError("holds no rules; they are files that end in .yaml", file=str(top))
    return tuple(rules[id_] for id_ in sorted(rules))


def rules_directory() -> Path:
    """Return where the rules that came with Sidedoor are: in the package, else beside it."""
    return _SHIPPED if _SHIPPED.is_dir() else _CHECKOUT


def load_rule(path: Path, relative: str, *, name: str | None = None) -> Rule:
    """Read one rule; messages call the file `name`. Raises `RuleError` with all that is wrong in it."""
    shown = name or str(path)
    decoded = decode_file(path, Rule, error=RuleError, name=shown)
    problems = Problems(shown, RuleError)
    for line, message in _check(decoded, path):
        problems.add(line, message)
    problems.settle()
    return msgspec.structs.replace(decoded.value, path=relative)


def _check(decoded: Decoded[Rule], path: Path) -> Iterator[tuple[int, str]]:
    rule = decoded.value
    if path.suffix != ".yaml":
        yield 1, f"rule files end in .yaml, not {path.suffix}"
    if rule.id != path.stem:
        yield decoded.line("id"), f"id `{rule.id}` is not the file's name, `{path.stem}`"
    for key in ("title", "summary", "rationale", "remediation"):
        if not getattr(rule, key).strip():
            yield decoded.line(key), f"`{key}` is empty"
    for problem in _check_message(rule.message):
        yield decoded.line("message"), problem
    for wanted, word in ((True, "fires"), (False, "does not fire")):
        if not any(example.fires is wanted for example in rule.examples):
            yield decoded.line("examples"), f"no example on which the rule {word}"
    names: set[str] = set()
    for i, example in enumerate(rule.examples):
        if example.name in names:
            yield decoded.line("examples", i, "name"), f"two examples are named `{example.name}`"
        names.add(example.name)
        try:
            read_sketch(example.facts)
        except SketchError as error:
            yield decoded.line("examples", i, "facts", error.fact), error.message


def _check_message(message: str) -> Iterator[str]:
    try:
        parts = list(Formatter().parse(message))
    except ValueError:
        yield "message has a brace without its other half; write `{{` for a brace itself"
        return
    for _, field, form, conversion in parts:
        if field is None:
            continue
        if field not in PLACEHOLDERS:
            yield f"unknown placeholder `{{{field}}}`{among(field, PLACEHOLDERS)}"
        elif form or conversion:
            yield f"placeholder `{{{field}}}` takes no format"
