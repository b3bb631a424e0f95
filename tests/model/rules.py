"""The two packs of the model's town, as YAML for the engine and as plain numbers for the model.

`town` keeps the time and counts whole points that end after 40 days; `guild` counts tenths that never end, and takes
nothing back that was spent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

HEAD: Final = """
scheme: {scheme}
title: {{zh: 试, en: Trial}}
points: {{name: {{zh: 分, en: points}}, scale: {scale}}}
issuer: {{zh: 街道, en: Street}}
document: trial
demonstration: true
effective_on: 2024-01-01
time_zone: Asia/Shanghai
keeps_time: {keeps_time}
midnight: start
on_decrease: {on_decrease}
forgotten_check_out: credit 30 min after 12 h
double_tap: within 45 s
funds: {{community: {{zh: 社区基金, en: Community fund}}}}
partners: {{shop: {{zh: 店, en: Shop}}, museum: {{zh: 馆, en: Museum}}, baker: {{zh: 饼, en: Baker}}}}
"""

TOWN: Final = """
- parameter: per_hour
  measured_in: points
  values: {2024-01-01: 1, 2026-04-01: 2}
- parameter: two
  measured_in: number
  values: {2024-01-01: 2}
- parameter: day_most
  measured_in: duration
  values: {2024-01-01: 10 h}
- parameter: blood_points
  measured_in: points
  values: {2024-01-01: 4}
- parameter: referral_points
  measured_in: points
  values: {2024-01-01: 2}
- parameter: welcome_points
  measured_in: points
  values: {2024-01-01: 1}
- parameter: most
  measured_in: points
  values: {2024-01-01: 25}
- parameter: least
  measured_in: points
  values: {2024-01-01: -2}
- parameter: prices
  measured_in: table
  of: points
  values: {2024-01-01: {cup: CUP, class: 5, seat: 1, jam: 1}}
- parameter: rates
  measured_in: money
  values: {2024-01-01: 2.00 yuan}
- parameter: per_month
  measured_in: number
  values: {2024-01-01: 2}
- admit: trained_only
  at: [sign_up, check_in]
  when: ["activity.category == 'medical'"]
  require:
    - that: "'nurse' in volunteer.roles"
      say: {zh: 仅限护士, en: only for nurses}
- approve: typed_in
  at: record
  when: ["record.recorded_by == 'backfill'"]
  by: steward
- award: service
  per: hour
  amount: per_hour
- award: blood
  at: deed
  when: ["deed.kind == 'blood'"]
  per: item
  amount: blood_points
- award: welcome
  at: joined
  amount: welcome_points
- award: referral
  at: referral
  amount: referral_points
- factor: doubled
  when: ["'double' in volunteer.flags"]
  multiply: two
  applies_to: service
- round: whole
  what: amount
  to: 1
  direction: down
  over: lifetime
  remainder: carry
  applies_to: service
- cap: daily
  limits: minutes
  most: day_most
  over: day
- cap: ceiling
  limits: balance
  most: most
  excess: route
  route: donate_only
- cap: lowest
  limits: balance
  least: least
- expiry: soon
  ends: after 40 days
- parameter: gift_most
  measured_in: points
  values: {2024-01-01: 5}
- transfer: to_family
  from_kind: volunteer
  to_kind: volunteer
  lots: keep
  draws: [donate_only, spendable]
  require:
    - that: "act.kinship in ['parent', 'child']"
      say: {zh: 仅限父母子女, en: only to parents and children}
- transfer: to_the_fund
  from_kind: volunteer
  to_kind: fund
  lots: restart
  most: gift_most
- reward: cup
  category: commerce
  partner: shop
  price: "table(prices, 'cup')"
  fund: community
  pays: rates
  stock: 6
  hold: 30 min
  refund_days: 7
  on_expired_refund: extend
  limits: [{most: per_month, over: month}]
- reward: jam
  category: commerce
  partner: shop
  outlets: [till, till-2]
  price: "table(prices, 'jam')"
  fund: community
  pays: rates
  stock: 2
  stock_each: outlet
  hold: 30 min
  refund_days: 7
- reward: class
  category: culture_tourism
  partner: museum
  price: "table(prices, 'class')"
  hold: 90 min
  on_expired_refund: expire
- reward: seat
  category: culture_tourism
  partner: museum
  price: "table(prices, 'seat')"
  fund: community
  pays: rates
  hold: 48 h
  offline: {most: 2, within: 24 h, charge: fund}
  refund_days: 3
  on_expired_refund: restore
- reward: perk
  category: culture_tourism
  partner: museum
  price: 0
  hold: 30 min
  offline: {most: 1, within: 90 min}
- reward: tea
  category: commerce
  partner: shop
  price: 0
  hold: 30 min
  require:
    - that: "'nurse' in volunteer.roles"
      say: {zh: 仅限护士, en: only for nurses}
- reward: past
  until: 2024-12-31
  category: commerce
  partner: shop
  price: 0
- reward: bun
  category: public_service
  partner: baker
  price: 0
  hold: 30 min
- draw: fair
  for: reward
  places: two
  order: lottery
  bar: month
  unless: ["'nurse' in volunteer.roles"]
- draw: queue
  for: enrolment
  places: two
  order: first
"""

GUILD: Final = """
- parameter: rate
  measured_in: points
  values: {2024-01-01: 2}
- parameter: most
  measured_in: points
  values: {2024-01-01: 15}
- parameter: price
  measured_in: points
  values: {2024-01-01: 3}
- approve: repairs
  at: deed
  when: ["deed.kind == 'repair'"]
  by: guild
- award: service
  per: hour
  amount: rate
- award: repair
  at: deed
  when: ["deed.kind == 'repair'"]
  per: item
  amount: rate
- cap: ceiling
  limits: balance
  most: most
  excess: drop
- expiry: never
  ends: never
- reward: tools
  category: public_service
  partner: shop
  price: price
  hold: 30 min
  stock: 4
"""

NEVER: Final = date(9999, 12, 31)
SCALES: Final[Mapping[str, int]] = {"guild": 1, "town": 0}
"""The schemes in the order of their codes, with the decimals of their points."""

KEEPS_TIME: Final = "town"
ON_DECREASE: Final[Mapping[str, str]] = {"guild": "block", "town": "debt"}
LEVELS: Final = frozenset({"steward", "guild"})
"""The approval levels that the packs know."""

CEILINGS: Final[Mapping[str, tuple[int, str]]] = {"guild": (150, "forfeited"), "town": (25, "donate_only")}
FLOORS: Final[Mapping[str, int]] = {"guild": 0, "town": -2}
DAY_MOST: Final = 600
GIFT_MOST: Final = 5
SEATS: Final = 2
"""What a draw gives out at most."""

SECRET: Final = b"a secret of a town"
"""The engine's: what a seed is made of."""

KIN: Final = frozenset({"parent", "child"})
FORGOTTEN_CREDIT: Final = timedelta(minutes=30)
FORGOTTEN_AFTER: Final = timedelta(hours=12)
CLOCK_AHEAD: Final = timedelta(minutes=2)
DEBOUNCE: Final = timedelta(seconds=45)
TRIES: Final = 5
TRIES_ANYWHERE: Final = 15
LOCKS_MINUTES: Final = (15, 60, 1_440)
WELCOME, REFERRAL, BLOOD = 1, 2, 4
REPAIR: Final = 20
LONGEST_MINUTES: Final = 31 * 24 * 60


@dataclass(frozen=True, slots=True)
class Prize:
    """A reward as the model knows it: `price` in smallest units, `pays` in fen."""

    price: int
    partner: str
    hold_minutes: int = 30
    stock: int | None = None
    pays: int = 0
    refund_days: int = 0
    on_expired: str = "expire"
    per_month: int | None = None
    nurses_only: bool = False
    is_over: bool = False
    offline: tuple[int, int, str] | None = None
    """How many a device takes in a day, minutes in which they may be brought, and who bears a double use."""
    outlets: tuple[str, ...] = ()
    has_shelves: bool = False


@dataclass(frozen=True, slots=True)
class Edition:
    """A version of a scheme's pack."""

    scheme: str
    prizes: Mapping[str, Prize]


def _town(cup: int, *, has_shelves: bool) -> Mapping[str, Prize]:
    return {
        "cup": Prize(cup, "shop", 30, 6, 200, 7, "extend", per_month=2, has_shelves=has_shelves),
        "jam": Prize(1, "shop", 30, 2, 200, 7, outlets=("till", "till-2"), has_shelves=True),
        "class": Prize(5, "museum", 90),
        "seat": Prize(1, "museum", 2_880, pays=200, refund_days=3, on_expired="restore", offline=(2, 1_440, "fund")),
        "perk": Prize(0, "museum", offline=(1, 90, "outlet")),
        "tea": Prize(0, "shop", nurses_only=True),
        "past": Prize(0, "shop", is_over=True),
        "bun": Prize(0, "baker"),
    }


FIRST_TOWN: Final = Edition("town", _town(3, has_shelves=False))
SECOND_TOWN: Final = Edition("town", _town(4, has_shelves=True))
ONLY_GUILD: Final = Edition("guild", {"tools": Prize(30, "shop", stock=4)})


def rate(day: date) -> int:
    """Points of the town for an hour served on `day`."""
    return 2 if day >= date(2026, 4, 1) else 1


def last_usable(scheme: str, day: date) -> date:
    """The last day on which points earned on `day` can be used."""
    return NEVER if scheme == "guild" else day + timedelta(days=40)


def shown(scheme: str, amount: int) -> str:
    """An amount as people write it."""
    if not SCALES[scheme]:
        return str(amount)
    sign, whole, tenths = "-" if amount < 0 else "", abs(amount) // 10, abs(amount) % 10
    return f"{sign}{whole}.{tenths}" if tenths else f"{sign}{whole}"
