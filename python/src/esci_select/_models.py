"""Models of other libraries as the files that the engine reads."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ._errors import make_error


@dataclass(frozen=True)
class ModelFile:
    """A model's file and what the engine is to be told of it."""

    data: bytes
    #: `all` or `best` rounds, where training was stopped early
    iterations: str | None = None
    #: names of the columns where the file does not have them
    names: tuple[str, ...] | None = None
    #: whether the library itself rounds values to float32 before it compares them
    rounds: bool = False


def model_file(model: Any) -> ModelFile:
    """Return a model as a file.

    Read are boosters and scikit-learn estimators of XGBoost, LightGBM and CatBoost, scikit-learn's trees, forests and
    gradient boosting, treelite models, and the bytes or the path of a model file.

    Raises
    ------
    EsciSelectError
        Of code `model` for anything else.
    """
    if isinstance(model, ModelFile):
        return model
    if isinstance(model, bytes | bytearray | memoryview):
        return ModelFile(bytes(model), "all")
    if isinstance(model, str | os.PathLike):
        path = Path(model)
        try:
            return ModelFile(path.read_bytes(), "all")
        except OSError as error:
            raise make_error("io", f"model file cannot be read: {error.strerror}", path=str(path)) from error
    module = type(model).__module__.split(".")[0]
    readers: dict[str, Callable[[Any], ModelFile]] = {
        "xgboost": _xgboost,
        "lightgbm": _lightgbm,
        "catboost": _catboost,
        "sklearn": _sklearn,
        "treelite": _treelite,
    }
    if module in readers:
        return readers[module](model)
    for base in type(model).__mro__:
        if base.__module__.split(".")[0] in readers:
            return readers[base.__module__.split(".")[0]](model)
    raise make_error(
        "model",
        f"a {type(model).__name__} is no tree ensemble that can be explained",
        "give a model of XGBoost, LightGBM, CatBoost or scikit-learn's trees, or the path of its file",
    )


def _treelite(model: Any) -> ModelFile:
    return ModelFile(model.dump_as_json().encode())


def _xgboost(model: Any) -> ModelFile:
    booster = model.get_booster() if hasattr(model, "get_booster") else model
    if not hasattr(booster, "save_raw"):
        raise make_error("model", f"a {type(model).__name__} is no booster", "give the Booster")
    # scikit-learn classes predict with the best round, boosters with all
    best = booster is not model and getattr(model, "early_stopping_rounds", None) is not None
    names = booster.feature_names
    return ModelFile(
        bytes(booster.save_raw("ubj")),
        "best" if best else "all",
        None if names is None else tuple(names),
        True,
    )


def _lightgbm(model: Any) -> ModelFile:
    booster = model.booster_ if hasattr(model, "booster_") else model
    return ModelFile(booster.model_to_string().encode(), "all", tuple(booster.feature_name()))


def _catboost(model: Any) -> ModelFile:
    with tempfile.TemporaryDirectory(prefix="esci-select-model-") as folder:
        path = Path(folder) / "model.json"
        model.save_model(str(path), format="json")
        return ModelFile(path.read_bytes(), "all", tuple(model.feature_names_), True)


def _sklearn(model: Any) -> ModelFile:
    name = type(model).__name__
    if name.startswith("HistGradientBoosting"):
        trees, heads = _hist_trees(model)
        rounds = False
    elif name.startswith("GradientBoosting"):
        trees, heads = _boosted_trees(model)
        rounds = True
    elif hasattr(model, "tree_") or hasattr(model, "estimators_"):
        trees, heads = _forest_trees(model)
        rounds = True
    else:
        raise make_error(
            "model", f"a {name} is no fitted tree ensemble", "give a fitted tree, forest or boosting"
        )
    columns = int(model.n_features_in_)
    names = getattr(model, "feature_names_in_", None)
    root = {"num_feature": columns, "num_target": 1, "trees": trees, **heads}
    return ModelFile(
        json.dumps(root).encode(), "all", None if names is None else tuple(str(one) for one in names), rounds
    )


def _nodes(tree: Any, leaf: Any) -> dict[str, Any]:
    """Return a `sklearn.tree._tree.Tree` as treelite's nodes."""
    missing = getattr(tree, "missing_go_to_left", None)
    nodes = []
    for at in range(tree.node_count):
        own: dict[str, Any] = {"node_id": at, "sum_hess": float(tree.weighted_n_node_samples[at])}
        if tree.children_left[at] < 0:
            own["leaf_value"] = leaf(at)
        else:
            own.update(
                node_type="numerical_test_node",
                split_feature_id=int(tree.feature[at]),
                default_left=bool(missing[at]) if missing is not None else False,
                comparison_op="<=",
                threshold=float(tree.threshold[at]),
                left_child=int(tree.children_left[at]),
                right_child=int(tree.children_right[at]),
            )
        nodes.append(own)
    return {"nodes": nodes}


def _forest_trees(model: Any) -> tuple[list[Any], dict[str, Any]]:
    trees = [one.tree_ for one in model.estimators_] if hasattr(model, "estimators_") else [model.tree_]
    if any(tree.n_outputs > 1 for tree in trees):
        raise make_error("model", "a model of several targets is not explained", "train one model per target")
    outputs = int(trees[0].max_n_classes)

    def leaf_of(tree: Any) -> Any:
        value = tree.value[:, 0, :]
        if outputs > 1:
            value = value / value.sum(axis=1, keepdims=True)
        return lambda at: [float(x) for x in value[at]] if outputs > 1 else float(value[at, 0])

    return [_nodes(tree, leaf_of(tree)) for tree in trees], {
        "num_class": [outputs],
        "class_id": [-1 if outputs > 1 else 0] * len(trees),
        "average_tree_output": True,
        "postprocessor": "identity_multiclass" if outputs > 1 else "identity",
        "base_scores": [0.0] * outputs,
    }


def _boosted_trees(model: Any) -> tuple[list[Any], dict[str, Any]]:
    outputs = int(model.estimators_.shape[1])
    rate = float(model.learning_rate)
    trees = []
    class_id = []
    for stage in model.estimators_:
        for output, one in enumerate(stage):
            value = one.tree_.value[:, 0, 0]
            trees.append(_nodes(one.tree_, lambda at, value=value: rate * float(value[at])))
            class_id.append(output)
    base = np.asarray(model._raw_predict_init(np.zeros((1, model.n_features_in_), dtype=np.float32)))
    if not (isinstance(model.init_, str) or type(model.init_).__name__.startswith("Dummy")):
        raise make_error(
            "model", "gradient boosting that begins with another model is not explained", "leave init out"
        )
    return trees, {
        "num_class": [outputs],
        "class_id": class_id,
        "average_tree_output": False,
        "postprocessor": "softmax" if outputs > 1 else "identity",
        "base_scores": [float(x) for x in base.reshape(-1)],
    }


def _hist_trees(model: Any) -> tuple[list[Any], dict[str, Any]]:
    if getattr(model, "is_categorical_", None) is not None and np.any(model.is_categorical_):
        raise make_error(
            "model",
            "HistGradientBoosting with categorical columns is not explained",
            "encode the columns as numbers before, or train LightGBM or CatBoost",
        )
    trees = []
    class_id = []
    for stage in model._predictors:
        for output, predictor in enumerate(stage):
            nodes = []
            for at, node in enumerate(predictor.nodes):
                own: dict[str, Any] = {"node_id": at, "sum_hess": float(node["count"])}
                if node["is_leaf"]:
                    own["leaf_value"] = float(node["value"])
                else:
                    own.update(
                        node_type="numerical_test_node",
                        split_feature_id=int(node["feature_idx"]),
                        default_left=bool(node["missing_go_to_left"]),
                        comparison_op="<=",
                        # all that is not missing goes left of a split by missing values alone
                        threshold=min(float(node["num_threshold"]), float(np.finfo(np.float32).max)),
                        left_child=int(node["left"]),
                        right_child=int(node["right"]),
                    )
                nodes.append(own)
            trees.append({"nodes": nodes})
            class_id.append(output)
    base = np.asarray(model._baseline_prediction).reshape(-1)
    outputs = len(base)
    return trees, {
        "num_class": [outputs],
        "class_id": class_id,
        "average_tree_output": False,
        "postprocessor": "softmax" if outputs > 1 else "identity",
        "base_scores": [float(x) for x in base],
    }
