"""Scans whose every name is an attack, for the tests of what reports print."""

from __future__ import annotations

import datetime as dt
import json
from typing import Final

from scanner.baseline import fingerprint
from scanner.model import Asset, Evidence, Finding, Hop, Path, Signal, Source
from scanner.scan import Anchor, RuleInfo, Scan
from scanner.snapshot import DocumentId, Gap
from scanner.verdict import Guard

VALUES: Final[dict[str, str]] = {
    "terminal colour": "role\x1b[31mred\x1b[0m",
    "terminal title": "role\x1b]0;owned\x07",
    "one-byte control sequence": "role\x9b2Jcleared",
    "backspaces": "evil\x08\x08\x08\x08good",
    "line feed": "role\n## Not a heading\n- nor a list",
    "carriage return": "bad role\rgood role",
    "line separator": "role\u2028next\u2029last\x85end",
    "right to left override": "role\u202egpj.exe",
    "isolate": "role\u2066hidden\u2069",
    "zero width": "ro\u200ble\ufeff",
    "tag characters": "role\U000e0041\U000e0042",
    "lone surrogate": "role\ud800 and \udfff",
    "undecodable byte": "role\udce9",
    "rich markup": "[bold red]role[/bold red] [link=https://evil.example]x[/link]",
    "rich emoji": ":warning: role :skull:",
    "markdown link": "[click](https://evil.example) ![img](https://evil.example/x.png)",
    "automatic link": "https://evil.example www.evil.example me@evil.example",
    "reference": "[a]: https://evil.example",
    "table cell": "role | admin | \\| x",
    "code span": "`role` ``x`` \\`",
    "code fence": "```\nrole\n```",
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "end of the fold": "</details></summary></code>",
    "mention": "@everyone #1 GH-1",
    "math": "$x$ $`y`$",
    "emphasis": "**role** __role__ ~~role~~ *x*",
    "mermaid": 'x"]; click n0 "https://evil.example"; n9["end',
    "placeholder": "{0} {1} {{2}} %s",
    "json": '"}],"x":[{"',
    "yaml": "a: b # c",
    "right to left letters": "\u05d0\u05d1\u05d2",
    "spaces": "   ",
    "empty": "",
    "very long": "A" * 5_000,
}


def scan(value: str) -> Scan:
    """Return a scan that holds `value` in every text that a cloud, a policy or a configuration can fill."""
    evidence = Evidence(value, value, json.dumps({"Sid": value, "x": [value]}), value or None, (3, 4))
    raw = Evidence(value, "/Statement/0", value)
    source = Source(f"{value}1", "vendor", value, registered=True)
    asset = Asset(
        f"{value}2", "model-weights", value, 3, signals=(Signal(50, "model-weights", value, evidence),)
    )
    guard = Guard(value, "in", (value,), "vendor")
    first = Hop(f"{value}3", source.id, "assume", (guard,), (), "proven", (evidence,), assumed=(value,))
    last = Hop(
        asset.id, f"{value}3", "read", (), ("read",), "blocked", (raw,), missing=(value,), blocked_by=(value,)
    )
    found = Finding(
        fingerprint("rule-x", source.id, asset.id, first),
        "rule-x",
        "critical",
        "low",
        value,
        value,
        Path(source, asset, (first, last), 1, value),
        "unregistered",
    )
    accepted = Finding(
        fingerprint("rule-y", source.id, asset.id, first),
        "rule-y",
        "low",
        "low",
        value,
        value,
        Path(source, asset, (first,)),
        suppressed=value,
    )
    return Scan(
        target=value,
        time=value,
        as_of=dt.date(2026, 11, 20),
        tool_version="0.1.0",
        snapshot="",
        complete=False,
        asked=1,
        gaps=(Gap(DocumentId("aws", value, value, "s3", "GetBucketPolicy", value), "refused", value),),
        assets=(asset,),
        sources=(source,),
        findings=(found, accepted),
        rules=(RuleInfo("rule-x", value, "critical", value, "x.yaml", (value,)),),
        anchors={value: Anchor("sidedoor.yaml", 5)},
        notes=(value,),
    )
