"""scikit-learn's own checks: what passes stays, what cannot is listed with its reason."""

from __future__ import annotations

import pytest

from esci_select import ModelSelector

pytest.importorskip("sklearn")
from sklearn.base import clone
from sklearn.utils.estimator_checks import estimator_checks_generator

ONE_TABLE = "predictions are a table for each model, not one array of columns"

#: checks that cannot hold, by name
CANNOT: dict[str, str] = {}


def name_of(check: object) -> str:
    return getattr(getattr(check, "func", check), "__name__", str(check))


CHECKS = list(estimator_checks_generator(ModelSelector(replicates=100), legacy=True))


@pytest.mark.parametrize(("estimator", "check"), CHECKS, ids=[name_of(check) for _, check in CHECKS])
def test_check(estimator: ModelSelector, check: object) -> None:
    reason = CANNOT.get(name_of(check))
    if reason is None:
        check(estimator)
        return
    with pytest.raises(Exception, match=""):
        check(estimator)


def test_clone_and_parameters() -> None:
    selector = ModelSelector(2, classes=["a", "b"], folds=4)
    again = clone(selector)
    assert again.get_params() == selector.get_params()
    assert again.set_params(budget=1).budget == 1
    assert repr(ModelSelector(2)) == "ModelSelector(budget=2)"
    with pytest.raises(ValueError, match="Invalid parameter"):
        selector.set_params(budgets=1)
