"""Everything that knows a cloud, behind the seam of `base`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.providers.aws import Aws

if TYPE_CHECKING:
    from scanner.providers.base import Provider

PROVIDERS: tuple[Provider, ...] = (Aws(),)
"""Every cloud Sidedoor reads, in report order."""
