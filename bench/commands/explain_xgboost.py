"""What a user would do without us: XGBoost's own contributions of every row, summed by player, as a parquet file.

python explain_xgboost.py --model stack.json --table table.parquet --players players.json --out rows.parquet --threads 2
Also writes the first rows as --check FILE.npy [row][class][player], and, where ESCI_SELECT_BENCH_USAGE names a file, what
the process used.
"""

import argparse
import atexit
import json
import os
import re
import resource
import sys
from fnmatch import fnmatchcase


def peak_gib():
    """Resident memory at its highest; on Linux not ru_maxrss, which keeps the peak of whoever started the process."""
    if sys.platform == "linux":
        with open("/proc/self/status") as status:
            return int(re.search(r"VmHWM:\s+(\d+)", status.read())[1]) / 2**20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**30  # bytes on macOS


def write_usage(path):
    used = resource.getrusage(resource.RUSAGE_SELF)
    with open(path, "a") as file:
        file.write(json.dumps({"cpuSeconds": used.ru_utime + used.ru_stime, "peakGiB": peak_gib()}) + "\n")


if "ESCI_SELECT_BENCH_USAGE" in os.environ:
    atexit.register(write_usage, os.environ["ESCI_SELECT_BENCH_USAGE"])

import numpy as np  # noqa: E402
import pandas  # noqa: E402
import pyarrow  # noqa: E402
import xgboost  # noqa: E402

arguments = argparse.ArgumentParser()
arguments.add_argument("--model", required=True)
arguments.add_argument("--table", required=True)
arguments.add_argument("--players", required=True)
arguments.add_argument("--out", required=True)
arguments.add_argument("--check", required=True)
arguments.add_argument("--threads", type=int, default=2)
asked = arguments.parse_args()
CHECKED_ROWS = 200

pyarrow.set_cpu_count(asked.threads)
booster = xgboost.Booster(params={"nthread": asked.threads}, model_file=asked.model)
table = pandas.read_parquet(asked.table)
with open(asked.players) as file:
    told = json.load(file)
matrix = xgboost.DMatrix(table, nthread=asked.threads)
values = booster.predict(matrix, pred_contribs=True, strict_shape=True)  # [row][class][column, then the bias]
owned = [
    [at for at, column in enumerate(table.columns) if any(fnmatchcase(column, glob) for glob in player["columns"])]
    for player in told["players"]
]
sums = np.stack([values[:, :, columns].sum(axis=2) for columns in owned], axis=2).astype(np.float32)
names = [f"shap {player['name']} {name}" for name in told["classes"] for player in told["players"]]
pandas.DataFrame(sums.reshape(len(sums), -1), columns=names).to_parquet(asked.out)
np.save(asked.check, sums[:CHECKED_ROWS])
