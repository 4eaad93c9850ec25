"""Prints what a scan finds in a world and its twins, as ``expected.json`` holds it.

``python -m tests.outline_worlds DIR``: for authors of worlds, who must check every line by hand before it
becomes an expectation.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.test_worlds import outline, scanned
from tests.worlds import read_world

if __name__ == "__main__":
    found = {
        world.name.partition(":")[2] or "world": outline(scanned(world))
        for world in read_world(Path(sys.argv[1]).resolve())
    }
    sys.stdout.write(json.dumps(found, indent=1) + "\n")
