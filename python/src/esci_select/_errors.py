"""Errors and warnings of the engine as Python's own."""

from __future__ import annotations

import re
from typing import Any


class EsciSelectError(Exception):
    """What a user can fix, with what to do about it.

    Usage, data and model errors are also `ValueError`, io errors `OSError`, internal ones `RuntimeError`.

    Attributes
    ----------
    code : str
        `usage`, `data`, `model`, `io`, `infeasible` or `internal`.
    message : str
        What is wrong.
    hint : str or None
        What to do.
    path, line, column : str, int, int or None
        Where it is.

    Examples
    --------
    >>> from esci_select import EsciSelectError, ModelSelector
    >>> predictions = {"a": [[0.4, 0.6], [0.7, 0.3], [0.2, 0.8]] * 4}
    >>> try:
    ...     ModelSelector(budget="two").fit(predictions, [1, 0, 1] * 4)
    ... except EsciSelectError as error:
    ...     (error.code, isinstance(error, ValueError))
    ('usage', True)
    """

    def __init__(
        self,
        code: str,
        message: str,
        hint: str | None = None,
        path: str | None = None,
        line: int | None = None,
        column: int | None = None,
    ) -> None:
        self.code = code
        self.message = message
        self.hint = hint
        self.path = path
        self.line = line
        self.column = column
        super().__init__(code, message, hint, path, line, column)

    def __str__(self) -> str:
        """Return the message, and the hint on a line of its own."""
        place = ":".join(str(part) for part in (self.path, self.line, self.column) if part is not None)
        text = f"{place}: {self.message}" if place else self.message
        return f"{text}\nhint: {self.hint}" if self.hint else text

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle as the function that makes the right class."""
        return (make_error, (self.code, self.message, self.hint, self.path, self.line, self.column))


class _ValueError(EsciSelectError, ValueError):
    """A usage, data or model error."""


class _OSError(EsciSelectError, OSError):
    """An io error."""


class _RuntimeError(EsciSelectError, RuntimeError):
    """An internal error."""


for _class in (_ValueError, _OSError, _RuntimeError):
    _class.__name__ = _class.__qualname__ = "EsciSelectError"

_CLASSES: dict[str, type[EsciSelectError]] = {
    "usage": _ValueError,
    "data": _ValueError,
    "model": _ValueError,
    "infeasible": _ValueError,
    "io": _OSError,
}


def make_error(
    code: str,
    message: str,
    hint: str | None = None,
    path: str | None = None,
    line: int | None = None,
    column: int | None = None,
) -> EsciSelectError:
    """Return the error of a code in its class."""
    return _CLASSES.get(code, _RuntimeError)(code, message, hint, path, line, column)


def from_engine(told: dict[str, Any]) -> EsciSelectError:
    """Return the error that the engine tells, in Python's words: no flags, no temporary paths."""
    path = told.get("path")
    inside = path is not None and (_TEMPORARY.search(path) or _OWN_FILE.match(path)) is not None
    hint = told.get("hint")
    return make_error(
        told["code"],
        in_python(told["message"]),
        None if hint is None else in_python(hint),
        None if inside else path,
        None if inside else told.get("line"),
        None if inside else told.get("column"),
    )


_TEMPORARY = re.compile(r"\S*esci-select-door-[^\s/]+")
# the engine's own files in its temporary folder, whose paths are relative to it
_OWN_FILE = re.compile(r"(examples\.arrow|predictions\.arrow|costs\.csv|(run|report)(/.*)?)$")

_ARGUMENTS = {
    "--class-order": "classes",
    "--classes": "classes",
    "--budget": "budget",
    "--floor": "floors",
    "--require": "require",
    "--forbid": "forbid",
    "--metric": "metric",
    "--strategy": "strategy",
    "--decide": "decide",
    "--folds": "folds",
    "--seed": "random_state",
    "--kind": "kind",
    "--costs": "costs",
    "--replicates": "replicates",
    "--threads": "n_jobs",
    "--iterations": "iterations",
    "--predictions": "predictions",
    "--data": "data",
}
_FLAG = re.compile(r"--[a-z][a-z-]*")


def in_python(text: str) -> str:
    """Return a message of the engine with Python's arguments in place of flags, and without temporary paths."""
    text = re.sub(r"\u001f", ":", text)
    text = re.sub(r"esci-select rank( --run \S+)?", "fit", text)
    text = _TEMPORARY.sub("the run", text)
    return _FLAG.sub(lambda flag: _ARGUMENTS.get(flag[0], flag[0]), text)


class EsciSelectWarning(UserWarning):
    """A finding of the engine about the data or the predictions.

    Attributes
    ----------
    code : str
        The finding's stable code, such as `permuted-classes`.
    message : str
        What was found.
    """

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        self.message = message
        super().__init__(f"{message} [{code}]")

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle by code and message."""
        return (EsciSelectWarning, (self.code, self.message))
