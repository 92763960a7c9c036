"""The peer of score.mjs: XGBoost's margins. score-peer.py FOLDER ROWS COLUMNS CLASSES ROUNDS DEPTH LEAVES.

Trains on x.f32 and y.i32 of FOLDER (depth-wise, or leaf-wise where LEAVES is above 0), writes model.json and
margins.f32 of all rows, then answers each line "THREADS" on stdin with the seconds that scoring all rows took: steady
(model and matrix ready) and end to end (model read, matrix built).
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import xgboost as xgb

folder = Path(sys.argv[1])
rows, columns, classes, rounds, depth, leaves = map(int, sys.argv[2:])
x = np.fromfile(folder / "x.f32", np.float32).reshape(rows, columns)
y = np.fromfile(folder / "y.i32", np.int32)
train = min(rows, 50_000)
parameters = {"objective": "multi:softprob", "num_class": classes, "max_depth": depth, "eta": 0.1, "tree_method": "hist"}
if leaves > 0:
    parameters |= {"grow_policy": "lossguide", "max_leaves": leaves}
booster = xgb.train({**parameters, "nthread": 2}, xgb.DMatrix(x[:train], y[:train]), rounds)
booster.save_model(folder / "model.json")
matrix = xgb.DMatrix(x)
booster.predict(matrix, output_margin=True).astype(np.float32).tofile(folder / "margins.f32")
print(json.dumps({"xgboost": xgb.__version__, "numpy": np.__version__, "python": sys.version.split()[0]}), flush=True)


def seconds(work):
    start, used = time.perf_counter(), time.process_time()
    work()
    return {"wall": time.perf_counter() - start, "cpu": time.process_time() - used}


def from_files(threads):
    fresh = xgb.Booster({"nthread": threads}, model_file=folder / "model.json")
    fresh.predict(xgb.DMatrix(x, nthread=threads), output_margin=True)


def steady(threads):
    """Whichever is faster: a matrix that is ready, but new, since XGBoost remembers a matrix's margins, or the array."""
    ready = xgb.DMatrix(x, nthread=threads)
    taken = [
        seconds(lambda: booster.predict(ready, output_margin=True)),
        seconds(lambda: booster.inplace_predict(x, predict_type="margin")),
    ]
    return min(taken, key=lambda one: one["wall"])


for line in sys.stdin:
    threads = int(line)
    booster.set_param({"nthread": threads})
    print(json.dumps({"steady": steady(threads), "endToEnd": seconds(lambda: from_files(threads))}), flush=True)
