"""Choose which relevance models to run, and exact TreeSHAP of tree ensembles.

The engine is that of the command line `esci-select`, which the wheel carries with its own Node.
"""

from ._door import shutdown
from ._errors import EsciSelectError, EsciSelectWarning
from ._selector import ModelSelector
from ._shap import TreeShap, group_shap, shap_values
from ._version import __version__

__all__ = [
    "EsciSelectError",
    "EsciSelectWarning",
    "ModelSelector",
    "TreeShap",
    "__version__",
    "group_shap",
    "shap_values",
    "shutdown",
]
