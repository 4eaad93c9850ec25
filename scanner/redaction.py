"""A scan that can be shown to others: accounts, names and addresses replaced, one always by the same.

What is kept is the shape: clouds, services, kinds, actions, condition keys, severities, tiers, dates. Every
other word of an id, and every value in a cited statement, is a name until it is known to be vocabulary, so
that what nobody thought of is hidden too. Ids of findings stay, so that people can speak of them.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

import msgspec

from scanner.scan import Scan

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORD: Final = re.compile(r"[^\W_][\w.@+-]*", re.ASCII)
_ACCOUNT: Final = re.compile(r"[0-9]{12}")
_ADDRESS: Final = re.compile(
    r"(?<![\w:.])([0-9]{1,3}(\.[0-9]{1,3}){3}|[0-9a-f]{0,4}(:[0-9a-f]{0,4}){2,7})(?![\w:])", re.IGNORECASE
)
_REGION: Final = re.compile(
    r"(us|eu|ap|sa|ca|me|af|il|mx|cn|europe|asia|australia|africa|northamerica|southamerica)(-gov)?"
    r"-(north|south|east|west|central|northeast|northwest|southeast|southwest)-?[0-9]{1,2}|global"
)
_SERVICE: Final = re.compile(r"[\w.-]+\.(amazonaws|googleapis)\.com|microsoft\.\w+", re.IGNORECASE)
_FINDING: Final = re.compile(r"[0-9a-f]{32}")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9:.]+Z?)?")
_SHOWN_WHOLE: Final = frozenset({"Effect", "Action", "NotAction", "Version", "Condition", "role", "roles"})
"""Keys of a cited statement whose texts say what is allowed, not to whom."""
_VOCABULARY: Final = frozenset(
    {
        *(
            "arn",
            "aws",
            "aws-cn",
            "aws-us-gov",
            "iam",
            "sts",
            "s3",
            "kms",
            "sagemaker",
            "bedrock",
            "lambda",
            "ec2",
        ),
        *(
            "ecr",
            "ecs",
            "eks",
            "efs",
            "fsx",
            "ssm",
            "elasticloadbalancing",
            "root",
            "role",
            "user",
            "group",
            "policy",
        ),
        *("key", "alias", "endpoint", "model", "function", "service-role", "assumed-role", "oidc-provider"),
        *(
            "saml-provider",
            "accesspoint",
            "repository",
            "instance",
            "cluster",
            "snapshot",
            "volume",
            "http",
            "https",
        ),
        *(
            "sub",
            "aud",
            "repo",
            "ref",
            "refs",
            "heads",
            "environment",
            "pull_request",
            "project_path",
            "workspace",
        ),
        *(
            "organization",
            "project",
            "pipeline",
            "system",
            "serviceaccount",
            "projects",
            "locations",
            "endpoints",
        ),
        *("models", "buckets", "folders", "organizations", "principal", "principalset", "domain", "allusers"),
        *("allauthenticatedusers", "workloadidentitypools", "subject", "attribute", "azure", "gcp", "google"),
        *(
            "subscriptions",
            "resourcegroups",
            "providers",
            "tenant",
            "guest",
            "app",
            "storageaccounts",
            "default",
        ),
        *(
            "blobservices",
            "containers",
            "workspaces",
            "accounts",
            "deployments",
            "kubernetes",
            "iac",
            "anyone",
        ),
        *("sidedoor.yaml", "token.actions.githubusercontent.com", "gitlab.com", "app.terraform.io"),
        *("oidc.circleci.com", "agent.buildkite.com"),
    }
)


def redacted(scan: Scan) -> Scan:
    """Return the scan with names replaced; the same scan gives the same replacements."""
    names = _Names(scan)
    plain = msgspec.to_builtins(scan)
    for part in ("target", "gaps", "assets", "sources", "findings", "anchors", "scope_anchor", "notes"):
        plain[part] = names.hidden(plain[part], part)
    return msgspec.convert(plain, Scan)


class _Names:
    """Stand-ins by name, in the order in which the scan names them."""

    def __init__(self, scan: Scan) -> None:
        self._stand_ins: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        for vendor in sorted(
            {s.vendor for s in scan.sources} | {f.path.source.vendor for f in scan.findings}, key=str
        ):
            if vendor:
                self._stand_ins[vendor] = self._next("vendor")
        for id_ in _ids(scan):
            for word in _WORD.findall(id_):
                self._stand_in(word)
        known = sorted(self._stand_ins, key=lambda name: (-len(name), name))
        self._known = re.compile(
            "|".join(rf"(?<![^\W_]){re.escape(name)}(?![^\W_])" for name in known) or "(?!)", re.ASCII
        )

    def hidden(self, value: Any, key: str = "") -> Any:  # noqa: ANN401 - any part of a scan
        """Return a part of a scan with what it names replaced."""
        if isinstance(value, dict):
            if key == "calls":  # what allows one is cited by the hop
                value = {**value, "by": []}
            kept = _KEPT | {"key"} if key == "guards" else _KEPT
            return {
                self._id(name) if key == "anchors" else name: item
                if name in kept
                else self.hidden(item, name)
                for name, item in value.items()
            }
        if isinstance(value, list | tuple):
            return [self.hidden(item, key) for item in value]
        if not isinstance(value, str) or not value or _FINDING.fullmatch(value):
            return value
        if key == "excerpt":
            return self._excerpt(value)
        if key == "document":
            return self._document(value)
        return self._sentence(value) if key in _SENTENCES else self._id(value)

    def _id(self, text: str) -> str:
        return _WORD.sub(lambda match: self._stand_in(match[0]), self._addressed(text))

    def _sentence(self, text: str) -> str:
        """Return our own words with the names in them replaced."""
        return self._known.sub(lambda match: self._stand_ins[match[0]], self._addressed(text))

    def _document(self, text: str) -> str:
        """Return a document's id; provider, region, service and operation are vocabulary."""
        provider, _, rest = text.partition(":")
        scope, _, rest = rest.partition(":")
        call, slash, key = rest.partition("/")
        return f"{provider}:{self._id(scope)}:{call}{slash}{self._id(key)}" if rest else self._id(text)

    def _excerpt(self, text: str) -> str:
        try:
            parsed = json.loads(text)
        except (ValueError, RecursionError):
            return ""
        return json.dumps(self._value(parsed, ""), separators=(",", ":"))

    def _value(self, value: Any, key: str) -> Any:  # noqa: ANN401 - any JSON
        if isinstance(value, dict):
            inside = "values" if key == "Condition" or key.startswith("Condition/") else ""
            return {n: self._value(v, f"Condition/{n}" if inside else n) for n, v in value.items()}
        if isinstance(value, list):
            return [self._value(item, key) for item in value]
        return self._id(value) if isinstance(value, str) and key not in _SHOWN_WHOLE else value

    def _addressed(self, text: str) -> str:
        return _ADDRESS.sub(lambda match: self._assigned(match[0], "address"), text)

    def _stand_in(self, word: str) -> str:
        if word in self._stand_ins:
            return self._stand_ins[word]
        if _ACCOUNT.fullmatch(word):
            self._counts["account"] = self._counts.get("account", 0) + 1
            self._stand_ins[word] = f"{self._counts['account']:012}"
            return self._stand_ins[word]
        plain = any(pattern.fullmatch(word) for pattern in (_REGION, _DATE, _SERVICE))
        if plain or word.startswith(_STAND_INS) or word.lower() in _VOCABULARY:
            return word
        return self._assigned(word, "name")

    def _assigned(self, word: str, kind: str) -> str:
        if word not in self._stand_ins:
            self._stand_ins[word] = self._next(kind)
        return self._stand_ins[word]

    def _next(self, kind: str) -> str:
        self._counts[kind] = self._counts.get(kind, 0) + 1
        return f"{kind}-{self._counts[kind]}"


_STAND_INS: Final = ("name-", "vendor-", "address-")
_SENTENCES: Final = frozenset(
    {
        "message",
        "detail",
        "notes",
        "reason",
        "suppressed",
        "missing",
        "blocked_by",
        "cut",
        "unrecorded_missing",
    }
)
"""Fields that hold sentences of ours with names in them; all others hold ids."""
_KEPT: Final = frozenset(
    {
        *(
            "rule",
            "severity",
            "confidence",
            "remediation",
            "agreement",
            "asset_class",
            "tier",
            "kind",
            "provider",
        ),
        *(
            "trust",
            "type",
            "gains",
            "unrecorded",
            "last",
            "certainty",
            "assumed",
            "effect",
            "service",
            "action",
            "field",
            "region",
            "pointer",
        ),
        *("op", "held_by", "last_used"),
    }
)
"""Fields that are vocabulary throughout."""


def _ids(scan: Scan) -> Iterator[str]:
    """Yield every id of a scan, in its order."""
    for asset in scan.assets:
        yield asset.id
        yield from (_key(signal.evidence.document) for signal in asset.signals)
    for source in scan.sources:
        yield source.id
    for finding in scan.findings:
        yield finding.path.source.id
        for hop in finding.path.hops:
            yield hop.source
            yield hop.target
            for guard in hop.guards:
                yield from guard.values
            yield from (_key(evidence.document) for evidence in hop.evidence)
    for gap in scan.gaps:
        yield f"{gap.id.scope} {gap.id.key}"


def _key(document: str) -> str:
    """Return what a document is of: our sentences may name it."""
    return document.partition("/")[2]
