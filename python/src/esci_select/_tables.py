"""Arrays and frames of any library as numpy arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._errors import make_error


def is_frame(table: Any) -> bool:
    """Whether a table has named columns: a frame of pandas, polars or pyarrow."""
    return hasattr(table, "columns") and not isinstance(table, np.ndarray) and hasattr(table, "shape")


def names_of(table: Any) -> list[Any]:
    """Return the names of a frame's columns, tuples where they have several levels."""
    columns = table.column_names if hasattr(table, "column_names") else table.columns
    return list(columns)


def column_of(frame: Any, name: Any) -> NDArray[Any]:
    """Return a column of a frame as an array."""
    column = frame[name]
    if hasattr(column, "to_numpy"):
        return np.asarray(column.to_numpy())
    return np.asarray(column)


def matrix_of(table: Any, names: Sequence[str] | None) -> NDArray[Any]:
    """Return a table as an array (n, columns) of float32 or float64, columns of a frame by their names.

    Categorical columns become their codes, NaN where there is none.

    Raises
    ------
    EsciSelectError
        Of code `data` where a frame lacks a column, or an array is not two-dimensional or holds no numbers.
    """
    if is_frame(table):
        have = names_of(table)
        wanted = have if names is None or not set(names) <= {str(one) for one in have} else list(names)
        if names is not None and len(wanted) == len(have) and wanted is have and len(have) != len(names):
            missing = sorted(set(names) - {str(one) for one in have})
            raise make_error(
                "data",
                f"table lacks columns of the model: {', '.join(map(repr, missing[:3]))}",
                "name columns as in training",
            )
        by_text = {str(one): one for one in have}
        columns = [numbers_of(table, by_text.get(str(name), name)) for name in wanted]
        kind = np.float32 if all(column.dtype in _SMALL for column in columns) else np.float64
        return np.stack([column.astype(kind, copy=False) for column in columns], axis=1)
    array = np.asarray(table)
    if array.ndim != 2:
        raise make_error("data", f"table has {array.ndim} dimensions, expected 2: rows and columns")
    if array.dtype == object:
        try:
            array = array.astype(np.float64)
        except (TypeError, ValueError):
            raise make_error(
                "data", "table holds values that are no numbers", "give numbers, or categories as codes"
            ) from None
    if array.dtype.kind not in "fiub":
        raise make_error("data", f"table is of type {array.dtype}, expected numbers")
    return array if array.dtype in _SMALL or array.dtype == np.float64 else array.astype(np.float64)


_SMALL = [
    np.dtype(kind) for kind in (np.float32, np.float16, np.int8, np.uint8, np.int16, np.uint16, np.bool_)
]


def numbers_of(frame: Any, name: Any) -> NDArray[Any]:
    """Return a column of a frame as numbers; categories as their codes, NaN where there is none."""
    column = frame[name]
    if hasattr(column, "cat") and hasattr(column.cat, "codes"):
        codes = np.asarray(column.cat.codes, dtype=np.float64)
        return np.where(codes < 0, np.nan, codes)
    values = column_of(frame, name)
    if values.dtype == object:
        try:
            return values.astype(np.float64)
        except (TypeError, ValueError):
            raise make_error(
                "data", f"column {name!r} holds values that are no numbers", "encode it as in training"
            ) from None
    return values


def is_finer(values: NDArray[Any]) -> bool:
    """Whether some value is no float32."""
    if values.dtype != np.float64:
        return False
    with np.errstate(over="ignore"):
        near = values.astype(np.float32).astype(np.float64)
    return not np.array_equal(near, values, equal_nan=True)


def per_model(predictions: Any, classes: Sequence[Any] | None) -> dict[str, tuple[Any, list[Any] | None]]:
    """Return the models' tables of probabilities by name, and the names of their columns where they have some.

    Raises
    ------
    EsciSelectError
        Of code `usage` for predictions in no known shape.
    """
    if isinstance(predictions, Mapping):
        return {str(name): _table(table) for name, table in predictions.items()}
    if is_frame(predictions):
        found: dict[str, dict[Any, NDArray[Any]]] = {}
        for name in names_of(predictions):
            pair = name if isinstance(name, tuple) and len(name) == 2 else str(name).rpartition(":")[::2]
            if not pair[0]:
                raise make_error(
                    "usage",
                    f"column {name!r} of predictions names no model",
                    "name columns model:class, or give a dict of model to array",
                )
            found.setdefault(str(pair[0]), {})[pair[1]] = column_of(predictions, name)
        return {
            model: (np.stack(list(columns.values()), axis=1), list(columns))
            for model, columns in found.items()
        }
    raise make_error(
        "usage",
        f"predictions are a {type(predictions).__name__}, expected a dict of model to array or frame, or a wide frame",
        "give {'bert': array of shape (n, classes), ...}",
    )


def _table(table: Any) -> tuple[Any, list[Any] | None]:
    if is_frame(table):
        names = names_of(table)
        return np.stack([column_of(table, name) for name in names], axis=1), names
    return np.asarray(table), None
