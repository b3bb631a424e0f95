"""The town that is measured: rules of every kind for earning, 64 rewards, and as many volunteers as asked for."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Final

from points_engine.engine import PointsEngine
from points_engine.flow.counter.holds import PlaceHold
from points_engine.flow.money.openings import OpenBalance
from points_engine.flow.outcomes import Submission
from points_engine.flow.people.volunteers import RegisterVolunteer
from points_engine.flow.port import Store
from points_engine.flow.programme import PublishPack, RegisterOutlet, RegisterPartner, RegisterUnit
from points_engine.flow.service.activities import RegisterActivity
from points_engine.flow.service.records import RecordService
from points_engine.flow.steps import Command
from points_engine.rulebook.loading import pack_from_texts
from points_engine.rulebook.pack import Pack

SCHEME: Final = "bench"
REWARDS: Final = 64
SECRET: Final = b"a secret of the benchmarks"
WEALTH: Final = 1_000_000

_LINES: Final = itertools.count(os.getpid() * 10**9)
"""Tells the opening balances of one volunteer apart, whichever desk and process they come from."""

_HEAD: Final = """
scheme: bench
title: {zh: 测, en: Bench}
points: {name: {zh: 分, en: points}, scale: 0}
issuer: {zh: 街道, en: Street}
document: bench
demonstration: true
effective_on: 2005-01-01
time_zone: Asia/Shanghai
keeps_time: true
midnight: split
on_decrease: debt
partners: {shop: {zh: 店, en: Shop}}
"""

_EARNING: Final = """
- parameter: per_hour
  measured_in: points
  values: {2005-01-01: 1}
- parameter: day_most
  measured_in: duration
  values: {2005-01-01: 8 h}
- parameter: star_time
  measured_in: duration
  values: {2005-01-01: 50 h}
- parameter: price
  measured_in: points
  values: {2005-01-01: 3}
- measure: lifetime_time
  fold: sum
  of: credited.minutes
  over: lifetime
- approve: hours
  at: record
  by: rule
- award: service
  when: ["record.recorded_by in ['kiosk', 'self_located', 'steward']"]
  per: hour
  amount: per_hour
- round: whole
  what: amount
  to: 1
  direction: down
  over: lifetime
  remainder: carry
- cap: daily
  limits: minutes
  most: day_most
  over: day
- expiry: never_expires
  ends: never
- tier: star
  steps:
    - {level: star_1, title: {zh: 一星, en: One star}, reach: lifetime_time >= star_time}
"""

_REWARD: Final = """
- reward: r{number:02}
  category: commerce
  partner: shop
  price: price
  stock: 1000000
"""


@cache
def pack() -> Pack:
    """The rules of the town."""
    return with_rewards({"rewards.yaml": "".join(_REWARD.format(number=number) for number in range(REWARDS))})


def with_rewards(files: Mapping[str, str]) -> Pack:
    """The rules of the town with other rewards."""
    return pack_from_texts({"pack.yaml": _HEAD, "earning.yaml": _EARNING, **files})


def number_of(volunteer: int) -> str:
    """The number on a volunteer's card."""
    return f"v{volunteer:07}"


class Desk:
    """Makes submissions with keys of their own."""

    def __init__(self, principal: str = "bench") -> None:
        self._principal = principal
        self._keys = itertools.count(1)

    def submission(self, command: Command) -> Submission:
        """The command under a fresh key."""
        return Submission(command, self._principal, f"{self._principal}-{next(self._keys)}")

    def openings(self, volunteers: Iterable[int], points: int = 5) -> list[Submission]:
        """Points brought along, one lot each: from a source to one guarded account."""
        ends = date(datetime.now(UTC).year + 1, 12, 31)
        return [
            self.submission(OpenBalance(number_of(each), SCHEME, points, next(_LINES), ends)) for each in volunteers
        ]

    def records(self, volunteers: Iterable[int], start: datetime) -> list[Submission]:
        """One stretch of service each, 75 minutes from `start`: awarded under the rules, with a stored trace."""
        end = start + timedelta(minutes=75)
        return [self.submission(RecordService(number_of(each), "garden", start, end, "kiosk")) for each in volunteers]

    def holds(self, volunteers: Sequence[int], rewards: int, *, first: int = 0) -> list[Submission]:
        """Points set aside by each volunteer, for one of `rewards` rewards in turn: between two guarded accounts."""
        return [
            self.submission(PlaceHold(number_of(each), SCHEME, f"r{first + place % rewards:02}"))
            for place, each in enumerate(volunteers)
        ]


def days() -> Iterator[datetime]:
    """Moments a day apart, for records in the order of service."""
    start = datetime(2024, 1, 1, 1, tzinfo=UTC)
    return (start + timedelta(days=day) for day in itertools.count())


def founded(
    store: Store, volunteers: int, *, engine: PointsEngine | None = None, rules: Pack | None = None
) -> PointsEngine:
    """An engine over `store` with the town set up and `volunteers` registered, each with many points."""
    made = PointsEngine(store, secret=SECRET) if engine is None else engine
    desk = Desk("founder")
    accepted(
        made,
        [
            desk.submission(command)
            for command in (
                PublishPack((pack() if rules is None else rules).canonical, date(2005, 1, 1)),
                RegisterUnit("riverside", "community", "河畔", "Riverside"),
                RegisterPartner("shop", "commerce", "店", "Shop"),
                RegisterOutlet("till", "shop", "柜", "Till"),
                RegisterActivity("garden", "Garden", "green", "riverside"),
            )
        ],
    )
    joined = date(2023, 1, 1)
    everybody = range(volunteers)
    accepted(made, [desk.submission(RegisterVolunteer(number_of(each), f"V {each}", joined)) for each in everybody])
    accepted(made, desk.openings(everybody, WEALTH))
    return made


def accepted(engine: PointsEngine, submissions: Sequence[Submission]) -> None:
    """Execute commands that must all be accepted."""
    for outcome in engine.execute(submissions):
        outcome.expect()
