"""Bicep, parsed and worked out here, read into rows of Azure Resource Graph."""

from __future__ import annotations

from scanner.iac.bicep.reading import read

__all__ = ["read"]
