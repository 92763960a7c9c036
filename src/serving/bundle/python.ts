/** A reader of the bundle for those who score elsewhere: verifies the files, and answers from class probabilities. */
export const PYTHON_READER = `"""Reads a bundle of esci-select: pip install xgboost numpy

    from read_bundle import Bundle
    bundle = Bundle(".")
    labels, probabilities = bundle.answer({"model-a": [[0.7, 0.2, 0.05, 0.05]], "model-b": None})

Each model's answers are rows of class probabilities in the order of bundle.classes; None, or a row of None, where it is silent.
"""
import hashlib
import json
import pathlib

import numpy
import xgboost


class Bundle:
    def __init__(self, folder, locale=None):
        self.folder = pathlib.Path(folder)
        self.manifest = json.loads((self.folder / "bundle.json").read_text())
        for file in self.manifest["files"]:
            found = hashlib.sha256((self.folder / file["path"]).read_bytes()).hexdigest()
            if found != file["sha256"]:
                raise ValueError(f"{file['path']} is not as bundle.json says")
        own = [each for each in self.manifest["ensembles"] if each["locale"] == locale]
        common = [each for each in self.manifest["ensembles"] if each["locale"] is None]
        self.ensemble = (own or common)[0]
        self.classes = self.manifest["classes"]
        self.models = self.ensemble["models"]
        self.columns = [f"{model}:{name}" for model in self.models for name in self.classes]
        self.booster = xgboost.Booster(model_file=str(self.folder / self.ensemble["file"]))

    def margins(self, answers):
        unknown = set(answers) - set(self.models)
        if unknown:
            raise ValueError(f"models that are not asked: {sorted(unknown)}")
        rows = max(len(values) for values in answers.values() if values is not None)
        table = numpy.full((rows, len(self.columns)), numpy.nan, dtype=numpy.float32)
        for at, model in enumerate(self.models):
            for row, values in enumerate(answers.get(model) or []):
                if values is not None:
                    table[row, at * len(self.classes):(at + 1) * len(self.classes)] = values
        data = xgboost.DMatrix(table, missing=numpy.nan, feature_names=self.booster.feature_names)
        return self.booster.predict(data, output_margin=True).reshape(rows, len(self.classes))

    def answer(self, answers):
        margins = self.margins(answers)
        shifted = margins + numpy.array(self.ensemble["rule"]["offsets"])
        powers = numpy.exp(margins - margins.max(axis=1, keepdims=True))
        labels = [self.classes[at] for at in shifted.argmax(axis=1)]
        return labels, powers / powers.sum(axis=1, keepdims=True)
`;
