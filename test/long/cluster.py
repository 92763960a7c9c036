"""Spark and Dask against one process, on 20,000 rows: prints what was found as one line of JSON. See cluster.test.ts.

    python cluster.py ROOT CASE NODE
"""

import json
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pyarrow as pa

ROOT, CASE, NODE = sys.argv[1:]
sys.path.insert(0, ROOT)
os.environ["PYSPARK_PYTHON"] = sys.executable

from integrations import dask as on_dask  # noqa: E402
from integrations import spark as on_spark  # noqa: E402

ROWS = 20_000
COMMAND = [NODE, f"{ROOT}/dist/worker/esci-select-worker.js", "attribute"]
MODEL = ["--ensemble", f"{CASE}/model.json"]
JUDGED = ["--column", "label=label", "--column", "queryId=query"]
KEYS = ["quantity", "cell"]


def table():
    with open(f"{CASE}/expected.json") as file:
        case = json.load(file)
    random = np.random.default_rng(5)
    drawn = random.integers(0, len(case["margins"]), ROWS)
    values = {name: np.array(column, dtype=np.float32)[drawn] for name, column in case["table"].items()}
    classes = len(case["margins"][0])
    return pd.DataFrame(values).assign(
        label=random.integers(0, classes, ROWS).astype(str), query=[f"q{q}" for q in random.integers(0, 900, ROWS)]
    )


def ordered(frame, keys=KEYS):
    return frame[[*keys, "hi", "lo"]].sort_values(keys).reset_index(drop=True).astype(dict.fromkeys(keys, str)).to_csv(index=False)


def one_process(frame, arguments):
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, pa.Schema.from_pandas(frame, preserve_index=False)) as writer:
        writer.write_table(pa.Table.from_pandas(frame, preserve_index=False))
    told = subprocess.run([*COMMAND, *arguments], input=sink.getvalue().to_pybytes(), stdout=subprocess.PIPE, check=True)
    return pa.ipc.open_stream(told.stdout).read_pandas()


def fails(work, expected):
    try:
        work()
    except Exception as error:
        return expected in str(error)
    return False


def main():
    from pyspark.sql import SparkSession

    frame = table()
    arguments = [*MODEL, *JUDGED, "--bootstrap", "100", "--seed", "3"]
    whole = ordered(one_process(frame, arguments))
    found = {"cells": whole.count("\n") - 1}
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", 2)
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", 2000)
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("OFF")
    data = session.createDataFrame(frame)
    attribute = on_spark.worker(arguments, COMMAND)
    for partitions in (1, 3, 16):
        sums = on_spark.sums(data.repartition(partitions), attribute).toPandas()
        found[f"spark {partitions}"] = ordered(sums) == whole
    features = [name for name in frame.columns if name not in ("label", "query")]
    as_list = data.selectExpr(f"array({','.join(f'`{name}`' for name in features)}) as features", "label", "query")
    found["spark list"] = ordered(on_spark.sums(as_list.repartition(3), attribute).toPandas()) == whole
    queries = [*MODEL, *JUDGED, "--emit", "queries"]
    keys = ["query", *KEYS]
    alone = one_process(frame, queries).groupby(keys)[["hi", "lo"]].sum().reset_index()
    per_query = on_spark.sums(data.repartition(3), on_spark.worker(queries, COMMAND), by=["query"]).toPandas()
    found["spark queries"] = ordered(per_query, keys) == ordered(alone, keys)
    contributions = on_spark.rows(data.repartition(3), on_spark.worker([*MODEL, "--emit", "rows"], COMMAND))
    found["spark rows"] = contributions.count() == ROWS
    killed = on_spark.worker([], ["sh", "-c", "head -c 100 > /dev/null; kill -9 $$"])
    found["killed child fails"] = fails(lambda: on_spark.sums(data, killed).collect(), "exit code -9")
    missing = on_spark.worker(["--ensemble", "nowhere.json"], COMMAND)
    found["error is told"] = fails(lambda: on_spark.sums(data, missing).collect(), "nowhere.json")
    session.stop()

    import dask.dataframe

    parts = dask.dataframe.from_pandas(frame, npartitions=5)
    found["dask"] = ordered(on_dask.sums(parts, [*COMMAND, *arguments]).compute()) == whole
    found["dask fails"] = fails(lambda: on_dask.sums(parts, ["sh", "-c", "kill -9 $$"]).compute(), "exit code -9")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
