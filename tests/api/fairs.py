"""A scheme that gives scarce things out by draw, on the small street: films by lot, a trip to those who come first."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from points_engine.flow.programme import PublishPack
from points_engine.rulebook.loading import pack_from_texts
from tests.api.street import Street

FAIR: Final = """
scheme: fair
title: {zh: 惠民集市, en: Fair}
points: {name: {zh: 集市分, en: fair points}, scale: 0}
issuer: {zh: 街道, en: Street}
document: trial
demonstration: true
effective_on: 2024-01-01
time_zone: Asia/Shanghai
keeps_time: false
midnight: split
on_decrease: forgive
partners: {wangs: {zh: 王记, en: "Wang's"}}
"""

RULES: Final = """
- parameter: per_hour
  measured_in: points
  values: {2024-01-01: 1}
- parameter: seats_free
  values: {2024-01-01: 2}
- award: service
  per: hour
  amount: per_hour
- expiry: never
  ends: never
- reward: film
  title: {zh: 电影票, en: Film tickets}
  category: culture_tourism
  partner: wangs
  price: 0
  stock: 3
  hold: 48 h
- draw: films
  title: {zh: 电影票抽签, en: Draw for film tickets}
  cite: 惠民集市办法 第三条
  for: reward
  places: seats_free
  order: lottery
  bar: last(1, month)
- draw: trips
  for: enrolment
  places: seats_free
  order: first
"""


def open_fair(street: Street) -> None:
    """Publish the rules of the fair."""
    pack = pack_from_texts({"pack.yaml": FAIR, "rules.yaml": RULES})
    street.execute(PublishPack(pack.canonical, date(2024, 1, 1)))


def new_draw(street: Street, code: str = "film-1", **more: Any) -> dict[str, Any]:
    """The body that opens a draw of film tickets for an hour."""
    closes_at = (street.clock.now + timedelta(hours=1)).isoformat()
    return {"code": code, "scheme": "fair", "rule": "films", "closes_at": closes_at, "reward": "film", **more}


def a_draw(street: Street, code: str = "film-1", **more: Any) -> str:
    """An open draw at the fair; answers its code."""
    open_fair(street)
    return str(street.done("administrator", "/v1/draws", new_draw(street, code, **more))["draw"])


def entered(street: Street, number: str = "MEI", draw: str = "film-1", role: str = "kiosk") -> dict[str, Any]:
    """Somebody enters; answers the ticket."""
    return street.done(role, f"/v1/draws/{draw}/entries", {"volunteer": number})


def drawn(street: Street, draw: str = "film-1") -> dict[str, Any]:
    """The draw is drawn, two hours later."""
    street.clock.later(hours=2)
    return street.done("administrator", f"/v1/draws/{draw}/drawing")
