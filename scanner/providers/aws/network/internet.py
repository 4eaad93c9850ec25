"""Which addresses the internet has: as `scanner.providers.internet` says for every cloud."""

from __future__ import annotations

from scanner.providers.internet import INTERNET, INTERNET4, INTERNET6, is_anyone, is_whole

__all__ = ["INTERNET", "INTERNET4", "INTERNET6", "is_anyone", "is_whole"]
