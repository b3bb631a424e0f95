"""A case: one occasion while it is decided, with the numbers as they stand between two stages of the fold."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from points_engine.rulebook.kinds import Cap, Number
from points_engine.rulebook.measures import Tallies, Tally, slot_for
from points_engine.rulebook.occasions import Cell, Occasion, Subject
from points_engine.rulebook.plans import Clause, Plan
from points_engine.rulebook.standings import state_standings
from points_engine.rulebook.standpoints import EPOCH, Standpoint
from points_engine.rulebook.tallying import with_occasion

MICROSECOND = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)


class Case(Standpoint):
    """The occasion in hand: its time by day, its amounts by award, and the steps that led there.

    `days` and `minutes` run in parallel: a record that is split at midnight has one piece per day.  `asked` and
    `asked_points` are the minutes by piece, and the points, as they stood when approvals were asked for.
    """

    __slots__ = (
        "amounts", "asked", "asked_points", "awaiting", "beyond", "days", "earning", "earns", "from_day", "is_counted",
        "is_refused", "is_waiting", "minutes", "occasion", "paying", "reasons", "served", "steps", "taken",
        "used",
    )  # fmt: skip

    def __init__(self, plan: Plan, subject: Subject, tallies: Tallies, occasion: Occasion) -> None:
        pack = plan.pack
        zone = pack.zone
        start = occasion.start.astimezone(zone)
        self.from_day = start.date()
        day = self.from_day if pack.midnight != "end" else _last_day(occasion, zone)
        super().__init__(plan, subject, tallies, day, occasion.facts, occasion.volunteer)
        self.occasion = occasion
        self.days: list[date] = [day]
        self.minutes: list[int] = [occasion.minutes]
        self.served: list[int] = self.minutes
        self.asked: list[int] = self.minutes
        self.asked_points: Number | None = None
        self.steps: list[list[object]] = []
        self.reasons: list[list[object]] = []
        self.used: list[Clause[Any]] = []
        self.awaiting = ""
        self.beyond: dict[tuple[str, int], Cell] = {}
        self.is_counted = False
        self.is_refused = False
        self.is_waiting = False
        self.paying: list[Clause[Any]] = []
        self.earning: list[int] = []
        self.amounts: list[Number] = []
        self.taken: list[tuple[Clause[Cap], Number]] = []
        self.earns: frozenset[str] = frozenset()
        self.values["record.minutes"] = occasion.minutes
        self.values["credited.minutes"] = occasion.minutes
        self.values["credited.points"] = 0
        if "record.start" in plan.names and "record.start" not in self.values:
            self.values["record.start"] = start.hour * 60 + start.minute
        if plan.standings:
            state_standings(self)

    @property
    def asked_of_persons(self) -> tuple[str, ...]:
        """The facts about the person that the stages of the fold ask for."""
        return self.plan.person_names

    @property
    def in_force(self) -> bool:
        """Whether the occasion counts in the measures of those that follow."""
        return not (self.is_refused or self.is_waiting)

    @property
    def total(self) -> int:
        """The minutes of all pieces."""
        minutes = self.minutes
        return minutes[0] if len(minutes) == 1 else sum(minutes)

    def refuse(self, reason: list[object]) -> None:
        """Nothing of this occasion counts, for this reason; other reasons may follow."""
        self.is_refused = True
        self.reasons.append(reason)

    def step(self, stage: str, rule: str, before: object, after: object, *detail: object) -> None:
        """Write one step into the trace."""
        self.steps.append([stage, rule, before, after, *detail])

    def use(self, clause: Clause[Any]) -> None:
        """Remember that a rule decided something here, for the trace."""
        self.used.append(clause)

    def seen_under(self, plan: Plan) -> Case:
        """The decided occasion as another version of the pack sees it, for that version's own measures and caps."""
        other = Case(plan, self.subject, self.tallies, self.occasion)
        other.days, other.minutes, other.served = self.days, self.minutes, self.served
        other.asked, other.asked_points = self.asked, self.asked_points
        other.beyond = self.beyond
        other.is_refused, other.is_waiting = self.is_refused, self.is_waiting
        other.paying, other.amounts, other.earns, other.day = self.paying, self.amounts, self.earns, self.day
        for name in ("record.minutes", "credited.minutes", "credited.points"):
            other.values[name] = self.values[name]
        return other

    def forget_measures(self) -> None:
        """Measures now count this occasion themselves: let them be read again, without adding it twice."""
        self.is_counted = True
        for name in self.plan.tallies:
            if name not in self.occasion.facts:
                self.values.pop(name, None)

    def set_total(self, minutes: int) -> None:
        """Change the minutes to a new total: more goes to the last piece, less is taken from the end."""
        if len(self.minutes) == 1:
            self.minutes = [minutes]
            return
        self.minutes = spread(self.minutes, minutes)

    def stated(self) -> None:
        """Let expressions read the minutes as they stand now."""
        self.values["record.minutes"] = self.values["credited.minutes"] = self.total

    def slot(self, clause: Clause[Any], each: str) -> str:
        """Where a cap's usage stands for this occasion; an unknown key is one key of its own."""
        whose = self.volunteer if each == "volunteer" else ""
        if not clause.same and not whose:
            return clause.slot
        found = slot_for(clause.slot, clause.same, self.values, whose)
        return found if found is not None else f"{clause.slot}|"

    def measured(self, tally: Tally) -> object:
        """What a measure says here, the occasion in hand added where the measure includes it."""
        before = super().measured(tally)
        if self.is_counted or not tally.measure.including or tally.is_derived:
            return before
        return with_occasion(self, tally, before, len(self.days) - 1)

    def prepare(self, name: str) -> None:
        """Measures that include the occasion in hand change from stage to stage, so they are not remembered."""
        if self.plan.tallies[name].measure.including and name not in self.occasion.facts:
            self.values.pop(name, None)
        super().prepare(name)


def spread(pieces: list[int], total: int) -> list[int]:
    """The pieces changed to a new total: more goes to the last piece, less is taken from the end.

    >>> spread([60, 30], 70), spread([60, 30], 100), spread([60, 30], 45)
    ([60, 10], [60, 40], [45, 0])
    """
    changed = list(pieces)
    change = total - sum(pieces)
    if change >= 0:
        changed[-1] += change
        return changed
    for at in range(len(changed) - 1, -1, -1):
        cut = min(changed[at], -change)
        changed[at] -= cut
        change += cut
    return changed


def micros(moment: datetime) -> int:
    """Microseconds since 1970."""
    return (moment - EPOCH) // MICROSECOND


def _last_day(occasion: Occasion, zone: ZoneInfo) -> date:
    """The local day of the last moment served: who ends at midnight ends on the day before."""
    end = occasion.end.astimezone(zone)
    if end > occasion.start:
        end = (occasion.end - MICROSECOND).astimezone(zone)
    return end.date()
