"""Margins of the peers, [row][class]. All but LightGBM and CatBoost score XGBoost's model.json; those two score their own models."""

import numpy as np

from peers_explain import Catboost as ExplainedByCatboost
from peers_explain import Explained
from peers_explain import Lightgbm as ExplainedByLightgbm
from peers_explain import Xgboost as ExplainedByXgboost


class Xgboost(ExplainedByXgboost):
    """A run reads the model anew: a booster that has seen a DMatrix would answer from its cache of predictions."""

    def work(self):
        self.result = self.booster.predict(self.table, output_margin=True)

    def values(self):
        return self.result

    def facts(self):
        return {}


class XgboostInplace(Xgboost):
    """Scores the floats as they are, without a DMatrix."""

    def matrix(self):
        self.x = np.ascontiguousarray(self.data.x[: self.rows])

    def work(self):
        self.result = self.booster.inplace_predict(self.x, predict_type="margin")


class Lightgbm(ExplainedByLightgbm):
    def work(self):
        self.result = self.booster.predict(self.x, raw_score=True, num_threads=self.threads)

    def values(self):
        return self.result

    def facts(self):
        return {"ownModel": True}


class Catboost(ExplainedByCatboost):
    def work(self):
        kind = {"prediction_type": "RawFormulaVal", "thread_count": self.threads}
        self.result = self.loaded.predict(self.table, **kind)

    def values(self):
        return self.result

    def facts(self):
        return {"ownModel": True}


class Treelite(Explained):
    def model(self):
        import treelite

        self.loaded = treelite.frontend.load_xgboost_model(self.path)

    def work(self):
        import treelite

        self.result = treelite.gtil.predict(self.loaded, self.x, nthread=self.threads, pred_margin=True)

    def values(self):
        return self.result.reshape(self.rows, -1)


PEERS = {
    "xgboost": Xgboost,
    "xgboost-inplace": XgboostInplace,
    "lightgbm": Lightgbm,
    "catboost": Catboost,
    "treelite": Treelite,
}
