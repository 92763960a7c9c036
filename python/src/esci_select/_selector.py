"""Which models to run: the engine's train and rank on predictions in memory."""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ._base import Estimator
from ._display import selector_html
from ._door import DOOR, Door
from ._errors import EsciSelectWarning, in_python, make_error
from ._progress import Progress
from ._tables import column_of, is_frame, names_of, per_model

_KINDS = ("probabilities", "percent", "logits")
_DECIDE = ("balanced", "argmax", "accuracy", "macroF1", "weightedF1")


class ModelSelector(Estimator):
    """Choose the models worth their cost, and fit the ensemble of them.

    Gives what `esci-select train` and `esci-select rank` give of the same predictions, to the byte.

    Parameters
    ----------
    budget : int, str, mapping or sequence of str, default 3
        How many models may be kept, or limits on summed costs: `{'latency_ms': 25}`, `'latency_ms=25'`.
    classes : sequence, optional
        The classes in the order in which arrays hold them; the sorted labels of `y` otherwise.
    costs : mapping or frame, optional
        Costs per row, `{model: cost}` (the cost is named `cost`), `{cost: {model: value}}`, or a frame with a column `model`
        and a column for each cost.
    strategy : str, optional
        How to choose; the engine's default otherwise.
    metric : {'macroF1', 'accuracy', 'weightedF1', 'logLoss'}, default 'macroF1'
        The score that the strategy improves.
    decide : {'balanced', 'argmax', 'accuracy', 'macroF1', 'weightedF1'}, default 'balanced'
        The rule by which margins become answers.
    require, forbid : sequence of str, default ()
        Models to keep, and never to keep, whatever happens.
    floors : mapping of str to float, optional
        Least cross-validated scores, such as `{'f1.complement': 0.3}`.
    folds : int, default 5
        Folds of whole groups.
    random_state : int, default 7
        Seed of everything random.
    kind : {'probabilities', 'percent', 'logits'}, default 'probabilities'
        What the numbers of `predictions` are.
    replicates : int, default 1000
        Bootstrap draws behind every interval.
    n_jobs : int, optional
        Threads; results do not depend on it. One per core by default.
    verbose : int, default 0
        Above 0 progress is shown, by tqdm where it is installed.
    callback : callable, optional
        Called with each event, a dict of `stage`, `done`, `total` and `message`.

    Attributes
    ----------
    kept_ : list of str
        The models kept, in the order of the ranking.
    best_ : dict
        The best single models by score.
    ranking_ : list of dict
        A line for each model, the best first.
    metrics_ : dict
        Scores of `full`, `pruned`, `singles` and the floor, with intervals.
    contributions_ : dict of str to ndarray of shape (K,)
        Mean absolute Shapley value of each model by class, in the unit of margins.
    decision_ : dict
        The whole decision, as `esci-select rank --json` gives it.
    classes_ : ndarray of shape (K,)
        The classes.
    model_names_in_ : list of str
        The models that were seen.

    Examples
    --------
    >>> import numpy as np
    >>> from esci_select import ModelSelector
    >>> rng = np.random.default_rng(0)
    >>> y = rng.integers(0, 2, 120)
    >>> good = np.where(y == 1, 0.8, 0.2) + rng.uniform(-0.15, 0.15, 120)
    >>> bad = rng.uniform(0.2, 0.8, 120)
    >>> predictions = {"good": np.c_[1 - good, good], "bad": np.c_[1 - bad, bad]}
    >>> ModelSelector(budget=1, replicates=100).fit(predictions, y).kept_
    ['good']
    """

    def __init__(
        self,
        budget: Any = 3,
        *,
        classes: Sequence[Any] | None = None,
        costs: Any = None,
        strategy: str | None = None,
        metric: str = "macroF1",
        decide: str = "balanced",
        require: Sequence[str] = (),
        forbid: Sequence[str] = (),
        floors: Mapping[str, float] | None = None,
        folds: int = 5,
        random_state: int = 7,
        kind: str = "probabilities",
        replicates: int = 1000,
        n_jobs: int | None = None,
        verbose: int = 0,
        callback: Callable[[dict[str, Any]], None] | None = None,
    ) -> None:
        self.budget = budget
        self.classes = classes
        self.costs = costs
        self.strategy = strategy
        self.metric = metric
        self.decide = decide
        self.require = require
        self.forbid = forbid
        self.floors = floors
        self.folds = folds
        self.random_state = random_state
        self.kind = kind
        self.replicates = replicates
        self.n_jobs = n_jobs
        self.verbose = verbose
        self.callback = callback

    def fit(self, predictions: Any, y: Any, groups: Any = None, *, data: Any = None) -> ModelSelector:
        """Rank the models, keep those that fit the budget, and fit the ensemble of them.

        Parameters
        ----------
        predictions : mapping of str to array or frame of shape (n, K), or wide frame
            Out-of-fold predictions of each model: by models that did not see the row's label. Frames match classes by name
            (of a wide frame `model:class`, or two levels of columns); arrays follow `classes`. Rows of NaN are missing.
        y : array of shape (n,)
            Labels.
        groups : array of shape (n,), optional
            The query that a row belongs to: folds, bootstrap and comparisons take whole queries. Without, each row is alone.
        data : frame of n rows, optional
            Further columns of the examples, such as `locale`, by which the decision is broken down.

        Returns
        -------
        ModelSelector
            Itself.

        Raises
        ------
        EsciSelectError
            Of code `usage` or `data` for what does not fit, `infeasible` where no model fits the budget.
        """
        if y is None:
            raise make_error("usage", "ModelSelector requires y to be passed, but the target y is None")
        labels = np.asarray(y)
        if labels.dtype.kind == "f" and not np.array_equal(labels, np.round(labels)):
            raise make_error(
                "data", "Unknown label type: continuous. y holds fractions", "give classes, not scores"
            )
        if labels.ndim != 1 or len(labels) == 0:
            raise make_error("data", f"y has shape {labels.shape}, expected (n,) with n of at least 1")
        classes = self._classes_of(labels)
        tables = _aligned(predictions, classes, len(labels), self.classes is not None)
        header, blocks = self._request(tables, labels, classes, groups, data)
        told: list[dict[str, Any]] = []
        with Progress(self.verbose, self.callback) as progress:

            def on_event(event: dict[str, Any]) -> None:
                if event["kind"] == "finding":
                    told.append(event["finding"])
                progress.tell(event)

            door = Door(self.n_jobs)
            try:
                answer, files = door.ask(header, blocks, on_event)
            finally:
                door.close()
        self._judge(told)
        self._files = dict(zip(answer["names"], files, strict=True))
        self.classes_ = np.asarray(classes)
        self.model_names_in_ = sorted(tables)
        self._sentences = {"sentence": answer["sentence"], "evidence": answer["evidence"]}
        self._read()
        return self

    def _classes_of(self, labels: NDArray[Any]) -> list[Any]:
        if self.classes is None:
            classes = np.unique(labels).tolist()
            if len(classes) < 2:
                raise make_error("data", f"y holds {len(classes)} class, at least 2 are due")
            return list(classes)
        classes = list(self.classes)
        unknown = [one for one in np.unique(labels).tolist() if one not in classes]
        if unknown:
            raise make_error(
                "data", f"y holds {unknown[0]!r}, which is none of classes", f"classes: {classes}"
            )
        return classes

    def _request(
        self,
        tables: dict[str, NDArray[np.float32]],
        labels: NDArray[Any],
        classes: list[Any],
        groups: Any,
        data: Any,
    ) -> tuple[dict[str, Any], list[memoryview]]:
        n = len(labels)
        for name, legal in (("kind", _KINDS), ("decide", _DECIDE)):
            if getattr(self, name) not in legal:
                raise make_error("usage", f"{name} is {getattr(self, name)!r}", f"{name}: {', '.join(legal)}")
        owners = np.arange(n) if groups is None else np.asarray(groups)
        if owners.shape != (n,):
            raise make_error("data", f"groups has shape {owners.shape}, expected ({n},)")
        place = {one: at for at, one in enumerate(classes)}
        codes = np.array([place[one] for one in labels.tolist()], dtype=np.int32)
        values = np.stack([tables[name] for name in tables], axis=1)
        header = {
            "op": "fit",
            "rows": n,
            "classes": [str(one) for one in classes],
            "models": list(tables),
            "groups": [str(one) for one in owners.tolist()],
            "columns": _columns(data, n),
            "kind": self.kind,
            "costs": _costs(self.costs),
            "folds": int(self.folds),
            "seed": int(self.random_state),
            "decide": self.decide,
            "threads": int(self.n_jobs or os.cpu_count() or 1),
            "rank": {
                "budgets": _budgets(self.budget),
                "metric": self.metric,
                **({} if self.strategy is None else {"strategy": self.strategy}),
                "require": list(self.require),
                "forbid": list(self.forbid),
                "floors": [f"{score}={least}" for score, least in (self.floors or {}).items()],
                "replicates": int(self.replicates),
            },
        }
        return header, [memoryview(codes).cast("B"), memoryview(np.ascontiguousarray(values)).cast("B")]

    def _judge(self, findings: list[dict[str, Any]]) -> None:
        """Warn of findings; classes in another order are an error where nobody gave their order."""
        for finding in findings:
            message = in_python(finding["message"])
            if "stood in the order" in message and self.classes is None:
                raise make_error(
                    "data", message, "give classes in the order of the arrays' columns, or frames with names"
                )
            if finding["severity"] != "note":
                warnings.warn(EsciSelectWarning(finding["code"], message), stacklevel=3)

    def _read(self) -> None:
        decision = json.loads(self._files["decision/decision.json"])
        contributions = json.loads(self._files["attribution/contributions.json"])
        self.decision_ = {**decision, **self._sentences}
        self.kept_ = list(decision["kept"])
        self.ranking_ = decision["ranking"]
        self.metrics_ = decision["metrics"]
        self.best_ = decision.get("bestSingles", decision.get("bestSingle"))
        self.contributions_ = {
            line["model"]: np.asarray(line["groupShapByClass"]) for line in contributions["models"]
        }

    @property
    def model_(self) -> bytes:
        """The ensemble of the models kept, as XGBoost's JSON."""
        self._check()
        model: bytes = self._files["decision/model.json"]
        return model

    def _check(self) -> None:
        if not hasattr(self, "decision_"):
            try:
                from sklearn.exceptions import NotFittedError
            except ImportError:
                raise make_error("usage", "the selector is not fitted", "call fit first") from None
            raise NotFittedError("This ModelSelector instance is not fitted yet: call fit first")

    def _answers(self, predictions: Any) -> list[NDArray[Any]]:
        self._check()
        classes = self.classes_.tolist()
        tables = _aligned(predictions, classes, None, True, needed=self.kept_)
        kept = {name: tables[name] for name in self.kept_}
        values = np.ascontiguousarray(np.stack(list(kept.values()), axis=1))
        if self.kind != "probabilities":
            values = _as_probabilities(values, self.kind)
        learner = json.loads(self._files["decision/model.json"])["learner"]
        header = {
            "op": "predict",
            "rows": len(values),
            "models": self.kept_,
            "classes": [str(one) for one in classes],
            "offsets": json.loads(learner["attributes"]["decision_rule"])["offsets"],
        }
        _, (probabilities, answers) = DOOR.ask(header, [self.model_, memoryview(values).cast("B")])
        return [
            np.frombuffer(probabilities, dtype=np.float32).reshape(len(values), len(classes)),
            np.frombuffer(answers, dtype=np.int16),
        ]

    def predict_proba(self, predictions: Any) -> NDArray[np.float32]:
        """Return probabilities (n, K) by the ensemble of the models kept; others' predictions are not needed.

        Parameters
        ----------
        predictions : mapping of str to array or frame of shape (n, K), or wide frame
            As of `fit`.

        Returns
        -------
        ndarray of shape (n, K)
            Probabilities in the order of `classes_`.
        """
        return self._answers(predictions)[0]

    def predict(self, predictions: Any) -> NDArray[Any]:
        """Return the answers (n,) by the decision's rule.

        Parameters
        ----------
        predictions : mapping of str to array or frame of shape (n, K), or wide frame
            As of `fit`.

        Returns
        -------
        ndarray of shape (n,)
            Members of `classes_`.
        """
        answers = self._answers(predictions)[1]
        named: NDArray[Any] = self.classes_[answers]
        return named

    def score(self, predictions: Any, y: Any) -> float:
        """Return the accuracy of the answers, from 0 to 1.

        Parameters
        ----------
        predictions : mapping of str to array or frame of shape (n, K), or wide frame
            As of `fit`.
        y : array of shape (n,)
            Labels.

        Returns
        -------
        float
            The share of rows that are answered right.
        """
        return float(np.mean(self.predict(predictions) == np.asarray(y)))

    def select(self, predictions: Any) -> Any:
        """Return the predictions of the models kept alone, in the form given.

        Parameters
        ----------
        predictions : mapping of str to array or frame, or wide frame
            As of `fit`.

        Returns
        -------
        mapping or frame
            Of the models kept.
        """
        self._check()
        if isinstance(predictions, Mapping):
            return {name: predictions[name] for name in self.kept_}
        if is_frame(predictions):
            model = [
                name[0] if isinstance(name, tuple) else str(name).rpartition(":")[0]
                for name in names_of(predictions)
            ]
            names = [
                name for name, own in zip(names_of(predictions), model, strict=True) if own in self.kept_
            ]
            return predictions[names]
        raise make_error("usage", "predictions are neither a dict nor a frame")

    def get_support(self, indices: bool = False) -> NDArray[Any]:
        """Return which of `model_names_in_` are kept.

        Parameters
        ----------
        indices : bool, default False
            Whether indices are wanted, and not a mask.

        Returns
        -------
        ndarray
            Of bool, a place for each model; or of int.
        """
        self._check()
        mask = np.array([name in self.kept_ for name in self.model_names_in_])
        return np.flatnonzero(mask) if indices else mask

    def report(
        self, path: str | os.PathLike[str], formats: Sequence[str] = ("html", "md", "json")
    ) -> list[str]:
        """Write the report of the decision.

        Parameters
        ----------
        path : str or path
            A folder; it is made where it is not there.
        formats : sequence of {'html', 'md', 'json', 'csv', 'paired'}, default ('html', 'md', 'json')
            What to write.

        Returns
        -------
        list of str
            The files written.
        """
        self._check()
        header = {"op": "report", "names": list(self._files), "formats": list(formats)}
        answer, files = DOOR.ask(header, list(self._files.values()))
        written = []
        for name, content in zip(answer["names"], files, strict=True):
            target = Path(path) / name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            written.append(str(target))
        return written

    def _repr_html_(self) -> str:
        return selector_html(self)


def _aligned(
    predictions: Any,
    classes: list[Any],
    rows: int | None,
    declared: bool,
    needed: Sequence[str] | None = None,
) -> dict[str, NDArray[np.float32]]:
    """Return float32 (n, K) by model, columns in the order of the classes."""
    found = per_model(predictions, classes)
    if needed is not None:
        lost = [name for name in needed if name not in found]
        if lost:
            raise make_error(
                "data", f"predictions lack the kept model {lost[0]!r}", f"kept: {', '.join(needed)}"
            )
        found = {name: found[name] for name in needed}
    if not found:
        raise make_error("usage", "predictions hold no model")
    aligned = {}
    for name, (table, names) in found.items():
        values = np.asarray(table)
        if values.dtype == object or values.dtype.kind not in "fiub":
            raise make_error("data", f"predictions of {name!r} are of type {values.dtype}, expected numbers")
        if values.ndim == 1 and len(classes) == 2 and names is None:
            values = np.stack([1 - values, values], axis=1)
        if values.ndim != 2 or values.shape[1] != len(classes):
            raise make_error(
                "data",
                f"predictions of {name!r} have shape {values.shape}, expected (n, {len(classes)}): a column for each class",
                f"classes: {classes}",
            )
        if names is not None:
            values = values[:, _order(name, names, classes)]
        n = len(values) if rows is None else rows
        if len(values) != n:
            raise make_error("data", f"predictions of {name!r} have {len(values)} rows, y has {n}")
        if np.isinf(values).any():
            raise make_error("data", f"predictions of {name!r} hold infinity")
        aligned[name] = np.ascontiguousarray(values, dtype=np.float32)
        rows = n
    return aligned


def _order(model: str, names: Sequence[Any], classes: Sequence[Any]) -> list[int]:
    texts = [str(one) for one in names]
    try:
        return [texts.index(str(one)) for one in classes]
    except ValueError:
        raise make_error(
            "data",
            f"predictions of {model!r} have the columns {texts}, expected {[str(one) for one in classes]}",
            "name columns as the classes, or give arrays in the order of classes",
        ) from None


def _as_probabilities(values: NDArray[np.float32], kind: str) -> NDArray[np.float32]:
    if kind == "percent":
        return np.ascontiguousarray(values / np.float32(100))
    powers = np.exp(values.astype(np.float64) - values.max(axis=2, keepdims=True))
    return np.ascontiguousarray((powers / powers.sum(axis=2, keepdims=True)).astype(np.float32))


def _budgets(budget: Any) -> list[str]:
    if isinstance(budget, Mapping):
        return [f"{cost}={limit}" for cost, limit in budget.items()]
    if isinstance(budget, str) or not isinstance(budget, Sequence):
        return [str(budget)]
    return [str(one) for one in budget]


def _costs(costs: Any) -> dict[str, dict[str, float]]:
    if costs is None:
        return {}
    if is_frame(costs):
        names = names_of(costs)
        if "model" not in names:
            raise make_error("usage", "costs have no column 'model'")
        models = [str(one) for one in column_of(costs, "model").tolist()]
        return {
            str(name): {
                model: float(value)
                for model, value in zip(models, column_of(costs, name).tolist(), strict=True)
            }
            for name in names
            if name != "model"
        }
    if all(isinstance(value, Mapping) for value in costs.values()):
        return {
            str(name): {str(model): float(value) for model, value in own.items()}
            for name, own in costs.items()
        }
    return {"cost": {str(model): float(value) for model, value in costs.items()}}


_OWN = {"example_id", "query_id", "label"}


def _columns(data: Any, rows: int) -> list[dict[str, Any]]:
    if data is None:
        return []
    if not is_frame(data):
        raise make_error("usage", f"data is a {type(data).__name__}, expected a frame")
    columns = []
    for name in names_of(data):
        if str(name) in _OWN:
            continue
        values = column_of(data, name)
        if len(values) != rows:
            raise make_error("data", f"data has {len(values)} rows, y has {rows}")
        columns.append({"name": str(name), "values": [_text(value) for value in values.tolist()]})
    return columns


def _text(value: Any) -> str | None:
    return None if value is None or value != value else str(value)
