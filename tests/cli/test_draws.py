"""Draws at the command line: opened, drawn, and drawn again from the published file with no books at hand."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from points_engine.store.opening import open_store
from tests.api.fairs import FAIR, RULES
from tests.cli.terminals import Points
from tests.store.builders import raw


def a_fair(points: Points, folder: Path) -> None:
    """Books with the rules of the fair and three people."""
    (folder / "fair").mkdir()
    (folder / "fair" / "pack.yaml").write_text(FAIR, encoding="utf-8")
    (folder / "fair" / "rules.yaml").write_text(RULES, encoding="utf-8")
    points.ask("init", "--pack", str(folder / "fair"))
    for number in ("mei", "ann", "li"):
        do(points, "register_volunteer", number=number, name=number, joined_on="2026-01-01")


def do(points: Points, word: str, /, **fields: Any) -> Any:
    """Execute any command."""
    return points.ask("do", word, json.dumps(fields))


def test_a_draw_is_drawn_again_from_what_is_published_alone(points_on_sqlite: Points, tmp_path: Path) -> None:
    points = points_on_sqlite
    a_fair(points, tmp_path)
    closes_at = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    opening = ("draw", "open", "film-1", "--scheme", "fair", "--rule", "films", "--reward", "film")
    opened = points.ask(*opening, "--closes-at", closes_at)
    assert (opened["places"], opened["created"]) == (2, True)
    assert [do(points, "enter_draw", draw="film-1", volunteer=each)["ticket"] for each in ("mei", "ann", "li")] == [
        1,
        2,
        3,
    ]
    assert points("draw", "draw", "film-1").error.startswith("draw_still_open")
    published = tmp_path / "film-1.json"
    published.write_text(points("draw", "show", "film-1", "--json").out, encoding="utf-8")
    nowhere = Points("sqlite:////nowhere/at/all.db")
    assert nowhere("draw", "verify", str(published)).out.splitlines()[-1].startswith("not drawn yet")
    store = open_store(points.url)
    raw(store, "UPDATE draw SET closes_at = opened_at")
    store.close()
    drawn = points.ask("draw", "draw", "film-1")
    assert (len(drawn["winners"]), drawn["waiting"]) == (2, 1)
    document = points.ask("draw", "show", "film-1")
    assert document["winners"] == drawn["winners"]
    assert document["commitment"] == opened["commitment"]
    published.write_text(json.dumps(document), encoding="utf-8")
    again = nowhere("draw", "verify", str(published))
    assert (again.code, again.out.splitlines()[-1]) == (0, "the same: seed, ranking and places hold")
    assert "film-1" in points("draw", "list").out
    shown = points("draw", "show", "film-1", language="zh").out
    assert "电影票抽签" in shown
    published.write_text(json.dumps({**document, "seed": "00"}), encoding="utf-8")
    told = nowhere("draw", "verify", str(published), language="zh")
    assert told.code == 1
    assert "种子与事先公布的承诺值不符" in told.out


def test_what_is_no_published_draw_is_refused(points_on_sqlite: Points, tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    for text in ("[]", "{}", '{"tickets": [1]}', "no json"):
        other.write_text(text, encoding="utf-8")
        answer = points_on_sqlite("draw", "verify", str(other))
        assert (answer.code, answer.error.split(":")[0]) == (2, "bad_input")
    assert points_on_sqlite("draw", "verify", str(tmp_path / "nothing")).code == 2
    assert points_on_sqlite("draw", "open", "d", "--scheme", "s", "--rule", "r", "--closes-at", "soon").code == 2
