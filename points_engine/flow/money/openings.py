"""Opening balances: what a volunteer brings along from books kept before, lot by lot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from points_engine.bilingual import Both
from points_engine.errors import AlreadyExists, InvalidValue
from points_engine.flow import shapes
from points_engine.flow.desk import Desk, Need, OneAccount, OneRow
from points_engine.flow.entities import OpeningLine, Volunteer, VolunteerNumber
from points_engine.flow.people.lookup import the_volunteer
from points_engine.flow.rules import rule_needs, the_scheme, today
from points_engine.frozen import quickly_made
from points_engine.ledger import amounts
from points_engine.ledger.amounts import NEVER
from points_engine.ledger.entries import Entry, Line


@quickly_made
@dataclass(frozen=True, slots=True)
class OpenBalance:
    """One lot of an opening balance: `points` in smallest units, usable to `expires_on` (None: for ever).

    `line` tells lots of the same volunteer and scheme apart (a CSV's line, a running number).
    """

    volunteer: str
    scheme: str
    points: int
    line: int
    expires_on: date | None = None

    def __post_init__(self) -> None:
        shapes.code("volunteer", self.volunteer)
        shapes.code("scheme", self.scheme)
        shapes.amount("points", self.points)
        shapes.amount("line", self.line, least=0)
        if self.expires_on is not None:
            shapes.day("expires_on", self.expires_on)


def _natural(command: OpenBalance) -> str:
    return f"{command.scheme}|{command.volunteer}|{command.line}"


def opening_needs(command: OpenBalance, desk: Desk) -> Iterator[Need]:
    yield from rule_needs(desk)
    number = OneRow(VolunteerNumber, (command.volunteer,))
    yield number
    found = desk.peek(VolunteerNumber, command.volunteer)
    if found is not None:
        yield OneRow(Volunteer, (found.volunteer_id,))
        yield OneAccount(amounts.volunteer(found.volunteer_id), amounts.points(command.scheme))
    elif not desk.has(number):  # the line is read together with it
        yield OneRow(OpeningLine, (_natural(command),))


def open_balance(command: OpenBalance, desk: Desk) -> dict[str, Any]:
    """Book one lot brought along.

    Raises, first that applies: NotFound (volunteer, scheme), InvalidValue (the lot has expired already),
    AlreadyExists (this line was booked before).
    """
    volunteer = the_volunteer(desk, command.volunteer)
    scheme = the_scheme(desk, command.scheme)
    expires_on = NEVER if command.expires_on is None else command.expires_on
    if expires_on < today(desk):
        raise InvalidValue(
            field="expires_on", value=expires_on, expected=Both(f"{today(desk)} or later", f"{today(desk)} 或以后")
        )
    natural = _natural(command)
    if desk.find(OpeningLine, natural) is not None:
        raise AlreadyExists(what="opening balance", code=natural)

    # Nothing below this line may refuse.
    entry_id = desk.make_id()
    asset = amounts.points(scheme.code)
    lines = (
        Line(amounts.scheme(scheme.code, "opening"), asset, -command.points),
        Line(amounts.volunteer(volunteer.id), asset, command.points, expires_on),
    )
    desk.post(Entry(entry_id, "opening", desk.command_id, desk.now, lines))
    desk.put(OpeningLine(natural, entry_id))
    return {"volunteer": volunteer.id, "entry": entry_id, "points": command.points}
