"""What a simple pack must do, in plain Python and without any code of the engine's decisions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

RULES: Final = """
- parameter: per_hour
  measured_in: points
  values: {2024-01-01: 60}
- parameter: prices
  measured_in: table
  of: points
  values: {2024-01-01: {tea: 30, class: 50}}
- award: service
  per: hour
  amount: per_hour
- expiry: never
  ends: never
- reward: tea
  category: commerce
  partner: shop
  price: "table(prices, 'tea')"
  hold: 15 min
  stock: 40
- reward: class
  category: culture_tourism
  partner: museum
  price: "table(prices, 'class')"
  hold: 90 min
"""
"""A point a minute that never expires; tea is limited, classes are not."""

PRICES: Final = {"tea": 30, "class": 50}
HOLD_MINUTES: Final = {"tea": 15, "class": 90}
PARTNERS: Final = {"till": "tea", "till-2": "tea", "gate": "class"}
"""The reward that each outlet hands over."""

LONGEST: Final = timedelta(days=31)


@dataclass(slots=True)
class Voucher:
    """A hold; its code is known once the client has the outcome."""

    who: str
    reward: str
    quantity: int
    ends: datetime
    state: str = "open"
    outlet: str = ""  # the only one where it may be used; empty for any of the partner
    used_at: str = ""
    refunded: int = 0


@dataclass(slots=True)
class Model:
    """Balances, minutes, stock and vouchers of a few people."""

    points: dict[str, int] = field(default_factory=dict)
    held: dict[str, int] = field(default_factory=dict)
    minutes: dict[str, int] = field(default_factory=dict)
    present: dict[str, list[tuple[str, datetime]]] = field(default_factory=dict)
    stock: int = 40
    vouchers: dict[str, Voucher] = field(default_factory=dict)
    """By the key of the submission that placed them."""

    def join(self, who: str) -> None:
        """Somebody is there, with nothing."""
        self.points[who] = self.held[who] = self.minutes[who] = 0
        self.present[who] = []

    def act(self, word: str, key: str, now: datetime, **said: Any) -> str:
        """Do what a message says; answers the code of the refusal, or nothing."""
        answer: str = getattr(self, f"_{word}")(key=key, now=now, **said)
        return answer

    def _arrive(self, key: str, now: datetime, who: str, activity: str) -> str:
        if any(since >= now - LONGEST for _, since in self.present[who]):
            return "already_checked_in"
        self.present[who].append((activity, now))
        return ""

    def _leave(self, key: str, now: datetime, who: str, activity: str) -> str:
        there = [each for each in self.present[who] if each[0] == activity and each[1] >= now - LONGEST]
        if not there:
            return "not_checked_in"
        minutes = (now - there[-1][1]) // timedelta(minutes=1)
        if minutes < 1:
            return "time_out_of_range"
        self.present[who].remove(there[-1])
        self.minutes[who] += minutes
        self.points[who] += minutes
        return ""

    def _open(self, key: str, now: datetime, who: str, points: int, line: int) -> str:
        self.points[who] += points
        return ""

    def _take(self, key: str, now: datetime, who: str, reward: str, outlet: str, quantity: int) -> str:
        if outlet and PARTNERS[outlet] != reward:
            return "wrong_outlet"
        if reward == "tea" and self.stock < quantity:
            return "sold_out"
        price = PRICES[reward] * quantity
        if price > self.points[who]:
            return "insufficient_points"
        self.points[who] -= price
        self.held[who] += price
        self.stock -= quantity if reward == "tea" else 0
        ends = now + timedelta(minutes=HOLD_MINUTES[reward])
        self.vouchers[key] = Voucher(who, reward, quantity, ends, outlet=outlet)
        return ""

    def _confirm(self, key: str, now: datetime, voucher: str, outlet: str) -> str:
        it = self.vouchers[voucher]
        if PARTNERS[outlet] != it.reward:
            return "wrong_outlet"
        if it.state == "confirmed" and it.used_at == outlet:
            return ""
        if it.state in ("confirmed", "refunded"):
            return "already_used" if it.state == "confirmed" else "voucher_refunded"
        if it.outlet and it.outlet != outlet:
            return "wrong_outlet"
        if it.state == "expired" or (it.state == "open" and it.ends < now):
            return "hold_expired"
        if it.state != "open":
            return "voucher_cancelled"
        it.state, it.used_at = "confirmed", outlet
        self.held[it.who] -= PRICES[it.reward] * it.quantity
        return ""

    def _cancel(self, key: str, now: datetime, voucher: str) -> str:
        it = self.vouchers[voucher]
        return self._let_go(it, "released") if it.state == "open" else "wrong_state"

    def _sweep(self, key: str, now: datetime, voucher: str) -> str:
        it = self.vouchers[voucher]
        return self._let_go(it, "expired") if it.state == "open" and it.ends < now else "wrong_state"

    def _refund(self, key: str, now: datetime, voucher: str) -> str:
        it = self.vouchers[voucher]
        if it.state != "confirmed":
            return "wrong_state"
        it.refunded += 1
        it.state = "refunded" if it.refunded == it.quantity else "confirmed"
        self.points[it.who] += PRICES[it.reward]
        self.stock += it.reward == "tea"
        return ""

    def _let_go(self, it: Voucher, state: str) -> str:
        it.state = state
        self.held[it.who] -= PRICES[it.reward] * it.quantity
        self.points[it.who] += PRICES[it.reward] * it.quantity
        self.stock += it.quantity if it.reward == "tea" else 0
        return ""
