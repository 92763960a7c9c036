"""What a user would write otherwise: FastAPI and XGBoost on the exported trees. It gets every model's answers with the request."""
import json
import pathlib
import sys

import numpy
import uvicorn
import xgboost
from fastapi import FastAPI
from pydantic import BaseModel

folder = pathlib.Path(sys.argv[1])
manifest = json.loads((folder / "bundle.json").read_text())
ensemble = manifest["ensembles"][0]
classes = manifest["classes"]
offsets = numpy.array(ensemble["rule"]["offsets"])
booster = xgboost.Booster(model_file=str(folder / ensemble["file"]))
booster.set_param({"nthread": 1})


class Product(BaseModel):
    id: str
    models: dict[str, list[float]]


class Request(BaseModel):
    query: str
    products: list[Product]


app = FastAPI()


@app.post("/v1/predict")
def predict(request: Request):
    table = numpy.full((len(request.products), len(ensemble["models"]) * len(classes)), numpy.nan, dtype=numpy.float32)
    for row, product in enumerate(request.products):
        for at, model in enumerate(ensemble["models"]):
            if model in product.models:
                table[row, at * len(classes):(at + 1) * len(classes)] = product.models[model]
    margins = booster.inplace_predict(table, predict_type="margin")
    powers = numpy.exp(margins - margins.max(axis=1, keepdims=True))
    probabilities = powers / powers.sum(axis=1, keepdims=True)
    labels = (margins + offsets).argmax(axis=1)
    return {
        "results": [
            {"id": product.id, "label": classes[labels[row]], "probabilities": dict(zip(classes, probabilities[row].tolist()))}
            for row, product in enumerate(request.products)
        ]
    }


uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[2]), log_level="warning")
