"""Keeps calls below what Google grants in a minute, so that a scan is not what throttles others.

Source: Cloud Asset Inventory, "Quotas and limits": 100 calls of ListAssets a minute and project
(https://cloud.google.com/asset-inventory/docs/quota, read 2026-11-22).
"""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_WINDOW_S: Final = 60.0


class Quota:
    """At most so many turns in any minute, over all threads; 0: no limit."""

    def __init__(
        self,
        per_minute: int,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._per_minute = per_minute
        self._now = now
        self._sleep = sleep
        self._turns: deque[float] = deque()
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Return when it is the caller's turn."""
        if not self._per_minute:
            return
        with self._lock:
            begins = self._now()
            if len(self._turns) == self._per_minute:
                begins = max(begins, self._turns.popleft() + _WINDOW_S)
            self._turns.append(begins)
        delay = begins - self._now()
        if delay > 0:
            self._sleep(delay)
