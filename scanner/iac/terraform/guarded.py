"""One resource that is odd beyond what its reader knows costs itself only: a gap with file and line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from scanner.errors import ScannerError
from scanner.iac.terraform.evaluation import Exhausted

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.iac.terraform.aws.identity import Resource

Made = TypeVar("Made")


def guarded(
    instance: Resource,
    read: Callable[[Made], None],
    make: Callable[..., Made],
    *more: Any,  # noqa: ANN401 - what `make` takes beside the resource
) -> None:
    """Read a resource as what `make` makes of it; values that its type cannot have make it a gap.

    Raises:
        Exhausted: when the root module takes too many steps, which is its own gap; likewise RecursionError.
        ScannerError: when it is the user's mistake.
    """
    try:
        read(make(instance, *more))
    except (Exhausted, RecursionError, ScannerError):
        raise
    except Exception as problem:  # the code is somebody else's: whatever its values do to a reader
        instance.root.failed(instance, problem)
