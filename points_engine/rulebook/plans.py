"""A plan: a pack sorted once into the stages of the fold, with what each clause reads."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any, Generic, TypeVar

from points_engine.rulebook.calendars import is_holiday, is_working
from points_engine.rulebook.expressions import CompiledExpression
from points_engine.rulebook.gates import Gate
from points_engine.rulebook.kinds import (
    UNKNOWN,
    Admit,
    Approve,
    Award,
    Cap,
    Expiry,
    Expression,
    Factor,
    Group,
    Measure,
    Number,
    Parameter,
    Round,
    Rule,
    Standing,
    Tier,
)
from points_engine.rulebook.measures import Reading, Tally, facts_named
from points_engine.rulebook.pack import Pack
from points_engine.rulebook.parts import expressions_of
from points_engine.rulebook.spelling import signature, spelled
from points_engine.rulebook.windows import breadth

K = TypeVar("K", bound=Rule)


@dataclass(frozen=True, slots=True)
class Clause(Generic[K]):
    """One rule, ready to be applied: its conditions and its expressions by field name."""

    rule: K
    when: tuple[Reading, ...]
    require: tuple[Reading, ...]
    readings: Mapping[str, Reading]
    names: frozenset[str]  # every name that it reads
    texts: frozenset[str]  # every text written out in it: rows of tables that it may name
    slot: str = ""
    same: tuple[tuple[str, ...], ...] = ()
    is_always: bool = False  # no condition and no dates: applies to every occasion
    is_of_facts: bool = False  # a standing that dated facts about the person alone decide


class Plan:
    """A pack's clauses by stage.  Made once for each pack and shared; holds nothing of any volunteer."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self.parameters = {rule.id: rule for rule in pack.of_kind(Parameter)}
        self._measures = frozenset(rule.id for rule in pack.of_kind(Measure))
        self.tallies = {rule.id: self._tally(rule) for rule in pack.of_kind(Measure)}
        self.admits = tuple(self._clause(rule) for rule in pack.of_kind(Admit))
        approvals = tuple(
            self._clause(rule, measure=rule.measure, **_terms(step.upto for step in rule.steps))
            for rule in pack.of_kind(Approve)
            if rule.at in ("record", "deed")
        )
        self.approvals = tuple(clause for clause in approvals if not self._reads_points(clause))
        self.late_approvals = tuple(clause for clause in approvals if self._reads_points(clause))
        rounds = [self._round(rule) for rule in pack.of_kind(Round)]
        self.time_rounds = tuple(clause for clause in rounds if clause.rule.what == "time")
        self.amount_rounds = tuple(clause for clause in rounds if clause.rule.what == "amount")
        self.round_slots = tuple(clause.slot for clause in rounds)
        self._sort_caps([self._cap(rule) for rule in pack.of_kind(Cap)])
        self.awards = tuple(
            self._clause(
                rule,
                amount=rule.amount,
                steps_by=rule.steps_by,
                bands_by=rule.bands_by,
                **_terms(term for step in (*rule.steps, *rule.bands) for term in (step.least, step.amount)),
            )
            for rule in pack.of_kind(Award)
        )
        self.has_funds = any(clause.rule.source == "fund" for clause in self.awards)
        self.has_receivers = any(clause.rule.source == "receiver" for clause in self.awards)
        kinds = dict.fromkeys(clause.rule.at for clause in self.awards)
        self.gates = {kind: Gate([each for each in self.awards if each.rule.at == kind]) for kind in kinds}
        self.factors = tuple(self._clause(rule, multiply=rule.multiply) for rule in pack.of_kind(Factor))
        self.expiries = tuple(self._clause(rule) for rule in pack.of_kind(Expiry))
        self.bonuses = tuple(clause for clause in self.awards if clause.rule.at in ("reached", "tier"))
        self.tiers = tuple(self._tier(rule) for rule in pack.of_kind(Tier))
        self.standings = tuple(self._standing(rule) for rule in pack.of_kind(Standing))
        dropped = {tier for clause in self.standings for tier in clause.rule.drops}
        self.reviews = tuple(clause for clause in self.tiers if _may_end(clause.rule) or clause.rule.id in dropped)
        self.events = {rule.id: "tier" for rule in pack.of_kind(Tier)}
        self.events |= {rule.id: "standing" for rule in pack.of_kind(Standing)}
        self.groups = {member: rule for rule in pack.of_kind(Group) for member in rule.of}
        self.served = self._served_tallies()
        every = (*self.tallies.values(), *self.served.values())
        self.kept = tuple(tally for tally in every if not tally.is_derived)
        self.derived = tuple(tally for tally in every if tally.is_derived)
        self.beyond = tuple(tally for tally in self.tallies.values() if tally.measure.each in ("group", "unit"))
        self.counting_caps = (*self.time_caps, *self.earning_caps, *self.skips, *self.times_caps, *self.amount_caps)
        self.slots = frozenset((*(t.slot for t in every), *(c.slot for c in self.counting_caps)))
        self.names = self._all_names()
        self.person_names = _of_persons(self.names)
        asked = (name for rule in pack.rules.values() for each in expressions_of(rule) for name in each.names)
        everywhere = self.names.union(asked)
        self.act_names = _of_persons(everywhere)
        self._days_asked = everywhere & {"day.working", "day.holiday"}
        self._bases: dict[date, dict[str, object]] = {}
        self._cited: dict[date, dict[str, dict[str, object]]] = {}

    def base(self, day: date) -> dict[str, object]:
        """What is the same for everybody on `day`: parameters and the calendar.  Not to be written to."""
        known = self._bases.get(day)
        if known is None:
            if len(self._bases) >= REMEMBERED_DAYS:
                self._bases.clear()
            known = self._bases[day] = self._base(day)
        return known

    def cited(self, day: date) -> dict[str, dict[str, object]]:
        """Every parameter's value on `day`, with the day from which it holds and its citation, for the trace."""
        known = self._cited.get(day)
        if known is None:
            if len(self._cited) >= REMEMBERED_DAYS:
                self._cited.clear()
            known = self._cited[day] = {name: _cited(rule, day) for name, rule in self.parameters.items()}
        return known

    def _base(self, day: date) -> dict[str, object]:
        base: dict[str, object] = {"day.date": day}
        for name, parameter in self.parameters.items():
            value = parameter.on(day)
            if value is not UNKNOWN:
                base[name] = value
        if "day.working" in self._days_asked:
            base["day.working"] = is_working(self.pack.calendar, day)
        if "day.holiday" in self._days_asked:
            base["day.holiday"] = is_holiday(self.pack.calendar, day)
        return base

    def reading(self, expression: Expression) -> Reading:
        """The expression with the measures that it reads."""
        return Reading(expression, tuple(sorted(expression.names & self._measures)))

    def _clause(self, rule: K, **expressions: Expression | None) -> Clause[K]:
        readings = {name: self.reading(each) for name, each in expressions.items() if each is not None}
        when = tuple(self.reading(each) for each in rule.when)
        require = tuple(self.reading(each.that) for each in rule.require)
        names = frozenset(name for each in (*readings.values(), *when, *require) for name in each.expression.names)
        texts = frozenset().union(*(texts_of(each.expression) for each in (*readings.values(), *when, *require)))
        is_always = not when and rule.from_day is None and rule.until_day is None
        return Clause(rule, when, require, readings, names, texts, rule.id, is_always=is_always)

    def _reads_points(self, clause: Clause[Approve]) -> bool:
        """Whether an approval goes by points, so that it is asked after these are known."""
        measured = (self.tallies[name].reads for reading in clause.readings.values() for name in reading.measures)
        return any("credited.points" in names for names in (clause.names, *measured))

    def _round(self, rule: Round) -> Clause[Round]:
        to = None if isinstance(rule.to, (int, Fraction)) else rule.to
        return replace(self._clause(rule, to=to), slot=f"r:{rule.id}~{signature(rule.over, rule.at)}")

    def _cap(self, rule: Cap) -> Clause[Cap]:
        clause = self._clause(rule, most=rule.most, least=rule.least, skip_first=rule.skip_first)
        mark = signature(rule.limits, rule.over, rule.same, rule.each, rule.applies_to, rule.when)
        return replace(clause, slot=f"c:{rule.id}~{mark}", same=tuple(facts_named(key) for key in rule.same))

    def _sort_caps(self, clauses: list[Clause[Cap]]) -> None:
        clauses.sort(key=lambda clause: breadth(clause.rule.over))
        minutes = [clause for clause in clauses if clause.rule.limits == "minutes"]
        self.stretches = tuple(clause for clause in minutes if "least" in clause.readings)
        self.time_caps = tuple(c for c in minutes if "most" in c.readings and not c.rule.applies_to)
        self.earning_caps = tuple(c for c in minutes if "most" in c.readings and c.rule.applies_to)
        self.skips = tuple(clause for clause in minutes if "skip_first" in clause.readings)
        self.times_caps = tuple(clause for clause in clauses if clause.rule.limits == "times")
        self.amount_caps = tuple(clause for clause in clauses if clause.rule.limits == "amount")
        self.balance_caps = tuple(clause for clause in clauses if clause.rule.limits == "balance")

    def _tier(self, rule: Tier) -> Clause[Tier]:
        reaches = {
            f"{number}.{part}": expression
            for number, step in enumerate(rule.steps)
            for part, expression in enumerate(step.reach)
        }
        return self._clause(rule, **reaches)

    def _standing(self, rule: Standing) -> Clause[Standing]:
        lists = {"lifts": rule.lifts, "cancels": rule.cancels}
        parts = {f"{name}.{at}": each for name, listed in lists.items() for at, each in enumerate(listed)}
        for number, block in enumerate(rule.blocks):
            parts |= {f"blocks.{number}.{at}": each for at, each in enumerate(block.when)}
        clause = self._clause(rule, enter=rule.enter, **parts)
        return replace(clause, is_of_facts=all(self._is_dated(name) for name in entering_names(rule)))

    def _is_dated(self, name: str) -> bool:
        return name in self.parameters or (name.startswith("volunteer.") and name != "volunteer.age")

    def _tally(self, rule: Measure) -> Tally:
        conditions = (*rule.when, *rule.where)
        sources = tuple(each.source for each in conditions)
        parts = (rule.fold, rule.of and rule.of.source, rule.source, sources, rule.over, rule.same, rule.each)
        reads = frozenset(
            name for each in (*conditions, *((rule.of,) if rule.of is not None else ())) for name in each.names
        )
        numbers = tuple(
            sorted((name, spelled(self.parameters[name].values)) for name in reads if name in self.parameters)
        )
        return Tally(
            measure=rule,
            slot=f"m:{rule.id}~{signature(*parts, numbers, self.pack.fiscal_year_starts)}",
            same=tuple(facts_named(key) for key in rule.same),
            of=None if rule.of is None else self.reading(rule.of),
            where=tuple(self.reading(each) for each in conditions),
            fiscal=self.pack.fiscal_year_starts,
            reads=reads,
        )

    def _served_tallies(self) -> dict[str, Tally]:
        """The measures by which approvals are read, kept a second time with what still awaits an approval."""
        readings = [
            clause.readings["measure"]
            for clause in (*self.approvals, *self.late_approvals)
            if "measure" in clause.readings
        ]
        read = {name for reading in readings for name in reading.measures}
        return {
            name: replace(self.tallies[name], slot=f"s:{self.tallies[name].slot[2:]}", served=True)
            for name in sorted(read)
        }

    def _all_names(self) -> frozenset[str]:
        stages: Iterable[Clause[Any]] = (
            *self.admits, *self.approvals, *self.late_approvals, *self.time_rounds, *self.amount_rounds,
            *self.stretches, *self.time_caps, *self.earning_caps, *self.skips, *self.times_caps, *self.amount_caps,
            *self.balance_caps, *self.awards, *self.factors, *self.expiries, *self.tiers, *self.standings,
        )  # fmt: skip
        found = {name for clause in stages for name in clause.names}
        found.update(name for tally in self.tallies.values() for name in tally.reads)
        found.update(key for clause in stages for keys in clause.same for key in keys)
        found.update(f"volunteer.{tally.measure.over.event}" for tally in self.tallies.values())
        return frozenset(found)


REMEMBERED_DAYS = 4096
"""How many days' parameters a plan remembers: eleven years; a bound on memory, not on history."""

REMEMBERED_PACKS = 256
"""How many packs' plans are remembered: a bound on memory."""

_PLANS: dict[str, Plan] = {}


def plan_of(pack: Pack) -> Plan:
    """The pack's plan; the same one for the same hash."""
    plan = _PLANS.get(pack.hash)
    if plan is None:
        if len(_PLANS) >= REMEMBERED_PACKS:
            _PLANS.clear()
        plan = _PLANS[pack.hash] = Plan(pack)
    return plan


def _of_persons(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(name for name in names if name.startswith("volunteer.")))


def _may_end(rule: Tier) -> bool:
    return rule.holds is not None or rule.reset is not None or rule.falls == "at_once"


def entering_names(rule: Standing) -> frozenset[str]:
    """What decides whether a standing is entered."""
    return frozenset(name for condition in (*rule.when, rule.enter) for name in condition.names)


def texts_of(expression: Expression) -> frozenset[str]:
    """The texts written out in an expression."""
    if not isinstance(expression, CompiledExpression):
        return frozenset()
    return frozenset(literal.value for literal in expression.literals() if isinstance(literal.value, str))


def _terms(terms: Iterable[Number | Expression | None]) -> dict[str, Expression]:
    """The expressions among the numbers of a table, so that the trace knows what they read."""
    return {
        f"term.{at}": term
        for at, term in enumerate(terms)
        if term is not None and not isinstance(term, (int, Fraction))
    }


def _cited(rule: Parameter, day: date) -> dict[str, object]:
    found: dict[str, object] = {}
    for since, value in rule.values:
        if since > day:
            break
        found = {"value": value, "since": since.isoformat()}
    if found and rule.cite:
        found["cite"] = rule.cite
    return found
