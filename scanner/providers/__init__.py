"""Everything that knows a cloud, behind the seam of `base`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.providers.aws import Aws
from scanner.providers.azure import Azure
from scanner.providers.gcp import Gcp
from scanner.providers.kubernetes import Kubernetes

if TYPE_CHECKING:
    from scanner.providers.base import Provider

PROVIDERS: tuple[Provider, ...] = (Aws(), Azure(), Gcp(), Kubernetes())
"""Every cloud Sidedoor reads, in report order."""
