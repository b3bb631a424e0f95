"""Public notices: how many working days a list stands, who fixes what is on it, and from which day it is in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from points_engine.rulebook.calendars import is_working
from points_engine.rulebook.kinds import UNKNOWN, Approve, Tier, number_of
from points_engine.rulebook.pack import Pack
from points_engine.rulebook.prices import Values, in_force, with_day
from points_engine.rulebook.watching import was_asked

MOST_CALENDAR_DAYS = 3660
"""How far a notice is counted ahead: ten years, so that a calendar without working days cannot hang it."""


@dataclass(frozen=True, slots=True)
class Notice:
    """What happens before something takes effect: who approves it, and how many working days its list stands."""

    rule: str
    by: str
    days: int = 0
    begins: Literal["next_day", "same_day"] = "next_day"

    def last_day(self, calendar: str, published_on: date) -> date:
        """The last day on which objections are taken: the last working day of the notice."""
        day = published_on - timedelta(days=1) if self.begins == "same_day" else published_on
        left = self.days
        for _ in range(MOST_CALENDAR_DAYS):
            if left == 0:
                return day
            day += timedelta(days=1)
            left -= is_working(calendar, day)
        raise ValueError(f"a notice of {self.days} working days does not end")

    def in_force_on(self, calendar: str, published_on: date) -> date:
        """The first day in force: the day after the last working day of the notice, or at once without a notice."""
        last = self.last_day(calendar, published_on)
        return last + timedelta(days=1) if self.days else published_on


def tier_notice(pack: Pack, tier: str, level: str, day: date, values: Values | None = None) -> Notice | None:
    """Who must approve a level newly reached and how long its list stands; None where it takes effect at once.

    The steps of an `approve` at `tier` are read by its `measure` over `tier.step`, `tier.reached` and `tier.scale`.
    """
    rule = pack.rules[tier]
    assert isinstance(rule, Tier), f"{tier} is not a tier"
    number = next(at for at, step in enumerate(rule.steps, start=1) if step.level == level)
    known = with_day(pack, day, {"tier.scale": tier, "tier.reached": level, "tier.step": number, **(values or {})})
    return notice_of(pack, "tier", day, known)


def notice_of(pack: Pack, at: str, day: date, values: Values) -> Notice | None:
    """The first approval of this kind of fact that applies, with its notice; None where nothing has to be approved."""
    known = with_day(pack, day, values)
    for rule in pack.of_kind(Approve):
        if rule.at == at and in_force(rule, day, known):
            return Notice(rule.id, _level(rule, known), rule.notice_days, rule.notice_from)
    return None


def _level(rule: Approve, values: Values) -> str:
    """The first step whose bound is not exceeded; the last one while the measure is unknown."""
    value = UNKNOWN if rule.measure is None else rule.measure(values)
    was_asked(rule.id, values)
    for step in rule.steps:
        bound = UNKNOWN if step.upto is None else number_of(step.upto, values)
        if step.upto is None or (value is not UNKNOWN and bound is not UNKNOWN and value <= bound):  # type: ignore[operator]
            return step.by
    return rule.steps[-1].by
