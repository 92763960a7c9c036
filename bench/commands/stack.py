"""Fits XGBoost on the joined table of a task and saves it as JSON; prints the rounds and the versions as JSON.

python stack.py --examples examples.parquet --table table.parquet --out stack.json --rounds 150 --threads 2
"""

import argparse
import json
import platform

import pandas
import pyarrow
import xgboost

arguments = argparse.ArgumentParser()
arguments.add_argument("--examples", required=True)
arguments.add_argument("--table", required=True)
arguments.add_argument("--out", required=True)
arguments.add_argument("--rounds", type=int, default=150)
arguments.add_argument("--threads", type=int, default=2)
asked = arguments.parse_args()

# rows of the table are in the order of the examples
examples = pandas.read_parquet(asked.examples, columns=["example_id", "esci_label"]).sort_values("example_id")
label = examples["esci_label"].map("ESCI".index).to_numpy()
params = {"objective": "multi:softprob", "num_class": 4, "max_depth": 6, "eta": 0.1, "nthread": asked.threads}
booster = xgboost.train(params, xgboost.DMatrix(pandas.read_parquet(asked.table), label=label), asked.rounds)
booster.save_model(asked.out)
versions = {module.__name__: module.__version__ for module in (xgboost, pandas, pyarrow)}
print(json.dumps({"rounds": asked.rounds, "python": platform.python_version(), **versions}))
