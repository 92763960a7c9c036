"""What scikit-learn asks of an estimator, without importing it before it asks."""

from __future__ import annotations

import inspect
from typing import Any

from ._errors import make_error


class Estimator:
    """Parameters as scikit-learn reads and sets them: those of the constructor."""

    @classmethod
    def _names(cls) -> list[str]:
        return sorted(name for name in inspect.signature(cls.__init__).parameters if name != "self")

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Return the parameters by name.

        Parameters
        ----------
        deep : bool, default True
            Without effect: no parameter is an estimator.

        Returns
        -------
        dict
            The parameters as they were given.
        """
        return {name: getattr(self, name) for name in self._names()}

    def set_params(self, **params: Any) -> Any:
        """Set parameters by name.

        Parameters
        ----------
        **params : object
            The parameters to change.

        Returns
        -------
        self
            The estimator itself.
        """
        for name, value in params.items():
            if name not in self._names():
                raise make_error(
                    "usage", f"Invalid parameter {name!r} for estimator {self!r}", f"legal: {self._names()}"
                )
            setattr(self, name, value)
        return self

    def __repr__(self) -> str:
        """Return the constructor's call with what is not the default."""
        defaults = inspect.signature(type(self).__init__).parameters
        given = [
            f"{name}={getattr(self, name)!r}"
            for name in self._names()
            if hasattr(self, name)
            and getattr(self, name) is not defaults[name].default
            and getattr(self, name) != defaults[name].default
        ]
        return f"{type(self).__name__}({', '.join(given)})"

    def __sklearn_tags__(self) -> Any:
        """Return scikit-learn's tags: a classifier of many tables, not of one."""
        from sklearn.utils import ClassifierTags, InputTags, Tags, TargetTags

        return Tags(
            estimator_type="classifier",
            target_tags=TargetTags(required=True),
            classifier_tags=ClassifierTags(),
            input_tags=InputTags(dict=True, two_d_array=False, three_d_array=False, allow_nan=True),
        )
