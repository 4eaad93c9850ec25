"""Runs a function of ours in a process of its own, for evaluators that may hang, crash, read or call out.

The process starts from nothing: an environment that is built and not copied (no ``TF_VAR_*``, no
credentials), an empty private directory as its current one, limits on time, memory and file size, and JSON
files in that directory as the only channel. What it prints is dropped.

Network: Python's own sockets and processes are refused by an audit hook, which covers pure Python and what
goes through its standard library. On Linux the process also enters a network namespace without interfaces,
which covers native code as well, where the system lets an unprivileged user make one; where it does not,
native code is held by its own settings alone.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

_REQUEST: Final = "request.json"
_ANSWER: Final = "answer.json"
_MAIN: Final = "from scanner.iac.worker import main; main()"
_CLONE_NEWUSER: Final = 0x10000000
_CLONE_NEWNET: Final = 0x40000000
_REFUSED: Final = ("socket.connect", "socket.getaddrinfo", "socket.bind", "socket.sendto")
_PROCESSES: Final = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork")


class Limits(msgspec.Struct, frozen=True):
    """What one call may take. `processes`: it may start programs, such as git, that a library insists on."""

    seconds: int = 60
    memory: int = 4 * 1024**3
    answer: int = 512 * 1024**2
    processes: bool = False


class Failed(NamedTuple):
    """A call without an answer: ``timeout``, ``killed`` (by its limits or a crash) or ``error``."""

    reason: str
    detail: str


class _Call(msgspec.Struct):
    function: str
    request: Any
    limits: Limits


class _Answer(msgspec.Struct):
    value: Any = None
    error: str = ""


def ask(function: str, request: Any, limits: Limits | None = None, python: str = "") -> Any | Failed:  # noqa: ANN401
    """Return what ``MODULE:FUNCTION`` answers to a request in a new process; both are JSON.

    Args:
        function: One of ours; its exceptions come back as `Failed`, by their text.
        request: Its one argument.
        limits: What it may take.
        python: Interpreter of another environment, whose packages it then sees beside ours.
    """
    limits = limits or Limits()
    with tempfile.TemporaryDirectory(prefix="sidedoor-") as private:
        place = Path(private)
        (place / _REQUEST).write_bytes(msgspec.json.encode(_Call(function, request, limits)))
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and code
            [python or sys.executable, "-P", "-c", _MAIN],
            cwd=private,
            env=_environment(private, other=bool(python)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            code = process.wait(limits.seconds)
        except subprocess.TimeoutExpired:
            return Failed("timeout", f"took more than {limits.seconds} seconds")
        finally:
            _end(process)
        return _read(place / _ANSWER, code)


def main() -> None:
    """Answer the request in the current directory; runs in the new process only."""
    call = msgspec.json.decode(Path(_REQUEST).read_bytes(), type=_Call)
    _limit(call.limits)
    _cut_off()
    module, _, name = call.function.partition(":")
    try:
        if not module.startswith("scanner."):
            raise ValueError("only a function of ours is called")
        loaded = import_module(module)
        _forbid(call.limits)
        answer = _Answer(getattr(loaded, name)(call.request))
    except MemoryError:
        raise  # its limit: the process ends, as it would in native code
    except Exception as error:
        answer = _Answer(error=f"{type(error).__name__}: {str(error)[:2_000]}")
    Path(_ANSWER).write_bytes(msgspec.json.encode(answer))


def _environment(private: str, *, other: bool) -> dict[str, str]:
    ours = str(Path(__file__).resolve().parents[2])
    path = ours if other else os.pathsep.join(dict.fromkeys([ours, *filter(None, sys.path)]))
    return {
        "HOME": private,
        "TMPDIR": private,
        "PATH": os.defpath,
        "LANG": "C.UTF-8",
        "PYTHONPATH": path,
        "PYTHONDONTWRITEBYTECODE": "1",
        "LOG_LEVEL": "CRITICAL",
    }


def _read(answer: Path, code: int) -> Any | Failed:  # noqa: ANN401 - JSON
    if code or not answer.exists():
        return Failed("killed", f"ended with {_name_of(code)}")
    try:
        read = msgspec.json.decode(answer.read_bytes(), type=_Answer)
    except (msgspec.MsgspecError, OSError) as error:
        return Failed("killed", f"left no readable answer: {error}")
    return Failed("error", read.error) if read.error else read.value


def _name_of(code: int) -> str:
    with suppress(ValueError):
        return signal.Signals(-code).name
    return f"exit code {code}"


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process and all that it started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _limit(limits: Limits) -> None:
    """Lower the limits of this process; where there are none (Windows), time alone is held from outside."""
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return
    wanted = (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CPU, limits.seconds * 2),
        (resource.RLIMIT_FSIZE, limits.answer),
        (resource.RLIMIT_CORE, 0),
    )
    for kind, value in wanted:
        with suppress(ValueError, OSError):  # macOS knows no limit on address space
            resource.setrlimit(kind, (value, value))


def _cut_off() -> None:
    """Enter a network namespace without interfaces, where that is possible."""
    if sys.platform.startswith("linux"):
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None, use_errno=True).unshare(_CLONE_NEWUSER | _CLONE_NEWNET)


def _forbid(limits: Limits) -> None:
    """Refuse Python's sockets, and its processes unless they are allowed, from here on."""
    refused = frozenset(_REFUSED if limits.processes else (*_REFUSED, *_PROCESSES))

    def hook(event: str, _: tuple[Any, ...]) -> None:
        if event in refused:
            raise PermissionError(f"`{event}` is refused here")

    sys.addaudithook(hook)
