"""Progress of a fit: a callback, a bar of tqdm where it is installed, or lines."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any


class Progress:
    """Shows events of the engine; nothing where neither verbose nor a callback is asked for."""

    def __init__(self, verbose: int, callback: Callable[[dict[str, Any]], None] | None) -> None:
        self._verbose = verbose
        self._callback = callback
        self._bar: Any = None
        self._stage = ""

    def __enter__(self) -> Progress:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the bar."""
        if self._bar is not None:
            self._bar.close()

    def tell(self, event: dict[str, Any]) -> None:
        """Show an event."""
        if event["kind"] not in ("stage", "progress"):
            return
        stage, message = event["stage"], event["message"]
        done, total = float(event.get("done", 0)), float(event.get("total", 1))
        if self._callback is not None:
            self._callback({"stage": stage, "done": done, "total": total, "message": message})
        if self._verbose > 0:
            self._show(stage, done, total, message)

    def _show(self, stage: str, done: float, total: float, message: str) -> None:
        try:
            from tqdm.auto import tqdm
        except ImportError:
            if stage != self._stage:
                print(f"{stage}: {message}", file=sys.stderr)
            self._stage = stage
            return
        if self._bar is None or stage != self._stage:
            if self._bar is not None:
                self._bar.close()
            self._bar = tqdm(total=total, desc=stage, leave=False)
        self._stage = stage
        self._bar.total = total
        self._bar.n = min(done, total)
        self._bar.set_postfix_str(message, refresh=True)
