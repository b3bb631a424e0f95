"""Units, conflicts and challenges at the command line."""

from __future__ import annotations

import json

import pytest

from tests.cli.terminals import Points
from tests.interchange.logs import SAMPLE, SCHEME

LEA = ("--as", "steward:lea")
WHO, ACTIVITY = "S-00002", "sympy/core"


@pytest.fixture
def points(points_on_sqlite: Points) -> Points:
    """Give books with a log imported."""
    points_on_sqlite.ask("import", str(SAMPLE), "--scheme", SCHEME, "--recorded-by", "kiosk")
    return points_on_sqlite


def test_units_are_added_moved_and_shown_as_a_tree_of_any_day(points: Points) -> None:
    for code, kind, parent in (("D", "district", ""), ("S", "street", "D"), ("C", "community", "S")):
        points.ask("unit", "add", code, kind, "--zh", f"{code}区", "--en", f"Unit {code}", "--under", parent)
    assert "  S  Unit S  (street)" in points("unit", "tree", "D").out.splitlines()
    assert "    C  C区  (community)" in points("unit", "tree", "D", language="zh").out.splitlines()
    assert points.ask("unit", "move", "C", "--under", "D", "--since", "2026-03-01")["before"] == "S"
    below = {each["unit"]: each["parent"] for each in points.ask("unit", "tree", "D")["units"]}
    assert below == {"D": None, "S": "D", "C": "D"}
    then = {each["unit"]: each["parent"] for each in points.ask("unit", "tree", "S", "--on", "2026-02-28")["units"]}
    assert then == {"S": "D", "C": "S"}
    refused = points("unit", "move", "D", "--under", "C")
    assert (refused.code, refused.error.split(":")[0]) == (2, "invalid_value")
    assert points("unit", "tree", "--on", "yesterday").code == 2


def test_what_did_not_fit_is_listed_and_solved(points: Points) -> None:
    tap = {"action": "check_out", "volunteer": WHO, "activity": ACTIVITY, "at": "2026-03-01T12:00:00+08:00"}
    points.ask("do", "sync_presence", json.dumps(tap))
    (conflict,) = points.ask("conflict", "list")["conflicts"]
    assert (conflict["action"], conflict["volunteer"]) == ("check_out", WHO)
    said = points("conflict", "list", language="zh").out
    assert "签退" in said
    kept = points.ask("conflict", "solve", conflict["conflict"], "keep", "--reason", "asked", *LEA)
    assert kept["state"] == "solved"
    assert points.ask("conflict", "list")["conflicts"] == []
    points.ask("conflict", "reopen", conflict["conflict"], *LEA)
    times = ("--start", "2026-03-01T10:00+08:00", "--end", "2026-03-01T12:00+08:00")
    done = points.ask("conflict", "solve", conflict["conflict"], "record", "--reason", "on the sheet", *times, *LEA)
    assert done["done"]["service_minutes"] == 120
    again = points("conflict", "solve", conflict["conflict"], "keep", "--reason", "x", *LEA)
    assert (again.code, again.error.split(":")[0]) == (1, "wrong_state")


def test_a_challenge_is_filed_answered_by_another_and_listed(points: Points) -> None:
    record = points.ask("statement", WHO)["entries"][0]["records"][0]["record"]
    filed = points.ask("challenge", "file", "objection", record, "--text", "nobody was there", "--as", "neighbour")
    (listed,) = points.ask("challenge", "list")["challenges"]
    assert (listed["kind"], listed["text"], listed["about"]) == ("objection", "nobody was there", record)
    answered = points("challenge", "answer", filed["challenge"], "rejected", "--text", "seen", "--as", "neighbour")
    assert answered.error.startswith("four_eyes")
    points.ask("challenge", "answer", filed["challenge"], "rejected", "--text", "seen on the sheet", *LEA)
    assert points.ask("challenge", "list")["challenges"] == []
    (closed,) = points.ask("challenge", "list", "--state", "rejected")["challenges"]
    assert closed["answer"] == "seen on the sheet"
    other = points.ask("challenge", "file", "appeal", record, "--text", "too few", "--as", "volunteer:x")
    assert points("challenge", "withdraw", other["challenge"], *LEA).error.startswith("forbidden")
    assert points.ask("challenge", "withdraw", other["challenge"], "--as", "volunteer:x")["state"] == "withdrawn"


def test_credits_tell_to_which_unit_points_stand(points: Points) -> None:
    span = ("--since", "2000-01-01", "--until", "2030-12-31")
    (row,) = points.ask("unit", "credits", *span)["credits"]
    assert (row["scheme"], row["unit"]) == (SCHEME, None), "no rule of this scheme names a unit"
    assert row["awards"] > 0
    assert points.ask("unit", "credits", *span, "--role", "work")["credits"] == [row]
    assert points("unit", "credits", *span).out.startswith(f"{SCHEME}  —  {row['awards']} awards, ")
    assert points.ask("unit", "credits", "--since", "1999-01-01", "--until", "1999-12-31") == {"credits": []}
    assert points("unit", "credits", *span, "--role", "heart").code == 2
    assert points("unit", "credits", "--since", "never", "--until", "2026-12-31").code == 2
