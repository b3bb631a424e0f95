"""Awards: facts folded into minutes and points, and the difference posted.

A new fact after everything folded so far takes one incremental step.  Anything else (a late, corrected or reversed
fact, an approval, a backdated fact about the volunteer) folds again from the last checkpoint before it, and what
changes is posted as one entry; decisions that stay as they were get no new trace.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from points_engine.flow.desk import Children, Desk, Need, OneAccount, OneRow
from points_engine.flow.entities import (
    Award,
    Fact,
    Fold,
    FoldCheckpoint,
    Lapse,
    Scheme,
    TierHeld,
    Trace,
    Volunteer,
)
from points_engine.flow.people.lookup import subject
from points_engine.flow.rules import rule_history, rules_digest, schemes
from points_engine.flow.service.balances import minute_lines, point_lines
from points_engine.flow.service.lateness import (
    BEGINNING,
    Order,
    checkpoint_before,
    folded_since,
    known_schemes,
    state_of,
)
from points_engine.flow.service.occasions import occasion
from points_engine.flow.wire import canonical
from points_engine.ledger import amounts
from points_engine.ledger.entries import Entry, Line, merged
from points_engine.ledger.lots import net
from points_engine.rulebook.fold import fold, share_grants
from points_engine.rulebook.occasions import EMPTY, Checkpoint, Credit, FoldResult

IN_FORCE = ("recorded", "approved")
SERVED_KINDS = ("record", "deed")
"""Facts that people did something for: what they count is told also where it is nothing."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A fact whose credit differs from what stands: the new credit, the award before it, and as text the new lots and
    what funds pay of them."""

    fact: Fact
    credit: Credit
    before: Award | None
    lots_json: str
    funds_json: str


@dataclass(slots=True)
class Change:
    """What one command changes in one scheme: the awards that differ, and by how much in all."""

    scheme: Scheme
    minutes: int = 0
    points: int = 0
    lots: dict[date, int] = field(default_factory=dict)
    funds: dict[str, int] = field(default_factory=dict)
    credits: list[Changed] = field(default_factory=list)


def award_needs(desk: Desk, volunteer_id: str) -> Iterator[Need]:
    """What awarding a new fact reads: the fold, and the accounts that points go to."""
    for scheme in known_schemes(desk):
        state = OneRow(Fold, (scheme.code, volunteer_id))
        if desk.has(state):  # the accounts were read together with it
            continue
        yield state
        asset = amounts.points(scheme.code)
        yield OneAccount(amounts.volunteer(volunteer_id), amounts.MINUTES)
        for part in ("", "held", "donate_only", "debt"):
            yield OneAccount(amounts.volunteer(volunteer_id, part), asset)


def step_needs(desk: Desk, volunteer_id: str, moment: datetime) -> Iterator[Need]:
    """What a step of the fold into another year reads besides: the checkpoints that it adds to."""
    for scheme in known_schemes(desk):
        held = desk.peek(Fold, scheme.code, volunteer_id)
        if held is not None and held.last_start.year != moment.year:
            yield Children(FoldCheckpoint, (scheme.code, volunteer_id))


def recast_needs(desk: Desk, volunteer_id: str) -> Iterator[Need]:
    """What folding again reads besides: history, checkpoints, awards, tiers, expired lots."""
    yield from award_needs(desk, volunteer_id)
    yield Children(TierHeld, (volunteer_id,))
    for scheme in known_schemes(desk):
        yield Children(FoldCheckpoint, (scheme.code, volunteer_id))
        yield Children(Lapse, (scheme.code, volunteer_id))


def award_new_fact(desk: Desk, volunteer: Volunteer, fact: Fact) -> dict[str, Any]:
    """Fold a fact that is new on the desk; answers what it earned and whose approval it awaits."""
    order = (fact.start, fact.end, fact.id)
    return _award(desk, volunteer, order, fact, "award")


def recast(
    desk: Desk, volunteer: Volunteer, since: datetime, kind: str = "correction", reverses: str | None = None
) -> dict[str, Any]:
    """Fold a volunteer's history again from `since` and post the difference as one entry.

    `reverses` links it to the entry that it undoes.
    """
    return _award(desk, volunteer, (since, since, ""), None, kind, reverses)


def _award(
    desk: Desk, volunteer: Volunteer, order: Order, fresh: Fact | None, kind: str, reverses: str | None = None
) -> dict[str, Any]:
    changes: list[Change] = []
    lines: list[Line] = []
    for scheme in schemes(desk):
        change = _fold_scheme(desk, scheme, volunteer, order, fresh)
        changes.append(change)
        if scheme.keeps_time and change.minutes:
            lines += minute_lines(volunteer.id, change.minutes)
        if change.lots or change.funds:
            lines += point_lines(desk, scheme, volunteer.id, change.lots, change.funds)
    lines_now = merged(lines)
    entry_id = ""
    if lines_now:
        entry_id = desk.make_id()
        occurred_at = fresh.end if fresh is not None else desk.now
        desk.post(Entry(entry_id, kind, desk.command_id, occurred_at, lines_now, reverses))
    awaiting: set[str] = set()
    touched: set[str] = set()
    for change in changes:
        for changed in change.credits:
            _lay_credit(desk, change.scheme.code, changed, entry_id)
            touched.add(changed.fact.id)
            if changed.credit.awaiting:
                awaiting.add(changed.credit.awaiting)
    for fact_id in sorted(touched):
        _settle(desk, fact_id)
    return {
        "entry": entry_id or None,
        "awarded": {change.scheme.code: change.points for change in changes if change.points},
        "minutes": sum([change.minutes for change in changes if change.scheme.keeps_time]),
        "awaiting": sorted(awaiting),
        "changed": sorted(touched) if fresh is None else [],
    }


def awaited(desk: Desk, fact_id: str) -> list[str]:
    """The approval levels that a fact still waits for, in any scheme."""
    awards = [desk.find(Award, fact_id, scheme.code) for scheme in schemes(desk)]
    levels = {award.awaiting for award in awards if award is not None and award.awaiting}
    return sorted(levels) if levels else []


def _settle(desk: Desk, fact_id: str) -> None:
    """A fact in force is `approved` where no rule asks for more, else `recorded`."""
    fact = desk.find(Fact, fact_id)
    assert fact is not None, "an award has its fact"
    state = "recorded" if awaited(desk, fact_id) else "approved"
    if fact.state in IN_FORCE and fact.state != state:
        desk.put(replace(fact, state=state))


def _lay_credit(desk: Desk, scheme: str, changed: Changed, entry_id: str) -> None:
    fact, credit, before = changed.fact, changed.credit, changed.before
    trace_id = desk.make_id()
    desk.put(Trace(trace_id, entry_id, fact.id, scheme, credit.trace))
    kept_entry = entry_id or (before.entry_id if before is not None else "")
    desk.put(
        Award(
            fact.id, scheme, fact.volunteer_id, fact.start, credit.minutes, credit.points, changed.lots_json,
            credit.awaiting, trace_id, kept_entry, changed.funds_json,
        )
    )  # fmt: skip


# ---- folding -----------------------------------------------------------------------------------------------------


def _fold_scheme(desk: Desk, scheme: Scheme, volunteer: Volunteer, order: Order, fresh: Fact | None) -> Change:
    history = rule_history(desk, scheme.code)
    if not history.versions:
        return Change(scheme)
    rules = rules_digest(desk, scheme.code)
    held = desk.find(Fold, scheme.code, volunteer.id)
    if held is not None and held.rules != rules:
        fresh, order = None, (BEGINNING, BEGINNING, "")  # new measures start from the beginning
    last = None if held is None else _last(held)
    in_step = fresh is not None and fresh.effective_on >= history.versions[0][0]
    if held is None and fresh is not None and fresh.kind != "joined":
        in_step = False  # the scheme is younger than the volunteer: whatever came before belongs into its first fold
    if in_step and fresh is not None and (last is None or last < order):
        state = EMPTY if held is None else state_of(desk, held.state_json, last)
        result = fold(history, subject(desk, volunteer), (occasion(desk, fresh),), state)
        tiers: list[TierHeld] = []  # a step forward takes no tier back
        standing: dict[str, Award | None] = {fresh.id: None}
        facts = {fresh.id: fresh}
    else:
        facts, standing, start, tiers = _history_from(desk, scheme, volunteer, order)
        person = subject(desk, volunteer)
        occasions = sorted((occasion(desk, fact) for fact in facts.values()), key=attrgetter("order"))
        result = fold(history, person, share_grants(history, person, occasions), start.state)
    _keep_state(desk, scheme, volunteer, result, order, rules)
    _keep_tiers(desk, scheme, volunteer, result, tiers)
    return _difference(desk, scheme, result, standing, facts)


def _last(held: Fold) -> Order | None:
    """The last fact folded in; None while nothing is."""
    return (held.last_start, held.last_end, held.last_id) if held.last_id else None


def _history_from(
    desk: Desk, scheme: Scheme, volunteer: Volunteer, order: Order
) -> tuple[dict[str, Fact], dict[str, Award | None], Checkpoint, list[TierHeld]]:
    """The facts after the last checkpoint before `order`, their standing awards, and where to start from."""
    desk.require(
        [
            Children(FoldCheckpoint, (scheme.code, volunteer.id)),
            Children(TierHeld, (volunteer.id,)),
            Children(Lapse, (scheme.code, volunteer.id)),
        ]
    )
    first_day = rule_history(desk, scheme.code).versions[0][0]
    found = checkpoint_before(desk, scheme, volunteer.id, order)
    start, last = (Checkpoint(date.min, EMPTY), None) if found is None else found
    since = folded_since(found)
    desk.require([Children(Fact, (volunteer.id,), since), Children(Award, (volunteer.id,), since)])
    standing: dict[str, Award | None] = {
        award.fact_id: award for award in desk.children(Award, volunteer.id, since=since) if award.scheme == scheme.code
    }
    facts = {}
    for fact in desk.children(Fact, volunteer.id, since=since):
        if last is not None and (fact.start, fact.end, fact.id) <= last:
            standing.pop(fact.id, None)
            continue
        standing.setdefault(fact.id, None)
        if fact.state in IN_FORCE and fact.effective_on >= first_day:
            facts[fact.id] = fact
    tiers = [
        row for row in desk.children(TierHeld, volunteer.id) if row.scheme == scheme.code and row.from_day >= start.day
    ]
    return facts, standing, start, tiers


def _keep_state(desk: Desk, scheme: Scheme, volunteer: Volunteer, result: FoldResult, order: Order, rules: str) -> None:
    last = result.state.last or (BEGINNING, BEGINNING, "")
    if result.checkpoints:
        desk.require([Children(FoldCheckpoint, (scheme.code, volunteer.id))])
    text = result.state.text
    desk.states[text] = result.state.slots
    desk.put(Fold(scheme.code, volunteer.id, *last, text, rules))
    made = {checkpoint.day: checkpoint for checkpoint in result.checkpoints}
    need = Children(FoldCheckpoint, (scheme.code, volunteer.id))
    if desk.has(need):
        for row in desk.children(FoldCheckpoint, scheme.code, volunteer.id):
            overtaken = row.last_start is None or (row.last_start, row.last_end or BEGINNING, row.last_id) >= order
            if overtaken and row.day not in made and not row.is_void:
                desk.put(replace(row, is_void=True))
    for day, checkpoint in made.items():
        start, end, identity = checkpoint.state.last or (None, None, "")
        if start is not None:
            kept = checkpoint.state.text
            desk.put(FoldCheckpoint(scheme.code, volunteer.id, day, start, end, identity, kept, rules, False))


def _keep_tiers(
    desk: Desk, scheme: Scheme, volunteer: Volunteer, result: FoldResult, standing: Sequence[TierHeld]
) -> None:
    reached = {(tier.tier, tier.level): tier for tier in result.tiers}
    for row in standing:
        if (row.tier, row.level) not in reached and not row.is_void:
            desk.put(replace(row, is_void=True))
    if not reached:
        return
    desk.require([Children(TierHeld, (volunteer.id,))])
    known = {(row.tier, row.level): row for row in desk.children(TierHeld, volunteer.id) if row.scheme == scheme.code}
    for place, tier in reached.items():
        there = known.get(place)
        if there is None or there.is_void or there.from_day != tier.on:
            desk.put(TierHeld(scheme.code, volunteer.id, tier.tier, tier.level, tier.on, desk.now, False))


def _difference(
    desk: Desk,
    scheme: Scheme,
    result: FoldResult,
    standing: dict[str, Award | None],
    facts: dict[str, Fact],
) -> Change:
    change = Change(scheme)
    for credit in result.credits:
        _note(change, facts[credit.occasion], standing.pop(credit.occasion, None), credit)
    for fact_id in sorted(standing):  # never in the order in which rows were read: trace ids follow it
        gone = standing[fact_id]
        if gone is not None and (gone.minutes or gone.points or gone.awaiting):
            fact = desk.find(Fact, gone.fact_id)
            assert fact is not None, "an award has its fact"
            _note(change, fact, gone, _nothing(fact, scheme, gone))
    change.lots = {day: amount for day, amount in change.lots.items() if amount}
    change.funds = {fund: amount for fund, amount in change.funds.items() if amount}
    return change


def _note(change: Change, fact: Fact, before: Award | None, credit: Credit) -> None:
    """Add a credit to the change, unless it is what stands already, or an event that no rule speaks of."""
    if before is None and fact.kind not in SERVED_KINDS and not (credit.points or credit.minutes or credit.awaiting):
        return
    lots = canonical([[day.isoformat(), amount] for day, amount in credit.lots]) if credit.lots else "[]"
    funds = canonical(credit.funds) if credit.funds else "[]"
    drawn: list[tuple[date, int]] = []
    if before is not None:
        same = (before.minutes, before.points, before.lots_json, before.funds_json, before.awaiting)
        if same == (credit.minutes, credit.points, lots, funds, credit.awaiting):
            return
        drawn = [(date.fromisoformat(day), amount) for day, amount in json.loads(before.lots_json)]
        change.minutes -= before.minutes
        change.points -= before.points
        if before.funds_json != "[]":
            _add(change.funds, [(fund, -amount) for fund, amount in json.loads(before.funds_json)])
    _add(change.funds, credit.funds)
    change.minutes += credit.minutes
    change.points += credit.points
    for day, amount in net(drawn, credit.lots).items():
        change.lots[day] = change.lots.get(day, 0) + amount
    change.credits.append(Changed(fact, credit, before, lots, funds))


def _add(sums: dict[str, int], amounts_of: Iterable[tuple[str, int]]) -> None:
    for name, amount in amounts_of:
        sums[name] = sums.get(name, 0) + amount


def _nothing(fact: Fact, scheme: Scheme, gone: Award) -> Credit:
    """What a fact that is no longer in force counts for, with the reason as its trace."""
    trace = canonical(
        {
            "scheme": scheme.code,
            "occasion": fact.id,
            "minutes": 0,
            "points": 0,
            "lots": [],
            "awaiting": "",
            "steps": [],
            "reasons": [{"code": fact.state, "before": gone.trace_id}],
        }
    )
    return Credit(fact.id, fact.effective_on, 0, 0, (), "", trace)
