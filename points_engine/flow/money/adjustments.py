"""Adjustments: a change of one balance with a reason, proposed by one person and decided by another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from points_engine.bilingual import Both
from points_engine.errors import FourEyes, InvalidValue, NotFound, WrongState
from points_engine.flow import shapes
from points_engine.flow.desk import Desk, Need, OneRow
from points_engine.flow.entities import Adjustment, Volunteer, VolunteerNumber
from points_engine.flow.exact import lacking
from points_engine.flow.notes import keep_note
from points_engine.flow.people.actors import actor_needs, not_oneself
from points_engine.flow.people.lookup import identity_needs, the_volunteer, volunteer_needs
from points_engine.flow.rules import pack_today, rule_needs, the_scheme
from points_engine.flow.service.awards import award_needs
from points_engine.flow.wire import ERASABLE
from points_engine.ledger import amounts
from points_engine.ledger.amounts import shown
from points_engine.ledger.entries import Entry, Line
from points_engine.ledger.lots import draw
from points_engine.rulebook.acts import expiry_of


@dataclass(frozen=True, slots=True)
class ProposeAdjustment:
    """Ask for `amount` (smallest units, negative to take away) with a reason. Added points expire as the pack says."""

    volunteer: str
    scheme: str
    amount: int
    reason: str = field(metadata=ERASABLE)

    def __post_init__(self) -> None:
        shapes.code("volunteer", self.volunteer)
        shapes.code("scheme", self.scheme)
        if isinstance(self.amount, bool) or not isinstance(self.amount, int) or self.amount == 0:
            raise InvalidValue(
                field="amount", value=self.amount, expected=Both("a whole number other than 0", "不为 0 的整数")
            )
        shapes.amount("amount", abs(self.amount))
        shapes.text("reason", self.reason, least=1)


def propose_needs(command: ProposeAdjustment, desk: Desk) -> Iterator[Need]:
    yield from rule_needs(desk)
    yield from volunteer_needs(desk, command.volunteer)
    found = desk.peek(VolunteerNumber, command.volunteer)
    if found is not None:
        yield from actor_needs(desk)


def propose(command: ProposeAdjustment, desk: Desk) -> dict[str, Any]:
    """Put an adjustment before a second person.

    Raises, first that applies: NotFound (volunteer, scheme), Forbidden (oneself, one's household), NoPackInForce.
    """
    volunteer = the_volunteer(desk, command.volunteer)
    scheme = the_scheme(desk, command.scheme)
    not_oneself(desk, volunteer.id)
    pack = pack_today(desk, scheme.code)
    expires_on = expiry_of(pack, desk.now.astimezone(pack.zone).date())

    # Nothing below this line may refuse.
    note = keep_note(desk, command.reason)
    identity = desk.make_id()
    desk.put(
        Adjustment(
            identity, volunteer.id, scheme.code, command.amount, expires_on, note, "proposed", desk.principal, ""
        )
    )
    return {"adjustment": identity, "state": "proposed", "amount": shown(command.amount, scheme.scale)}


@dataclass(frozen=True, slots=True)
class DecideAdjustment:
    """A second person approves or rejects an adjustment."""

    adjustment: str
    approve: bool

    def __post_init__(self) -> None:
        shapes.code("adjustment", self.adjustment)


def decide_needs(command: DecideAdjustment, desk: Desk) -> Iterator[Need]:
    yield from rule_needs(desk)
    yield OneRow(Adjustment, (command.adjustment,))
    found = desk.peek(Adjustment, command.adjustment)
    if found is not None:
        yield from identity_needs(desk, found.volunteer_id)
        yield from actor_needs(desk)
        yield from award_needs(desk, found.volunteer_id)


def decide(command: DecideAdjustment, desk: Desk) -> dict[str, Any]:
    """Decide an adjustment; approving posts it.

    Raises, first that applies: NotFound, WrongState, FourEyes, Forbidden (oneself, one's household),
    InsufficientPoints.
    """
    found = desk.find(Adjustment, command.adjustment)
    if found is None:
        raise NotFound(what="adjustment", code=command.adjustment)
    volunteer = desk.find(Volunteer, found.volunteer_id)
    assert volunteer is not None, "an adjustment belongs to a volunteer"
    if found.state != "proposed":
        raise WrongState(state=found.state, action="approve" if command.approve else "reject")
    if desk.principal == found.proposed_by:
        raise FourEyes(principal=desk.principal)
    not_oneself(desk, volunteer.id)
    lines = _lines(desk, found) if command.approve else []

    # Nothing below this line may refuse.
    state = "approved" if command.approve else "rejected"
    desk.put(replace(found, state=state, decided_by=desk.principal))
    entry_id = ""
    if lines:
        entry_id = desk.make_id()
        desk.post(Entry(entry_id, "adjustment", desk.command_id, desk.now, tuple(lines)))
    return {"adjustment": found.id, "state": state, "entry": entry_id or None}


def _lines(desk: Desk, adjustment: Adjustment) -> list[Line]:
    asset = amounts.points(adjustment.scheme)
    wallet = amounts.volunteer(adjustment.volunteer_id)
    source = amounts.scheme(adjustment.scheme, "adjusted")
    if adjustment.amount > 0:
        parts: list[tuple[date, int]] = [(adjustment.expires_on, adjustment.amount)]
    else:
        today = desk.now.astimezone(pack_today(desk, adjustment.scheme).zone).date()
        account = desk.account(wallet, asset)
        usable = account.usable(today)
        if usable < -adjustment.amount:
            raise lacking(-adjustment.amount, usable, the_scheme(desk, adjustment.scheme).scale)
        parts = [(day, -amount) for day, amount in draw(account.lots, -adjustment.amount, today)]
    lines = [Line(wallet, asset, amount, expires_on) for expires_on, amount in parts]
    return [*lines, Line(source, asset, -adjustment.amount)]
