"""Records that come after later ones: where folding starts again, and what it will read, asked for ahead of time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from points_engine.flow.desk import Children, Desk, Need
from points_engine.flow.entities import PROGRAMME, Award, Fact, Fold, FoldCheckpoint, Lapse, Scheme, TierHeld
from points_engine.flow.people.households import company_needs, known_subjects, members_of
from points_engine.flow.rules import schemes
from points_engine.rulebook.occasions import Checkpoint, FoldState

BEGINNING = datetime(1800, 1, 1, tzinfo=UTC)
"""Before anything that is folded."""

Order = tuple[datetime, datetime, str]


def known_schemes(desk: Desk) -> list[Scheme]:
    """Every scheme, once they are on the desk; none before."""
    return schemes(desk) if desk.has(Children(Scheme, (PROGRAMME,))) else []


def late_needs(desk: Desk, volunteer_id: str, moment: datetime) -> Iterator[Need]:
    """What folding from `moment` on will ask for, if a record of that time comes after later ones.

    Reading ahead is no more than that: whatever it misses is read when the record is decided.
    """
    for scheme in known_schemes(desk):
        yield Children(Lapse, (scheme.code, volunteer_id))
        for subject in known_subjects(desk, scheme.code, volunteer_id):
            checkpoints = Children(FoldCheckpoint, (scheme.code, subject))
            company = list(company_needs(desk, subject))
            yield checkpoints
            yield from company
            if desk.has(checkpoints) and not desk.missing(company):
                since = folded_since(checkpoint_before(desk, scheme, subject, (moment, moment, "")))
                for member in members_of(desk, subject):
                    yield Children(Fact, (member,), since)
                    yield Children(Award, (member,), since)
    yield Children(TierHeld, (volunteer_id,))


def comes_late(desk: Desk, asking: object, volunteer_id: str, moment: datetime) -> bool:
    """Whether a record of `moment` comes after later ones, as far as the fold and the batch in hand tell.

    Commands are asked in their order; what `asking` was told first stays true for the batch.
    """
    newest: dict[str, datetime] = desk.memo("newest records", dict)
    subjects = [
        (each.code, subject)
        for each in known_schemes(desk)
        for subject in known_subjects(desk, each.code, volunteer_id)
    ]

    def look() -> bool:
        is_late = False
        for subject in {volunteer_id, *(subject for _, subject in subjects)}:
            before = newest.get(subject, BEGINNING)
            newest[subject] = max(before, moment)
            is_late = is_late or moment < before
        return is_late

    if desk.memo(("comes late", id(asking)), look):
        return True
    folds = (desk.peek(Fold, *place) for place in subjects)
    return any(held is not None and moment < held.last_start for held in folds)


def checkpoint_before(desk: Desk, scheme: Scheme, subject: str, order: Order) -> tuple[Checkpoint, Order] | None:
    """The newest checkpoint in force that stands before `order`, and the last fact folded into it."""
    best: FoldCheckpoint | None = None
    last: Order | None = None
    for row in desk.children(FoldCheckpoint, scheme.code, subject):
        if row.is_void or row.last_start is None or row.last_end is None:
            continue
        point = (row.last_start, row.last_end, row.last_id)
        if point < order and (last is None or point > last):
            best, last = row, point
    return None if best is None or last is None else (Checkpoint(best.day, state_of(desk, best.state_json, last)), last)


def folded_since(found: tuple[Checkpoint, Order] | None) -> datetime:
    """From when on facts are folded again."""
    return BEGINNING if found is None else found[1][0]


def state_of(desk: Desk, text: str, last: Order | None) -> FoldState:
    """The state of a fold from its text, which is parsed where it was not folded a short while ago."""
    slots = desk.states.get(text)
    if slots is None:
        slots = desk.states[text] = FoldState.parse(text, last).slots
    return FoldState(slots, last)
