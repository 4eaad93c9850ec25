"""From a tree to documents: every template, every nested stack in the place that it is called from.

A resource under a condition that cannot be told is read, and a gap says so. What a template repeats
(``Fn::ForEach``), includes or transforms by a macro is not expanded, and is a gap with its line.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Any, Final

import msgspec

from scanner.iac import unread
from scanner.iac.aws import UNKNOWN_ACCOUNT, Drafts, Home, write
from scanner.iac.cloudformation import identities, networks, services, serving
from scanner.iac.cloudformation.intrinsics import Resolver
from scanner.iac.cloudformation.made import Made
from scanner.iac.cloudformation.names import Names
from scanner.iac.cloudformation.silent import is_silent
from scanner.iac.cloudformation.template import Template, is_template
from scanner.iac.tree import Refused
from scanner.iac.written import MAX_BYTES, Node, read_text
from scanner.snapshot import DocumentId, Gap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scanner.iac.cloudformation.intrinsics import Text
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
_STACK: Final = "AWS::CloudFormation::Stack"


def read(tree: Tree, settings: Settings, writer: SnapshotWriter) -> None:
    """Write what a tree's templates will make; see `scanner.iac.Language`."""
    reader = _Reader(tree, settings)
    reader.find()
    for path in reader.roots():
        reader.read_stack(path, _stack_name(path), {}, 0)
    if reader.found_any:
        write(reader.drafts, writer)


class _Reader:
    """The templates of one tree, and the documents that they make."""

    def __init__(self, tree: Tree, settings: Settings) -> None:
        self._tree = tree
        self._settings = settings
        self._templates: dict[str, Template] = {}
        self._homes: dict[str, Home] = {}
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
            elif posixpath.basename(path) == "manifest.json" and b"aws:cloudformation:stack" in raw:
                self._homes.update(_cdk_homes(path, raw))

    def roots(self) -> Iterator[str]:
        """Yield the templates that no other one calls, or all where they call each other in a circle."""
        called = {
            found
            for path, template in self._templates.items()
            for resource in template.resources.values()
            if (found := self._called(path, resource)) is not None
        }
        yield from [path for path in self._templates if path not in called] or self._templates

    def read_stack(self, path: str, stack: str, given: dict[str, Node], depth: int) -> dict[str, Text]:
        """Read one stack and those nested in it; returns its outputs."""
        template, home = self._templates[path], self._home(path)
        outputs: dict[str, dict[str, Text]] = {}
        names = Names(
            template, home, stack, lambda: resolver, lambda name, key: outputs.get(name, {}).get(key)
        )
        resolver = Resolver(template, home, stack, given, names.reference)
        made: list[Resource] = []
        for resource in template.resources.values():
            held = resolver.holds(resource.condition) if resource.condition else True
            if held is None:
                why = f"whether condition {resource.condition} holds cannot be told; it is read as if it does"
                self._about(template, resource, why, "overstated")
            if held is False:
                continue
            if resource.type == _STACK:
                outputs[resource.name] = self._nested(path, resource, resolver, stack, depth)
            else:
                made.append(resource)
        self._make(template, made, resolver, names, home=home, stack=stack)
        section = template.root.get("Outputs")
        held_outputs = section.value if section is not None and isinstance(section.value, dict) else {}
        return {
            key: resolver.text(value)
            for key, node in held_outputs.items()
            if (value := node.get("Value")) is not None
        }

    def _make(
        self,
        template: Template,
        made: list[Resource],
        resolver: Resolver,
        names: Names,
        *,
        stack: str,
        home: Home,
    ) -> None:
        readers: tuple[dict[str, Any], ...] = (
            identities.HOLDERS,
            {**identities.TYPES, **services.TYPES, **networks.TYPES},
            serving.TYPES,
        )
        for types in readers:
            for resource in made:
                if resource.type in types:
                    properties = resolver.value(resource.properties)
                    types[resource.type](
                        Made(
                            resource,
                            properties,
                            names.of(resource),
                            home=home,
                            stack=stack,
                            file=template.file,
                            drafts=self.drafts,
                        )
                    )
        for resource in made:
            known = any(resource.type in types for types in readers)
            if not known and not is_silent(resource.type):
                self._unmapped(template, resource)

    def _nested(
        self, path: str, resource: Resource, resolver: Resolver, stack: str, depth: int
    ) -> dict[str, Text]:
        called = self._called(path, resource)
        if called is None or depth == _DEEPEST:
            self._about(self._templates[path], resource, "the nested stack's template is not in the tree")
            return {}
        parameters = resource.properties.get("Parameters")
        held = parameters.value if parameters is not None and isinstance(parameters.value, dict) else {}
        given = {key: resolver.value(node) for key, node in held.items()}
        return self.read_stack(called, f"{stack}-{resource.name}", given, depth + 1)

    def _called(self, path: str, resource: Resource) -> str | None:
        """Return the template of the tree that a nested stack is made of."""
        place = resource.properties.get("TemplateURL")
        if resource.type != _STACK or place is None or not isinstance(place.value, str):
            return None
        found = self._tree.resolve(posixpath.dirname(path), place.value)
        return found if found in self._templates and found != path else None

    def _parse(self, path: str, raw: bytes) -> None:
        stream = read_text(raw, is_json=path.endswith(".json"))
        shown = self._tree.shown(path)
        if stream.broken is not None:
            if _looks_like_template(raw):
                self._gap(_at(shown, stream.broken.line, stream.broken.message))
            return
        for root in stream.documents[:1]:
            if not is_template(root):
                return
            template = self._templates[path] = Template(root, shown)
            self.found_any = True
            for key, line in template.loops:
                self._gap(_at(shown, line, f"{key} is not expanded", "not-implemented"))
            for name, line in template.transforms:
                if name not in _EXPANDED:
                    self._gap(_at(shown, line, f"the transform {name} is not applied", "not-implemented"))

    def _home(self, path: str) -> Home:
        home = self._homes.get(path)
        if home is not None:
            return home
        account = self._settings.home_account or UNKNOWN_ACCOUNT
        return Home(account, self._settings.region or "us-east-1")

    def _unmapped(self, template: Template, resource: Resource) -> None:
        self._about(template, resource, f"{resource.type} is not read", "understated", "not-implemented")

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


def _cdk_homes(path: str, raw: bytes) -> dict[str, Home]:
    """Return where the stacks of a `cdk synth` output go, by template, as its manifest says.

    Source: AWS CDK, cloud assembly schema, "AwsCloudFormationStackProperties" (read 2026-11).
    """
    try:
        artifacts = msgspec.json.decode(raw).get("artifacts", {})
    except (msgspec.DecodeError, AttributeError, UnicodeDecodeError, RecursionError):
        return {}
    homes = {}
    for artifact in artifacts.values() if isinstance(artifacts, dict) else ():
        environment = str(artifact.get("environment", "")) if isinstance(artifact, dict) else ""
        file = artifact.get("properties", {}).get("templateFile") if environment else None
        account, _, region = environment.removeprefix("aws://").partition("/")
        if isinstance(file, str) and account.isdecimal() and not region.startswith("unknown"):
            homes[posixpath.join(posixpath.dirname(path), file)] = Home(account, region)
    return homes


def _stack_name(path: str) -> str:
    """Return what a stack will be called, for whose name only who deploys it decides: the file's name."""
    stem = posixpath.basename(path).partition(".")[0]
    folder = posixpath.basename(posixpath.dirname(path))
    return folder if stem in {"template", "main", "packaged"} and folder else stem


def _looks_like_template(raw: bytes) -> bool:
    return b"AWSTemplateFormatVersion" in raw or b'"Type": "AWS::' in raw or b"Type: AWS::" in raw


def _at(shown: str, line: int, why: str, reason: Any = "unparseable") -> Gap:  # noqa: ANN401 - a literal
    return Gap(DocumentId("iac", "", "", "files", "ReadFile", f"{shown}:{line}"), reason, why)
