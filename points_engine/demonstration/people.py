"""The people of the demonstration: made up, numbered, labelled 演示; one of them is Mei, aged 75."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final

from points_engine.demonstration.places import Places
from points_engine.flow.people.volunteers import RegisterVolunteer, StateFact
from points_engine.flow.steps import Command

VOLUNTEERS: Final = 300
MEMBERS: Final = 40
HISTORY_DAYS: Final = 150
"""days of history: five months."""

MEI: Final = "HD-MEI-75"
MEI_AGE: Final = 75


@dataclass(frozen=True, slots=True)
class Someone:
    """A made-up volunteer. `eagerness` is how many sessions of service their history has."""

    number: str
    name: str
    joined_on: date
    born_on: date
    community: str
    work_unit: str | None
    referrer: str | None
    is_member: bool
    eagerness: int


def make_people(chance: Random, places: Places, today: date) -> list[Someone]:
    """The volunteers, oldest membership first, so that whoever brings somebody is there already; Mei is the first."""
    begins = today - timedelta(days=HISTORY_DAYS)
    mei = Someone(
        MEI, "演示志愿者 梅 Mei", begins, _birthday(today, MEI_AGE, 40), places.communities[0], None, None, False, 0
    )
    people = [mei]
    for number in range(1, VOLUNTEERS):
        is_member = number <= MEMBERS
        joined = begins + timedelta(days=number * (HISTORY_DAYS - 15) // VOLUNTEERS)
        community = chance.choice(places.communities)
        people.append(
            Someone(
                number=f"HD-{number:04d}",
                name=f"演示志愿者{number:03d}",
                joined_on=joined,
                born_on=_birthday(
                    today, chance.choice((19, 24, 31, 38, 45, 52, 58, 63, 66, 71)), chance.randrange(360)
                ),
                community=community,
                work_unit=places.street_of(community).code if is_member else None,
                referrer=chance.choice(people).number if chance.random() < 0.12 else None,
                is_member=is_member,
                eagerness=min(70, 2 + int(chance.lognormvariate(2.2, 0.8))),
            )
        )
    return people


def _birthday(today: date, age: int, days_ago: int) -> date:
    """A birth date at which somebody is `age` today, their birthday having been `days_ago`."""
    day = today - timedelta(days=days_ago)
    return date(day.year - age, day.month, min(day.day, 28))


def registrations(people: list[Someone]) -> Iterator[tuple[str, Command]]:
    """The commands that register everybody, and say who is a party member."""
    for one in people:
        yield (
            f"volunteer:{one.number}",
            RegisterVolunteer(
                one.number, one.name, one.joined_on, one.born_on, home_unit=one.community, work_unit=one.work_unit,
                referrer=one.referrer,
            ),
        )  # fmt: skip
        if one.is_member:
            yield (
                f"roles:{one.number}",
                StateFact(one.number, "volunteer.roles", one.joined_on, ["party_member"]),
            )
