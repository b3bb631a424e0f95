"""The counter of the demonstration: people redeem what they can pay for; some vouchers stay open, some come back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Final

from points_engine.demonstration.people import MEI, Someone
from points_engine.demonstration.places import OUTLETS

RESIDENTS: Final = "huadu-residents"
MEMBERS: Final = "huadu-party-members"

SHELF: Final[Mapping[str, tuple[tuple[str, int, str], ...]]] = {
    RESIDENTS: (
        ("soap", 2, "wangs"),
        ("toothpaste", 10, "wangs"),
        ("shampoo", 30, "wangs"),
        ("museum_ticket", 10, "huadu-culture"),
        ("reading_class", 10, "huadu-culture"),
        ("haircut_at_home", 1, "neighbourhood-services"),
        ("tutoring", 3, "neighbourhood-services"),
    ),
    MEMBERS: (
        ("museum_ticket", 10, "huadu-culture"),
        ("haircut_at_home", 1, "neighbourhood-services"),
        ("tutoring", 3, "neighbourhood-services"),
    ),
}
"""What people ask for: reward, price in points as the packs say, partner."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One visit to a counter and how it ends: confirmed, cancelled, refunded, or still open."""

    key: str
    number: str
    scheme: str
    reward: str
    outlet: str
    ending: str


def wishes(chance: Random, people: list[Someone], earned: Mapping[tuple[str, str], int]) -> list[Wish]:
    """Visits of about half of those who have earned something; `earned` is points by (number, scheme)."""
    made: list[Wish] = []
    for one in people:
        if one.number == MEI:
            continue
        for scheme in (RESIDENTS, MEMBERS):
            points = earned.get((one.number, scheme), 0)
            affordable = [offer for offer in SHELF[scheme] if offer[1] <= points]
            if not affordable or chance.random() < 0.5:
                continue
            for reward, price, partner in chance.sample(affordable, min(len(affordable), chance.randint(1, 3))):
                if price > points:
                    continue
                points -= price
                outlet = chance.choice([code for code, of, *_ in OUTLETS if of == partner])
                ending = chance.choices(("confirm", "cancel", "refund", "open"), (80, 6, 4, 10))[0]
                key = f"wish:{one.number}:{scheme}:{reward}"
                made.append(Wish(key, one.number, scheme, reward, outlet, ending))
    return made
