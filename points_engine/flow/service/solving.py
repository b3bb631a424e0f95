"""Solving conflicts: a person says what really happened, and the books follow. Nothing is ever dropped."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from points_engine.bilingual import Both
from points_engine.errors import InvalidValue, NotFound, WrongState
from points_engine.flow import shapes
from points_engine.flow.desk import Desk, Need, OneRow
from points_engine.flow.entities import Conflict, Kiosk, VolunteerNumber
from points_engine.flow.notes import keep_note
from points_engine.flow.people.actors import actor_needs, not_oneself
from points_engine.flow.rules import rule_needs
from points_engine.flow.service.corrections import CorrectRecord, correct_needs, correct_record
from points_engine.flow.service.presence import (
    CheckInAt,
    CheckOutAt,
    check_in,
    check_in_needs,
    check_out,
    check_out_needs,
)
from points_engine.flow.service.records import RecordService, record_needs, record_service
from points_engine.flow.service.syncing import solved
from points_engine.flow.wire import ERASABLE

RESOLUTIONS: Final = ("keep", "retry", "record", "correct")


@dataclass(frozen=True, slots=True)
class SolveConflict:
    """What becomes of a conflict.

    `keep`: the books stay as they are. `retry`: it is carried out after all, under another number, activity or time
    where one is given. `record`: somebody writes the whole stretch down, from `start` to `end`. `correct`: the record
    that it is about gets these times.
    """

    conflict: str
    resolution: str
    reason: str = field(metadata=ERASABLE)
    volunteer: str = ""
    activity: str = ""
    at: datetime | None = None
    start: datetime | None = None
    end: datetime | None = None

    def __post_init__(self) -> None:
        shapes.code("conflict", self.conflict)
        shapes.one_of("resolution", self.resolution, RESOLUTIONS)
        shapes.text("reason", self.reason, least=1)
        shapes.optional_code("volunteer", self.volunteer)
        shapes.optional_code("activity", self.activity)
        for name, value in (("at", self.at), ("start", self.start), ("end", self.end)):
            if value is not None:
                shapes.moment(name, value)
        if self.resolution == "record" and (self.start is None or self.end is None):
            raise InvalidValue(field="start", value="—", expected=Both("a start and an end", "开始和结束时间"))
        if self.resolution == "correct" and self.start is None and self.end is None:
            raise InvalidValue(field="end", value="—", expected=Both("a new start or end", "新的开始或结束时间"))


Part = CheckInAt | CheckOutAt | RecordService | CorrectRecord


def _part(command: SolveConflict, conflict: Conflict) -> Part | None:
    """The command by which a conflict is solved; None where the books stay as they are."""
    number, activity = command.volunteer or conflict.number, command.activity or conflict.activity
    facts = json.loads(conflict.facts_json)
    if command.resolution == "retry":
        at = command.at or conflict.at
        if conflict.action == "check_out":
            return CheckOutAt(number, activity, at)
        return CheckInAt(number, activity, conflict.kiosk, at, conflict.recorded_by, facts)
    if command.resolution == "record":
        assert command.start is not None, "checked when the command was made"
        assert command.end is not None, "checked when the command was made"
        return RecordService(number, activity, command.start, command.end, "steward", facts)
    if command.resolution == "correct":
        return CorrectRecord(conflict.fact_id or "none", command.reason, command.start, command.end)
    return None


def solve_needs(command: SolveConflict, desk: Desk) -> Iterator[Need]:
    yield OneRow(Conflict, (command.conflict,))
    found = desk.peek(Conflict, command.conflict)
    if found is None:
        return
    number = command.volunteer or found.number
    yield from rule_needs(desk)
    yield OneRow(VolunteerNumber, (number,))
    known = desk.peek(VolunteerNumber, number)
    yield from actor_needs(desk, known.volunteer_id if known is not None else "")
    part = _part(command, found)
    if isinstance(part, CheckInAt):
        yield from check_in_needs(part, desk)
    elif isinstance(part, CheckOutAt):
        yield from check_out_needs(part, desk)
        if found.kiosk:
            yield OneRow(Kiosk, (found.kiosk,))
    elif isinstance(part, RecordService):
        yield from record_needs(part, desk)
    elif isinstance(part, CorrectRecord):
        yield from correct_needs(part, desk)


def solve_conflict(command: SolveConflict, desk: Desk) -> dict[str, Any]:
    """Solve a conflict; what that changes is posted.

    Raises, first that applies: NotFound, WrongState (solved already), Forbidden (oneself, one's
    household), and for `retry`, `record` and `correct` what a check-in, a check-out, a record and a correction are
    refused for.
    """
    conflict = the_conflict(desk, command.conflict)
    if conflict.state != "open":
        raise WrongState(state=conflict.state, action="solve")
    number = desk.find(VolunteerNumber, command.volunteer or conflict.number)
    if number is not None:
        not_oneself(desk, number.volunteer_id)
    part = _part(command, conflict)
    done: dict[str, Any] = {}
    if isinstance(part, CheckInAt):
        done = check_in(part, desk)
    elif isinstance(part, CheckOutAt):
        done = check_out(part, desk)
    elif isinstance(part, RecordService):
        done = record_service(part, desk)
    elif isinstance(part, CorrectRecord):
        done = correct_record(part, desk)

    # Nothing below this line may refuse.
    note = keep_note(desk, command.reason)
    solved(desk, conflict, command.resolution, str(done.get("fact") or ""), note)
    return {"conflict": conflict.id, "state": "solved", "resolution": command.resolution, "done": done, "note": note}


@dataclass(frozen=True, slots=True)
class ReopenConflict:
    """A conflict that was put aside by `keep` is looked at again."""

    conflict: str

    def __post_init__(self) -> None:
        shapes.code("conflict", self.conflict)


def reopen_needs(command: ReopenConflict, desk: Desk) -> Iterator[Need]:
    yield OneRow(Conflict, (command.conflict,))


def reopen_conflict(command: ReopenConflict, desk: Desk) -> dict[str, Any]:
    """Open a conflict again in which the books had been left as they were.

    Raises, first that applies: NotFound, WrongState (open, or solved by a change of the books).
    """
    conflict = the_conflict(desk, command.conflict)
    if conflict.resolution != "keep":
        raise WrongState(state=conflict.state, action="reopen")
    desk.put(replace(conflict, state="open", resolution="", solved_at=None, solved_by="", note_id=""))
    return {"conflict": conflict.id, "state": "open"}


def the_conflict(desk: Desk, identity: str) -> Conflict:
    """A conflict.

    Raises: NotFound.
    """
    found = desk.find(Conflict, identity)
    if found is None:
        raise NotFound(what="conflict", code=identity)
    return found
