"""Everything that knows a cloud, behind the seam of `base`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.providers.aws import Aws
from scanner.providers.gcp import Gcp

if TYPE_CHECKING:
    from scanner.providers.base import Provider

PROVIDERS: tuple[Provider, ...] = (Aws(), Gcp())
"""Every cloud Sidedoor reads, in report order."""
