from __future__ import annotations

import numpy as np
import pytest

import esci_select


@pytest.fixture(scope="session")
def table() -> np.ndarray:
    """600 rows of 8 float32 columns, some missing."""
    rng = np.random.default_rng(5)
    values = rng.normal(size=(600, 8)).astype(np.float32)
    values[rng.random(values.shape) < 0.04] = np.nan
    return values


@pytest.fixture(scope="session")
def labels(table: np.ndarray) -> np.ndarray:
    """Three classes that the columns say something of."""
    first, second = np.nan_to_num(table[:, 0]), np.nan_to_num(table[:, 1] * table[:, 2])
    return np.where(first > 0.4, 1, np.where(second > 0.1, 2, 0))


@pytest.fixture(scope="session")
def judged() -> tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]:
    """Predictions of four models of three classes on 240 rows of 80 queries: two good, one twin, one that knows nothing."""
    rng = np.random.default_rng(3)
    y = rng.integers(0, 3, 240)
    words = np.array(["complement", "exact", "substitute"])[y]

    def model(skill: float) -> np.ndarray:
        margins = rng.normal(size=(240, 3)) + skill * np.eye(3)[y]
        powers = np.exp(margins)
        return (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)

    first = model(2.5)
    twin = 0.98 * first + 0.02 / 3
    predictions = {"first": first, "twin": twin, "second": model(1.5), "noise": model(0.0)}
    return predictions, words, np.arange(240) // 3


@pytest.fixture(autouse=True, scope="session")
def _end() -> object:
    yield
    esci_select.shutdown()
