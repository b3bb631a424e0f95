"""Correcting and reversing records after they were awarded, singly or a whole import at once."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from points_engine.bilingual import Both
from points_engine.errors import AlreadyExists, InvalidValue, NotFound, TimeOutOfRange, WrongState
from points_engine.flow import shapes
from points_engine.flow.desk import Children, Desk, Need, OneRow
from points_engine.flow.entities import Award, Fact, Import, VolunteerNumber
from points_engine.flow.notes import keep_note
from points_engine.flow.people.actors import actor_needs, not_oneself
from points_engine.flow.people.lookup import the_volunteer, volunteer_needs
from points_engine.flow.rules import rule_needs, schemes
from points_engine.flow.service.approvals import fact_needs, the_fact, withdraw_fact
from points_engine.flow.service.awards import recast, recast_needs
from points_engine.flow.service.folding import IN_FORCE
from points_engine.flow.service.lateness import BEGINNING
from points_engine.flow.service.records import an_open_import, minutes_between
from points_engine.flow.wire import ERASABLE, canonical, instant


@dataclass(frozen=True, slots=True)
class CorrectRecord:
    """Change what was recorded: the times, or the stated facts (an evaluation, a category). None keeps a value."""

    fact: str
    reason: str = field(metadata=ERASABLE)
    start: datetime | None = None
    end: datetime | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        shapes.code("fact", self.fact)
        shapes.text("reason", self.reason, least=1)
        if self.start is not None:
            shapes.moment("start", self.start)
        if self.end is not None:
            shapes.moment("end", self.end)
        shapes.stated("facts", self.facts)
        if self.start is None and self.end is None and not self.facts:
            raise InvalidValue(
                field="start",
                value="—",
                expected=Both("a new start, a new end or changed facts", "新的开始、结束时间或更改的事实"),
            )


def correct_needs(command: CorrectRecord, desk: Desk) -> Iterator[Need]:
    yield from fact_needs(desk, command.fact)
    fact = desk.peek(Fact, command.fact)
    if fact is not None and command.start is not None and command.start < fact.start:
        yield Children(Fact, (fact.volunteer_id,), command.start)
        yield Children(Award, (fact.volunteer_id,), command.start)


def correct_record(command: CorrectRecord, desk: Desk) -> dict[str, Any]:
    """Correct a record and post what that changes, for it and for every record after it.

    Raises, first that applies: NotFound, Forbidden (oneself, one's household), WrongState, TimeOutOfRange,
    DecreaseBlocked, FundExhausted, InsufficientPoints.
    """
    fact, volunteer = the_fact(desk, command.fact)
    not_oneself(desk, volunteer.id)
    if fact.state not in IN_FORCE:
        raise WrongState(state=fact.state, action="correct")
    start = fact.start if command.start is None else command.start
    end = fact.end if command.end is None else command.end
    if fact.kind == "record":
        minutes = minutes_between(start, end, desk.now)
    else:  # what has no duration has one moment, however it was said
        start = end = fact.start if command.start is None and command.end is None else command.start or end
        minutes = 0
        if start > desk.now:
            raise TimeOutOfRange(start=instant(start), end="—", why=Both("in the future", "晚于当前时间"))
    stated = json.loads(fact.facts_json) | dict(command.facts)
    since = min(fact.start, start)
    desk.put(replace(fact, start=start, end=end, minutes=minutes, facts_json=canonical(stated)))
    for scheme in schemes(desk):
        award = desk.find(Award, fact.id, scheme.code)
        if award is not None and award.start != start:
            desk.put(replace(award, start=start))  # awards are read by start, also one that stays as it was
    outcome = recast(desk, volunteer, since=since)
    note = keep_note(desk, command.reason)
    return {"fact": fact.id, "service_minutes": minutes, "note": note, **outcome}


@dataclass(frozen=True, slots=True)
class ReverseRecord:
    """Take a record or deed out of force: it was false, or entered twice. `source` says that an import is undone."""

    fact: str
    reason: str = field(metadata=ERASABLE)

    def __post_init__(self) -> None:
        shapes.code("fact", self.fact)
        shapes.text("reason", self.reason, least=1)


def reverse_needs(command: ReverseRecord, desk: Desk) -> Iterator[Need]:
    yield from fact_needs(desk, command.fact)


def reverse_record(command: ReverseRecord, desk: Desk) -> dict[str, Any]:
    """Reverse a record; what it had earned is taken back by a linked entry, and later awards are folded again.

    Raises, first that applies: NotFound, Forbidden (oneself, one's household), WrongState, DecreaseBlocked,
    FundExhausted, InsufficientPoints.
    """
    return withdraw_fact(desk, command.fact, "reversed", command.reason)


@dataclass(frozen=True, slots=True)
class OpenImport:
    """Announce an import, so that its records can be found, and undone, together."""

    code: str
    title: str = ""

    def __post_init__(self) -> None:
        shapes.code("code", self.code)
        shapes.text("title", self.title)


def open_import_needs(command: OpenImport | CloseImport, desk: Desk) -> Iterator[Need]:
    yield OneRow(Import, (command.code,))


def open_import(command: OpenImport, desk: Desk) -> dict[str, Any]:
    """Open an import; one that is open already stays so, one that was undone is opened again.

    Raises: AlreadyExists (the code stands for another file).
    """
    there = desk.find(Import, command.code)
    if there is not None and there.title != command.title:
        raise AlreadyExists(what="import", code=command.code)
    if there is None or there.state != "open":
        desk.put(Import(command.code, "open", command.title, desk.principal, desk.now))
    return {"import": command.code, "created": there is None}


@dataclass(frozen=True, slots=True)
class CloseImport:
    """Say that an import is being undone: no record may be added to it; its records are then reversed one by one."""

    code: str

    def __post_init__(self) -> None:
        shapes.code("code", self.code)


def close_import(command: CloseImport, desk: Desk) -> dict[str, Any]:
    """Mark an import as undone.

    Raises, first that applies: NotFound, WrongState (undone already).
    """
    found = an_open_import(desk, command.code)
    desk.put(replace(found, state="undone"))
    return {"import": command.code, "state": "undone"}


@dataclass(frozen=True, slots=True)
class ReverseImported:
    """Take everything out of force that one volunteer got from an import that is being undone, in one re-fold."""

    volunteer: str
    source: str
    reason: str = field(metadata=ERASABLE)

    def __post_init__(self) -> None:
        shapes.code("volunteer", self.volunteer)
        shapes.code("source", self.source)
        shapes.text("reason", self.reason, least=1)


def reverse_imported_needs(command: ReverseImported, desk: Desk) -> Iterator[Need]:
    yield from rule_needs(desk)
    yield OneRow(Import, (command.source,))
    yield from volunteer_needs(desk, command.volunteer)
    found = desk.peek(VolunteerNumber, command.volunteer)
    if found is not None:
        yield from actor_needs(desk)
        yield Children(Fact, (found.volunteer_id,), BEGINNING)
        yield Children(Award, (found.volunteer_id,), BEGINNING)
        yield from recast_needs(desk, found.volunteer_id)


def reverse_imported(command: ReverseImported, desk: Desk) -> dict[str, Any]:
    """Reverse a volunteer's records of one import; none left in force is no error.

    Raises, first that applies: NotFound (volunteer, import), Forbidden (oneself, one's household),
    WrongState (the import is not being undone), DecreaseBlocked.
    """
    volunteer = the_volunteer(desk, command.volunteer)
    found = desk.find(Import, command.source)
    if found is None:
        raise NotFound(what="import", code=command.source)
    not_oneself(desk, volunteer.id)
    if found.state != "undone":
        raise WrongState(state=found.state, action="reverse")
    facts = [
        fact
        for fact in desk.children(Fact, volunteer.id, since=BEGINNING)
        if fact.source == command.source and fact.state in IN_FORCE
    ]
    if not facts:
        return {"volunteer": volunteer.id, "reversed": 0, "minutes": 0, "entry": None}
    for fact in facts:
        desk.put(replace(fact, state="reversed"))
    outcome = recast(desk, volunteer, since=min(fact.start for fact in facts), kind="reversal")
    note = keep_note(desk, command.reason)
    told = {name: outcome[name] for name in ("entry", "awarded", "minutes")}
    return {"volunteer": volunteer.id, "reversed": len(facts), "note": note, **told}
