"""Redemptions as the counter sees them: by voucher code, and the list of one outlet's day."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from points_engine.errors import NotFound, VoucherMistyped
from points_engine.flow.counter.codes import as_typed, is_well_formed
from points_engine.flow.entities import Hold, HoldCode, Outlet, Partner, Person, Scheme, Visit, Volunteer
from points_engine.flow.rules import rule_history
from points_engine.ledger.amounts import shown
from points_engine.limits import USABLE_VOUCHERS
from points_engine.reading.entries import reward_title
from points_engine.reading.people import masked, volunteer
from points_engine.reading.view import View
from points_engine.rulebook.kinds import Reward, Text
from points_engine.store.tables import table_of


@dataclass(frozen=True, slots=True)
class RedemptionView:
    """A hold with what the cashier has to know: the reward, its price, whose it is, and whether it is still good."""

    hold: Hold
    title: Text
    partner: Partner | None
    number: str
    shown_name: str
    points: str
    is_expired: bool


def redemption(view: View, code: str) -> RedemptionView:
    """What a voucher's short code means.

    Raises, first that applies: VoucherMistyped, NotFound.
    """
    if not is_well_formed(as_typed(code)):
        raise VoucherMistyped(voucher=code)
    name = view.one(HoldCode, as_typed(code))
    if name is None:
        raise NotFound(what="voucher", code=code)
    return told(view, view.the(Hold, "voucher", name.hold_id))


def usable(view: View, number: str) -> list[RedemptionView]:
    """The vouchers that somebody can still use, those that end first before the others.

    Raises: NotFound.
    """
    table = table_of(Hold)
    # By the index hold_by_volunteer_id.
    query = (
        select(table)
        .where(
            table.c.volunteer_id == volunteer(view, number).id,
            table.c.state.in_(("open", "confirmed")),
            table.c.used < table.c.uses,
            table.c.expires_at >= view.now,
        )
        .order_by(table.c.expires_at, table.c.id)
        .limit(USABLE_VOUCHERS)
    )
    return [told(view, Hold(*row)) for row in view.connection.execute(query)]


@dataclass(frozen=True, slots=True)
class VisitView:
    """A visit with whom it is for, as far as a cashier has to know."""

    visit: Visit
    shown_name: str
    is_over: bool


def visit(view: View, identity: str) -> VisitView:
    """A visit at a counter.

    Raises: NotFound.
    """
    found = view.the(Visit, "visit", identity)
    person = view.one(Person, found.volunteer_id)
    return VisitView(found, masked(person.name) if person is not None else "", found.expires_at < view.now)


def told(view: View, hold: Hold) -> RedemptionView:
    """A hold with the names around it."""
    volunteer = view.the(Volunteer, "volunteer", hold.volunteer_id)
    person = view.one(Person, hold.volunteer_id)
    scheme = view.the(Scheme, "scheme", hold.scheme)
    return RedemptionView(
        hold,
        reward_title(view, hold.scheme, hold.reward),
        view.one(Partner, hold.partner),
        volunteer.number,
        masked(person.name) if person is not None else "",
        shown(hold.points, scheme.scale),
        hold.state == "open" and hold.expires_at < view.now,
    )


@dataclass(frozen=True, slots=True)
class NamesOn:
    """What stands on a voucher beside the reward: which of a bundle, and the outlet where there is but one."""

    choice: Text | None
    outlet: Outlet | None


def names_on(view: View, hold: Hold) -> NamesOn:
    """The names of a hold's choice and outlet."""
    return NamesOn(
        choice_title(view, hold) if hold.choice else None, view.one(Outlet, hold.outlet) if hold.outlet else None
    )


def choice_title(view: View, hold: Hold) -> Text:
    """What the chosen one of a bundle is called, in the newest version that knows it."""
    for _, pack in reversed(view.ask(lambda desk: rule_history(desk, hold.scheme)).versions):
        rule = pack.rules.get(hold.reward)
        if isinstance(rule, Reward) and hold.choice in rule.choose:
            return rule.choose[hold.choice]
    return Text(hold.choice, hold.choice)


def is_for(view: View, hold: Hold, outlet: str) -> bool:
    """Whether an outlet is one at which this hold may be confirmed."""
    found = view.one(Outlet, outlet)
    return found is not None and found.partner == hold.partner and hold.outlet in ("", outlet)
