"""ARM templates, those that `bicep build` writes included, read into rows of Azure Resource Graph."""

from __future__ import annotations

from scanner.iac.arm.reading import read

__all__ = ["read"]
