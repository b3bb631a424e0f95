"""The audit log at the terminal."""

from __future__ import annotations

from pathlib import Path

from tests.cli.terminals import Points

RULES = Path(__file__).parents[2] / "rules"


def test_what_was_asked_at_the_terminal_stands_in_the_log_accepted_or_refused(points_on_sqlite: Points) -> None:
    points = points_on_sqlite
    points("init", "--pack", str(RULES / "huadu-residents"))
    points("hold", "NOBODY", "huadu-residents", "soap", "--as", "lea")
    (line,) = points.ask("log", "--outcome", "refused")["lines"]
    assert (line["principal"], line["kind"], line["code"]) == ("lea", "place_hold", "not_found")
    whole = points.ask("log")["lines"]
    assert whole[0]["kind"] == "place_hold"
    first = points.ask("log", "--most", "1")
    rest = points.ask("log", "--after", first["next"])
    assert first["lines"] + rest["lines"] == whole
    for wrong in (("--outcome", "maybe"), ("--since", "yesterday"), ("--after", "7")):
        assert points("log", *wrong).code == 2
