"""Makes scanned text safe to print: names, tags and policies are whatever someone in a cloud typed.

A role name may hold an escape sequence that repaints a terminal, a bidirectional override that reorders a
line, a backtick that ends a code span, or half of a surrogate pair that no encoder takes. Every renderer
passes what it prints through exactly one of these, at the last moment.
"""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Final

import msgspec

# Control, format (bidirectional overrides, zero width, tags), surrogate, private use, line separators.
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
_SURROGATE: Final = re.compile(r"\\ud[89a-f]", re.IGNORECASE)
_MARKDOWN: Final = {ord(c): f"&#{ord(c)};" for c in "\\`*_[]<>&|~$#"} | {ord("@"): "&#64;&#8203;"}
_AUTOLINK: Final = re.compile(r"(?i)(?<=www)\.|:(?=//)")
_WORDS: Final = re.compile(r"[A-Za-z0-9 ]")


def visible(text: str, limit: int | None = None) -> str:
    r"""Return `text` as one line without characters that steer a terminal or hide.

    They are shown as ``\x1b`` or ``\u202e``, so that a hostile name looks hostile; odd spaces become plain
    ones.

    Args:
        text: Anything, lone surrogates included.
        limit: Longest result in characters, or None; what is cut off ends in ``...``.
    """
    shown = text if text.isascii() and text.isprintable() else "".join(map(_shown, text))
    return shown if limit is None or len(shown) <= limit else shown[: max(limit - 3, 0)] + "..."


def _shown(char: str) -> str:
    category = unicodedata.category(char)
    if category == "Zs":
        return " "
    if category not in _HIDDEN:
        return char
    code = ord(char)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def prose(text: str, limit: int | None = None) -> str:
    """Return `text` for the middle of a line of GitHub Markdown: it starts no markup, link or table cell."""
    return _AUTOLINK.sub(lambda m: f"&#{ord(m[0])};", visible(text, limit).translate(_MARKDOWN))


def code(text: str, limit: int | None = None) -> str:
    """Return `text` as a Markdown code span that holds in a table cell too.

    A plain span where nothing in `text` could end it, else a ``<code>`` element of character references:
    GitHub's table extension and code spans disagree about who unescapes a pipe.
    """
    shown = visible(text, limit) or "(empty)"
    if not shown.strip() or any(c in shown for c in "`|\\<"):
        return f"<code>{''.join(map(_reference, shown))}</code>"
    return f"`{shown}`"


def _reference(char: str) -> str:
    return char if _WORDS.match(char) or ord(char) > 0x7F else f"&#{ord(char)};"


def mermaid(text: str, limit: int | None = None) -> str:
    """Return `text` for a quoted Mermaid label: what could end or style one as Mermaid's ``#35;`` codes."""
    return "".join(c if _WORDS.match(c) or c in ":/.-" else f"#{ord(c)};" for c in visible(text, limit))


def json_text(value: object, *, indent: int = 2) -> str:
    """Return `value` as ASCII JSON: printing the file is safe as well. A lone surrogate becomes U+FFFD."""
    encoded = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    if _SURROGATE.search(encoded):
        encoded = json.dumps(_paired(value), ensure_ascii=True, separators=(",", ":"))
    return msgspec.json.format(encoded, indent=indent) + "\n"


def _paired(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_paired(key): _paired(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_paired(item) for item in value]
    return value
