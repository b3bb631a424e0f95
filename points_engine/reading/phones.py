"""What a volunteer's own phone shows: the vouchers that can be used, and the places of draws that wait for them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from points_engine.errors import CardCodeWrong
from points_engine.flow.counter.cards import is_proved
from points_engine.flow.entities import CardLink, Outlet, Partner, VolunteerNumber
from points_engine.reading import counter, scarce
from points_engine.reading.counter import NamesOn, RedemptionView
from points_engine.reading.view import View
from points_engine.rulebook.kinds import Reward, Text

KeyOf = Callable[[str, int], bytes]
"""The key of a phone, by the volunteer's id and how many were linked."""


@dataclass(frozen=True, slots=True)
class PlaceOffered:
    """A place of a draw that the volunteer may take up until `lapses_at`; `where` is empty where nobody has said."""

    draw: str
    title: Text
    ticket: int
    lapses_at: datetime
    where: Text | None


@dataclass(frozen=True, slots=True)
class OnThePhone:
    """What is shown, those that end first before the others."""

    vouchers: list[tuple[RedemptionView, NamesOn]]
    offers: list[PlaceOffered]


def on_the_phone(view: View, number: str, proof: str, key_of: KeyOf) -> OnThePhone:
    """What belongs to the volunteer whose phone asks.

    Raises: CardCodeWrong (nobody's number, no phone is linked, or another one is: which of these is not told).
    """
    found = view.one(VolunteerNumber, number)
    link = None if found is None else view.one(CardLink, found.volunteer_id)
    if link is None or not is_proved(key_of(link.volunteer_id, link.generation), view.now, proof):
        raise CardCodeWrong()
    vouchers = [(each, counter.names_on(view, each.hold)) for each in counter.usable(view, number)]
    held = [each for each in scarce.tickets_of(view, number) if each.ticket.state == "offered"]
    offers = [
        PlaceOffered(each.draw.code, scarce.title_of(view, each.draw), each.ticket.ticket, each.ticket.lapses_at,
                     _where(view, each))
        for each in held
        if each.ticket.lapses_at is not None and each.ticket.lapses_at >= view.now
    ]  # fmt: skip
    return OnThePhone(vouchers, sorted(offers, key=lambda each: each.lapses_at))


def _where(view: View, held: scarce.TicketView) -> Text | None:
    """Where a reward that was won is had: at the outlet of the draw, or at any of the partner."""
    draw = held.draw
    if draw.outlet:
        outlet = view.one(Outlet, draw.outlet)
        return None if outlet is None else Text(outlet.name_zh, outlet.name_en)
    reward = view.pack(draw.pack).rules.get(draw.about) if draw.purpose == "reward" else None
    partner = view.one(Partner, reward.partner) if isinstance(reward, Reward) else None
    return None if partner is None else Text(partner.name_zh, partner.name_en)
