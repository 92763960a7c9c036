"""scikit-learn's own checks: what passes stays, what cannot is listed with its reason."""

from __future__ import annotations

import pytest

from esci_select import EsciSelectError, ModelSelector

pytest.importorskip("sklearn")
from sklearn.base import clone
from sklearn.utils.estimator_checks import estimator_checks_generator


class OfOneTable(ModelSelector):
    """Says that it takes one array: scikit-learn makes no further checks of an estimator that does not."""

    def __sklearn_tags__(self) -> object:
        tags = super().__sklearn_tags__()
        tags.input_tags.two_d_array = True
        return tags


ONE_TABLE = "predictions are a table for each model, not one array of columns"
WORDS = "predictions that are no dict or frame are refused in the package's own words, which name what is due"

#: checks that cannot hold, by name, each with its reason
CANNOT: dict[str, str] = {
    "check_fit_score_takes_y": ONE_TABLE,
    "check_estimators_overwrite_params": ONE_TABLE,
    "check_dont_overwrite_parameters": ONE_TABLE,
    "check_estimators_fit_returns_self": ONE_TABLE,
    "check_readonly_memmap_input": ONE_TABLE,
    "check_n_features_in_after_fitting": ONE_TABLE,
    "check_positive_only_tag_during_fit": ONE_TABLE,
    "check_estimators_dtypes": ONE_TABLE,
    "check_complex_data": WORDS,
    "check_dtype_object": ONE_TABLE,
    "check_estimators_empty_data_messages": WORDS,
    "check_pipeline_consistency": ONE_TABLE,
    "check_estimators_pickle": ONE_TABLE,
    "check_f_contiguous_array_estimator": ONE_TABLE,
    "check_classifier_data_not_an_array": ONE_TABLE,
    "check_classifiers_classes": ONE_TABLE,
    "check_classifiers_train": ONE_TABLE,
    "check_supervised_y_2d": ONE_TABLE,
    "check_methods_sample_order_invariance": ONE_TABLE,
    "check_methods_subset_invariance": ONE_TABLE,
    "check_dict_unchanged": ONE_TABLE,
    "check_fit_idempotent": ONE_TABLE,
    "check_fit_check_is_fitted": ONE_TABLE,
    "check_n_features_in": ONE_TABLE,
    "check_fit2d_predict1d": ONE_TABLE,
    "check_fit2d_1feature": WORDS,
    "check_estimator_sparse_tag": ONE_TABLE,
    "check_estimator_sparse_array": WORDS,
    "check_estimator_sparse_matrix": WORDS,
}


def name_of(check: object) -> str:
    return str(getattr(getattr(check, "func", check), "__name__", check))


CHECKS = list(estimator_checks_generator(OfOneTable(replicates=100), legacy=True))


def test_what_scikit_learn_asks_of_the_selector_itself() -> None:
    for estimator, check in estimator_checks_generator(ModelSelector(), legacy=True):
        check(estimator)


@pytest.mark.parametrize(("estimator", "check"), CHECKS, ids=[name_of(check) for _, check in CHECKS])
def test_check(estimator: ModelSelector, check: object) -> None:
    if name_of(check) not in CANNOT:
        check(estimator)
        return
    # a check that passes leaves the list
    with pytest.raises((EsciSelectError, AssertionError)):
        check(estimator)


def test_clone_and_parameters() -> None:
    selector = ModelSelector(2, classes=["a", "b"], folds=4)
    again = clone(selector)
    assert again.get_params() == selector.get_params()
    assert again.set_params(budget=1).budget == 1
    assert repr(ModelSelector(2)) == "ModelSelector(budget=2)"
    with pytest.raises(ValueError, match="Invalid parameter"):
        selector.set_params(budgets=1)
