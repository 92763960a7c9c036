"""A decision as HTML for notebooks: no scripts, nothing fetched."""

from __future__ import annotations

from html import escape
from typing import Any

_STYLE = (
    "<style>.esci-select{max-width:56em;line-height:1.4}.esci-select table{border-collapse:collapse;margin:.6em 0}"
    ".esci-select caption{text-align:left;font-weight:600;padding:.2em 0}"
    ".esci-select th,.esci-select td{padding:.15em .7em;text-align:right;border-bottom:1px solid rgba(128,128,128,.3)}"
    ".esci-select th:first-child,.esci-select td:first-child{text-align:left}"
    ".esci-select td{white-space:nowrap}.esci-select td:first-child{white-space:normal}"
    ".esci-select td.left{text-align:left}.esci-select tr.kept td{font-weight:600}"
    ".esci-select .bar{display:inline-block;height:.7em;background:#4c78a8}"
    "</style>"
)


def selector_html(selector: Any) -> str:
    """Return a fitted selector's sentence, ranking and frontier; of one that is not fitted its name."""
    if not hasattr(selector, "decision_"):
        return f"<pre>{escape(repr(selector))}</pre>"
    decision = selector.decision_
    parts = [
        _STYLE,
        '<div class="esci-select">',
        f"<p><strong>{escape(decision['sentence'])}</strong></p>",
        _ranking(decision["ranking"]),
        *[_frontier(one) for one in decision.get("frontiers", [])],
        "</div>",
    ]
    return "".join(parts)


def _ranking(ranking: list[dict[str, Any]]) -> str:
    most = max((line["groupShap"] for line in ranking), default=0) or 1
    costs = sorted({name for line in ranking for name in line.get("costs", {})})
    head = "".join(f"<th>{escape(name)}</th>" for name in ["model", "kept", "contribution", "", *costs])
    rows = []
    for line in ranking:
        width = 8 * line["groupShap"] / most
        cells = [
            escape(line["model"]),
            "kept" if line["kept"] else "",
            f"{line['groupShap']:.3f}",
            f'<span class="bar" style="width:{width:.2f}em"></span>',
            *[_number(line.get("costs", {}).get(name)) for name in costs],
        ]
        kind = ' class="kept"' if line["kept"] else ""
        left = ["", "", "", ' class="left"', *[""] * len(costs)]
        drawn = [f"<td{side}>{cell}</td>" for side, cell in zip(left, cells, strict=True)]
        rows.append(f"<tr{kind}>{''.join(drawn)}</tr>")
    caption = "Models by rank; contribution: mean |Shapley value| with models as players, in margins"
    return f"<table><caption>{caption}</caption><tr>{head}</tr>{''.join(rows)}</table>"


def _frontier(frontier: dict[str, Any]) -> str:
    rows = [
        f"<tr><td>{escape(', '.join(point['models']))}</td><td>{_number(point['cost'])}</td>"
        f"<td>{point['score']:.3f}</td><td>{point['low']:.3f} to {point['high']:.3f}</td></tr>"
        for point in frontier["points"]
    ]
    name, unit = frontier["cost"], frontier.get("unit")
    cost = f"{name} ({unit})" if unit and unit != name else name
    caption = "What each further model buys" if name == "models" else f"What more {name} buys"
    head = f"<tr><th>set</th><th>{escape(cost)}</th><th>{escape(frontier['metric'])}</th><th>95%</th></tr>"
    return f"<table><caption>{escape(caption)}</caption>{head}{''.join(rows)}</table>"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:,.4g}"
