"""Which addresses outside reach what in a cluster, through services, ingresses, gateways and policies."""

from __future__ import annotations

from scanner.providers.kubernetes.network.exposure import Exposure, Network

__all__ = ["Exposure", "Network"]
