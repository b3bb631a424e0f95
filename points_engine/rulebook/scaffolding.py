"""A new pack: small, complete, without a problem, with examples that pass; the author changes it line by line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from points_engine.rulebook.notation import is_slug

_PACK = """\
# yaml-language-server: $schema=../pack.schema.json
# 规则包的抬头：把每一行改成自己的办法。
# The head of the pack: change every line to what your own regulation says.
scheme: {name}
title: {{zh: {name}, en: {name}}}
points:
  name: {{zh: 积分, en: points}}
  scale: 0
issuer: {{zh: 发布单位, en: Issuing body}}
document: 文号 / document number
demonstration: true
effective_on: {day}
time_zone: Asia/Shanghai
calendar: CN
fiscal_year_starts: 01-01
midnight: split
fold: volunteer
keeps_time: true
late_award: expire
on_decrease: debt
currency: CNY
funds:
  community: {{zh: 社区基金, en: Community fund}}
partners:
  corner_shop: {{zh: 街角便利店, en: Corner shop}}
"""

_EARNING = """\
# yaml-language-server: $schema=../rules.schema.json
# 积分获得。每个数都写在参数里，注明日期和依据。
# Earning. Every number stands in a parameter, with its date and where it is written.

- parameter: points_per_hour
  title: {{zh: 每小时积分, en: Points per hour}}
  cite: 第一条 / article 1
  measured_in: points
  values: {{{day}: 1}}

- approve: hours
  title: {{zh: 由现场负责人认定, en: Confirmed by the steward}}
  cite: 第二条 / article 2
  at: record
  by: steward

- award: service_hours
  title: {{zh: 服务时长积分, en: Points for service hours}}
  cite: 第一条 / article 1
  when:
    - record.recorded_by in ['kiosk', 'self_located', 'steward']
  at: record
  per: hour
  amount: points_per_hour
  because: {{zh: "服务 {{duration}}", en: "{{duration}} of service"}}

- round: whole_points
  title: {{zh: 只计整分, en: Whole points only}}
  cite: 第一条 / article 1
  what: amount
  to: 1
  direction: down
  at: record
  remainder: drop

- expiry: end_of_next_year
  title: {{zh: 次年年底到期, en: Usable to the end of the next year}}
  cite: 第三条 / article 3
  ends: end_of_year + 1
"""

_REDEEMING = """\
# yaml-language-server: $schema=../rules.schema.json
# 兑换。
# Redeeming.

- parameter: soap_price
  title: {{zh: 香皂价格, en: Price of a bar of soap}}
  cite: 附表 / schedule
  measured_in: points
  values: {{{day}: 2}}

- parameter: soap_rate
  title: {{zh: 香皂结算价, en: What the shop is paid per bar}}
  cite: 附表 / schedule
  measured_in: money
  values: {{{day}: 2.00 yuan}}

- reward: soap
  title: {{zh: 香皂, en: Bar of soap}}
  cite: 附表 / schedule
  category: commerce
  partner: corner_shop
  price: soap_price
  fund: community
  pays: soap_rate
  stock: 100
  limits:
    - {{most: 1, over: month}}
"""

_EXAMPLES = """\
# 例子：每个界限两侧各一个。 / Examples: one on either side of every edge.

table: one hour is one point, whole points only
day {day}
minutes  recorded_by  granted  -> minutes  points  awaits
59min    kiosk        steward  -> 59min    0       -
1h       kiosk        steward  -> 1h       1       -
1h       kiosk        -        -> 0        0       steward
1h       backfill     steward  -> 1h       0       -

story: two hours buy a bar of soap, once a month
day {day}
record   mei  garden  09:00-12:00  by kiosk
approve  mei  garden  by lea       -> awarded 3 points
donate   community  100
hold     h1   mei  soap            -> open
confirm  h1
balance  mei  1 points
"""


def new_pack(name: str, day: date) -> Mapping[str, str]:
    """The files of a new pack by their path inside its folder; its rules hold from `day` on.

    Raises ValueError for a name that is none: lower-case letters, digits, `_` and `-`, a letter first.
    """
    if not is_slug(name):
        raise ValueError(f"'{name}' cannot name a scheme: lower-case letters, digits, _ and -, a letter first")
    files = {
        "pack.yaml": _PACK,
        "earning.yaml": _EARNING,
        "redeeming.yaml": _REDEEMING,
        "examples/first_steps.story": _EXAMPLES,
    }
    return {path: text.format(name=name, day=day.isoformat()) for path, text in files.items()}
