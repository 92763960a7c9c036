"""The command line `esci-select`."""

from __future__ import annotations

import os
import subprocess
import sys

from ._errors import EsciSelectError
from ._node import engine, environment, node


def main() -> None:
    """Run the command line of the engine with this process's arguments, and end as it does."""
    try:
        command = [node(), engine("cli.js"), *sys.argv[1:]]
    except EsciSelectError as error:
        sys.exit(f"error: {error}")
    if os.name == "posix":
        os.execve(command[0], command, environment())
    sys.exit(subprocess.run(command, env=environment(), check=False).returncode)
