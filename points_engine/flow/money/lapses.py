"""Expiry: lots whose last usable day has passed leave the account by an ordinary entry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from points_engine.flow import shapes
from points_engine.flow.desk import Desk, Need, OneAccount, OneRow
from points_engine.flow.entities import Lapse, VolunteerNumber
from points_engine.flow.people.lookup import the_volunteer, volunteer_needs
from points_engine.flow.rules import rule_history, rule_needs, the_scheme
from points_engine.flow.service.awards import award_needs
from points_engine.ledger import amounts
from points_engine.ledger.amounts import shown
from points_engine.ledger.entries import Entry, Line

PARTS: Final = ("", "donate_only")
"""The parts of a volunteer's account that lots leave when their time is over."""


@dataclass(frozen=True, slots=True)
class ExpireLots:
    """A sweep takes a volunteer's expired lots of one scheme away; held lots stay until their hold ends."""

    volunteer: str
    scheme: str

    def __post_init__(self) -> None:
        shapes.code("volunteer", self.volunteer)
        shapes.code("scheme", self.scheme)


def expire_lots_needs(command: ExpireLots, desk: Desk) -> Iterator[Need]:
    yield from rule_needs(desk)
    yield from volunteer_needs(desk, command.volunteer)
    found = desk.peek(VolunteerNumber, command.volunteer)
    if found is not None:
        yield from award_needs(desk, found.volunteer_id)
        for part in PARTS:
            place = OneAccount(amounts.volunteer(found.volunteer_id, part), amounts.points(command.scheme))
            if desk.has(place):
                for day in desk.account(*place).lots:
                    if day <= desk.now.date():
                        yield OneRow(Lapse, (command.scheme, found.volunteer_id, day))


def expire_lots(command: ExpireLots, desk: Desk) -> dict[str, Any]:
    """Post the expiry of every lot whose last usable day is before today; none is no error.

    Raises, first that applies: NotFound (volunteer, scheme).
    """
    volunteer = the_volunteer(desk, command.volunteer)
    scheme = the_scheme(desk, command.scheme)
    today = desk.now.astimezone(rule_history(desk, scheme.code).versions[-1][1].zone).date()
    asset = amounts.points(scheme.code)
    parts = [
        (part, day, amount)
        for part in PARTS
        for day, amount in sorted(desk.account(amounts.volunteer(volunteer.id, part), asset).lots.items())
        if day < today
    ]
    days = {day for _, day, _ in parts}
    desk.require([OneRow(Lapse, (scheme.code, volunteer.id, day)) for day in days])

    # Nothing below this line may refuse.
    total = sum(amount for _, _, amount in parts)
    entry_id = ""
    if parts:
        entry_id = desk.make_id()
        lines = [Line(amounts.volunteer(volunteer.id, part), asset, -amount, day) for part, day, amount in parts]
        lines.append(Line(amounts.scheme(scheme.code, "expired"), asset, total))
        desk.post(Entry(entry_id, "expiry", desk.command_id, desk.now, tuple(lines)))
    for _, day, amount in parts:
        before = desk.find(Lapse, scheme.code, volunteer.id, day)
        desk.put(Lapse(scheme.code, volunteer.id, day, amount + (before.amount if before is not None else 0)))
    return {"volunteer": volunteer.id, "expired": shown(total, scheme.scale), "entry": entry_id or None}
