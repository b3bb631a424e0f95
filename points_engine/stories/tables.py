"""Playing a table: each row is decided by the fold directly, about somebody without a history."""

from __future__ import annotations

import json
from datetime import UTC, date, time, timedelta
from fractions import Fraction
from typing import Any

from points_engine.flow.counter.offers import shown as quantity
from points_engine.rulebook.conversions import conversion
from points_engine.rulebook.edges import shown_by
from points_engine.rulebook.fold import RuleHistory, fold
from points_engine.rulebook.kinds import Convert
from points_engine.rulebook.measures import whole
from points_engine.rulebook.occasions import Credit, Occasion, Subject
from points_engine.rulebook.pack import Pack
from points_engine.rulebook.sentences import explanation
from points_engine.rulebook.vocabulary import FACTS, NUMERIC
from points_engine.stories.claims import normal
from points_engine.stories.coverage import exercised_by
from points_engine.stories.pages import Row, Table
from points_engine.stories.parsing import GIVEN
from points_engine.stories.reports import Finding, StoryReport
from points_engine.stories.values import Moment

MORNING = Moment(None, time(9))
NOTHING = "{}"
"""The trace of what was not decided."""


def run_table(table: Table, pack: Pack) -> StoryReport:
    """Decide every row under the pack and compare what is expected."""
    findings = []
    traces = []
    for row in table.rows:
        trace, found = (_converted if "convert" in row.given else _counted)(row, table.day or pack.effective_on, pack)
        traces.append(trace)
        wrong = [name for name, value in row.expected.items() if _plain(value) != found.get(name, "-")]
        if wrong:
            expected = ", ".join(f"{name} {row.expected[name]}" for name in wrong)
            seen = ", ".join(f"{name} {found.get(name, '-')}" for name in wrong)
            why = tuple(explanation(pack, trace, "en")) if "convert" not in row.given else ()
            findings.append(Finding(row.spot, row.source, expected, seen, why))
    status = "FAIL" if findings else "PASS"
    exercised = exercised_by(pack, traces, (), ())
    shown = {pack.scheme: shown_by(pack, traces)}
    return StoryReport(table.spot, table.title, status, tuple(findings), len(table.rows), exercised, shown)  # type: ignore[arg-type]


def _counted(row: Row, day: date, pack: Pack) -> tuple[str, dict[str, str]]:
    """What an occasion counts for: its trace, and its outcomes by column."""
    credit = decided(row, day, pack)
    return credit.trace, {
        "minutes": str(credit.minutes),
        "points": quantity(credit.points, pack.scale),
        "awaits": credit.awaiting or "-",
        "refused": _refused(credit.trace),
    }


def _converted(row: Row, day: date, pack: Pack) -> tuple[str, dict[str, str]]:
    """What points earned earlier come to, window by window taken together; money is in minor units."""
    given = row.given
    if not isinstance(pack.rules.get(given["convert"]), Convert):
        return NOTHING, {"refused": f"no_conversion_{given['convert']}"}
    found = conversion(
        pack, given["convert"], given.get("day", day), given.get("earned", {}), converted=given.get("converted")
    )
    return found.trace or NOTHING, {
        "money": str(found.money),
        "converts": str(found.points),
        "carries": str(whole(sum(share.carries for share in found.shares))),
        "keeps": str(whole(sum(share.keeps for share in found.shares))),
        "loses": str(whole(sum(share.loses for share in found.shares))),
        "refused": ",".join(reason.rule for reason in found.reasons) or "-",
    }


def _plain(value: str) -> str:
    return normal(value).removesuffix(" min")


def _refused(trace: str) -> str:
    """The rules that refused or left the occasion out, comma-separated; `-` where none did."""
    reasons = json.loads(trace).get("reasons", ())
    return ",".join(str(reason[1] if len(reason) > 1 else reason[0]) for reason in reasons) or "-"


def decided(row: Row, day: date, pack: Pack) -> Credit:
    """What the one occasion that a row describes counts for."""
    given = dict(row.given)
    on = given.pop("day", day)
    kind = given.pop("kind", None)
    minutes = given.pop("minutes", 0)
    start = given.pop("at", MORNING).on(on, pack.zone).astimezone(UTC)
    subject = Subject("somebody", _dated(given), given.pop("born", None))
    granted = given.pop("granted", frozenset())
    facts: dict[str, Any] = {} if kind is None else {"deed.kind": kind}
    if "quantity" in given:
        facts["record.quantity" if kind is None else "deed.quantity"] = _whole(given.pop("quantity"))
    if kind is None:
        facts["record.recorded_by"] = "kiosk"
    facts |= {name: _value(name, value) for name, value in given.items() if not name.startswith("volunteer.")}
    occasion = Occasion(
        "row", _kind(kind), start, start + timedelta(minutes=minutes), minutes, facts, on, frozenset(granted)
    )
    return fold(RuleHistory(((pack.effective_on, pack),)), subject, (occasion,)).credits[0]


def _kind(kind: str | None) -> str:
    if kind is None:
        return "record"
    return kind if kind in ("joined", "referral") else "deed"


def _dated(given: dict[str, Any]) -> dict[str, list[tuple[date, Any]]]:
    names = [name for name in given if name.startswith("volunteer.") and name not in GIVEN]
    return {name: [(date.min, _value(name, given[name]))] for name in names}


def _value(name: str, value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    if FACTS[name].type in NUMERIC and isinstance(value, str):
        return Fraction(value)
    return value


def _whole(value: Fraction) -> int | Fraction:
    return value.numerator if value.denominator == 1 else value
