"""What Python makes of texts: token ids by the Rust tokenizers, and a BERT's mean vectors of length 1 in float64 with numpy.

python reference.py MODEL_FOLDER TEXTS.json OUT: writes OUT.ids.json and OUT.f64 ([text][dimension]).
"""

import json
import math
import struct
import sys
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

MOST_TOKENS = 256


def read_safetensors(path):
    data = path.read_bytes()
    (size,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + size])
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__" or entry["dtype"] != "F32":
            continue
        begin, end = entry["data_offsets"]
        values = np.frombuffer(data[8 + size + begin : 8 + size + end], dtype="<f4")
        tensors[name] = values.reshape(entry["shape"]).astype(np.float64)
    return tensors


ERF = np.vectorize(math.erf)


class Bert:
    def __init__(self, folder):
        self.config = json.loads((folder / "config.json").read_text())
        self.weights = read_safetensors(folder / "model.safetensors")

    def linear(self, x, name):
        return x @ self.weights[name + ".weight"].T + self.weights[name + ".bias"]

    def norm(self, x, name):
        mean = x.mean(-1, keepdims=True)
        variance = ((x - mean) ** 2).mean(-1, keepdims=True)
        scaled = (x - mean) / np.sqrt(variance + self.config["layer_norm_eps"])
        return scaled * self.weights[name + ".weight"] + self.weights[name + ".bias"]

    def states(self, ids):
        table = lambda name: self.weights[f"embeddings.{name}_embeddings.weight"]
        x = table("word")[ids] + table("position")[: len(ids)] + table("token_type")[0]
        x = self.norm(x, "embeddings.LayerNorm")
        heads = self.config["num_attention_heads"]
        for layer in range(self.config["num_hidden_layers"]):
            name = f"encoder.layer.{layer}"
            q, k, v = (
                self.linear(x, f"{name}.attention.self.{part}").reshape(len(ids), heads, -1).transpose(1, 0, 2)
                for part in ("query", "key", "value")
            )
            scores = q @ k.transpose(0, 2, 1) / math.sqrt(q.shape[-1])
            scores = np.exp(scores - scores.max(-1, keepdims=True))
            mixed = (scores / scores.sum(-1, keepdims=True)) @ v
            mixed = mixed.transpose(1, 0, 2).reshape(len(ids), -1)
            attended = self.norm(self.linear(mixed, f"{name}.attention.output.dense") + x, f"{name}.attention.output.LayerNorm")
            wide = self.linear(attended, f"{name}.intermediate.dense")
            gelu = 0.5 * wide * (1 + ERF(wide / math.sqrt(2)))
            x = self.norm(self.linear(gelu, f"{name}.output.dense") + attended, f"{name}.output.LayerNorm")
        return x


def main():
    folder, texts, out = Path(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text()), sys.argv[3]
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(MOST_TOKENS)
    tokenizer.no_padding()
    ids = [encoding.ids for encoding in tokenizer.encode_batch(texts["ids"])]
    Path(out + ".ids.json").write_text(json.dumps(ids))
    bert = Bert(folder)
    with open(out + ".f64", "wb") as file:
        for encoding in tokenizer.encode_batch(texts["vectors"]):
            vector = bert.states(np.array(encoding.ids)).mean(0)
            file.write((vector / np.linalg.norm(vector)).astype("<f8").tobytes())


main()
