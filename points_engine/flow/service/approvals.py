"""Approving and rejecting: a person confirms, and the fold counts what was confirmed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from points_engine.errors import FourEyes, LevelUnknown, NotFound, WrongState
from points_engine.flow import shapes
from points_engine.flow.desk import Desk, Need, OneRow
from points_engine.flow.entities import Award, Fact, Volunteer
from points_engine.flow.notes import keep_note
from points_engine.flow.people.actors import actor_needs, not_oneself
from points_engine.flow.people.lookup import identity_needs
from points_engine.flow.rules import rule_history, rule_needs, schemes
from points_engine.flow.service.awards import awaited, recast, recast_needs
from points_engine.flow.service.folding import IN_FORCE
from points_engine.flow.service.lateness import late_needs
from points_engine.flow.service.occasions import granted_levels
from points_engine.flow.wire import ERASABLE
from points_engine.rulebook.kinds import Approve

BY_RULE = "rule"


def fact_needs(desk: Desk, fact_id: str) -> Iterator[Need]:
    """What changing an existing fact reads: the fact, its volunteer (locked), and the history to fold again."""
    yield from rule_needs(desk)
    yield OneRow(Fact, (fact_id,))
    fact = desk.peek(Fact, fact_id)
    if fact is not None:
        yield from identity_needs(desk, fact.volunteer_id)
        yield from recast_needs(desk, fact.volunteer_id)
        yield from actor_needs(desk)
        yield from late_needs(desk, fact.volunteer_id, fact.start)


def the_fact(desk: Desk, fact_id: str) -> tuple[Fact, Volunteer]:
    """A fact and whose it is.

    Raises: NotFound.
    """
    fact = desk.find(Fact, fact_id)
    if fact is None:
        raise NotFound(what="record", code=fact_id)
    volunteer = desk.find(Volunteer, fact.volunteer_id)
    assert volunteer is not None, "a fact belongs to a volunteer"
    return fact, volunteer


def levels(desk: Desk) -> list[str]:
    """Every approval level that a pack knows, in the order of its steps."""
    known: dict[str, None] = {}
    for scheme in schemes(desk):
        for _, pack in rule_history(desk, scheme.code).versions:
            for rule in pack.of_kind(Approve):
                for step in rule.steps:
                    if step.by != BY_RULE:
                        known[step.by] = None
    return list(known)


@dataclass(frozen=True, slots=True)
class ApproveFact:
    """Somebody confirms a record or deed at a level (`steward`, `parent_unit`, …)."""

    fact: str
    level: str

    def __post_init__(self) -> None:
        shapes.code("fact", self.fact)
        shapes.code("level", self.level)


def approve_needs(command: ApproveFact, desk: Desk) -> Iterator[Need]:
    yield from fact_needs(desk, command.fact)


def approve_fact(command: ApproveFact, desk: Desk) -> dict[str, Any]:
    """Grant an approval level; what it lets count is awarded.

    Raises, first that applies: NotFound, Forbidden (oneself, one's household), LevelUnknown, WrongState,
    FourEyes (who typed it in).
    """
    fact, volunteer = the_fact(desk, command.fact)
    not_oneself(desk, volunteer.id)
    if command.level not in levels(desk):
        raise LevelUnknown(level=command.level, known=", ".join(levels(desk)) or "—")
    if fact.state not in IN_FORCE:
        raise WrongState(state=fact.state, action="approve")
    if fact.recorded_by in ("steward", "backfill") and fact.recorded_principal == desk.principal:
        raise FourEyes(principal=desk.principal)
    granted = granted_levels(fact)

    # Nothing below this line may refuse.
    if command.level in granted:
        return {"fact": fact.id, "entry": None, "awarded": {}, "minutes": 0, "awaiting": awaited(desk, fact.id)}
    desk.put(replace(fact, granted=",".join(sorted(granted | {command.level}))))
    outcome = recast(desk, volunteer, since=fact.start, kind="award")
    return {"fact": fact.id, "service_minutes": fact.minutes, **outcome, "awaiting": awaited(desk, fact.id)}


@dataclass(frozen=True, slots=True)
class RejectFact:
    """Somebody says that a record or deed does not count, and why."""

    fact: str
    reason: str = field(metadata=ERASABLE)

    def __post_init__(self) -> None:
        shapes.code("fact", self.fact)
        shapes.text("reason", self.reason, least=1)


def reject_needs(command: RejectFact, desk: Desk) -> Iterator[Need]:
    yield from fact_needs(desk, command.fact)


def reject_fact(command: RejectFact, desk: Desk) -> dict[str, Any]:
    """Take a fact out of the fold because it was not confirmed; what it had earned is taken back.

    Raises, first that applies: NotFound, Forbidden (oneself, one's household), WrongState, DecreaseBlocked,
    FundExhausted, InsufficientPoints.
    """
    return withdraw_fact(desk, command.fact, "rejected", command.reason)


def withdraw_fact(desk: Desk, fact_id: str, state: str, reason: str) -> dict[str, Any]:
    """Take a fact out of the fold, with a reason.

    Raises, first that applies: NotFound, Forbidden (oneself, one's household), WrongState, DecreaseBlocked,
    FundExhausted, InsufficientPoints.
    """
    fact, volunteer = the_fact(desk, fact_id)
    not_oneself(desk, volunteer.id)
    if fact.state not in IN_FORCE:
        raise WrongState(state=fact.state, action="reject" if state == "rejected" else "reverse")
    standing = (desk.find(Award, fact.id, scheme.code) for scheme in schemes(desk))
    undone = next((award.entry_id for award in standing if award is not None and award.entry_id), None)
    desk.put(replace(fact, state=state))
    outcome = recast(desk, volunteer, since=fact.start, kind="reversal", reverses=undone)
    note = keep_note(desk, reason)
    return {"fact": fact.id, "state": state, "note": note, **outcome}
