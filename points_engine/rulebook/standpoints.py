"""A standpoint: what is known about one subject on one day, so that expressions can be asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from points_engine.rulebook.calendars import age_on
from points_engine.rulebook.kinds import UNKNOWN, Standing, Unknown, Window
from points_engine.rulebook.measures import Reading, Tallies, Tally, slot_for, value_on
from points_engine.rulebook.occasions import TIER_DAYS, TIERS, Subject, named
from points_engine.rulebook.plans import Clause, Plan
from points_engine.rulebook.standings import entered_on
from points_engine.rulebook.subjects import event_on, fact_on
from points_engine.rulebook.watching import was_asked

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Standpoint:
    """Facts, parameters and measures of a subject on a day.

    `values` holds what is known; a measure is worked out when an expression first reads it.
    """

    __slots__ = ("day", "holding", "plan", "subject", "tallies", "values", "volunteer")

    def __init__(
        self,
        plan: Plan,
        subject: Subject,
        tallies: Tallies,
        day: date,
        facts: Mapping[str, object],
        volunteer: str = "",
    ) -> None:
        self.plan = plan
        self.subject = subject
        self.tallies = tallies
        self.day = day
        self.volunteer = volunteer
        self.holding: tuple[Clause[Standing], ...] = ()
        self.values: dict[str, object] = {**plan.base(day), **facts}
        for name in self.asked_of_persons:
            if name not in self.values:
                self.restate(name)

    @property
    def asked_of_persons(self) -> tuple[str, ...]:
        """The facts about the person that rules may ask for here: those of any rule of the pack."""
        return self.plan.act_names

    def restate(self, name: str) -> None:
        """Let expressions read what is known about the person now."""
        known = self._person(name)
        if not isinstance(known, Unknown):
            self.values[name] = known
        else:
            self.values.pop(name, None)

    def _person(self, name: str) -> object:
        if name == "volunteer.age" and self.subject.born_on is not None:
            return age_on(self.subject.born_on, self.day)
        known = fact_on(self.subject, name, self.day)
        if name == "volunteer.tier" and isinstance(known, Unknown) and self.plan.tiers:
            rule = self.plan.tiers[0].rule
            reached = self.tallies.cells(TIERS).get(named(rule.id, self.volunteer), 0)
            return rule.steps[int(reached) - 1].level if isinstance(reached, int) and reached else UNKNOWN
        return known

    def value(self, reading: Reading) -> object:
        """The expression's value, or UNKNOWN."""
        for name in reading.measures:
            self.prepare(name)
        return reading.expression(self.values)

    def holds(self, reading: Reading) -> bool:
        """Whether a condition is known to be true."""
        return self.value(reading) is True

    def applies(self, clause: Clause[Any]) -> bool:
        """Whether a rule is in force on the day and its conditions are known to be true."""
        if clause.is_always:
            return True
        if not self.is_dated_for(clause):
            return False
        holds = all(self.value(reading) is True for reading in clause.when)
        was_asked(clause.rule.id, self.values)
        return holds

    def is_dated_for(self, clause: Clause[Any]) -> bool:
        """Whether the dates of a rule include the day."""
        rule = clause.rule
        return (rule.from_day is None or self.day >= rule.from_day) and (
            rule.until_day is None or self.day <= rule.until_day
        )

    def prepare(self, name: str) -> None:
        """Put a measure's value among the values, unless it stands there already."""
        if name not in self.values:
            value = self.measured(self.plan.tallies[name])
            if not isinstance(value, Unknown):
                self.values[name] = value

    def measured(self, tally: Tally) -> object:
        """What a measure says here; unknown when one of its keys is, or when it reaches beyond the subject."""
        slot = self.slot_of(tally)
        if slot is None:
            return UNKNOWN
        return value_on(tally, self.tallies.cells(slot), self.day, self.since(tally.measure.over))

    def slot_of(self, tally: Tally) -> str | None:
        """Where a tally stands for the facts at hand."""
        each = tally.measure.each
        if each in ("group", "unit"):
            return None
        if not tally.same and not self.volunteer:
            return tally.slot
        return slot_for(tally.slot, tally.same, self.values, self.volunteer if each == "volunteer" else "")

    def since(self, window: Window) -> int | None:
        """The first day number of a `since` window: the day of its event, or from which its fact holds.

        Since a standing: from the day on which it was entered.  Since a tier: from the day after its level was reached
        or last renewed, so that nothing is used twice; all of history before that.
        """
        if window.kind != "since":
            return None
        event = self.plan.events.get(window.event)
        if event is None:
            return event_on(self.subject, window.event, self.day)
        if event == "tier":
            reached = self.tallies.cells(TIER_DAYS).get(named(window.event, self.volunteer), 0)
            assert isinstance(reached, int), f"{window.event} was reached on a day"
            return reached + 1
        clause = next(clause for clause in self.plan.standings if clause.rule.id == window.event)
        entered = entered_on(self, clause)
        return None if entered is None else entered.toordinal()
