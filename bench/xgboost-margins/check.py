"""XGBoost's side of bench/xgboost-margins: only starts the peer; nothing is compared here.

check.py train FOLDER          trains XGBoost's own models on x.f32 and y.i32, and saves them with their margins
check.py score FOLDER NAME...  writes the margins that XGBoost gives for NAME.json
"""

import json
import sys
from pathlib import Path

import numpy as np
import xgboost as xgb

task, folder, names = sys.argv[1], Path(sys.argv[2]), sys.argv[3:]
settings = json.loads((folder / "settings.json").read_text())
x = np.fromfile(folder / "x.f32", dtype=np.float32).reshape(settings["rows"], settings["columns"])
table = xgb.DMatrix(x, feature_names=settings["names"])


def save_margins(booster, name):
    margins = booster.predict(table, output_margin=True)
    margins.astype(np.float32).tofile(folder / f"{name}.margins.f32")


def train():
    y = np.fromfile(folder / "y.i32", dtype=np.int32)
    shared = {"tree_method": "hist", "max_bin": 255, "nthread": 2, "seed": 1}
    softmax = {**shared, "objective": "multi:softprob", "num_class": settings["classes"], "eta": 0.1, "max_depth": 6}
    binary = {**shared, "objective": "binary:logistic", "max_depth": 4}
    leafwise = {"grow_policy": "lossguide", "max_leaves": 20, "max_depth": 0}
    for name, parameters, labels, rounds in [
        ("same-settings", {**softmax, "base_score": 0.0}, y, settings["rounds"]),
        ("softprob", softmax, y, 10),
        ("pruned", {**softmax, "gamma": 2.0}, y, 10),
        ("leafwise", {**softmax, **leafwise}, y, 10),
        ("forest", {**softmax, "num_parallel_tree": 2, "subsample": 0.7}, y, 5),
        ("binary", binary, (y == 0).astype(np.int32), 10),
    ]:
        end = settings["train"]
        booster = xgb.train(parameters, xgb.DMatrix(x[:end], labels[:end], feature_names=settings["names"]), rounds)
        booster.save_model(folder / f"{name}.json")
        save_margins(booster, name)
    versions = {"xgboost": xgb.__version__, "numpy": np.__version__}
    (folder / "versions.json").write_text(json.dumps(versions))


if task == "train":
    train()
for name in names:
    saved = xgb.Booster()
    saved.load_model(folder / f"{name}.json")
    save_margins(saved, name)
