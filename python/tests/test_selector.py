"""The decision: that of the command line, to the byte."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

from esci_select import EsciSelectError, EsciSelectWarning, ModelSelector
from esci_select._node import engine, environment, node

CLASSES = ["complement", "exact", "substitute"]
Judged = tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]


@pytest.fixture(scope="module")
def fitted(judged: Judged) -> ModelSelector:
    predictions, y, groups = judged
    return ModelSelector(2, replicates=100).fit(predictions, y, groups)


def same(one: ModelSelector, other: ModelSelector) -> bool:
    """Whether two fits gave the same bytes; the manifest names the folder that they were made in."""
    return {**one._files, "run.json": b""} == {**other._files, "run.json": b""}


def command(*arguments: str) -> str:
    done = subprocess.run(
        [node(), engine("cli.js"), *arguments], capture_output=True, text=True, env=environment()
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_is_the_command_lines_to_the_byte(fitted: ModelSelector, judged: Judged, tmp_path: Path) -> None:
    predictions, y, groups = judged
    lines = ["example_id,query_id,label"] + [
        f"{at},{group},{label}" for at, (group, label) in enumerate(zip(groups, y, strict=True))
    ]
    (tmp_path / "examples.csv").write_text("\n".join(lines) + "\n")
    (tmp_path / "predictions").mkdir()
    for name, values in predictions.items():
        rows = [f"{at}," + ",".join(repr(float(x)) for x in row) for at, row in enumerate(values)]
        (tmp_path / "predictions" / f"{name}.csv").write_text(
            "\n".join([f"example_id,{','.join(CLASSES)}", *rows]) + "\n"
        )
    run = str(tmp_path / "run")
    train = [
        "train",
        "--data",
        str(tmp_path / "examples.csv"),
        "--models",
        "none",
        "--no-measure",
        "--run",
        run,
    ]
    command(*train, "--predictions", str(tmp_path / "predictions"), "--classes", ",".join(CLASSES))
    command("rank", "--run", run, "--budget", "2", "--replicates", "100")
    for file in ("decision/decision.json", "decision/model.json", "protocol.arrow", "ensemble/model.json"):
        assert fitted._files[file] == (tmp_path / "run" / file).read_bytes(), file


def test_what_it_says(fitted: ModelSelector, judged: Judged) -> None:
    assert len(fitted.kept_) <= 2 and "noise" not in fitted.kept_
    assert list(fitted.classes_) == CLASSES
    assert fitted.model_names_in_ == ["first", "noise", "second", "twin"]
    assert [line["model"] for line in fitted.ranking_] and fitted.decision_["sentence"]
    assert fitted.contributions_["first"].shape == (3,)
    assert fitted.get_support().sum() == len(fitted.kept_)
    assert [fitted.model_names_in_[at] for at in fitted.get_support(indices=True)] == sorted(fitted.kept_)
    assert set(fitted.select(judged[0])) == set(fitted.kept_)


def test_predicts_from_the_kept_models_alone(fitted: ModelSelector, judged: Judged) -> None:
    predictions, y, _ = judged
    kept = {name: predictions[name] for name in fitted.kept_}
    probabilities = fitted.predict_proba(kept)
    assert probabilities.shape == (240, 3) and np.allclose(probabilities.sum(axis=1), 1, atol=1e-6)
    assert np.array_equal(fitted.predict_proba(predictions), probabilities)
    assert fitted.score(kept, y) > 0.6
    with pytest.raises(EsciSelectError, match="lack the kept model"):
        fitted.predict({"noise": predictions["noise"]})


def test_frames_match_classes_by_name(fitted: ModelSelector, judged: Judged) -> None:
    pandas = pytest.importorskip("pandas")
    predictions, y, groups = judged
    turned = {
        name: pandas.DataFrame(values, columns=CLASSES)[CLASSES[::-1]] for name, values in predictions.items()
    }
    again = ModelSelector(2, replicates=100).fit(turned, y, groups)
    assert same(again, fitted)
    wide = pandas.concat(
        [frame.rename(columns=lambda one, name=name: f"{name}:{one}") for name, frame in turned.items()],
        axis=1,
    )
    assert same(ModelSelector(2, replicates=100).fit(wide, y, groups), fitted)


def test_another_class_order_is_an_error_where_none_was_given(judged: Judged) -> None:
    predictions, y, groups = judged
    turned = {name: values[:, [1, 2, 0]] for name, values in predictions.items()}
    with pytest.raises(EsciSelectError, match="order"):
        ModelSelector(2, replicates=100).fit(turned, y, groups)
    with pytest.warns(EsciSelectWarning, match="order"):
        ModelSelector(2, replicates=100, classes=CLASSES).fit(turned, y, groups)


def test_a_pickle_answers_as_before(fitted: ModelSelector, judged: Judged) -> None:
    again = pickle.loads(pickle.dumps(fitted))
    assert np.array_equal(again.predict(judged[0]), fitted.predict(judged[0]))


def test_report(fitted: ModelSelector, tmp_path: Path) -> None:
    written = fitted.report(tmp_path / "report", ["md", "json"])
    assert json.loads((tmp_path / "report" / "report.json").read_text())["decision"]["kept"] == fitted.kept_
    assert len(written) == 2


def test_html_has_no_scripts(fitted: ModelSelector) -> None:
    html = fitted._repr_html_()
    assert "<script" not in html and "http" not in html
    assert "first" in html and "<table" in html


def test_missing_rows_and_costs(judged: Judged) -> None:
    predictions, y, groups = judged
    gaps = {name: values.copy() for name, values in predictions.items()}
    gaps["second"][:20] = np.nan
    costs = {"latency_ms": {"first": 10, "twin": 9, "second": 4, "noise": 1}}
    events: list[dict] = []
    selector = ModelSelector({"latency_ms": 12}, costs=costs, replicates=100, callback=events.append)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", EsciSelectWarning)
        selector.fit(gaps, y, groups)
    assert sum(costs["latency_ms"][name] for name in selector.kept_) <= 12
    assert {event["stage"] for event in events}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"budget": 0}, "budget"),
        ({"budget": "two"}, "budget"),
        ({"kind": "odds"}, "kind"),
        ({"forbid": ["frist"]}, "first"),
        ({"classes": ["exact"]}, "none of classes"),
    ],
)
def test_errors_speak_of_arguments(change: dict, words: str, judged: Judged) -> None:
    predictions, y, groups = judged
    with pytest.raises(EsciSelectError) as caught:
        ModelSelector(**{"replicates": 100, **change}).fit(predictions, y, groups)
    assert words in str(caught.value)
    assert "--" not in str(caught.value) and "esci-select-door" not in str(caught.value)


def test_shapes_that_do_not_fit(judged: Judged) -> None:
    predictions, y, _ = judged
    for bad in ({"a": predictions["first"][:5]}, {"a": predictions["first"][:, :2]}, {}, 7):
        with pytest.raises(EsciSelectError):
            ModelSelector(1).fit(bad, y)


def test_the_script_is_the_command_line() -> None:
    done = subprocess.run([sys.executable, "-m", "esci_select", "--version"], capture_output=True, text=True)
    import esci_select

    assert done.stdout.strip() == esci_select.__version__
