"""What Azure will answer once code is deployed: builders of its documents, in no language's terms.

A reader of a language calls the builders of `rows` (Resource Graph's, the same rows as ARM templates make)
and `directory` (Microsoft Graph's objects) with ids and `Piece`s (values with their lines), on one `Drafts`,
in any order. Object ids of what is not there yet are made up of what it will be called, so that all of the
code that refers to it agrees.
"""

from __future__ import annotations

from scanner.iac.arm.places import UNKNOWN_SUBSCRIPTION, made_up_guid
from scanner.iac.azure.directory import UNKNOWN_TENANT, member, object_
from scanner.iac.azure.roles import role_named
from scanner.iac.azure.rows import added, found, resource, subscription

__all__ = [
    "UNKNOWN_SUBSCRIPTION",
    "UNKNOWN_TENANT",
    "added",
    "found",
    "made_up_guid",
    "member",
    "object_",
    "resource",
    "role_named",
    "subscription",
]
