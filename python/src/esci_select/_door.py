"""The engine's process: frames of JSON and raw bytes over its stdin and stdout."""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import json
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from typing import IO, Any, cast

from ._errors import from_engine, make_error
from ._node import engine, environment, node

Buffer = bytes | memoryview

#: Models and plans that the engine keeps, and bytes of plans at most: beyond either the oldest is dropped.
MOST_KEPT = 8
MOST_BYTES = 1 << 30
_PIPE_BYTES = 1 << 20


class Door:
    """A process of the engine. One call at a time: others wait."""

    def __init__(self, threads: int | None = None) -> None:
        self.lock = threading.RLock()
        self._threads = threads
        self._process: subprocess.Popen[bytes] | None = None
        self._stderr: IO[bytes] | None = None
        self._next = 0
        self._folders: set[str] = set()
        self._kept: OrderedDict[str, tuple[dict[str, Any], int]] = OrderedDict()

    def start(self) -> subprocess.Popen[bytes]:
        """Return the running process, started where there is none."""
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.close()
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115
        threads = [] if self._threads is None else [str(self._threads)]
        self._process = subprocess.Popen(
            [node(), engine("door.js"), *threads],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            bufsize=0,
            env=environment(),
            # Jupyter and terminals interrupt the whole process group
            start_new_session=os.name == "posix",
        )
        _widen(self._process)
        return self._process

    @property
    def pid(self) -> int | None:
        """The process's id, or None where none runs."""
        return None if self._process is None else self._process.pid

    def close(self) -> None:
        """End the process at once, and remove what it had on the disk."""
        process, self._process = self._process, None
        self._kept.clear()
        if process is not None:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                with contextlib.suppress(OSError):
                    cast(IO[bytes], stream).close()
        if self._stderr is not None:
            self._stderr.close()
            self._stderr = None
        while self._folders:
            shutil.rmtree(self._folders.pop(), ignore_errors=True)

    def forget(self) -> None:
        """Let go of a process that belongs to another: in the child of a fork."""
        process, self._process = self._process, None
        if process is not None:
            for stream in (process.stdin, process.stdout):
                with contextlib.suppress(OSError):
                    cast(IO[bytes], stream).close()
            process.returncode = 0
        self.lock = threading.RLock()
        self._kept.clear()
        self._folders.clear()
        self._stderr = None

    def ask(
        self,
        header: dict[str, Any],
        blocks: Sequence[Buffer] = (),
        on_event: Callable[[dict[str, Any]], None] | None = None,
    ) -> tuple[dict[str, Any], list[bytes]]:
        """Send a request and return its answer: header and blocks. Events come before it."""
        with self.lock, self._ended_on_error():
            request = self._send(header, blocks)
            while True:
                answer = self._header()
                found = [bytes(self._block(size)) for size in answer["blocks"]]
                if "folder" in answer:
                    self._folders.add(answer["folder"])
                elif "event" in answer:
                    if on_event is not None:
                        on_event(answer["event"])
                elif answer["id"] == request:
                    if answer.get("done"):
                        self._folders.clear()
                    return answer, found

    def kept(self, key: str, make: Callable[[], tuple[dict[str, Any], Sequence[Buffer]]]) -> dict[str, Any]:
        """Return what the engine said of a model or plan that it keeps by this key, after asking it to make it."""
        if self._process is None or self._process.poll() is not None:
            self._kept.clear()
        if key in self._kept:
            self._kept.move_to_end(key)
            return self._kept[key][0]
        header, blocks = make()
        answer, _ = self.ask({**header, "key": key}, blocks)
        self._kept[key] = (answer, int(answer.get("bytes", 0)))
        while len(self._kept) > 1 and (
            len(self._kept) > MOST_KEPT or sum(size for _, size in self._kept.values()) > MOST_BYTES
        ):
            dropped, _ = self._kept.popitem(last=False)
            self._send({"op": "drop", "key": dropped})
        return answer

    def stream(
        self,
        requests: Iterator[tuple[dict[str, Any], Buffer]],
        count: int,
        targets: Callable[[int], memoryview],
    ) -> Iterator[dict[str, Any]]:
        """Send requests from a thread of their own, and yield answers as they come; answer n goes into targets(n)."""
        with self.lock, self._ended_on_error():
            self.start()
            first = self._next + 1
            failed: list[BaseException] = []
            process = self.start()

            def write() -> None:
                try:
                    for header, block in requests:
                        self._send(header, [block], process)
                except BaseException as error:
                    failed.append(error)
                    with contextlib.suppress(OSError):
                        process.kill()

            writer = threading.Thread(target=write, daemon=True)
            writer.start()
            try:
                for _ in range(count):
                    answer = self._header()
                    target = targets(answer["id"] - first)
                    if target.nbytes != answer["blocks"][0]:
                        raise make_error("internal", "the engine's answer is not of the size asked for")
                    self._into(target)
                    yield answer
            except Exception:
                if failed:
                    raise failed[0] from None
                raise
            writer.join()

    @contextlib.contextmanager
    def _ended_on_error(self) -> Iterator[None]:
        """After anything but an error that the engine tells, what is in the pipes is unknown."""
        try:
            yield
        except _Told as told:
            raise from_engine(told.error) from None
        except BaseException:
            self.close()
            raise

    def _send(
        self,
        header: dict[str, Any],
        blocks: Sequence[Buffer] = (),
        process: subprocess.Popen[bytes] | None = None,
    ) -> int:
        process = process or self.start()
        self._next += 1
        sizes = [block.nbytes if isinstance(block, memoryview) else len(block) for block in blocks]
        text = json.dumps({**header, "id": self._next, "blocks": sizes}).encode()
        try:
            for part in (struct.pack("<I", len(text)) + text, *blocks):
                _write(cast(IO[bytes], process.stdin), part)
        except (BrokenPipeError, ValueError, OSError):
            raise self._died() from None
        return self._next

    def _header(self) -> dict[str, Any]:
        (size,) = struct.unpack("<I", self._block(4))
        header: dict[str, Any] = json.loads(self._block(size))
        if "error" in header:
            raise _Told(header["error"])
        return header

    def _block(self, size: int) -> bytearray:
        block = bytearray(size)
        self._into(memoryview(block))
        return block

    def _into(self, target: memoryview) -> None:
        stream = cast(Any, cast("subprocess.Popen[bytes]", self._process).stdout)
        target = target.cast("B") if target.nbytes else target
        at = 0
        while at < target.nbytes:
            count = stream.readinto(target[at:])
            if not count:
                raise self._died()
            at += count

    def _died(self) -> Exception:
        said = ""
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(1)
        if self._stderr is not None and not self._stderr.closed:
            self._stderr.seek(0)
            said = self._stderr.read()[-2000:].decode(errors="replace").strip()
        hint = f"it said: {said}" if said else "it may have been killed: is there memory enough?"
        return make_error("internal", "the engine's process ended", hint)


class _Told(Exception):
    """An error that the engine tells: the pipes are in order."""

    def __init__(self, error: dict[str, Any]) -> None:
        self.error = error


def _write(stream: IO[bytes], part: Buffer) -> None:
    view = memoryview(part)
    view = view.cast("B") if view.nbytes else view
    at = 0
    while at < view.nbytes:
        at += stream.write(view[at:]) or 0


def _widen(process: subprocess.Popen[bytes]) -> None:
    """Make the pipes hold a MiB, on Linux: fewer turns between the two sides."""
    if sys.platform == "linux":
        import fcntl

        for stream in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):
                fcntl.fcntl(cast(IO[bytes], stream).fileno(), 1031, _PIPE_BYTES)


def key_of(*parts: Any) -> str:
    """Return a key of bytes and of anything that is JSON."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part if isinstance(part, bytes) else json.dumps(part).encode())
        digest.update(b"\0")
    return digest.hexdigest()


DOOR = Door()


def shutdown() -> None:
    """End the engine's process, which the next call starts again.

    Examples
    --------
    >>> import esci_select
    >>> esci_select.shutdown()
    """
    with DOOR.lock:
        DOOR.close()


atexit.register(DOOR.close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=DOOR.forget)
