"""Playing a table: each row is decided by the rules directly, about somebody with the history that the row states."""

from __future__ import annotations

import json
from datetime import UTC, date, time, timedelta
from fractions import Fraction
from typing import Any

from points_engine.ledger.amounts import shown as quantity
from points_engine.rulebook.attribution import credited_to
from points_engine.rulebook.edges import EdgeWatch, Shown, shown_by
from points_engine.rulebook.fold import RuleHistory, fold
from points_engine.rulebook.kinds import Standing
from points_engine.rulebook.occasions import Credit, Occasion
from points_engine.rulebook.pack import Pack
from points_engine.rulebook.sentences import explanation
from points_engine.rulebook.standings import cancelled
from points_engine.rulebook.watching import watched
from points_engine.stories.claims import normal
from points_engine.stories.coverage import exercised_by
from points_engine.stories.histories import MEMBER, facts_of, occasions, person
from points_engine.stories.pages import Row, Table
from points_engine.stories.reports import Finding, StoryReport
from points_engine.stories.rulings import NOBODY, Ruling, ruling
from points_engine.stories.values import Moment

MORNING = Moment(None, time(9))


def run_table(table: Table, pack: Pack) -> StoryReport:
    """Decide every row under the pack and compare what is expected."""
    findings = []
    traces: list[str] = []
    asked: set[str] = set()
    limits: set[Shown] = set()
    watch = EdgeWatch((pack,))
    for row in table.rows:
        day = table.day or pack.effective_on
        with watched(watch):
            found = ruling(row, day, pack) or _counted(row, day, pack)
        traces += found.traces
        asked |= found.rules
        limits |= found.shown
        outcomes = found.outcomes
        wrong = [name for name, value in row.expected.items() if _plain(value) != outcomes.get(name, NOBODY)]
        if wrong:
            expected = ", ".join(f"{name} {row.expected[name]}" for name in wrong)
            seen = ", ".join(f"{name} {outcomes.get(name, NOBODY)}" for name in wrong)
            why = tuple(line for trace in found.traces for line in explanation(pack, trace, "en"))
            findings.append(Finding(row.spot, row.source, expected, seen, why))
    status = "FAIL" if findings else "PASS"
    exercised = exercised_by(pack, traces, asked, ())
    shown = {pack.scheme: shown_by(pack, traces) | watch.shown[pack.scheme] | limits}
    return StoryReport(table.spot, table.title, status, tuple(findings), len(table.rows), exercised, shown)  # type: ignore[arg-type]


def _plain(value: str) -> str:
    return normal(value).removesuffix(" min")


# ---- a row that asks what an occasion counts for -------------------------------------------------------------------


def _counted(row: Row, day: date, pack: Pack) -> Ruling:
    credit = decided(row, day, pack)
    occasion = _occasion(row, day, pack)
    cancels = [rule.id for rule in pack.of_kind(Standing) if cancelled(pack, rule.id, (occasion,))]
    outcomes = {
        "minutes": str(credit.minutes),
        "points": quantity(credit.points, pack.scale),
        "awaits": credit.awaiting or NOBODY,
        "refused": _refused(credit.trace),
        "until": credit.lots[0][0].isoformat() if credit.lots else NOBODY,
        "cancelled": ",".join(cancels) or NOBODY,
        "credited": ",".join(credited_to(pack, credit.trace)) or NOBODY,
    }
    return Ruling(outcomes, frozenset(cancels), (credit.trace,))


def _refused(trace: str) -> str:
    """The rules that refused or left the occasion out, comma-separated; `-` where none did."""
    reasons = json.loads(trace).get("reasons", ())
    return ",".join(str(reason[1] if len(reason) > 1 else reason[0]) for reason in reasons) or NOBODY


def decided(row: Row, day: date, pack: Pack) -> Credit:
    """What the occasion that a row describes counts for, after the history that it states."""
    history = RuleHistory(((pack.effective_on, pack),))
    folded = sorted((*occasions(pack, row.given), _occasion(row, day, pack)), key=lambda each: each.order)
    result = fold(history, person(row.given), folded)
    return next(credit for credit in result.credits if credit.occasion == "row")


def _occasion(row: Row, day: date, pack: Pack) -> Occasion:
    given = row.given
    on, kind, minutes = given.get("day", day), given.get("kind"), given.get("minutes", 0)
    start = given.get("at", MORNING).on(on, pack.zone).astimezone(UTC)
    facts: dict[str, Any] = {"record.recorded_by": "kiosk"} if kind is None else {"deed.kind": kind}
    if "quantity" in given:
        facts["record.quantity" if kind is None else "deed.quantity"] = _whole(given["quantity"])
    facts |= facts_of(given)
    end = start + timedelta(minutes=minutes)
    granted = frozenset(given.get("granted", ()))
    return Occasion("row", _kind(kind), start, end, minutes, facts, on, granted, given.get(MEMBER, ""))


def _kind(kind: str | None) -> str:
    if kind is None:
        return "record"
    return kind if kind in ("joined", "referral", "month_end") else "deed"


def _whole(value: Fraction) -> int | Fraction:
    return value.numerator if value.denominator == 1 else value
