"""Cloud Storage buckets: what decides who reads their objects, and what tells of weights in them.

Source: Cloud Storage documentation, "Uniform bucket-level access", "Public access prevention"
(https://cloud.google.com/storage/docs/uniform-bucket-level-access,
https://cloud.google.com/storage/docs/public-access-prevention, read 2026-11).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scanner.providers.gcp.access.question import Place
from scanner.providers.gcp.names import MANAGER, STORAGE, path_of
from scanner.providers.gcp.shape import section, text
from scanner.snapshot import Unresolved

if TYPE_CHECKING:
    from scanner.providers.gcp.access.bindings import Bindings
    from scanner.providers.gcp.inventory import Inventory, Item

BUCKET = "storage.googleapis.com/Bucket"
_OBJECT = "storage.googleapis.com/Object"
_FOLDER = "storage.googleapis.com/ManagedFolder"


@dataclass(frozen=True, slots=True)
class Bucket:
    """One bucket. `folders` are its managed folders, longest first, each ending in a slash."""

    name: str
    item: Item
    folders: tuple[str, ...] = ()

    @property
    def full_name(self) -> str:
        """The bucket's full resource name."""
        return f"{STORAGE}{self.name}"

    @property
    def objects(self) -> str:
        """The id of all its objects."""
        return f"{STORAGE}{self.name}/*"

    @property
    def uniform(self) -> bool:
        """Whether IAM alone decides; ACLs of buckets and objects are then out of force."""
        configuration = section(self.item.data, "iamConfiguration")
        uniform = section(configuration, "uniformBucketLevelAccess") or section(
            configuration, "bucketPolicyOnly"
        )
        return uniform.get("enabled") is True

    @property
    def prevents_public_access(self) -> bool:
        """Whether the bucket's own setting does; ``inherited`` leaves it to the organization policy."""
        return text(section(self.item.data, "iamConfiguration").get("publicAccessPrevention")) == "enforced"

    @property
    def perhaps_prevents_public_access(self) -> bool:
        """Whether code leaves the bucket's own setting open."""
        given = section(self.item.data, "iamConfiguration").get("publicAccessPrevention")
        return Unresolved.read(given) is not None

    @property
    def labels(self) -> tuple[tuple[str, str], ...]:
        """The bucket's labels, as tags."""
        return tuple(sorted((k, text(v)) for k, v in section(self.item.data, "labels").items()))

    def place(self) -> Place:
        """Return the bucket itself as a place to ask a permission on."""
        return Place(self.full_name, BUCKET, (self.full_name, *above(self.item)), self.item.chain)

    def folders_below(self, node: str) -> tuple[str, ...]:
        """Return the managed folders inside of what a glob means, each ending in a slash."""
        path = node.removeprefix(f"{self.full_name}/")
        start = path.removesuffix("*")
        return tuple(f for f in self.folders if path.endswith("*") and f.startswith(start) and f != start)

    def folders_of(self, node: str) -> tuple[Place, ...]:
        """Return the managed folders that hold what an id means, innermost first, as places."""
        path = node.removeprefix(f"{self.full_name}/")
        held = [f for f in self.folders if path.startswith(f)]
        rest = (self.full_name, *above(self.item))
        names = [f"{self.full_name}/managedFolders/{f.rstrip('/')}" for f in held]
        return tuple(
            Place(name, _FOLDER, (*names[i:], *rest), self.item.chain) for i, name in enumerate(names)
        )

    def objects_at(self, node: str) -> Place:
        """Return the objects that an id under the bucket means."""
        path = node.removeprefix(f"{self.full_name}/")
        inside = self.folders_of(node)
        return Place(
            node,
            _OBJECT,
            (*(place.name for place in inside), self.full_name, *above(self.item)),
            self.item.chain,
            objects=f"projects/_/buckets/{self.name}/objects/{path}",
        )


def above(item: Item) -> tuple[str, ...]:
    """Return the names whose allow policies an asset inherits."""
    return tuple(f"{MANAGER}{key}" for key in item.chain)


def read_buckets(inventory: Inventory, bindings: Bindings) -> dict[str, Bucket]:
    """Return every bucket by name, in name order; policies of managed folders are taken into `bindings`.

    Source: Cloud Storage documentation, "Managed folders"
    (https://cloud.google.com/storage/docs/managed-folders, read 2026-11).
    """
    folders = defaultdict(list)
    for document in inventory.snapshot.all("gcp", "storage", "ListManagedFolders.items"):
        bucket, _, name = document.id.key.partition("/")
        folders[bucket].append(f"{name.rstrip('/')}/")
    for document in inventory.snapshot.all("gcp", "storage", "GetManagedFolderIamPolicy"):
        bucket, _, name = document.id.key.partition("/")
        full = f"{STORAGE}{bucket}/managedFolders/{name.rstrip('/')}"
        bindings.add(full, document, "", section(document.body))
    found = {}
    for item in inventory.of(BUCKET):
        name = path_of(item.name).partition("/")[0]
        found[name] = Bucket(name, item, tuple(sorted(folders[name], key=lambda f: (-len(f), f))))
    return found
