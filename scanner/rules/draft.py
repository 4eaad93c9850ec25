"""A first rule file to change: valid as it stands, with an example of each kind."""

from __future__ import annotations

import re
from typing import Final

from scanner.errors import RuleError

_ID: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)+")
_TEXT: Final = """\
# What the keys mean: rules/README.md; for editors: sidedoor schema rule
id: {id}
title: TODO a sentence that names who reaches what
severity: high
summary: TODO what the rule finds, in one sentence.
rationale: >-
  TODO why it matters: what an intruder in that place would do.
remediation: >-
  TODO the edit that closes the path, and what to do when the access is meant.
from: {{kind: principal, trust: [vendor, partner]}}
through: {{kind: hop, type: assume, at: first}}
to: {{kind: asset, class: model-weights}}
gains: read
message: "{{from}} can read {{to}} in {{hops}} hops; way in {{first}}"
examples:
  - name: a vendor assumes a role that reads
    fires: true
    facts: ["acme [vendor] -assume-> ingest -read-> prod [model-weights]"]
  - name: a partner does
    fires: true
    facts: ["coop [partner] -assume-> ingest -read-> prod [model-weights]"]
  - name: a stranger has a rule of its own
    fires: false
    facts: ["stranger [unknown-external] -assume-> ingest -read-> prod [model-weights]"]
  - name: the bucket itself lets the vendor in
    fires: false
    facts: ["acme [vendor] -read-> prod [model-weights]"]
  - name: the vendor assumes a role only later
    fires: false
    facts: ["acme [vendor] -assume-web-identity-> ci -assume-> ingest -read-> prod [model-weights]"]
  - name: an endpoint has a rule of its own
    fires: false
    facts: ["acme [vendor] -assume-> ingest -invoke(read)-> chat [inference-endpoint]"]
  - name: overwriting has a rule of its own
    fires: false
    facts: ["acme [vendor] -assume-> ingest -write-> prod [model-weights]"]
"""


def drafted(rule_id: str) -> str:
    """Return the text of a rule file.

    Raises:
        RuleError: when the id is no sentence in kebab case.
    """
    if not _ID.fullmatch(rule_id):
        raise RuleError(f"`{rule_id}` is no rule id; write words of lower case with hyphens between them")
    return _TEXT.format(id=rule_id)
