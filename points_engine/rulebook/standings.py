"""Standings: who is under a sanction or an exclusion on a day, since when, and what it keeps from happening.

A standing that facts alone decide is found from the dated facts; one that occasions lead to is kept by the fold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from points_engine.rulebook.expiries import last_day
from points_engine.rulebook.kinds import UNKNOWN, Block, Standing, Text
from points_engine.rulebook.occasions import ENTERED, NEVER, Occasion, Subject, named
from points_engine.rulebook.plans import Clause, entering_names, plan_of
from points_engine.rulebook.subjects import fact_on
from points_engine.rulebook.watching import was_asked

if TYPE_CHECKING:
    from points_engine.rulebook.cases import Case
    from points_engine.rulebook.pack import Pack
    from points_engine.rulebook.plans import Plan
    from points_engine.rulebook.standpoints import Standpoint

GRAVITY = ("good", "suspended", "deregistered", "blacklisted")
"""The standings that a person can be in, the gravest last."""


@dataclass(frozen=True, slots=True)
class Held:
    """A standing in force: since when, and the last day of its time (NEVER where only conditions end it)."""

    rule: str
    title: Text
    since: date
    until: date
    unmet: tuple[str, ...] = ()  # the conditions that must hold before it is lifted, and do not yet


def state_standings(here: Standpoint) -> None:
    """Let rules read which standings are in force here."""
    here.holding = tuple(clause for clause in here.plan.standings if held(here, clause) is not None)
    here.values["volunteer.standings"] = tuple(clause.rule.id for clause in here.holding)
    known = str(here.values.get("volunteer.standing", "good"))
    grave = [clause.rule.becomes for clause in here.holding if clause.rule.becomes]
    if grave:
        here.values["volunteer.standing"] = max(known, *grave, key=GRAVITY.index)


def held(here: Standpoint, clause: Clause[Standing]) -> Held | None:
    """The standing as it is in force here; None where it is not."""
    rule = clause.rule
    since = entered_on(here, clause)
    if since is None:
        return None
    if rule.lasts is None and not rule.lifts:
        return Held(rule.id, rule.title, since, NEVER)
    until = NEVER if rule.lasts is None else last_day(rule.lasts, since, here.plan.pack.fiscal_year_starts)
    lifts = (clause.readings[f"lifts.{number}"] for number in range(len(rule.lifts)))
    unmet = tuple(reading.expression.source for reading in lifts if not here.holds(reading))
    was_asked(rule.id, here.values)
    is_over = rule.lasts is None or here.day > until
    return None if is_over and not unmet else Held(rule.id, rule.title, since, until, unmet)


def entered_on(here: Standpoint, clause: Clause[Standing]) -> date | None:
    """The day on which the standing was last entered; None where it never was, or is no longer and leaves no term."""
    if clause.rule.at or not clause.is_of_facts:
        return last_entered_on(here, clause)
    entry, is_in = _last_entry(here.plan, here.subject, clause, here.day)
    keeps = clause.rule.lasts is not None or clause.rule.lifts
    return entry if is_in or keeps else None


def last_entered_on(here: Standpoint, clause: Clause[Standing]) -> date | None:
    """The day on which the standing was last entered, also where it is over; None where that is not known."""
    rule = clause.rule
    if rule.at:
        entered = here.tallies.cells(ENTERED).get(named(rule.id, here.volunteer))
        if not isinstance(entered, int) or entered > here.day.toordinal():
            return None
        return date.fromordinal(entered)
    if not clause.is_of_facts:
        is_in = here.applies(clause) and here.holds(clause.readings["enter"])
        was_asked(rule.id, here.values)
        return here.day if is_in else None
    return _last_entry(here.plan, here.subject, clause, here.day)[0]


def _last_entry(plan: Plan, subject: Subject, clause: Clause[Standing], day: date) -> tuple[date | None, bool]:
    """The last day on which the condition became true, over the days on which its facts changed; and if it still is."""
    rule = clause.rule
    days = {since for name in entering_names(rule) for since, _ in subject.dated.get(name, ())}
    days |= {edge for edge in (rule.from_day,) if edge is not None}
    entry: date | None = None
    is_in = False
    for at in sorted(each for each in days if each <= day):
        now = _holds_on(plan, subject, clause, at)
        if now and not is_in:
            entry = at
        is_in = now
    return entry, is_in


def _holds_on(plan: Plan, subject: Subject, clause: Clause[Standing], day: date) -> bool:
    rule = clause.rule
    if (rule.from_day is not None and day < rule.from_day) or (rule.until_day is not None and day > rule.until_day):
        return False
    values = dict(plan.base(day))
    for name in entering_names(rule):
        known = fact_on(subject, name, day)
        if known is not UNKNOWN:
            values[name] = known
    return all(condition(values) is True for condition in (*rule.when, rule.enter))


def enter_standings(case: Case) -> None:
    """The standings that this occasion, which the measures already count, leads to."""
    for clause in case.plan.standings:
        rule = clause.rule
        if rule.at != case.occasion.kind or not case.applies(clause):
            continue
        is_in = case.holds(clause.readings["enter"])
        was_asked(rule.id, case.values)
        if is_in and held(case, clause) is None:
            case.tallies.writable(ENTERED)[named(rule.id, case.volunteer)] = case.day.toordinal()


def blocking(here: Standpoint, act: str) -> Clause[Standing] | None:
    """The first standing in force that keeps this from happening; None where nothing does."""
    for clause in here.holding:
        for number, block in enumerate(clause.rule.blocks):
            conditions = (clause.readings[f"blocks.{number}.{part}"] for part in range(len(block.when)))
            if act in block.at and all(here.holds(reading) for reading in conditions):
                return clause
    return None


def blocks_of(pack: Pack, act: str, values: Mapping[str, object]) -> Iterator[Standing]:
    """The standings among `volunteer.standings` of the values that keep an act from happening."""
    in_force = values.get("volunteer.standings", ())
    for rule in pack.of_kind(Standing):
        if isinstance(in_force, tuple) and rule.id in in_force and any(_meets(b, act, values) for b in rule.blocks):
            yield rule


def _meets(block: Block, act: str, values: Mapping[str, object]) -> bool:
    return act in block.at and all(condition(values) is True for condition in block.when)


def cancelled(pack: Pack, standing: str, occasions: Iterable[Occasion]) -> tuple[str, ...]:
    """Which of a person's occasions a standing cancels, by id: they are to be reversed, one linked entry each."""
    rule = pack.rules[standing]
    assert isinstance(rule, Standing), f"{standing} is not a standing"
    if not rule.cancels:
        return ()
    found = []
    for occasion in occasions:
        day = occasion.start.astimezone(pack.zone).date()
        values = {**plan_of(pack).base(day), "record.minutes": occasion.minutes, **occasion.facts}
        if all(condition(values) is True for condition in rule.cancels):
            found.append(occasion.id)
    return tuple(found)
