"""One HTML file: works from disk, asks nothing of a network, reads on paper first and is interactive after.

Scanned text reaches the page through the template's autoescaping only, and scripts and styles are named by
hash in a content security policy, so that a hostile name stays a name. The paths of the worst findings are
in the page; those of the others are kept compressed and drawn when opened, so that 10,000 findings do not
freeze it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final

from scanner.model import SEVERITIES
from scanner.report import phrases
from scanner.report.clean import visible
from scanner.report.outcome import by_tier, open_findings, outcome, plural
from scanner.report.page.chain import laid_out
from scanner.report.page.network import drawing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jinja2 import Environment

    from scanner.model import Finding, Severity, Trust
    from scanner.report.options import Options
    from scanner.scan import Scan

DRAWN: Final = 100
"""Findings whose paths are in the page itself, and so on paper."""
LISTED: Final = 500
"""Findings in the list at first; the page lists more when asked."""
PACK: Final = 100
"""Findings whose paths are compressed together, and unpacked together when one is opened."""
MOST: Final = 10_000
"""Findings in the page at all; what is left out is said."""
_VENDORED: Final = ("vendored/cytoscape-3.34.4.min.js", "vendored/dagre-3.1.3.min.js")


def render(scan: Scan, options: Options) -> str:
    """Return the page; the worst findings come first, and beyond `MOST` they are counted only."""
    environment = _environment()
    shown = sorted(scan.findings, key=lambda f: f.suppressed is not None)[:MOST]
    short = phrases.short_ids(scan)
    detail = environment.get_template("finding.html")
    titles = {rule.id: rule.title for rule in scan.rules}

    def told(finding: Finding) -> str:
        return detail.render(finding=finding, chain=laid_out(finding), phrases=phrases, titles=titles)

    kept = [told(finding) for finding in shown[DRAWN:]]
    later = [_packed(kept[start : start + PACK]) for start in range(0, len(kept), PACK)]
    scripts = [_asset(name) for name in (*_VENDORED, "page.js")] if shown else [_asset("page.js")]
    styles = [_asset("page.css"), _CYTOSCAPE_STYLE]
    return environment.get_template("page.html").render(
        scan=scan,
        said=outcome(scan, fail_on=options.fail_on, allow_partial=options.allow_partial),
        tiers=by_tier(scan),
        severities=SEVERITIES,
        parties=_parties(scan),
        rows=[(finding, short[finding.id], told(finding)) for finding in shown[:DRAWN]],
        more=[(finding, short[finding.id]) for finding in shown[DRAWN:]],
        listed=LISTED - DRAWN,
        left_out=len(scan.findings) - len(shown),
        opened=len(open_findings(scan)),
        tier_names=[count.tier for count in by_tier(scan)],
        later=_json({"pack": PACK, "packs": later}),
        graph=_json(drawing([f for f in shown if f.suppressed is None])),
        scripts=[_trusted(script) for script in scripts],
        styles=[_trusted(style) for style in styles],
        policy=_policy(scripts, styles),
        licences=[_asset(f"vendored/{name}.LICENSE.txt") for name in ("cytoscape", "dagre")],
        phrases=phrases,
        plural=plural,
    )


_CYTOSCAPE_STYLE: Final = ".__________cytoscape_container { position: relative; }"
"""What cytoscape would write into a style element of its own, which the policy forbids."""


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415 - only this format pays

    environment = Environment(
        loader=PackageLoader("scanner.report", "page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
        lstrip_blocks=True,
        finalize=_cleaned,
    )
    environment.filters["excerpt"] = _excerpt
    return environment


def _cleaned(value: Any) -> Any:  # noqa: ANN401 - whatever a template prints
    """Make every printed text visible: control and bidirectional characters are shown, not obeyed."""
    return visible(value) if type(value) is str else value


def _excerpt(text: str) -> list[str]:
    parsed = phrases.parse(text)
    whole = text if parsed is None else json.dumps(parsed, indent=2, ensure_ascii=False)
    return whole.split("\n") if text else []


def _asset(name: str) -> str:
    return resources.files("scanner.report.page").joinpath(name).read_text("utf-8")


def _trusted(text: str) -> Any:  # noqa: ANN401 - markupsafe's type, imported lazily
    """Mark text of this package, never of a scan, as markup."""
    from markupsafe import Markup  # noqa: PLC0415 - comes with jinja2

    return Markup(text)  # noqa: S704 - only our own scripts and styles, and JSON that `_json` escaped


def _json(value: object) -> Any:  # noqa: ANN401 - markupsafe's type
    """Return JSON that cannot end the script element that holds it."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=True)
    return _trusted(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))


def _packed(texts: list[str]) -> str:
    """Return texts as base64 of deflated JSON (RFC 1950): the page unpacks it when one of them is opened."""
    return base64.b64encode(zlib.compress(json.dumps(texts).encode(), 6)).decode()


def _policy(scripts: Sequence[str], styles: Sequence[str]) -> str:
    hashes = [" ".join(f"'sha256-{_hash(text)}'" for text in texts) for texts in (scripts, styles)]
    own = f"script-src {hashes[0]}; style-src {hashes[1]}"
    return f"default-src 'none'; {own}; base-uri 'none'; form-action 'none'"


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _parties(scan: Scan) -> list[tuple[str, Trust, str, int, int, list[Severity]]]:
    """Return a row a third party: name, trust, register, findings, assets, severities worst first."""
    rows: dict[str, list[Finding]] = {}
    for source in scan.sources:
        rows.setdefault(source.vendor or source.id, [])
    for finding in open_findings(scan):
        rows.setdefault(finding.path.source.vendor or finding.path.source.id, []).append(finding)
    known = {source.vendor or source.id: source for source in scan.sources}
    known |= {f.path.source.vendor or f.path.source.id: f.path.source for f in scan.findings}
    found = []
    for name, findings in rows.items():
        source = known[name]
        register = "in the register" if source.registered else "not in the register"
        severities = [s for s in SEVERITIES if any(f.severity == s for f in findings)]
        assets = len({f.path.asset.id for f in findings})
        found.append((name, source.trust, register, len(findings), assets, severities))
    found.sort(key=lambda row: (SEVERITIES.index(row[5][0]) if row[5] else len(SEVERITIES), -row[3], row[0]))
    return found
