"""Regenerates test/fixtures/ensemble: small models of the installed XGBoost with the margins it gives.

fixtures.py FOLDER, with any XGBoost from 1.6; files are named by its version, so older ones stay.
"""

import json
import sys
from pathlib import Path

import numpy as np
import xgboost as xgb

folder = Path(sys.argv[1])
random = np.random.default_rng(5)
x = random.random((40, 3)).astype(np.float32)
x[random.random(x.shape) < 0.15] = np.nan
labels = np.where(np.nan_to_num(x[:, 0], nan=0.9) > 0.5, 1, 0) + (random.random(40) < 0.3)
names = ["one:p", "two:p", "__proto__"]
shared = {"max_depth": 2, "tree_method": "hist", "eta": 0.3, "min_child_weight": 0.5}
forest = {"num_parallel_tree": 2, "subsample": 0.7, "seed": 1}


def listed(values):
    return [None if np.isnan(value) else float(value) for value in values.ravel()]


for name, parameters, y in [
    ("softprob", {"objective": "multi:softprob", "num_class": 3}, labels),
    ("softmax-forest", {"objective": "multi:softmax", "num_class": 3, **forest}, labels),
    ("binary", {"objective": "binary:logistic"}, (labels > 0).astype(int)),
]:
    table = xgb.DMatrix(x, y, feature_names=names)
    booster = xgb.train({**shared, **parameters}, table, 2)
    path = folder / f"xgboost-{xgb.__version__}-{name}"
    booster.save_model(f"{path}.json")
    margins = booster.predict(table, output_margin=True)
    expected = {"columns": 3, "names": names, "values": listed(x), "margins": listed(margins)}
    Path(f"{path}.expected.json").write_text(json.dumps(expected))
