"""The committee at the command line: drawn, drawn again, looked at, objected to, signed."""

from __future__ import annotations

from tests.cli.terminals import Points
from tests.interchange.logs import SAMPLE, SCHEME


def test_a_sample_is_drawn_judged_and_signed_at_the_terminal(points_on_sqlite: Points) -> None:
    points = points_on_sqlite
    points.ask("import", str(SAMPLE), "--scheme", SCHEME, "--recorded-by", "kiosk")
    lin = ("--as", "committee:lin")
    drawn = points.ask("sample", "draw", SCHEME, "--size", "3", "--word", "26133", "--key", "one", *lin)
    assert (drawn["state"], drawn["drawn"]) == ("drawn", 3)
    assert points.ask("sample", "draw", SCHEME, "--size", "3", "--word", "26133", "--key", "one", *lin) == drawn
    again = points.ask("sample", "again", drawn["sample"])
    assert again["is_same"]
    shown = points("sample", "show", drawn["sample"])
    assert shown.code == 0
    assert "decided again by the same rules: the same" in shown.out
    assert "The books have no seal" in shown.out
    first, *others = again["entries"]
    for entry in others:
        assert points.ask("sample", "agree", drawn["sample"], entry, *lin)["verdict"] == "agreed"
    assert points("sample", "sign", drawn["sample"], *lin).error.startswith("not_all_marked: 1 of 3 entries")
    points.ask("sample", "object", drawn["sample"], first, "--note", "not on the sheet", *lin)
    assert points.ask("sample", "sign", drawn["sample"], *lin)["objections"] == 1
    assert points("sample", "agree", drawn["sample"], first, "--as", "cli").error.startswith("four_eyes")
    (listed,) = points.ask("sample", "list")["samples"]
    assert (listed["open_objections"], [each["principal"] for each in listed["sign_offs"]]) == (1, ["committee:lin"])
