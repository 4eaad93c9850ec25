"""From a tree to documents: every template, every nested stack in the place that it is called from.

A resource under a condition that cannot be told is read, and a gap says so. What a template includes or
transforms by a macro is not expanded, and is a gap with its line.
"""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from scanner.iac import unread
from scanner.iac.aws import UNKNOWN_ACCOUNT, Drafts, Home, write
from scanner.iac.cloudformation import (
    apis,
    cdk,
    distributions,
    federation,
    fleets,
    graphql,
    identities,
    links,
    networks,
    serverless,
    services,
    serving,
    stores,
    triggers,
)
from scanner.iac.cloudformation.includes import Includes
from scanner.iac.cloudformation.made import Made
from scanner.iac.cloudformation.silent import is_silent
from scanner.iac.cloudformation.stacks import Exports, Given, Stack
from scanner.iac.cloudformation.template import Template, is_template, lengthened
from scanner.iac.tree import Refused
from scanner.iac.written import MAX_BYTES, Node, read_text
from scanner.snapshot import DocumentId, Gap

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scanner.iac.cloudformation.template import Resource
    from scanner.iac.settings import Settings
    from scanner.iac.tree import Tree
    from scanner.snapshot import SnapshotWriter

_ENDINGS: Final = (".yaml", ".yml", ".json", ".template")
_EXPANDED: Final = {
    "AWS::Serverless-2016-10-31",
    "AWS::LanguageExtensions",
    "AWS::SecretsManager-2020-07-23",
    "",
}
_DEEPEST: Final = 5
_MOST_NESTED: Final = 2_000
"""Nested stacks of one tree: what calls itself in circles, a hundredfold, is not followed further."""
_NESTING: Final = {"AWS::CloudFormation::Stack": "TemplateURL", "AWS::Serverless::Application": "Location"}
_TYPED: Final = re.compile(rb"[\"']?Type[\"']?\s*:\s*[\"']?AWS::")
_READERS: Final[tuple[dict[str, Any], ...]] = (
    {**identities.HOLDERS, **stores.FIRST},
    {
        **identities.TYPES,
        **services.TYPES,
        **serverless.TYPES,
        **networks.TYPES,
        **apis.TYPES,
        **fleets.TYPES,
        **distributions.TYPES,
        **federation.TYPES,
        **graphql.TYPES,
        **triggers.TYPES,
    },
    {**serving.TYPES, **apis.LAST, **stores.TYPES, **links.TYPES},
    fleets.LAST,
)
"""Readers of types; those that look for what others made come later."""


def read(tree: Tree, settings: Settings, writer: SnapshotWriter) -> None:
    """Write what a tree's templates will make; see `scanner.iac.Language`."""
    reader = _Reader(tree, settings)
    reader.find()
    reader.open_stacks()
    reader.make()
    if reader.found_any:
        write(reader.drafts, writer)


class _Reader:
    """The templates of one tree, and the documents that they make."""

    def __init__(self, tree: Tree, settings: Settings) -> None:
        self._tree = tree
        self._settings = settings
        self._templates: dict[str, Template] = {}
        self._synthesized: dict[str, cdk.Synthesized] = {}
        self._stacks: list[Stack] = []
        self._nested_left = _MOST_NESTED
        self._exports = Exports()
        self._named: dict[tuple[str, str], str] = {}
        self.drafts = Drafts()
        self.found_any = False

    def find(self) -> None:
        """Parse every file that may be a template."""
        for path in (self._tree.only,) if self._tree.only else self._tree.with_ending(*_ENDINGS):
            if not path.endswith(_ENDINGS):
                continue
            try:
                raw = self._tree.read(path, MAX_BYTES)
            except Refused as why:
                self._gap(unread(self._tree, path, str(why)))
                continue
            if b"Resources" in raw and b"AWS::" in raw:
                self._parse(path, raw)
            elif posixpath.basename(path) == cdk.MANIFEST and cdk.MARK in raw:
                self._synthesized.update(cdk.synthesized(path, raw))

    def open_stacks(self) -> None:
        """Make a stack of each template that no other one calls, and of those nested in them."""
        roots = self._roots()
        taken = Counter(_stack_name(path) for path in roots)
        for path in roots:
            told = self._synthesized.get(path, cdk.Synthesized())
            name = _stack_name(path)
            name = name if taken[name] == 1 else _long_name(path)
            self._open(path, told.name or name, {}, (), self._home(told))

    def make(self) -> None:
        """Make the documents of all stacks: first what others refer to by name."""
        for stack in self._stacks:
            self._say_what_is_not_read(stack)
        for types in _READERS:
            for stack in self._stacks:
                for resource in self._made_by(stack):
                    if resource.type in types:
                        made = self._worked_out(stack, resource)
                        types[resource.type](made)
                        made.check_open(*serving.WATCHED.get(resource.type, ()))

    def _roots(self) -> list[str]:
        called = {
            found
            for path, template in self._templates.items()
            for resource in template.resources.values()
            if (found := self._called(path, resource)) is not None
        }
        return [path for path in self._templates if path not in called] or list(self._templates)

    def _open(
        self, path: str, name: str, given: Mapping[str, Node], above: tuple[str, ...], home: Home
    ) -> Stack:
        stack = Stack(self._templates[path], home, name, given, self._exports)
        self._stacks.append(stack)
        for resource in self._made_by(stack):
            if resource.type not in _NESTING:
                continue
            called = self._called(path, resource)
            deep = len(above) == _DEEPEST or called in {*above, path}
            if called is None or deep or not self._nested_left:
                why = "the nested stack's template is not in the tree"
                if called is not None:
                    why = "its nested stack calls itself, or too many are nested"
                self._about(stack.template, resource, why)
                continue
            self._nested_left -= 1
            parameters = resource.properties.get("Parameters")
            held = parameters.value if parameters is not None and isinstance(parameters.value, dict) else {}
            inner = f"{name}-{resource.name}"
            values = Given(held, stack.resolver)
            stack.children[resource.name] = self._open(called, inner, values, (*above, path), home)
        return stack

    def _made_by(self, stack: Stack) -> Iterator[Resource]:
        """Yield the resources that a stack makes, or may make."""
        for resource in stack.template.resources.values():
            if not resource.condition or stack.resolver.holds(resource.condition) is not False:
                yield resource

    def _say_what_is_not_read(self, stack: Stack) -> None:
        template = stack.template
        for key, line in stack.unexpanded:
            self._gap(_at(template.file, line, f"{key} is not expanded", "not-implemented"))
        for line in template.included:
            self._gap(_at(template.file, line, "what a macro adds here is not told", "not-implemented"))
        for resource in self._made_by(stack):
            if resource.condition and stack.resolver.holds(resource.condition) is None:
                why = f"whether condition {resource.condition} holds cannot be told; it is read as if it does"
                self._about(template, resource, why, "overstated")
            self._say_who_is_called_so(stack, resource)
            known = resource.type in _NESTING or any(resource.type in types for types in _READERS)
            if not known and not is_silent(resource.type):
                why = f"{resource.type} is not read"
                self._about(template, resource, why, "understated", "not-implemented")

    def _say_who_is_called_so(self, stack: Stack, resource: Resource) -> None:
        """Note a second resource of one name, which is laid over the first."""
        arn = stack.names.of(resource).get("Arn")
        if isinstance(arn, str) and arn and not is_silent(resource.type):
            here = f"{stack.template.file}:{resource.node.first}"
            first = self._named.setdefault((resource.type, arn), here)
            if first != here:
                self._about(stack.template, resource, f"{arn} is at {first} too; they are read as one")

    def _worked_out(self, stack: Stack, resource: Resource) -> Made:
        return Made(
            resource,
            stack.resolver.value(resource.properties),
            stack.names.of(resource),
            stack=stack,
            drafts=self.drafts,
        )

    def _called(self, path: str, resource: Resource) -> str | None:
        """Return the template of the tree that a nested stack is made of."""
        place = resource.properties.get(_NESTING.get(resource.type, ""))
        if place is None:
            return None
        found: str | None = cdk.template_of(path, resource)
        if not found and isinstance(place.value, str):
            found = self._tree.resolve(posixpath.dirname(path), place.value)
        if not found or found not in self._templates:
            found = self._uploaded(place)
        return found if found in self._templates and found != path else None

    def _uploaded(self, place: Node) -> str | None:
        """Return the one template whose path ends as an address that is put together of other parts."""
        whole = place.get("Fn::Sub") or place.get("Fn::Join")
        parts = whole.below() if whole is not None else []
        if whole is not None and isinstance(whole.value, str):
            text = whole.value
        elif len(parts) == 2 and parts[1].below():
            last = parts[1].below()[-1]
            text = last.value if isinstance(last.value, str) else ""
        else:
            text = parts[0].value if parts and isinstance(parts[0].value, str) else ""
        tail = text.rpartition("}")[2].lstrip("/")
        ending = [path for path in self._templates if f"/{path}".endswith(f"/{tail}")] if tail else []
        return ending[0] if len(ending) == 1 else None

    def _parse(self, path: str, raw: bytes) -> None:
        stream = read_text(raw, is_json=path.endswith(".json"))
        shown = self._tree.shown(path)
        if stream.broken is not None:
            if b"AWSTemplateFormatVersion" in raw or _TYPED.search(raw) is not None:
                self._gap(_at(shown, stream.broken.line, stream.broken.message))
            return
        for root in stream.documents[:1]:
            if not is_template(root):
                return
            includes = Includes(lambda place: self._part(path, place))
            template = self._templates[path] = Template(includes.included(lengthened(root)), shown)
            self.found_any = True
            for found in stream.repeated:
                self._gap(_at(shown, found.line, found.message))
            for name, line in template.transforms:
                if name not in _EXPANDED:
                    self._gap(_at(shown, line, f"the transform {name} is not applied", "not-implemented"))

    def _part(self, path: str, place: str) -> Node | None:
        """Return what a file beside a template holds, None when it is not in the tree or cannot be read."""
        found = self._tree.resolve(posixpath.dirname(path), place)
        if found is None or found == path or found not in self._tree:
            return None
        try:
            stream = read_text(self._tree.read(found, MAX_BYTES), is_json=found.endswith(".json"))
        except Refused:
            return None
        return lengthened(stream.documents[0]) if stream.documents and stream.broken is None else None

    def _home(self, told: cdk.Synthesized) -> Home:
        account = told.account or self._settings.home_account or UNKNOWN_ACCOUNT
        return Home(account, told.region or self._settings.region or "us-east-1")

    def _about(
        self,
        template: Template,
        resource: Resource,
        why: str,
        effect: Any = "both",  # noqa: ANN401 - a literal of `Gap`
        reason: Any = "unparseable",  # noqa: ANN401 - likewise
    ) -> None:
        key = f"{template.file}:{resource.node.first} {resource.name}"
        self._gap(Gap(DocumentId("iac", "", "", "cloudformation", resource.type, key), reason, why, effect))

    def _gap(self, gap: Gap) -> None:
        self.found_any = True
        self.drafts.gap(gap)


def _stack_name(path: str) -> str:
    """Return what a stack will be called, for whose name only who deploys it decides: the file's name."""
    stem = posixpath.basename(path).partition(".")[0]
    folder = posixpath.basename(posixpath.dirname(path))
    return folder if stem in {"template", "main", "packaged"} and folder else stem


def _long_name(path: str) -> str:
    """Return a name that no other file's stack has."""
    return re.sub(r"[^A-Za-z0-9]+", "-", path.rpartition(".")[0]).strip("-")


def _at(shown: str, line: int, why: str, reason: Any = "unparseable") -> Gap:  # noqa: ANN401 - a literal
    return Gap(DocumentId("iac", "", "", "files", "ReadFile", f"{shown}:{line}"), reason, why)
