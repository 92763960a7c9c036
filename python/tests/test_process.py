"""The engine's process: interrupts, threads, forks, death of either side, nothing left behind."""

from __future__ import annotations

import glob
import json
import os
import signal
import subprocess
import sys
import tempfile
import textwrap
import threading
import time

import numpy as np
import pytest

import esci_select
from esci_select import EsciSelectError, TreeShap
from esci_select._door import DOOR, MOST_KEPT

posix = pytest.mark.skipif(os.name != "posix", reason="signals and forks of POSIX")


def stump(threshold: float = 0.5) -> bytes:
    """A model of one tree and one output in treelite's JSON."""
    test = {
        "node_type": "numerical_test_node",
        "split_feature_id": 0,
        "default_left": False,
        "comparison_op": "<=",
    }
    nodes = [
        {"node_id": 0, "sum_hess": 4.0, "threshold": threshold, "left_child": 1, "right_child": 2, **test},
        {"node_id": 1, "sum_hess": 2.0, "leaf_value": 0.0},
        {"node_id": 2, "sum_hess": 2.0, "leaf_value": 1.0},
    ]
    root = {
        "num_feature": 2,
        "num_target": 1,
        "num_class": [1],
        "class_id": [0],
        "postprocessor": "identity",
        "base_scores": [0.0],
    }
    return json.dumps({**root, "average_tree_output": False, "trees": [{"nodes": nodes}]}).encode()


X = np.array([[0, 0], [1, 0]], dtype=np.float32)
DUE = [[-0.5, 0.0], [0.5, 0.0]]


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{pid}/stat") as file:
        return file.read().split(")")[1].split()[0] != "Z"


def test_one_process_for_all_calls_and_a_new_one_after_shutdown() -> None:
    assert TreeShap(stump()).shap_values(X).tolist() == DUE
    first = DOOR.pid
    assert TreeShap(stump(0.25)).shap_values(X).tolist() == DUE
    assert DOOR.pid == first
    esci_select.shutdown()
    assert DOOR.pid is None
    assert TreeShap(stump()).shap_values(X).tolist() == DUE


def test_plans_that_were_dropped_are_made_again() -> None:
    kept = [TreeShap(stump(0.1 + 0.05 * at)) for at in range(MOST_KEPT)]
    assert len(DOOR._kept) <= MOST_KEPT
    for explainer in kept + kept:
        assert explainer.shap_values(X).tolist() == DUE


def test_the_process_may_die() -> None:
    explainer = TreeShap(stump())
    os.kill(DOOR.pid or 0, signal.SIGKILL)
    time.sleep(0.2)
    assert explainer.shap_values(X).tolist() == DUE


def test_threads_share_it() -> None:
    explainer = TreeShap(stump())
    rows = np.tile(X, (5000, 1))
    found: list[np.ndarray] = []
    threads = [threading.Thread(target=lambda: found.append(explainer.shap_values(rows))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4 and all(np.array_equal(one, np.tile(DUE, (5000, 1))) for one in found)


def test_an_error_leaves_it_in_order() -> None:
    TreeShap(stump())
    pid = DOOR.pid
    with pytest.raises(EsciSelectError):
        TreeShap(b"{}")
    assert DOOR.pid == pid
    assert TreeShap(stump()).shap_values(X).tolist() == DUE


@posix
def test_a_fork_has_a_process_of_its_own() -> None:
    explainer = TreeShap(stump())
    pid = DOOR.pid
    child = os.fork()
    if child == 0:
        right = explainer.shap_values(X).tolist() == DUE and DOOR.pid != pid
        esci_select.shutdown()
        os._exit(0 if right else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert explainer.shap_values(X).tolist() == DUE
    assert DOOR.pid == pid


FIT = """
    import numpy as np, os, sys
    from esci_select import ModelSelector
    rng = np.random.default_rng(0)
    y = rng.integers(0, 4, 4000)
    predictions = {f"m{at}": rng.dirichlet(np.ones(4), 4000) for at in range(12)}
    def tell(event):
        print(event["stage"], flush=True)
    try:
        ModelSelector(3, classes=[0, 1, 2, 3], callback=tell).fit(predictions, y)
    except KeyboardInterrupt:
        print("interrupted", flush=True)
"""


def folders() -> set[str]:
    return set(glob.glob(os.path.join(tempfile.gettempdir(), "esci-select-door-*")))


def children(pid: int) -> list[int]:
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return [int(one) for one in file.read().split()]


@posix
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs /proc")
@pytest.mark.parametrize("how", ["interrupt", "kill python", "kill engine"])
def test_nothing_is_left_behind(how: str) -> None:
    before = folders()
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(FIT)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    while process.stdout.readline().strip() not in (b"ensemble", b""):
        pass
    engines = children(process.pid)
    assert len(engines) == 1 and len(folders() - before) == 1
    if how == "interrupt":
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        while process.stdout.readline().strip() not in (b"interrupted", b""):
            pass
        assert time.monotonic() - began < 5  # a tenth of a second on a quiet machine
    else:
        os.kill(process.pid if how == "kill python" else engines[0], signal.SIGKILL)
    process.communicate(timeout=60)
    for _ in range(600):
        if not alive(engines[0]) and folders() <= before:
            break
        time.sleep(0.1)
    assert not alive(engines[0])
    assert folders() <= before
    assert process.returncode == {"interrupt": 0, "kill python": -9, "kill engine": 1}[how]


def test_import_is_light() -> None:
    code = "import esci_select, sys; print([m for m in ('sklearn', 'pandas', 'shap', 'tqdm', 'polars') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
