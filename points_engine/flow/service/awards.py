"""Awards: facts folded into minutes and points, and the difference posted.

A new fact after everything folded so far takes one incremental step.  Anything else (a late, corrected or reversed
fact, an approval, a backdated fact about the volunteer) folds again from the last checkpoint before it, and what
changes is posted as one entry; decisions that stay as they were get no new trace.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final, TypeVar

from points_engine.flow.desk import Children, Desk, Need, OneRow
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
from points_engine.flow.people.households import (
    company_needs,
    counted_together,
    is_household,
    known_subjects,
    members_of,
    subject_at,
    subjects_since,
)
from points_engine.flow.rules import rule_history, rules_digest, schemes
from points_engine.flow.service.balances import minute_lines, point_lines
from points_engine.flow.service.folding import (
    IN_FORCE,
    facts_since,
    household_fold_needs,
    known_to_rules,
    occasion_of,
    occasions_of,
    purse_needs,
)
from points_engine.flow.service.lateness import (
    BEGINNING,
    Order,
    checkpoint_before,
    known_schemes,
    state_of,
)
from points_engine.flow.service.receivers import payer_lines, payer_of, present_payer
from points_engine.flow.service.totals import Parts, add_up, added, total_needs, written
from points_engine.flow.wire import canonical
from points_engine.ledger.entries import Entry, Line, merged
from points_engine.ledger.lots import net
from points_engine.rulebook.fold import fold
from points_engine.rulebook.occasions import EMPTY, Checkpoint, Credit, FoldResult

OTHERS: Final = "correction"
"""The kind of the entries of others whose awards a command changes."""

K = TypeVar("K")

SERVED_KINDS = ("record", "deed")
"""Facts that people did something for: what they count is told also where it is nothing."""


@dataclass(frozen=True, slots=True)
class Changed:
    """A fact whose credit differs from what stands: the new credit, the award before it, and as text the new lots, what
    funds pay of them, what it adds to totals, and the account of whom the service was for, where that pays."""

    fact: Fact
    credit: Credit
    before: Award | None
    lots_json: str
    funds_json: str
    beyond_json: str
    payer: str


@dataclass(slots=True)
class Change:
    """What one command changes for one volunteer in one scheme: the awards that differ, and by how much in all."""

    scheme: Scheme
    minutes: int = 0
    points: int = 0
    lots: dict[date, int] = field(default_factory=dict)
    funds: dict[str, int] = field(default_factory=dict)
    payers: dict[str, int] = field(default_factory=dict)
    beyond: Parts = field(default_factory=dict)
    credits: list[Changed] = field(default_factory=list)


Changes = dict[str, dict[str, Change]]
"""What one command changes, by the volunteer and the scheme."""


def award_needs(desk: Desk, volunteer_id: str) -> Iterator[Need]:
    """What awarding a new fact reads: the fold, and the accounts that points go to."""
    for scheme in known_schemes(desk):
        states = [OneRow(Fold, (scheme.code, each)) for each in known_subjects(desk, scheme.code, volunteer_id)]
        if states and not desk.missing(states):  # the accounts were read together with them
            continue
        yield from states
        yield from purse_needs(scheme.code, volunteer_id)
    yield from total_needs(desk, volunteer_id)


def step_needs(desk: Desk, volunteer_id: str, moment: datetime) -> Iterator[Need]:
    """What a step of the fold into another year reads besides: the checkpoints that it adds to."""
    for scheme in known_schemes(desk):
        for subject_id in known_subjects(desk, scheme.code, volunteer_id):
            held = desk.peek(Fold, scheme.code, subject_id)
            if held is not None and held.last_start.year != moment.year:
                yield Children(FoldCheckpoint, (scheme.code, subject_id))


def recast_needs(desk: Desk, volunteer_id: str) -> Iterator[Need]:
    """What folding again reads besides: history, checkpoints, awards, tiers, expired lots."""
    yield from award_needs(desk, volunteer_id)
    yield Children(TierHeld, (volunteer_id,))
    for scheme in known_schemes(desk):
        yield Children(Lapse, (scheme.code, volunteer_id))
        for subject_id in known_subjects(desk, scheme.code, volunteer_id):
            yield Children(FoldCheckpoint, (scheme.code, subject_id))
            yield from household_fold_needs(desk, scheme.code, subject_id)


def award_new_fact(desk: Desk, volunteer: Volunteer, fact: Fact) -> dict[str, Any]:
    """Fold a fact that is new on the desk; answers what it earned and whose approval it awaits."""
    order = (fact.start, fact.end, fact.id)
    changes: Changes = {}
    for scheme in schemes(desk):
        subject_id = subject_at(desk, scheme.code, volunteer.id, fact.start)
        _fold(desk, scheme, subject_id, volunteer, order, fact, changes)
    return _award(desk, volunteer, fact, changes, "award")


def recast(
    desk: Desk,
    volunteer: Volunteer,
    since: datetime,
    kind: str = "correction",
    reverses: str | None = None,
    left: Iterable[str] = (),
) -> dict[str, Any]:
    """Fold a volunteer's history again from `since` and post the difference as one entry for each volunteer concerned.

    `reverses` links the volunteer's own to the entry that it undoes; `left` are the subjects that the history was
    folded under before, where that is what has changed.
    """
    order = (since, since, "")
    changes: Changes = {}
    for scheme in schemes(desk):
        if rule_history(desk, scheme.code).versions:
            subjects = subjects_since(desk, scheme.code, volunteer.id, since)
            if scheme.code in counted_together(desk):
                subjects = list(dict.fromkeys([*subjects, *left]))
            for subject_id in subjects:
                _fold(desk, scheme, subject_id, volunteer, order, None, changes)
    return _award(desk, volunteer, None, changes, kind, reverses)


def _award(
    desk: Desk, volunteer: Volunteer, fresh: Fact | None, changes: Changes, kind: str, reverses: str | None = None
) -> dict[str, Any]:
    awaiting: set[str] = set()
    touched: set[str] = set()
    told: dict[str, dict[str, Any]] = {}
    for whose in [volunteer.id, *sorted(changes.keys() - {volunteer.id})]:
        mine = list(changes.get(whose, {}).values())
        if whose == volunteer.id:
            entry_id = _post(desk, whose, mine, desk.now if fresh is None else fresh.end, kind, reverses)
        else:  # what others had stands until now, whenever the service was
            entry_id = _post(desk, whose, mine, desk.now, OTHERS)
        for change in mine:
            add_up(desk, change.scheme.code, change.beyond)
            for changed in change.credits:
                _lay_credit(desk, change.scheme.code, changed, entry_id)
                touched.add(changed.fact.id)
                if changed.credit.awaiting and whose == volunteer.id:
                    awaiting.add(changed.credit.awaiting)
        told[whose] = {
            "entry": entry_id or None,
            "awarded": {change.scheme.code: change.points for change in mine if change.points},
            "minutes": sum([change.minutes for change in mine if change.scheme.keeps_time]),
        }
    for fact_id in sorted(touched):
        _settle(desk, fact_id)
    others = [{"volunteer": whose} | what for whose, what in told.items() if whose != volunteer.id and what["entry"]]
    return {
        **told[volunteer.id],
        "awaiting": sorted(awaiting),
        "changed": sorted(touched) if fresh is None else [],
        **({"others": others} if others else {}),
    }


def _post(
    desk: Desk, whose: str, changes: Sequence[Change], occurred_at: datetime, kind: str, reverses: str | None = None
) -> str:
    """Post what changes for one volunteer; answers the entry's id, empty where nothing is moved."""
    lines: list[Line] = []
    for change in changes:
        if change.scheme.keeps_time and change.minutes:
            lines += minute_lines(whose, change.minutes)
        lots, funds = _without_zeros(change.lots), _without_zeros(change.funds)
        payers = _without_zeros(change.payers)
        if lots or funds or payers:
            paid = [
                line
                for account, amount in sorted(payers.items())
                for line in payer_lines(desk, change.scheme, account, amount)
            ]
            lines += point_lines(desk, change.scheme, whose, lots, funds, paid)
    lines_now = merged(lines)
    if not lines_now:
        return ""
    entry_id = desk.make_id()
    desk.post(Entry(entry_id, kind, desk.command_id, occurred_at, lines_now, reverses))
    return entry_id


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
            credit.awaiting, trace_id, kept_entry, changed.funds_json, changed.beyond_json,
            credit.received, changed.payer,
        )
    )  # fmt: skip


# ---- folding -----------------------------------------------------------------------------------------------------


def _fold(
    desk: Desk,
    scheme: Scheme,
    subject_id: str,
    volunteer: Volunteer,
    order: Order,
    fresh: Fact | None,
    changes: Changes,
) -> None:
    """Fold a subject's history from `order` on, or one step on with `fresh`, and add what that changes."""
    history = rule_history(desk, scheme.code)
    if not history.versions:
        return
    rules = rules_digest(desk, scheme.code)
    held = desk.find(Fold, scheme.code, subject_id)
    if held is not None and held.rules != rules:
        fresh, order = None, (BEGINNING, BEGINNING, "")  # new measures start from the beginning
    last = None if held is None else _last(held)
    in_step = fresh is not None and fresh.effective_on >= history.versions[0][0]
    if held is None and fresh is not None and (fresh.kind != "joined" or is_household(subject_id)):
        in_step = False  # the scheme is younger than the subject: whatever came before belongs into its first fold
    if in_step and fresh is not None and (last is None or last < order):
        state = EMPTY if held is None else state_of(desk, held.state_json, last)
        person = known_to_rules(desk, subject_id, [volunteer.id])
        result = fold(history, person, (occasion_of(desk, scheme, fresh, subject_id),), state)
        tiers: list[TierHeld] = []  # a step forward takes no tier back
        standing: dict[str, Award | None] = {fresh.id: None}
        facts = {fresh.id: fresh}
    else:
        facts, standing, start, tiers = _history_from(desk, scheme, subject_id, order)
        person, occasions = occasions_of(desk, scheme, subject_id, facts)
        result = fold(history, person, occasions, start.state)
    _keep_state(desk, scheme, subject_id, result, order, rules)
    _keep_tiers(desk, scheme, subject_id, result, tiers)
    _difference(desk, scheme, result, standing, facts, changes)


def _last(held: Fold) -> Order | None:
    """The last fact folded in; None while nothing is."""
    return (held.last_start, held.last_end, held.last_id) if held.last_id else None


def _history_from(
    desk: Desk, scheme: Scheme, subject_id: str, order: Order
) -> tuple[dict[str, Fact], dict[str, Award | None], Checkpoint, list[TierHeld]]:
    """The facts after the last checkpoint before `order`, their standing awards, and where to start from."""
    desk.require(company_needs(desk, subject_id))
    members = members_of(desk, subject_id)
    desk.require(
        [
            Children(FoldCheckpoint, (scheme.code, subject_id)),
            *(Children(TierHeld, (member,)) for member in members),
            *(Children(Lapse, (scheme.code, member)) for member in members),
            *household_fold_needs(desk, scheme.code, subject_id),
        ]
    )
    found = checkpoint_before(desk, scheme, subject_id, order)
    start, last = (Checkpoint(date.min, EMPTY), None) if found is None else found
    facts, standing = facts_since(desk, scheme, subject_id, last)
    tiers = [
        row
        for member in members
        for row in desk.children(TierHeld, member)
        if (row.scheme, row.subject) == (scheme.code, subject_id) and row.from_day >= start.day
    ]
    return facts, standing, start, tiers


def _keep_state(desk: Desk, scheme: Scheme, subject_id: str, result: FoldResult, order: Order, rules: str) -> None:
    last = result.state.last or (BEGINNING, BEGINNING, "")
    if result.checkpoints:
        desk.require([Children(FoldCheckpoint, (scheme.code, subject_id))])
    text = result.state.text
    desk.states[text] = result.state.slots
    desk.put(Fold(scheme.code, subject_id, *last, text, rules))
    made = {checkpoint.day: checkpoint for checkpoint in result.checkpoints}
    need = Children(FoldCheckpoint, (scheme.code, subject_id))
    if desk.has(need):
        for row in desk.children(FoldCheckpoint, scheme.code, subject_id):
            overtaken = row.last_start is None or (row.last_start, row.last_end or BEGINNING, row.last_id) >= order
            if overtaken and row.day not in made and not row.is_void:
                desk.put(replace(row, is_void=True))
    for day, checkpoint in made.items():
        start, end, identity = checkpoint.state.last or (None, None, "")
        if start is not None:
            kept = checkpoint.state.text
            desk.put(FoldCheckpoint(scheme.code, subject_id, day, start, end, identity, kept, rules, False))


def _keep_tiers(desk: Desk, scheme: Scheme, subject_id: str, result: FoldResult, standing: Sequence[TierHeld]) -> None:
    reached = {(tier.volunteer or subject_id, tier.tier, tier.level): tier for tier in result.tiers}
    for row in standing:
        if (row.volunteer_id, row.tier, row.level) not in reached and not row.is_void:
            desk.put(replace(row, is_void=True))
    for (whose, name, level), tier in reached.items():
        desk.require([Children(TierHeld, (whose,))])
        there = desk.peek(TierHeld, scheme.code, whose, subject_id, name, level)
        if there is None or there.is_void or there.from_day != tier.on:
            desk.put(TierHeld(scheme.code, whose, subject_id, name, level, tier.on, desk.now, False))


def _difference(
    desk: Desk,
    scheme: Scheme,
    result: FoldResult,
    standing: dict[str, Award | None],
    facts: dict[str, Fact],
    changes: Changes,
) -> None:
    def of(fact: Fact) -> Change:
        return changes.setdefault(fact.volunteer_id, {}).setdefault(scheme.code, Change(scheme))

    for credit in result.credits:
        fact = facts[credit.occasion]
        _note(desk, of(fact), fact, standing.pop(credit.occasion, None), credit)
    for fact_id in sorted(standing):  # never in the order in which rows were read: trace ids follow it
        gone = standing[fact_id]
        if gone is not None and (gone.minutes or gone.points or gone.awaiting or gone.beyond_json != "[]"):
            there = desk.find(Fact, gone.fact_id)
            assert there is not None, "an award has its fact"
            _note(desk, of(there), there, gone, _nothing(there, scheme, gone))


def _note(desk: Desk, change: Change, fact: Fact, before: Award | None, credit: Credit) -> None:
    """Add a credit to the change, unless it is what stands already, or an event that no rule speaks of."""
    counts = credit.points or credit.minutes or credit.awaiting or credit.beyond
    if before is None and fact.kind not in SERVED_KINDS and not counts:
        return
    lots = canonical([[day.isoformat(), amount] for day, amount in credit.lots]) if credit.lots else "[]"
    funds = canonical(credit.funds) if credit.funds else "[]"
    beyond = written(credit.beyond) if credit.beyond else "[]"
    payer = payer_of(desk, fact) if credit.received else ""
    drawn: list[tuple[date, int]] = []
    if before is not None:
        same = (
            before.minutes,
            before.points,
            before.lots_json,
            before.funds_json,
            before.beyond_json,
            before.awaiting,
            before.received,
            before.payer,
        )
        if same == (credit.minutes, credit.points, lots, funds, beyond, credit.awaiting, credit.received, payer):
            return
        drawn = [(date.fromisoformat(day), amount) for day, amount in json.loads(before.lots_json)]
        change.minutes -= before.minutes
        change.points -= before.points
        added(change.beyond, before.beyond_json, off=True)
        if before.received:
            _add(change.payers, [(present_payer(desk, before.payer), -before.received)])
        if before.funds_json != "[]":
            _add(change.funds, [(fund, -amount) for fund, amount in json.loads(before.funds_json)])
    added(change.beyond, beyond)
    if credit.received:
        _add(change.payers, [(payer, credit.received)])
    _add(change.funds, credit.funds)
    change.minutes += credit.minutes
    change.points += credit.points
    for day, amount in net(drawn, credit.lots).items():
        change.lots[day] = change.lots.get(day, 0) + amount
    change.credits.append(Changed(fact, credit, before, lots, funds, beyond, payer))


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


def _without_zeros(sums: Mapping[K, int]) -> dict[K, int]:
    return {key: amount for key, amount in sums.items() if amount}
