"""TreeSHAP of the peers, path-dependent, per feature: every row, column and class.

All but LightGBM and CatBoost explain the model in XGBoost's format that they are told to use. Those two cannot read it,
and explain their own models of the same number of rounds and depth; CatBoost's trees are symmetric (one split a level) and
serve all classes at once, so that it has a quarter as many. values() are [row][class][column]; bias and margins are for the check of additivity.
"""

import importlib
import sys
from importlib.metadata import PackageNotFoundError, version

import numpy as np
import peers_treeshap

ETA = 0.1
DEPTH = 6
LEAVES = 2**DEPTH


def version_of(package):
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def versions(name):
    if name == "treeshap":
        return peers_treeshap.versions()
    module, package = {
        "woodelf": ("woodelf", "woodelf-explainer"),
        "histgradientboosting": ("sklearn.ensemble", "scikit-learn"),
        # the package without the GPU library, where that is what is installed
        "xgboost": ("xgboost", "xgboost-cpu" if version_of("xgboost-cpu") else "xgboost"),
    }.get(name, (name, name))
    importlib.import_module(module)
    found = {"package": package, "version": version(package), "python": sys.version.split()[0]}
    if name == "fasttreeshap":
        found["beside"] = f"xgboost {version('xgboost')}, shap {version('shap')}, numpy {version('numpy')}"
    return found


def make_xgboost(data, rows, rounds):
    import xgboost as xgb

    settings = {"objective": "multi:softprob", "num_class": data.classes, "max_depth": DEPTH, "eta": ETA}
    settings |= {"tree_method": "hist", "base_score": 0.5, "nthread": 2}
    booster = xgb.train(settings, xgb.DMatrix(data.x[:rows], data.y[:rows]), rounds)
    booster.save_model(data.folder / "model.json")


def make_lightgbm(data, rows, rounds):
    import lightgbm as lgb

    settings = {"objective": "multiclass", "num_class": data.classes, "max_depth": DEPTH, "num_leaves": LEAVES}
    settings |= {"learning_rate": ETA, "min_data_in_leaf": 1, "min_sum_hessian_in_leaf": 1, "lambda_l2": 1}
    settings |= {"num_threads": 2, "verbosity": -1}
    booster = lgb.train(settings, lgb.Dataset(data.x[:rows], data.y[:rows]), rounds)
    booster.save_model(data.folder / "model.lightgbm.txt")


def make_catboost(data, rows, rounds):
    import catboost

    settings = {"loss_function": "MultiClass", "iterations": rounds, "depth": DEPTH, "learning_rate": ETA}
    settings |= {"l2_leaf_reg": 1, "border_count": 254, "bootstrap_type": "No", "random_strength": 0, "random_seed": 0}
    settings |= {"boosting_type": "Plain", "thread_count": 2, "verbose": False, "allow_writing_files": False}
    model = catboost.CatBoost(settings).fit(catboost.Pool(data.x[:rows], data.y[:rows]))
    model.save_model(str(data.folder / "model.cbm"))


MODEL_MAKERS = {"xgboost": make_xgboost, "lightgbm": make_lightgbm, "catboost": make_catboost}


class Explained:
    """A peer's part by part run; `model`, `matrix` and `work` are what is timed."""

    def __init__(self, data, rows, threads):
        self.data, self.rows, self.threads = data, rows, threads
        self.path = data.folder / data.model

    def matrix(self):
        self.x = np.ascontiguousarray(self.data.x[: self.rows])

    def facts(self):
        return {}


class Xgboost(Explained):
    def model(self):
        import xgboost as xgb

        self.booster = xgb.Booster({"nthread": self.threads}, model_file=self.path)

    def matrix(self):
        import xgboost as xgb

        self.table = xgb.DMatrix(self.data.x[: self.rows], nthread=self.threads)

    def work(self):
        self.result = self.booster.predict(self.table, pred_contribs=True)

    def values(self):
        return self.result[:, :, :-1]

    def facts(self):
        margins = self.booster.predict(self.table, output_margin=True)
        additivity = float(np.abs(self.result.sum(2, dtype=np.float64) - margins).max())
        return {"additivity": additivity, "bias": self.result[0, :, -1].tolist()}


class Lightgbm(Explained):
    def model(self):
        import lightgbm as lgb

        self.booster = lgb.Booster(model_file=self.data.folder / "model.lightgbm.txt")

    def work(self):
        self.result = self.booster.predict(self.x, pred_contrib=True, num_threads=self.threads)

    def values(self):
        return self.result.reshape(self.rows, self.data.classes, -1)[:, :, :-1]

    def facts(self):
        margins = self.booster.predict(self.x, raw_score=True, num_threads=self.threads)
        sums = self.result.reshape(self.rows, self.data.classes, -1).sum(2)
        return {"additivity": float(np.abs(sums - margins).max()), "ownModel": True}


class Catboost(Explained):
    def model(self):
        import catboost

        self.loaded = catboost.CatBoost().load_model(str(self.data.folder / "model.cbm"))

    def matrix(self):
        import catboost

        self.table = catboost.Pool(self.data.x[: self.rows])

    def work(self):
        kind = {"type": "ShapValues", "thread_count": self.threads}
        self.result = self.loaded.get_feature_importance(self.table, **kind)

    def values(self):
        return self.result[:, :, :-1]

    def facts(self):
        margins = self.loaded.predict(self.table, prediction_type="RawFormulaVal", thread_count=self.threads)
        return {"additivity": float(np.abs(self.result.sum(2) - margins).max()), "ownModel": True}


class Shap(Explained):
    """shap's own TreeExplainer kernel (one thread). Left to itself it hands an XGBoost model to XGBoost's pred_contribs,
    which is another row of the table; model_type "internal" makes it use its own."""

    def model(self):
        import shap
        import xgboost as xgb

        self.explainer = shap.TreeExplainer(xgb.Booster(model_file=self.path))
        self.explainer.model.model_type = "internal"

    def work(self):
        self.result = self.explainer.shap_values(self.x, check_additivity=False)

    def values(self):
        return np.asarray(self.result).transpose(0, 2, 1)


class Woodelf(Explained):
    """woodelf explains one class at a time (one thread): all of them are timed."""

    def model(self):
        import xgboost as xgb
        from woodelf.core.trees.parse_models import load_decision_tree_ensemble_model as load

        booster = xgb.Booster(model_file=self.path)
        self.names = [f"f{column}" for column in range(self.data.columns)]
        self.ensembles = [load(booster, self.names, k) for k in range(self.data.classes)]

    def matrix(self):
        import pandas as pd

        self.x = pd.DataFrame(self.data.x[: self.rows], columns=self.names)

    def work(self):
        from threadpoolctl import threadpool_limits
        from woodelf import WoodelfExplainer

        with threadpool_limits(self.threads):
            explainers = [WoodelfExplainer(each, feature_perturbation="tree_path_dependent") for each in self.ensembles]
            self.result = [explainer.shap_values(self.x, verbose=False) for explainer in explainers]

    def values(self):
        return np.stack(self.result, 1)


class Fasttreeshap(Explained):
    def model(self):
        import fasttreeshap
        import xgboost as xgb

        booster = xgb.Booster(model_file=self.path)
        self.explainer = fasttreeshap.TreeExplainer(booster, algorithm="auto", n_jobs=self.threads)

    def work(self):
        self.result = self.explainer.shap_values(self.x, check_additivity=False)

    def values(self):
        return np.stack(self.result, 1)


PEERS = {
    "xgboost": Xgboost,
    "lightgbm": Lightgbm,
    "catboost": Catboost,
    "shap": Shap,
    "woodelf": Woodelf,
    "fasttreeshap": Fasttreeshap,
    "treeshap": peers_treeshap.Treeshap,
}
