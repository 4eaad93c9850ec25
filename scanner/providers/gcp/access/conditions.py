"""Conditions of allow bindings, as verdicts on one place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.verdict import Unknown

if TYPE_CHECKING:
    from scanner.providers.gcp.access.bindings import Binding
    from scanner.providers.gcp.access.question import Place
    from scanner.verdict import Verdict


class Conditions:
    """Decides conditions."""

    def decide(self, binding: Binding, place: Place) -> Verdict:
        """Return whether the condition holds for the place."""
        title = (binding.condition or ("", ""))[1]
        return Unknown((f"the condition `{title}` of {binding.role} on {place.name}",))
