"""Writes the shipped table of Azure's built-in roles anew.

``python -m tests.providers.azure.make_role_table ROLES.json SOURCE DATE``, where ``ROLES.json`` is what
``az role definition list --output json`` prints, `SOURCE` says where it came from and `DATE` of when it is.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from scanner.providers.azure.roles import compact

if __name__ == "__main__":
    listed = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    table = compact.compacted(listed, sys.argv[2], sys.argv[3])
    Path(compact.__file__).with_name("builtin.json").write_text(compact.written(table), "utf-8")
