"""esci-select on Spark: each partition is attributed by a worker beside it, whose exact sums any engine adds up.

    from integrations.spark import sums, worker

    attribute = worker(["--ensemble", "stack.json", "--players", "players.json"], ["esci-select", "worker", "attribute"])
    sums(frame.select("features"), attribute).write.parquet("sums.parquet")  # then: esci-select merge sums.parquet --run DIR

The files and the command are those of the executors (docs/how-to-cluster.md). For pyspark 4, pyarrow and pandas below 3.
"""

import subprocess
import sys
import threading

SUMS = "quantity string, cell string, hi bigint, lo bigint"


def worker(arguments, command):
    """A function of record batches, for mapInArrow, that passes them through a child and gives back what that answers."""
    from pyspark import cloudpickle

    cloudpickle.register_pickle_by_value(sys.modules[__name__])  # so that executors need not have this file

    def attribute(batches):
        import pyarrow as pa

        child = subprocess.Popen(attribute.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        said, faults = [], []

        def feed():
            try:
                with child.stdin:
                    writer = None
                    for batch in batches:
                        writer = writer or pa.ipc.new_stream(child.stdin, batch.schema)
                        writer.write_batch(batch)
                    if writer is not None:
                        writer.close()
            except BrokenPipeError:
                pass  # the child has ended: its exit code tells why
            except BaseException as fault:
                faults.append(fault)
                child.kill()

        # by threads: a child whose answers or complaints nobody reads stops reading
        threads = [threading.Thread(target=feed), threading.Thread(target=lambda: said.append(child.stderr.read()))]
        for thread in threads:
            thread.daemon = True
            thread.start()
        try:
            try:
                yield from pa.ipc.open_stream(child.stdout)
            except (pa.ArrowInvalid, OSError) as fault:  # the answer is cut off
                faults.append(fault)
            code = child.wait()
            for thread in threads:
                thread.join()
            if code != 0 or faults:
                text = b"".join(said).decode(errors="replace").strip()
                raise RuntimeError(f"worker ended with exit code {code}: {text}") from (faults or [None])[0]
        finally:
            child.kill()

    attribute.command = [*command, *arguments]
    return attribute


def sums(frame, attribute, by=()):
    """Sums over all rows of a DataFrame; of a worker with --emit queries, by=["query"] gives those of each query."""
    keys = [*by, "quantity", "cell"]
    parts = frame.mapInArrow(attribute, "".join(f"{name} string, " for name in by) + SUMS)
    return parts.groupBy(*keys).sum("hi", "lo").toDF(*keys, "hi", "lo").orderBy(*keys)


def rows(frame, attribute):
    """Every row's contributions, of a worker with --emit rows; a run without rows, here, tells the columns."""
    import pyarrow as pa
    from pyspark.sql.pandas.types import from_arrow_schema, to_arrow_schema

    sink = pa.BufferOutputStream()
    pa.ipc.new_stream(sink, to_arrow_schema(frame.schema)).close()
    told = subprocess.run(attribute.command, input=sink.getvalue().to_pybytes(), stdout=subprocess.PIPE, check=True)
    return frame.mapInArrow(attribute, from_arrow_schema(pa.ipc.open_stream(told.stdout).schema))
