"""What a rule's page says, for reports and for ``rules/README.md``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from scanner.model import SEVERITIES
from scanner.rules.schema import PLACEHOLDERS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scanner.rules.schema import Rule

_INTRO: Final = """\
# Rules

One file a rule: `rules/TOPIC/ID.yaml`. This page is generated from them by `sidedoor rules doc`; change the
rule, not the page. How to write one is said [at the end](#writing-a-rule).
"""

_CLOUDS: Final = {"aws": "AWS", "gcp": "Google Cloud", "azure": "Azure", "kubernetes": "Kubernetes"}

_WRITING: Final = """\
## Writing a rule

A rule finds paths. `from` selects the external principal that a path starts at, `to` the asset it ends at;
`through` must be met by some step of the path, `avoid` by none; `gains` is what the last hop must yield. Keys
are joined by AND, lists by OR, `not:` negates, `*` stands for any text. There are no expressions.

```yaml
id: vendor-writes-weights               # the file's name, for ever
title: Vendor can overwrite model weights
severity: critical                      # critical, high, medium, low, info
summary: One sentence.
rationale: Why it matters, and why this severity.
remediation: Which statement to change, to what, on any cloud.
fixes: {aws: The same in its words.}    # shown instead where the cited document is that cloud's
fix_at: last                            # the hop whose document says which cloud: first or last
references: ["https://docs.aws.amazon.com/…"]
tags: [aws, poisoning]
from:    {kind: principal, trust: [vendor, partner]}
through: {kind: hop, type: assume, at: first, not: {guards: external-id}}
avoid:   {kind: principal, unused_days: 90}
to:      {kind: asset, class: model-weights, min_rank: 1}
gains:   write
max_hops: 5
certainty: [proven, possible]           # the default; `blocked` finds what one missing part holds
agreement: [none, unregistered]         # the default is all but `agreed`; `any` ignores the register
message: "{from} can overwrite {to}; first way in is {first}"
examples:
  - name: a vendor's role may put objects
    fires: true
    facts: ["acme [vendor] -assume-> loader -write-> prod [model-weights]"]
  - name: it may only read
    fires: false
    facts: ["acme [vendor] -assume-> loader -read-> prod [model-weights]"]
```

| selector | keys |
|---|---|
| `from` (`kind: principal`) | `id`, `kind_of`, `provider`, `trust`, `vendor`, `registered`, \
`issuer`, `subject`, `subject_scope` |
| `through`, `avoid` (`kind: hop`) | `type`, `guards`, `held_by`, `gains`, `certainty`, `at` |
| `through`, `avoid` (`kind: principal`) | `id`, `kind_of`, `provider`, `unused_days`, `at` |
| `to` (`kind: asset`) | `id`, `class`, `tier`, `min_rank`, `provider` |

A message may name {placeholders}. `subject_scope` is how far an OIDC subject reaches: `any-subject`,
`any-tenant`, `whole-tenant` or `pinned`. In examples a node's labels stand in brackets, an arrow's guards in
braces, gains in parentheses, and `?` or `!` marks a hop that is only possible or is blocked.

`sidedoor rules check --rules DIR` runs every example and then drops each selector key in turn: a key that no
example needs is an error, because nothing would notice if it were wrong.
"""


def page(rule: Rule) -> str:
    """Return a rule's page as Markdown, without its title."""
    lines = [
        rule.summary.strip(),
        "",
        "**Why.** " + rule.rationale.strip(),
        "",
        "**Fix.** " + rule.remediation.strip(),
    ]
    for cloud, name in _CLOUDS.items():
        if fix := getattr(rule.fixes, cloud).strip():
            lines += ["", f"**{name}.** {fix}"]
    if rule.references:
        lines += ["", "**Read more.** " + ", ".join(f"<{url}>" for url in rule.references)]
    return "\n".join(lines) + "\n"


def readme(rules: Iterable[Rule]) -> str:
    """Return the whole of ``rules/README.md``: a table, then every rule's page with its examples."""
    ordered = sorted(rules, key=lambda r: (r.path.rpartition("/")[0], SEVERITIES.index(r.severity), r.id))
    lines = [_INTRO, "| topic | rule | severity | finds |", "|---|---|---|---|"]
    for rule in ordered:
        topic = rule.path.rpartition("/")[0]
        lines.append(f"| {topic} | [{rule.id}](#{rule.id}) | {rule.severity} | {_cell(rule.title)} |")
    for rule in ordered:
        lines += [
            "",
            f"## {rule.id}",
            "",
            f"{_cell(rule.title)}. Severity: {rule.severity}. File: `{rule.path}`.",
            "",
        ]
        lines += [page(rule).rstrip(), "", "| example | fires | drawn |", "|---|---|---|"]
        for example in rule.examples:
            drawn = "<br>".join(f"`{_cell(fact)}`" for fact in example.facts)
            lines.append(f"| {_cell(example.name)} | {'yes' if example.fires else 'no'} | {drawn} |")
    placeholders = ", ".join(f"`{{{name}}}`" for name in PLACEHOLDERS)
    return "\n".join(lines) + "\n\n" + _WRITING.replace("{placeholders}", placeholders)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").strip()
