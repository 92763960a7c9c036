"""esci-select on Dask: each partition is attributed by a worker beside it, whose exact sums any engine adds up.

    from integrations.dask import sums

    command = ["esci-select", "worker", "attribute", "--ensemble", "stack.json", "--players", "players.json"]
    sums(frame, command).compute().to_parquet("sums.parquet")  # then: esci-select merge sums.parquet --run DIR

Put the folder above this one on the path, not this one: its name is that of Dask itself. For dask 2026, pyarrow and pandas
below 3.
"""

import subprocess
import sys

import cloudpickle
import pandas as pd
import pyarrow as pa

cloudpickle.register_pickle_by_value(sys.modules[__name__])  # so that workers of the cluster need not have this file

KEYS = ["quantity", "cell"]
BATCH_ROWS = 10_000


def attribute(part, command):
    """A pandas DataFrame through a child: what it answers, as a DataFrame. Raises where the child fails."""
    sink = pa.BufferOutputStream()
    table = pa.Table.from_pandas(part, preserve_index=False)
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table, max_chunksize=BATCH_ROWS)
    # a partition is in memory as it is: communicate feeds and drains all pipes at once
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    answer, said = child.communicate(sink.getvalue())
    if child.returncode != 0:
        raise RuntimeError(f"worker ended with exit code {child.returncode}: {said.decode(errors='replace').strip()}")
    return pa.ipc.open_stream(answer).read_pandas()


def sums(frame, command, by=()):
    """Sums over all rows of a Dask DataFrame; of a worker with --emit queries, by=["query"] gives those of each query."""
    keys = [*by, *KEYS]
    meta = pd.DataFrame({**{name: pd.Series(dtype=object) for name in keys}, "hi": pd.Series(dtype="int64"), "lo": pd.Series(dtype="int64")})
    parts = frame.map_partitions(attribute, command, meta=meta)
    return parts.groupby(keys).sum().reset_index()


def rows(frame, command):
    """Every row's contributions, of a worker with --emit rows; a run without rows, here, tells the columns."""
    return frame.map_partitions(attribute, command, meta=attribute(frame._meta, command))
