"""Training by the peers on the first three quarters of some rows, and the log-loss on the rest (not timed).

Equal settings, as near as each allows: depth 6, up to 64 leaves, learning rate 0.3, 255 bins, L2 penalty 1, least sum of
hessians 1, no sampling. HistGradientBoosting bins inside of fit and has no least sum of hessians.
CatBoost grows symmetric trees (one split a level) whose leaves serve all classes at once.
"""

import numpy as np

DEPTH = 6
LEAVES = 2**DEPTH
RATE = 0.3
BINS = 255


class Trained:
    def __init__(self, data, rows, threads, rounds, first=0):
        self.data, self.threads, self.rounds = data, threads, rounds
        end = first + rows * 3 // 4
        self.x, self.y = data.x[first:end], data.y[first:end]
        self.rest, self.truth = data.x[end : first + rows], data.y[end : first + rows]

    def model(self):
        pass

    def matrix(self):
        pass

    def facts(self):
        shares = self.probabilities()[np.arange(len(self.truth)), self.truth]
        return {"loss": float(-np.log(shares.astype(np.float64)).mean())}


class Xgboost(Trained):
    def matrix(self):
        import xgboost as xgb

        self.table = xgb.QuantileDMatrix(self.x, self.y, max_bin=BINS, nthread=self.threads)

    def work(self):
        import xgboost as xgb

        settings = {"objective": "multi:softprob", "num_class": self.data.classes, "tree_method": "hist"}
        settings |= {"max_depth": DEPTH, "eta": RATE, "max_bin": BINS, "lambda": 1, "min_child_weight": 1}
        settings |= {"base_score": 0.5, "nthread": self.threads}
        self.booster = xgb.train(settings, self.table, self.rounds)

    def probabilities(self):
        return self.booster.inplace_predict(self.rest)


class Lightgbm(Trained):
    def settings(self):
        settings = {"objective": "multiclass", "num_class": self.data.classes, "max_depth": DEPTH, "num_leaves": LEAVES}
        settings |= {"learning_rate": RATE, "max_bin": BINS, "lambda_l2": 1, "min_sum_hessian_in_leaf": 1}
        return settings | {"min_data_in_leaf": 1, "num_threads": self.threads, "verbosity": -1}

    def matrix(self):
        import lightgbm as lgb

        self.table = lgb.Dataset(self.x, self.y, params=self.settings()).construct()

    def work(self):
        import lightgbm as lgb

        self.booster = lgb.train(self.settings(), self.table, self.rounds)

    def probabilities(self):
        return self.booster.predict(self.rest)


class Catboost(Trained):
    def matrix(self):
        import catboost

        self.table = catboost.Pool(self.x, self.y, thread_count=self.threads)
        self.table.quantize(border_count=BINS - 1)

    def work(self):
        import catboost

        settings = {"loss_function": "MultiClass", "iterations": self.rounds, "depth": DEPTH, "learning_rate": RATE}
        settings |= {"l2_leaf_reg": 1, "border_count": BINS - 1, "bootstrap_type": "No", "random_strength": 0}
        settings |= {"boosting_type": "Plain", "random_seed": 0, "thread_count": self.threads, "verbose": False}
        self.booster = catboost.CatBoost(settings | {"allow_writing_files": False}).fit(self.table)

    def probabilities(self):
        return self.booster.predict(self.rest, prediction_type="Probability")


class HistGradientBoosting(Trained):
    def work(self):
        from sklearn.ensemble import HistGradientBoostingClassifier
        from threadpoolctl import threadpool_limits

        learner = HistGradientBoostingClassifier(
            max_iter=self.rounds, learning_rate=RATE, max_depth=DEPTH, max_leaf_nodes=LEAVES, max_bins=BINS,
            l2_regularization=1, min_samples_leaf=1, early_stopping=False,
        )
        with threadpool_limits(self.threads):
            self.learner = learner.fit(self.x, self.y)

    def probabilities(self):
        return self.learner.predict_proba(self.rest)


PEERS = {"xgboost": Xgboost, "lightgbm": Lightgbm, "catboost": Catboost, "histgradientboosting": HistGradientBoosting}
