"""Seconds that Spark (local, as many threads as cores) and Dask (threads) take for the sums of so many rows, as JSON.

    python engines.py ROWS MODEL PLAYERS NODE WORKER
"""

import json
import os
import shutil
import sys
import tempfile
import time

import numpy as np
import pandas as pd

ROWS, MODEL, PLAYERS, NODE, WORKER = int(sys.argv[1]), *sys.argv[2:]
os.environ["PYSPARK_PYTHON"] = sys.executable
COMMAND = [NODE, WORKER, "attribute"]
ARGUMENTS = ["--ensemble", MODEL, "--players", PLAYERS]


def seconds(work):
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def main():
    with open(PLAYERS) as file:
        players = json.load(file)["players"]
    names = [p["columns"][0].replace("*", str(k)) for p in players for k in range(4)]
    odds = np.random.default_rng(1).uniform(0.05, 1, (ROWS, len(players), 4))
    values = (odds / odds.sum(axis=2, keepdims=True)).reshape(ROWS, -1).astype(np.float32)
    found = {}
    folder = tempfile.mkdtemp()
    try:
        path = f"{folder}/table.parquet"
        pd.DataFrame(values, columns=names).to_parquet(path, row_group_size=max(1, ROWS // 8))
        from integrations import dask as on_dask
        import dask.dataframe

        frame = dask.dataframe.from_pandas(pd.read_parquet(path), npartitions=8)
        found["Dask, threads"] = seconds(lambda: on_dask.sums(frame, [*COMMAND, *ARGUMENTS]).compute())
        if shutil.which("java"):
            from integrations import spark as on_spark
            from pyspark.sql import SparkSession

            session = SparkSession.builder.master("local[*]").config("spark.ui.enabled", "false").getOrCreate()
            session.sparkContext.setLogLevel("OFF")
            wide = session.read.parquet(path)
            attribute = on_spark.worker(ARGUMENTS, COMMAND)
            on_spark.sums(wide.limit(100), attribute).collect()
            found["Spark, wide columns"] = seconds(lambda: on_spark.sums(wide, attribute).collect())
            wide.selectExpr(f"array({','.join(names)}) as features").write.parquet(f"{folder}/list.parquet")
            narrow = session.read.parquet(f"{folder}/list.parquet")
            found["Spark, one list column"] = seconds(lambda: on_spark.sums(narrow, attribute).collect())
            session.stop()
    finally:
        shutil.rmtree(folder)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
