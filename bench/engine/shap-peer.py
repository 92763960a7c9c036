"""The peer of shap.mjs: XGBoost's pred_contribs. shap-peer.py FOLDER ROWS COLUMNS CLASSES ROUNDS PEER_ROWS.

Trains on x.f32 and y.i32 of FOLDER, writes model.json, contributions.f32 and margins.f32 of the first PEER_ROWS rows,
then answers each line "THREADS" on stdin with the seconds that pred_contribs of these rows took: steady (model and
matrix ready) and end to end (model read, matrix built).
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import xgboost as xgb

folder = Path(sys.argv[1])
rows, columns, classes, rounds, peer_rows = map(int, sys.argv[2:])
x = np.fromfile(folder / "x.f32", np.float32).reshape(rows, columns)
y = np.fromfile(folder / "y.i32", np.int32)
train = min(rows, 50_000)
parameters = {"objective": "multi:softprob", "num_class": classes, "max_depth": 6, "eta": 0.1, "tree_method": "hist"}
booster = xgb.train({**parameters, "nthread": 2}, xgb.DMatrix(x[:train], y[:train]), rounds)
booster.save_model(folder / "model.json")
part = np.ascontiguousarray(x[:peer_rows])
matrix = xgb.DMatrix(part)
booster.predict(matrix, pred_contribs=True).astype(np.float32).tofile(folder / "contributions.f32")
booster.predict(matrix, output_margin=True).astype(np.float32).tofile(folder / "margins.f32")
print(json.dumps({"xgboost": xgb.__version__, "numpy": np.__version__, "python": sys.version.split()[0]}), flush=True)
for line in sys.stdin:
    threads = int(line)
    booster.set_param({"nthread": threads})
    start = time.perf_counter()
    booster.predict(matrix, pred_contribs=True)
    steady = time.perf_counter() - start
    start = time.perf_counter()
    fresh = xgb.Booster({"nthread": threads}, model_file=folder / "model.json")
    fresh.predict(xgb.DMatrix(part, nthread=threads), pred_contribs=True)
    print(json.dumps({"steady": steady, "endToEnd": time.perf_counter() - start}), flush=True)
