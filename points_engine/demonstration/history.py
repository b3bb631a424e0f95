"""The history of the demonstration: service, deeds and approvals of five months, made by a seeded generator."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from points_engine.demonstration.people import MEI, Someone
from points_engine.demonstration.places import CATEGORIES, Places, activity_code
from points_engine.flow.service.approvals import ApproveFact, RejectFact
from points_engine.flow.service.records import RecordDeed, RecordService
from points_engine.flow.steps import Command

ZONE: Final = ZoneInfo("Asia/Shanghai")
DEEDS: Final = ("mediation", "livelihood_service", "policy_outreach")
PENDING_DAYS: Final = 3
"""days: what is younger still waits for the steward."""


@dataclass(frozen=True, slots=True)
class Happening:
    """A record or deed of one volunteer, and what the steward or the community will say to it."""

    key: str
    principal: str
    command: RecordService | RecordDeed
    verdict: str  # approve | reject | wait
    judge: str

    @property
    def moment(self) -> datetime:
        """When it began."""
        return self.command.start if isinstance(self.command, RecordService) else self.command.occurred_at


def happenings(chance: Random, people: list[Someone], places: Places, today: date) -> list[Happening]:
    """Everything that happened before `today`, in the order of time."""
    made: list[Happening] = list(_mei(people[0], places, today))
    for one in people[1:]:
        made += _sessions(chance, one, places, today)
        if one.is_member:
            made += _deeds(chance, one, places, today)
    return sorted(made, key=lambda each: (each.moment, each.key))


def verdicts(happened: list[Happening], facts: dict[str, str]) -> Iterator[tuple[str, str, Command]]:
    """(key, principal, command) of every approval and rejection; `facts` are the fact ids by the happenings' keys."""
    for each in happened:
        fact = facts[each.key]
        level = "steward" if isinstance(each.command, RecordService) else "community"
        if each.verdict == "approve":
            yield f"approve:{each.key}", each.judge, ApproveFact(fact, level)
        elif each.verdict == "reject":
            yield f"reject:{each.key}", each.judge, RejectFact(fact, "演示：当日未到场 / demonstration: was not there")


def _sessions(chance: Random, one: Someone, places: Places, today: date) -> Iterator[Happening]:
    days = (today - one.joined_on).days
    street = places.street_of(one.community)
    for ago in sorted(chance.sample(range(1, days), min(one.eagerness, days - 1)), reverse=True):
        day = today - timedelta(days=ago)
        category, _ = chance.choice(CATEGORIES)
        start = _at(day, time(chance.choice((8, 9, 14, 15)), chance.randrange(0, 60, 5)))
        minutes = chance.choice((45, 60, 75, 90, 100, 120, 130, 150, 180, 240))
        is_typed_in = chance.random() < 0.04
        command = RecordService(
            one.number, activity_code(one.community, category), start, start + timedelta(minutes=minutes),
            "backfill" if is_typed_in else "kiosk",
        )  # fmt: skip
        recorder = f"administrator:{places.district}" if is_typed_in else f"kiosk:{street.kiosk}"
        key = f"record:{one.number}:{day}"
        yield Happening(key, recorder, command, _verdict(chance, ago), f"steward:{street.code}")


def _deeds(chance: Random, one: Someone, places: Places, today: date) -> Iterator[Happening]:
    days = (today - one.joined_on).days
    recorder = f"steward:{places.street_of(one.community).code}"
    for number, ago in enumerate(sorted(chance.sample(range(1, days), chance.randint(2, 9)), reverse=True)):
        moment = _at(today - timedelta(days=ago), time(19, number * 3))
        command = RecordDeed(one.number, chance.choice(DEEDS), moment)
        yield Happening(
            f"deed:{one.number}:{number}", recorder, command, _verdict(chance, ago), f"community:{one.community}"
        )


def _mei(mei: Someone, places: Places, today: date) -> Iterator[Happening]:
    """Mei has served in whole hours so far; yesterday's 2 h 10 still wait for the steward."""
    street = places.street_of(mei.community)
    for ago, hours, minutes in ((64, 2, 0), (50, 1, 0), (36, 2, 0), (22, 1, 0), (8, 2, 0), (1, 2, 10)):
        day = today - timedelta(days=ago)
        start = _at(day, time(9))
        end = start + timedelta(hours=hours, minutes=minutes)
        command = RecordService(MEI, activity_code(mei.community, "greening"), start, end, "kiosk")
        verdict = "wait" if ago == 1 else "approve"
        yield Happening(f"record:{MEI}:{day}", f"kiosk:{street.kiosk}", command, verdict, f"steward:{street.code}")


def _verdict(chance: Random, ago: int) -> str:
    if ago <= PENDING_DAYS:
        return "wait"
    return "reject" if chance.random() < 0.015 else "approve"


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, ZONE).astimezone(UTC)
