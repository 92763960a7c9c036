"""Equality with the libraries' own attributions, on their own models."""

from __future__ import annotations

import itertools
import math
import pickle

import numpy as np
import pytest

from esci_select import EsciSelectError, TreeShap, group_shap, shap_values

TOLERANCE = 2e-6


def close(ours: np.ndarray, theirs: np.ndarray) -> None:
    assert ours.shape == theirs.shape
    scale = max(1.0, float(np.abs(theirs).max()))
    assert float(np.abs(ours - theirs).max()) <= TOLERANCE * scale


XGBOOST = {
    "multiclass": {"objective": "multi:softprob", "num_class": 3},
    "binary": {"objective": "binary:logistic"},
    "regression": {"objective": "reg:squarederror"},
    "dart": {"objective": "multi:softprob", "num_class": 3, "booster": "dart", "rate_drop": 0.2},
}


@pytest.mark.parametrize("name", XGBOOST)
def test_xgboost(name: str, table: np.ndarray, labels: np.ndarray) -> None:
    xgboost = pytest.importorskip("xgboost")
    y = labels if "num_class" in XGBOOST[name] else labels > 0
    data = xgboost.DMatrix(table, label=y)
    booster = xgboost.train({**XGBOOST[name], "max_depth": 4, "nthread": 1, "seed": 1}, data, 20)
    theirs = booster.predict(data, pred_contribs=True, strict_shape=True).transpose(0, 2, 1)
    explainer = TreeShap(booster)
    ours = explainer.shap_values(table)
    if theirs.shape[2] == 1:
        theirs = theirs[:, :, 0]
    close(ours, theirs[:, :-1])
    assert np.allclose(explainer.expected_value, theirs[0, -1], atol=TOLERANCE)


def test_xgboost_ranking(table: np.ndarray, labels: np.ndarray) -> None:
    xgboost = pytest.importorskip("xgboost")
    data = xgboost.DMatrix(table, label=labels)
    data.set_group([10] * 60)
    booster = xgboost.train({"objective": "rank:ndcg", "max_depth": 4, "nthread": 1}, data, 15)
    close(shap_values(booster, table), booster.predict(data, pred_contribs=True)[:, :-1])


def test_xgboost_linear_is_refused(table: np.ndarray, labels: np.ndarray) -> None:
    xgboost = pytest.importorskip("xgboost")
    booster = xgboost.train(
        {"booster": "gblinear", "nthread": 1}, xgboost.DMatrix(table, label=labels > 0), 3
    )
    with pytest.raises(EsciSelectError, match="gblinear|linear") as caught:
        TreeShap(booster)
    assert caught.value.code == "model" and isinstance(caught.value, ValueError)


LIGHTGBM = {
    "multiclass": {"objective": "multiclass", "num_class": 3},
    "binary": {"objective": "binary"},
    "regression": {"objective": "regression"},
}


@pytest.mark.parametrize("name", LIGHTGBM)
def test_lightgbm(name: str, table: np.ndarray, labels: np.ndarray) -> None:
    lightgbm = pytest.importorskip("lightgbm")
    y = labels if "num_class" in LIGHTGBM[name] else (labels > 0).astype(float)
    params = {**LIGHTGBM[name], "verbosity": -1, "num_threads": 1, "min_data_in_leaf": 5, "seed": 1}
    booster = lightgbm.train(params, lightgbm.Dataset(table.astype(np.float64), y), 20)
    theirs = np.asarray(booster.predict(table.astype(np.float64), pred_contrib=True))
    outputs = 3 if name == "multiclass" else 1
    theirs = theirs.reshape(len(table), outputs, -1).transpose(0, 2, 1)[:, :-1]
    close(shap_values(booster, table), theirs if outputs > 1 else theirs[:, :, 0])


def test_float64_finer_than_float32_is_kept_on_its_side(labels: np.ndarray) -> None:
    """Values a float32 cannot tell apart, with a threshold between: silently wrong where they are rounded."""
    lightgbm = pytest.importorskip("lightgbm")
    rng = np.random.default_rng(0)
    fine = 1.0 + rng.integers(0, 2, 400) * 1e-9
    x = np.c_[fine, rng.normal(size=400)]
    y = (fine > 1.0) * 100.0
    params = {
        "objective": "regression",
        "verbosity": -1,
        "num_threads": 1,
        "min_data_in_leaf": 5,
        "max_bin": 255,
    }
    booster = lightgbm.train(params, lightgbm.Dataset(x, y, params={"min_data_in_bin": 1}), 10)
    theirs = np.asarray(booster.predict(x, pred_contrib=True))[:, :-1]
    assert np.abs(theirs).max() > 1
    close(shap_values(booster, x), theirs)


def test_float64_between_two_near_thresholds_is_refused() -> None:
    lightgbm = pytest.importorskip("lightgbm")
    rng = np.random.default_rng(0)
    step = rng.integers(0, 4, 800)
    x = np.c_[1.0 + step * 1e-9, rng.normal(size=800)]
    y = np.array([0.0, 100.0, 0.0, 50.0])[step]
    params = {"objective": "regression", "verbosity": -1, "num_threads": 1, "min_data_in_leaf": 5}
    booster = lightgbm.train(params, lightgbm.Dataset(x, y, params={"min_data_in_bin": 1}), 10)
    with pytest.raises(EsciSelectError, match="float32") as caught:
        shap_values(booster, x)
    assert caught.value.code == "data"


SKLEARN = [
    "DecisionTreeClassifier",
    "DecisionTreeRegressor",
    "RandomForestClassifier",
    "ExtraTreesRegressor",
    "GradientBoostingClassifier",
    "GradientBoostingRegressor",
    "HistGradientBoostingClassifier",
    "HistGradientBoostingRegressor",
]


@pytest.mark.parametrize("name", SKLEARN)
def test_scikit_learn_as_shap(name: str, table: np.ndarray, labels: np.ndarray) -> None:
    shap = pytest.importorskip("shap")
    from sklearn import ensemble, tree

    kind = getattr(tree, name, None) or getattr(ensemble, name)
    arguments = {"random_state": 1, "max_depth": 4}
    if "Forest" in name or "Extra" in name:
        arguments["n_estimators"] = 10
    elif name.startswith("Gradient"):
        arguments["n_estimators"] = 12
    elif name.startswith("Hist"):
        arguments["max_iter"] = 12
    x = table if name.startswith("Hist") else np.nan_to_num(table)
    y = labels.astype(float) if name.endswith("Regressor") else labels
    if name == "GradientBoostingClassifier":
        y = labels > 0  # shap knows two classes only
    model = kind(**arguments).fit(x, y)
    theirs = np.asarray(shap.TreeExplainer(model).shap_values(x, check_additivity=False))
    close(shap_values(model, x), theirs)


def test_finer_float64_of_hist_gradient_boosting_is_handled() -> None:
    ensemble = pytest.importorskip("sklearn.ensemble")
    rng = np.random.default_rng(0)
    fine = 1.0 + rng.integers(0, 2, 400) * 1e-9
    x = np.c_[fine, rng.normal(size=400)]
    model = ensemble.HistGradientBoostingRegressor(max_iter=5).fit(x, (fine > 1.0) * 100.0)
    explainer = TreeShap(model, dtype="float64")
    values = explainer.shap_values(x)
    assert np.allclose(values.sum(axis=1) + explainer.expected_value, model.predict(x), atol=1e-3)


def brute_force(booster: object, x: np.ndarray, owners: list[str]) -> np.ndarray:
    """Shapley values of owners by SHAP's path-dependent game, of a booster of one output, by all coalitions."""
    import json

    players = list(dict.fromkeys(owners))
    trees = [json.loads(one) for one in booster.get_dump(dump_format="json", with_stats=True)]

    def value(node: dict, row: np.ndarray, known: set[str]) -> float:
        if "leaf" in node:
            return float(node["leaf"])
        children = {child["nodeid"]: child for child in node["children"]}
        column = int(node["split"][1:])
        if owners[column] in known:
            entry = row[column]
            goes = (
                node["missing"]
                if np.isnan(entry)
                else node["yes" if entry < np.float32(node["split_condition"]) else "no"]
            )
            return value(children[goes], row, known)
        total = sum(child["cover"] for child in children.values())
        return sum(child["cover"] / total * value(child, row, known) for child in children.values())

    out = np.zeros((len(x), len(players)))
    n = len(players)
    for at, row in enumerate(x):
        for place, player in enumerate(players):
            others = [one for one in players if one != player]
            for size in range(n):
                weight = math.factorial(size) * math.factorial(n - size - 1) / math.factorial(n)
                for some in itertools.combinations(others, size):
                    gain = sum(value(t, row, {*some, player}) - value(t, row, set(some)) for t in trees)
                    out[at, place] += weight * gain
    return out


def test_players_play_their_own_game(table: np.ndarray, labels: np.ndarray) -> None:
    xgboost = pytest.importorskip("xgboost")
    data = xgboost.DMatrix(table, label=labels > 0)
    booster = xgboost.train({"objective": "binary:logistic", "max_depth": 3, "nthread": 1}, data, 4)
    owners = ["a", "b", "a", "c", "c", "b", "a", "c"]
    ours = group_shap(booster, table[:6], owners)
    assert np.abs(ours - brute_force(booster, table[:6], owners)).max() < 1e-5
    by_name = {"a": [0, 2, 6], "b": ["f1", "f5"], "c": [3, 4, 7]}
    assert np.array_equal(TreeShap(booster, by_name).shap_values(table[:6]), ours)


def test_shapes_frames_and_blocks(table: np.ndarray, labels: np.ndarray) -> None:
    xgboost = pytest.importorskip("xgboost")
    pandas = pytest.importorskip("pandas")
    names = [f"c{at}" for at in range(8)]
    frame = pandas.DataFrame(table, columns=names)
    model = xgboost.XGBClassifier(n_estimators=5, n_jobs=1).fit(frame, labels)
    explainer = TreeShap(model)
    whole = explainer.shap_values(frame)
    assert whole.shape == (600, 8, 3) and whole.dtype == np.float32
    assert np.array_equal(explainer.shap_values(frame[names[::-1]]), whole)
    many = np.tile(table, (15, 1))
    assert np.array_equal(explainer.shap_values(many), np.tile(whole, (15, 1, 1)))
    assert np.array_equal(explainer.shap_values(frame.iloc[:1]), whole[:1])
    assert explainer.shap_values(table[:0]).shape == (0, 8, 3)
    assert np.array_equal(pickle.loads(pickle.dumps(explainer)).shap_values(table), whole)
    with pytest.raises(EsciSelectError, match="columns"):
        explainer.shap_values(table[:, :5])
    with pytest.raises(EsciSelectError, match="owned by no player"):
        TreeShap(model, {"a": ["c0"]})
    with pytest.raises(EsciSelectError, match="8 columns"):
        TreeShap(model, ["a"])


def test_explanation_for_plots(table: np.ndarray, labels: np.ndarray) -> None:
    shap = pytest.importorskip("shap")
    xgboost = pytest.importorskip("xgboost")
    booster = xgboost.train(
        {"objective": "binary:logistic", "nthread": 1}, xgboost.DMatrix(table, label=labels > 0), 5
    )
    explanation = TreeShap(booster, ["x"] * 4 + ["y"] * 4)(table)
    assert isinstance(explanation, shap.Explanation) and explanation.shape == (600, 2)
    assert explanation.feature_names == ["x", "y"]


def test_what_is_no_model() -> None:
    with pytest.raises(EsciSelectError) as caught:
        TreeShap(object())
    assert caught.value.code == "model"
    with pytest.raises(OSError, match="cannot be read"):
        TreeShap("no/such/file.json")
    with pytest.raises(ValueError, match="no known kind|JSON"):
        TreeShap(b'{"a": 1}')
