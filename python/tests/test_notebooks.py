"""The documentation's notebooks run from their first cell to their last."""

from __future__ import annotations

from pathlib import Path

import pytest

NOTEBOOKS = sorted((Path(__file__).parents[2] / "docs" / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook(path: Path) -> None:
    nbclient = pytest.importorskip("nbclient")
    for package in ("ipykernel", "lightgbm", "matplotlib", "pandas", "shap", "sklearn"):
        pytest.importorskip(package)
    import nbformat

    book = nbformat.read(path, 4)
    committed = [cell for cell in book.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in committed), "the outputs are not committed"
    nbclient.NotebookClient(book, timeout=600, kernel_name="python3").execute()
