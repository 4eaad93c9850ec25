"""Which paths lead from external principals to assets, under what a rule demands of the way.

`query` has what is asked and answered, `search` finds the witnesses, `alternatives` counts the other ways,
`carry` knows which conditions bind a caller from hop to hop.
"""

from __future__ import annotations

from scanner.paths.query import MAX_HOPS, Found, Query, Step
from scanner.paths.search import find_paths

__all__ = ["MAX_HOPS", "Found", "Query", "Step", "find_paths"]
