"""From where a service of Azure can be reached."""

from __future__ import annotations

from scanner.providers.azure.network.gate import OPEN, Gate, Passes

__all__ = ["OPEN", "Gate", "Passes"]
