"""One peer library as a process that answers commands: peer.py NAME, then a line of JSON in, a line of JSON out.

The first line out says the version, or why the library cannot be used. Commands:
  load   FOLDER ROWS COLUMNS CLASSES  takes x.f32 and y.i32 of the folder into memory
  model  ROWS ROUNDS                  trains the model that is explained and scored, where the peer makes one
  use    MODEL                        explains and scores this file of the folder from now on (model.json until told)
  run    SECTION ROWS THREADS SAVE    explains, scores or trains on the first ROWS rows, in up to three timed parts:
                                      model (from its file), matrix (from raw floats) and work; nothing is kept between
                                      runs. SAVE names a file for the values, written after the clock stops.
"""

import gc
import json
import sys
import time
import warnings
from pathlib import Path

import numpy as np

import peers_explain
import peers_score
import peers_train

warnings.filterwarnings("ignore")

SECTIONS = {"shap": peers_explain, "recipe": peers_explain, "scoring": peers_score, "training": peers_train}


class Data:
    model = "model.json"

    def load(self, folder, rows, columns, classes):
        self.folder, self.rows, self.columns, self.classes = Path(folder), rows, columns, classes
        self.x = np.fromfile(self.folder / "x.f32", np.float32).reshape(rows, columns)
        self.y = np.fromfile(self.folder / "y.i32", np.int32)


def run(name, data, section, rows, threads, save=None, **settings):
    peer = SECTIONS[section].PEERS[name](data, rows, threads, **settings)
    gc.collect()
    seconds = {}
    for part in ("model", "matrix", "work"):
        start = time.perf_counter()
        getattr(peer, part)()
        seconds[part] = time.perf_counter() - start
    if save is not None:
        np.ascontiguousarray(peer.values(), np.float64).tofile(data.folder / save)
    return {**seconds, **peer.facts()}


def answer(name, data, op, **command):
    if op == "load":
        data.load(**command)
        return {}
    if op == "model":
        maker = peers_explain.MODEL_MAKERS.get(name)
        if maker is not None:
            maker(data, **command)
        return {"made": maker is not None}
    if op == "use":
        data.model = command["model"]
        return {}
    return run(name, data, **command)


def main(name):
    try:
        versions = peers_explain.versions(name)
    except Exception as error:  # whatever its import raises is the reason that is reported
        print(json.dumps({"absent": f"{type(error).__name__}: {error}"}), flush=True)
        return
    print(json.dumps(versions), flush=True)
    data = Data()
    for line in sys.stdin:
        try:
            result = answer(name, data, **json.loads(line))
        except Exception as error:  # reported, and the peer is then left out of the cell by name
            result = {"error": f"{type(error).__name__}: {error}"[:500]}
        print(json.dumps(result), flush=True)


out, sys.stdout = sys.stdout, sys.stderr  # what libraries print is not an answer


def print(*values, **options):  # noqa: A001
    out.write(" ".join(values) + "\n")
    out.flush()


main(sys.argv[1])
