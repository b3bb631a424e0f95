"""Two small packs that use everything the flow has to carry: `town` keeps the time, `guild` counts in tenths."""

from __future__ import annotations

from functools import cache

from points_engine.rulebook.loading import pack_from_texts
from points_engine.rulebook.pack import Pack

HEAD = """
scheme: {scheme}
title: {{zh: 试, en: Trial}}
points: {{name: {{zh: 分, en: points}}, scale: {scale}}}
issuer: {{zh: 街道, en: Street}}
document: trial
demonstration: true
effective_on: 2024-01-01
time_zone: Asia/Shanghai
keeps_time: {keeps_time}
midnight: split
on_decrease: {on_decrease}
funds: {{community: {{zh: 社区基金, en: Community fund}}}}
partners: {{shop: {{zh: 店, en: Shop}}, museum: {{zh: 馆, en: Museum}}}}
"""

TOWN = """
- parameter: per_hour
  measured_in: points
  values: {{2024-01-01: 1}}
- parameter: two
  measured_in: number
  values: {{2024-01-01: 2}}
- parameter: day_free
  measured_in: duration
  values: {{2024-01-01: 4 h}}
- parameter: day_most
  measured_in: duration
  values: {{2024-01-01: 10 h}}
- parameter: star_time
  measured_in: duration
  values: {{2024-01-01: 6 h}}
- parameter: blood_points
  measured_in: points
  values: {{2024-01-01: 4}}
- parameter: referral_points
  measured_in: points
  values: {{2024-01-01: 2}}
- parameter: most
  measured_in: points
  values: {{2024-01-01: {ceiling}}}
- parameter: least
  measured_in: points
  values: {{2024-01-01: {floor}}}
- parameter: prices
  measured_in: table
  of: points
  values: {{2024-01-01: {{cup: 3, class: 5, seat: 1}}}}
- parameter: rates
  measured_in: money
  values: {{2024-01-01: 2.00 yuan}}
- parameter: per_month
  measured_in: number
  values: {{2024-01-01: 3}}

- measure: day_time
  fold: sum
  of: record.minutes
  over: day
  including: true
- measure: lifetime_time
  fold: sum
  of: credited.minutes
  over: lifetime

- admit: trained_only
  at: [sign_up, check_in, publish]
  when: ["activity.category == 'medical'"]
  require:
    - that: "'nurse' in volunteer.roles"
      say: {{zh: 仅限护士, en: only for nurses}}
- approve: long_days
  at: record
  measure: day_time
  steps: [{{upto: day_free, by: rule}}, {{by: steward}}]
- award: service
  when: ["record.recorded_by in ['kiosk', 'self_located', 'steward']"]
  per: hour
  amount: per_hour
- award: blood
  at: deed
  when: ["deed.kind == 'blood'"]
  per: item
  amount: blood_points
- award: welcome
  at: joined
  amount: "1 * per_hour"
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
- expiry: year_end
  ends: end_of_year
- tier: star
  steps:
    - {{level: star_1, title: {{zh: 一星, en: One star}}, reach: lifetime_time >= star_time}}

- reward: cup
  category: commerce
  partner: shop
  price: "table(prices, 'cup')"
  fund: community
  pays: rates
  stock: 5
  refund_days: 7
  on_expired_refund: {on_expired_refund}
  limits: [{{most: per_month, over: month}}]
- reward: class
  category: culture_tourism
  partner: museum
  price: "table(prices, 'class')"
  hold: 90 min
  on_expired_refund: {on_expired_refund}
- reward: seat
  category: culture_tourism
  partner: museum
  price: "table(prices, 'seat')"
  fund: community
  pays: rates
- reward: perk
  category: culture_tourism
  partner: museum
  price: 0
- reward: nurses_tea
  category: commerce
  partner: shop
  price: 0
  require:
    - that: "'nurse' in volunteer.roles"
      say: {{zh: 仅限护士, en: only for nurses}}
- reward: past
  until: 2024-12-31
  category: commerce
  partner: shop
  price: 0
- reward: orphan
  category: public_service
  partner: nobody
  price: 0
"""

GUILD = """
- parameter: rate
  measured_in: points
  values: {2024-01-01: 2}
- parameter: most
  measured_in: points
  values: {2024-01-01: 15}
- parameter: price
  measured_in: points
  values: {2024-01-01: 3}
- approve: everything
  at: deed
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
  stock: 4
"""

DRAWS = """
- parameter: seats_free
  values: {2024-01-01: 2}
- draw: by_lot
  for: reward
  places: seats_free
  order: lottery
  bar: last(1, month)
  unless: ["'nurse' in volunteer.roles"]
- draw: nurses_first
  for: reward
  places: seats_free
  order: lottery
  by: choose('nurse' in volunteer.roles, 1, 0)
- draw: eldest
  for: reward
  places: seats_free
  order: priority
  by: volunteer.age
- draw: queue
  for: reward
  places: seats_free
  order: first
- draw: half
  for: reward
  places: act.applicants - 1
  order: lottery
  require:
    - that: "'double' in volunteer.flags"
      say: {zh: 限有标记者, en: only for the flagged}
- draw: outing
  for: enrolment
  places: seats_free
  order: first
"""
"""Rules about draws, to be added to the town's."""


@cache
def town(
    on_decrease: str = "debt",
    on_expired_refund: str = "expire",
    ceiling: int = 40,
    floor: int = -5,
    rules: str = TOWN,
    more: str = "",
    forgotten: str = "credit 0 min after 24 h",
    double_tap: str = "within 60 s",
) -> Pack:
    """Hours, deeds, referrals; approval above 4 h a day; a ceiling and a floor; lots that end with the year."""
    head = HEAD.format(scheme="town", scale=0, keeps_time="true", on_decrease=on_decrease)
    head = head.replace("museum: {zh", "nobody: {zh: 无, en: Nobody}, museum: {zh")
    head += f"forgotten_check_out: {forgotten}\ndouble_tap: {double_tap}\n"
    text = rules.format(on_expired_refund=on_expired_refund, ceiling=ceiling, floor=floor) + more
    return pack_from_texts({"pack.yaml": head, "rules.yaml": text})


SHELVES = """
- reward: jam
  category: commerce
  partner: shop
  price: per_hour
  fund: community
  pays: rates
  stock: {stock}
  stock_each: outlet
  refund_days: 7
- reward: honey
  category: commerce
  partner: shop
  outlets: [till, till-2]
  price: per_hour
  stock_each: outlet
"""
"""Two more rewards of the town, of which each outlet has its own stock: of one something to begin with."""

GRANTS = """
- award: grant
  at: deed
  when: ["deed.kind == 'grant'"]
  per: item
  amount: per_hour
  source: fund
  fund: community
- award: half_grant
  at: deed
  when: ["deed.kind == 'half_grant'"]
  per: item
  amount: per_hour
  source: fund
  fund: community
- award: aid
  at: deed
  when: ["deed.kind == 'aid' and 'double' in volunteer.flags"]
  per: item
  amount: per_hour
  source: fund
  fund: community
- award: plain_aid
  at: deed
  when: ["deed.kind == 'aid' and not 'double' in volunteer.flags"]
  per: item
  amount: per_hour
- award: half_issued
  at: deed
  when: ["deed.kind == 'half_grant'"]
  per: item
  amount: two_points
- transfer: to_fund
  from_kind: volunteer
  to_kind: fund
- parameter: two_points
  measured_in: points
  values: {2024-01-01: 2}
"""
"""More rules of the town: grants that the community fund pays, wholly or together with the scheme."""


@cache
def guild(on_decrease: str = "forgive") -> Pack:
    """Tenths of a point per hour, what is above 15 is lost, debts are forgiven, lots never end."""
    head = HEAD.format(scheme="guild", scale=1, keeps_time="false", on_decrease=on_decrease)
    return pack_from_texts({"pack.yaml": head, "rules.yaml": GUILD})
