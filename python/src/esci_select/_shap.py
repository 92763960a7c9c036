"""Exact TreeSHAP of tree ensembles, by columns or by owners of columns as players."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._door import DOOR, key_of
from ._errors import make_error
from ._models import ModelFile, model_file
from ._tables import is_finer, matrix_of

#: Rows of a block: some thousand, so that an engine's tables are loaded seldom.
_BLOCK = 8192
#: Fewer rows than this are not divided between threads.
_LEAST = 1024


class TreeShap:
    """Exact TreeSHAP (path-dependent) of a tree ensemble, planned once and kept in the engine.

    Parameters
    ----------
    model : object
        A booster or estimator of XGBoost, LightGBM or CatBoost, a tree, forest or gradient boosting of scikit-learn, a
        treelite model, or the bytes or path of a model file.
    players : sequence of str or mapping of str to sequence, optional
        Who owns the columns: a label for each column, or for each player its columns' names or indices. Values are then the
        Shapley values of the game among the players, not sums of those of columns. Without, each column is a player.
    feature_names : sequence of str, optional
        Names of the columns, where neither the model nor the tables have them.
    check_additivity : bool, default True
        Whether each row's values are held against the model's raw margin, within what rounding explains.
    dtype : {'float32', 'float64'}, default 'float32'
        Type of the values that come back.

    Attributes
    ----------
    expected_value : float or ndarray of shape (K,)
        The raw margin expected before anything is known of a row; in the unit of the model's raw margins.
    players_ : list of str
        Names of the players, in the order of the values.
    outputs_ : int
        Outputs of the model, K.

    Raises
    ------
    EsciSelectError
        Of code `model` for what cannot be attributed exactly (linear boosters), `usage` for players that do not fit.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.tree import DecisionTreeRegressor
    >>> from esci_select import TreeShap
    >>> X = np.array([[0, 1], [0, 2], [1, 1], [1, 2]], dtype=np.float32)
    >>> tree = TreeShap(DecisionTreeRegressor().fit(X, [0.0, 0.0, 1.0, 1.0]))
    >>> tree.expected_value
    0.5
    >>> tree.shap_values(X).tolist()
    [[-0.5, 0.0], [-0.5, 0.0], [0.5, 0.0], [0.5, 0.0]]
    """

    def __init__(
        self,
        model: Any,
        players: Sequence[str] | Mapping[str, Sequence[Any]] | None = None,
        *,
        feature_names: Sequence[str] | None = None,
        check_additivity: bool = True,
        dtype: Any = "float32",
    ) -> None:
        if np.dtype(dtype) not in (np.dtype(np.float32), np.dtype(np.float64)):
            raise make_error("usage", f"dtype is {dtype!r}, expected 'float32' or 'float64'")
        self._file: ModelFile = model_file(model)
        self.check_additivity = check_additivity
        self.dtype = np.dtype(dtype)
        self._model_key = key_of(self._file.data, self._file.iterations)
        opened = self._opened()
        names = feature_names or self._file.names or [column["name"] for column in opened["columns"]]
        self.feature_names: list[str] = [str(name) for name in names]
        if len(self.feature_names) != len(opened["columns"]):
            raise make_error(
                "usage",
                f"feature_names has {len(self.feature_names)} names, the model {len(opened['columns'])} columns",
            )
        self._owners = None if players is None else _owners(players, self.feature_names)
        self.players_: list[str] = list(self.feature_names if self._owners is None else self._owners["names"])
        self.outputs_ = int(opened["outputs"])
        self._compares_doubles = bool(opened["comparesDoubles"]) and not self._file.rounds
        self._plan_key = key_of(self._model_key, self._owners)
        bias = np.asarray(self._planned()["bias"], dtype=np.float64)
        self.expected_value: Any = float(bias[0]) if self.outputs_ == 1 else bias

    def _opened(self) -> dict[str, Any]:
        with DOOR.lock:
            told = {} if self._file.iterations is None else {"iterations": self._file.iterations}
            return DOOR.kept(self._model_key, lambda: ({"op": "open", **told}, [self._file.data]))

    def _planned(self) -> dict[str, Any]:
        def make() -> tuple[dict[str, Any], list[bytes]]:
            self._opened()
            return {"op": "plan", "model": self._model_key, "players": self._owners}, []

        with DOOR.lock:
            return DOOR.kept(self._plan_key, make)

    def shap_values(self, X: Any) -> NDArray[Any]:
        """Return the values of rows.

        Parameters
        ----------
        X : array or frame of shape (n, columns)
            Rows; NaN is missing. Frames match by name, arrays by position. Categories are codes, as in training.

        Returns
        -------
        ndarray of shape (n, players, K), or (n, players) of a model with one output
            In the unit of the model's raw margins.

        Raises
        ------
        EsciSelectError
            Of code `data` for tables that do not fit, and for float64 values between thresholds that are nearer to each
            other than float32 can tell; `internal` where values do not add up to the margin.
        """
        values = matrix_of(X, self.feature_names)
        rows, columns = values.shape
        if columns != len(self.feature_names):
            raise make_error(
                "data",
                f"table has {columns} columns, the model {len(self.feature_names)}",
                "give the columns of training",
            )
        as_double = self._compares_doubles and is_finer(values)
        sent = np.float64 if as_double else np.float32
        out = np.empty((rows, len(self.players_), self.outputs_), dtype=self.dtype)
        if rows > 0:
            self._stream(values, np.dtype(sent), out)
        return out[:, :, 0] if self.outputs_ == 1 else out

    def _stream(self, values: NDArray[Any], sent: np.dtype[Any], out: NDArray[Any]) -> None:
        rows = len(values)
        size = rows if rows <= _LEAST else min(_BLOCK, -(-rows // 4))
        starts = range(0, rows, size)

        def requests() -> Iterator[tuple[dict[str, Any], memoryview]]:
            for start in starts:
                with np.errstate(over="ignore"):
                    block = np.ascontiguousarray(values[start : start + size], dtype=sent)
                header = {
                    "op": "explain",
                    "key": self._plan_key,
                    "rows": len(block),
                    "type": sent.name,
                    "check": self.check_additivity,
                    "double": self.dtype == np.float64,
                }
                yield header, memoryview(block).cast("B")

        def target(at: int) -> memoryview:
            return memoryview(out[starts[at] : starts[at] + size]).cast("B")

        with DOOR.lock:
            self._planned()
            worst = 0.0
            for answer in DOOR.stream(requests(), len(starts), target):
                worst = max(worst, answer["ofRounding"])
        if worst > 1:
            raise make_error(
                "internal",
                f"values do not add up to the model's margins: the error is {worst:.1e} times what rounding explains",
                "this is a bug: please report it with the model",
            )

    def __call__(self, X: Any) -> Any:
        """Return a `shap.Explanation` of rows, for shap's plots; players stand where columns do.

        Parameters
        ----------
        X : array or frame of shape (n, columns)
            As of `shap_values`.

        Returns
        -------
        shap.Explanation
            Its data are the columns' values, or with players NaN, since a player may own many columns.
        """
        from shap import Explanation

        values = self.shap_values(X)
        base = np.tile(np.asarray(self.expected_value, dtype=np.float64), (len(values), 1))
        data = matrix_of(X, self.feature_names) if self._owners is None else None
        return Explanation(
            values,
            base_values=base[:, 0] if self.outputs_ == 1 else base,
            data=data,
            feature_names=self.players_,
        )

    def __getstate__(self) -> dict[str, Any]:
        """Pickle the model's file, not the engine's process."""
        return self.__dict__.copy()


def _owners(players: Any, names: Sequence[str]) -> dict[str, Any]:
    """Return the players' names and [column] its player."""
    if isinstance(players, Mapping):
        of_column = [-1] * len(names)
        places = {name: at for at, name in enumerate(names)}
        for player, (label, columns) in enumerate(players.items()):
            for column in [columns] if isinstance(columns, str | int) else columns:
                at = column if isinstance(column, int | np.integer) else places.get(str(column), -1)
                if not 0 <= at < len(names):
                    raise make_error(
                        "usage", f"player {label!r} owns {column!r}, which is no column of the model"
                    )
                if of_column[at] >= 0:
                    raise make_error("usage", f"column {names[int(at)]!r} is owned by two players")
                of_column[at] = player
        if -1 in of_column:
            lost = names[of_column.index(-1)]
            raise make_error(
                "usage", f"column {lost!r} is owned by no player", "give every column to a player"
            )
        return {"names": [str(label) for label in players], "ofColumn": of_column}
    labels = [str(label) for label in players]
    if len(labels) != len(names):
        raise make_error(
            "usage",
            f"players has {len(labels)} labels, the model {len(names)} columns",
            "give a label for each column",
        )
    distinct = list(dict.fromkeys(labels))
    return {"names": distinct, "ofColumn": [distinct.index(label) for label in labels]}


def shap_values(model: Any, X: Any) -> NDArray[Any]:
    """Return the SHAP values of rows: each column is a player.

    Parameters
    ----------
    model : object
        As of `TreeShap`.
    X : array or frame of shape (n, columns)
        Rows; NaN is missing.

    Returns
    -------
    ndarray of shape (n, columns, K), or (n, columns) of a model with one output
        In the unit of the model's raw margins.

    Raises
    ------
    EsciSelectError
        As `TreeShap` and `TreeShap.shap_values`.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.tree import DecisionTreeRegressor
    >>> from esci_select import shap_values
    >>> X = np.array([[0, 1], [1, 1]], dtype=np.float32)
    >>> shap_values(DecisionTreeRegressor().fit(X, [0.0, 1.0]), X).tolist()
    [[-0.5, 0.0], [0.5, 0.0]]
    """
    return TreeShap(model).shap_values(X)


def group_shap(model: Any, X: Any, players: Sequence[str] | Mapping[str, Sequence[Any]]) -> NDArray[Any]:
    """Return the Shapley values of rows among owners of columns.

    Parameters
    ----------
    model : object
        As of `TreeShap`.
    X : array or frame of shape (n, columns)
        Rows; NaN is missing.
    players : sequence of str or mapping of str to sequence
        As of `TreeShap`.

    Returns
    -------
    ndarray of shape (n, players, K), or (n, players) of a model with one output
        In the unit of the model's raw margins.

    Raises
    ------
    EsciSelectError
        As `TreeShap` and `TreeShap.shap_values`.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.tree import DecisionTreeRegressor
    >>> from esci_select import group_shap
    >>> X = np.array([[0, 1], [1, 1]], dtype=np.float32)
    >>> group_shap(DecisionTreeRegressor().fit(X, [0.0, 1.0]), X, ["mine", "yours"]).tolist()
    [[-0.5, 0.0], [0.5, 0.0]]
    """
    return TreeShap(model, players, feature_names=None).shap_values(X)
