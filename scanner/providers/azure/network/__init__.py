"""From where a service of Azure, or a server of models in it, can be reached."""

from __future__ import annotations

from scanner.providers.azure.network.exposure import Exposure, Network
from scanner.providers.azure.network.gate import OPEN, Firewalls, Gate, Passes

__all__ = ["OPEN", "Exposure", "Firewalls", "Gate", "Network", "Passes"]
