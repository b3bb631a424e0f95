"""Conversions: what points come to in money or vouchers, window of earning by window of earning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from points_engine.rulebook.kinds import Convert, Number, Unknown, Window, number_of
from points_engine.rulebook.measures import whole
from points_engine.rulebook.pack import Pack
from points_engine.rulebook.prices import Values, in_force, with_day
from points_engine.rulebook.reasons import Reason, reasons_of
from points_engine.rulebook.traces import act_trace
from points_engine.rulebook.windows import index_of, span


@dataclass(frozen=True, slots=True)
class Share:
    """One window of earning: its points with what was carried into it, and what becomes of them.  Whole points."""

    since: date
    until: date
    points: Number
    converts: Number = 0
    carries: Number = 0  # below the least: goes into the next window
    keeps: Number = 0  # above the most: stays in the account
    loses: Number = 0
    money: int = 0  # minor units


@dataclass(frozen=True, slots=True)
class Conversion:
    """What asking on a day comes to; `reasons` are why it comes to nothing.  `money` is in minor units."""

    rule: str
    shares: tuple[Share, ...] = ()
    reasons: tuple[Reason, ...] = ()
    trace: str = ""
    money: int = field(init=False)
    points: Number = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "money", sum(share.money for share in self.shares))
        object.__setattr__(self, "points", whole(sum(share.converts for share in self.shares)))


def conversion(
    pack: Pack,
    rule_id: str,
    day: date,
    earned: Mapping[date, Number],
    values: Values | None = None,
    converted: Mapping[date, Number] | None = None,
) -> Conversion:
    """What the points earned by day come to when a person asks on `day`.

    `converted` are points converted before, by a day of the window in which they were earned.  Windows are taken from
    the oldest on; one whose total stays below the least carries it into the next, where the rule says so.  A window
    that is not open on `day` gives nothing: its time is past or has not come.
    """
    rule = pack.rules[rule_id]
    assert isinstance(rule, Convert), f"{rule_id} is not a conversion"
    known = with_day(pack, day, values or {})
    reasons = [] if in_force(rule, day, known) and _may_ask(pack, rule, day) else [Reason(rule_id, None, "window")]
    reasons += reasons_of(rule_id, rule.require, known)
    if reasons:
        return Conversion(rule_id, reasons=tuple(reasons))
    shares = _shares(pack, rule, day, earned, converted or {}, known)
    steps = [
        ["convert", rule_id, s.points, s.converts, s.since.isoformat(), s.carries, s.keeps, s.loses, s.money]
        for s in shares
    ]
    asked = (rule.rate, rule.least, rule.most, *(term for row in rule.steps for term in (row.least, row.amount)))
    return Conversion(rule_id, tuple(shares), trace=act_trace(pack, rule, day, known, steps, *asked))


def _may_ask(pack: Pack, rule: Convert, day: date) -> bool:
    return rule.window is None or index_of(rule.window, day, pack.fiscal_year_starts) is not None


def _shares(
    pack: Pack,
    rule: Convert,
    day: date,
    earned: Mapping[date, Number],
    converted: Mapping[date, Number],
    values: Values,
) -> list[Share]:
    window = _unit(rule)
    fiscal = pack.fiscal_year_starts
    open_now = {_open_index(each, day, fiscal) for each in rule.earned_in}
    current = index_of(window, day, fiscal)
    totals, taken = _by_window(window, fiscal, earned), _by_window(window, fiscal, converted)
    shares: list[Share] = []
    carried: Number = 0
    for index in sorted(totals.keys() | {at for at in open_now if at is not None}):
        points = whole(totals.get(index, (day, 0))[1] + carried)
        is_past = current is not None and index < current
        below = _is_below(rule, points, values)
        carried = points if below and rule.below == "carry" and is_past else 0
        days = span(window, totals.get(index, (day, 0))[0], fiscal) if index in totals else None
        if index in open_now and days is not None:
            shares.append(_share(rule, days, points, taken.get(index, (day, 0))[1], below, values))
    return shares


def _unit(rule: Convert) -> Window:
    """The windows by which earning is counted: those of `earned_in`, which differ in how far back they lie only."""
    first = rule.earned_in[0]
    return Window(first.kind, length=first.length, unit=first.unit, season=first.season)


def _open_index(window: Window, day: date, fiscal: tuple[int, int]) -> int | None:
    index = index_of(window, day, fiscal)
    return None if index is None else index - window.offset


def _by_window(window: Window, fiscal: tuple[int, int], days: Mapping[date, Number]) -> dict[int, tuple[date, Number]]:
    """The sums by window, each with a day of it."""
    found: dict[int, tuple[date, Number]] = {}
    for day, points in days.items():
        index = index_of(window, day, fiscal)
        if index is not None:
            found[index] = (day, found.get(index, (day, 0))[1] + points)
    return found


def _is_below(rule: Convert, points: Number, values: Values) -> bool:
    least = 0 if rule.least is None else number_of(rule.least, values)
    return isinstance(least, Unknown) or points < least


def _share(rule: Convert, days: tuple[date, date], points: Number, taken: Number, below: bool, values: Values) -> Share:
    if below:
        carries, loses = (points, 0) if rule.below == "carry" else (0, points)
        return Share(*days, points, carries=carries, loses=loses)
    most = points if rule.most is None else number_of(rule.most, values)
    converts = 0 if isinstance(most, Unknown) else max(0, whole(min(points, most) - taken))
    if rule.steps:
        converts = 0 if taken else points
    money = _money(rule, converts, values)
    if isinstance(most, Unknown) or money is None:
        return Share(*days, points, keeps=whole(points - taken))
    above = whole(points - taken - converts)
    keeps, loses = (above, 0) if rule.above == "keep" else (0, above)
    return Share(*days, points, converts, keeps=keeps, loses=loses, money=money)


def _money(rule: Convert, points: Number, values: Values) -> int | None:
    """Minor units for these points, by the table or the rate; fractions of a minor unit are dropped."""
    if rule.steps:
        amount: Number = 0
        for step in rule.steps:
            least, money = number_of(step.least, values), number_of(step.amount, values)
            if isinstance(least, Unknown) or isinstance(money, Unknown):
                return None
            amount = money if points >= least else amount
        return int(amount)
    assert rule.rate is not None, "the reader sees that there is a rate or a table"
    rate = number_of(rule.rate, values)
    return None if isinstance(rate, Unknown) else int(points * rate)
