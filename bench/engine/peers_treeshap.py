"""TreeSHAP of the Rust crate treeshap, by the library that ./treeshap makes of it (built by bench/setup.mjs).

It reads models of one output only, so that a model of K classes is K models to it, and all of them are timed. Taking
them apart is not: a reader that knew several classes would not have that work.
"""

import ctypes
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
LIBRARY = HERE.parent / ".treeshap/release/libtreeshap_peer.so"
DOUBLES = ctypes.POINTER(ctypes.c_double)


def library():
    if not LIBRARY.exists():
        raise FileNotFoundError(f"{LIBRARY.name} is not built")
    loaded = ctypes.CDLL(str(LIBRARY))
    loaded.treeshap_read.restype = ctypes.c_void_p
    loaded.treeshap_read.argtypes = [ctypes.c_char_p, ctypes.c_size_t]
    loaded.treeshap_free.restype = None
    loaded.treeshap_free.argtypes = [ctypes.c_void_p]
    loaded.treeshap_bias.restype = ctypes.c_double
    loaded.treeshap_bias.argtypes = [ctypes.c_void_p]
    loaded.treeshap_explain.restype = ctypes.c_int
    loaded.treeshap_explain.argtypes = [ctypes.c_void_p, DOUBLES, ctypes.c_size_t, ctypes.c_size_t, DOUBLES]
    return loaded


def versions():
    library()
    pinned = re.search(r'^treeshap = "=(.+)"$', (HERE / "treeshap/Cargo.toml").read_text(), re.MULTILINE)
    rust = subprocess.run(["rustc", "--version"], capture_output=True, text=True, check=True).stdout.split()[1]
    return {"package": "treeshap (crate)", "version": pinned.group(1), "python": sys.version.split()[0], "beside": f"Rust {rust}"}


def by_class(path):
    """The texts of the models of class 0, 1, ...: their trees and base scores; what is not read is left out."""
    learner = json.loads(path.read_text())["learner"]
    parameters, inner = learner["learner_model_param"], learner["gradient_booster"]["model"]
    classes = int(parameters["num_class"])
    scores = parameters["base_score"].strip("[]").split(",")
    scores = scores * classes if len(scores) == 1 else scores
    for k, score in enumerate(scores):
        trees = [tree for tree, of in zip(inner["trees"], inner["tree_info"], strict=True) if of == k]
        own = {
            "objective": {"name": "reg:squarederror"},
            "learner_model_param": {"base_score": score, "num_feature": parameters["num_feature"]},
            "gradient_booster": {"model": {"trees": trees}},
        }
        yield json.dumps({"learner": own}).encode()


class Treeshap:
    """Its quadrature backend, which is its fastest."""

    texts = {}

    def __init__(self, data, rows, threads):
        self.data, self.rows, self.threads = data, rows, threads
        self.library, self.models = library(), []
        path = data.folder / data.model
        key = (path, path.stat().st_mtime_ns)
        if key not in self.texts:
            self.texts[key] = list(by_class(path))
        self.classes = self.texts[key]

    def model(self):
        self.models = [self.library.treeshap_read(text, len(text)) for text in self.classes]
        if None in self.models:
            raise ValueError("it cannot read the model; the reason is above")

    def matrix(self):
        self.x = self.data.x[: self.rows].astype(np.float64)

    def work(self):
        self.result = np.empty((len(self.models), *self.x.shape))
        for model, out in zip(self.models, self.result, strict=True):
            x, values = self.x.ctypes.data_as(DOUBLES), out.ctypes.data_as(DOUBLES)
            if self.library.treeshap_explain(model, x, self.rows, self.threads, values) != 0:
                raise ValueError("it cannot explain; the reason is above")

    def values(self):
        return self.result.transpose(1, 0, 2)

    def facts(self):
        return {"bias": [self.library.treeshap_bias(model) for model in self.models]}

    def __del__(self):
        for model in self.models:
            if model is not None:
                self.library.treeshap_free(model)
