"""Volunteers, the numbers that mean them, and their personal data apart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from points_engine.flow.entities.rows import FIRST_LOCKED, Row


@dataclass(frozen=True, slots=True)
class Volunteer(Row):
    TABLE = "volunteer"
    KEY = ("id",)
    PARENT = ("home_unit",)
    LOCK_ORDER = FIRST_LOCKED
    id: str
    number: str  # the number printed on the card
    home_unit: str | None
    work_unit: str | None
    joined_on: date
    standing: str  # good | suspended | deregistered | blacklisted
    merged_into: str | None


@dataclass(frozen=True, slots=True)
class VolunteerNumber(Row):
    """Which volunteer a number means; after a merge several numbers mean one volunteer."""

    TABLE = "volunteer_number"
    KEY = ("number",)
    PARENT = ("volunteer_id",)
    number: str
    volunteer_id: str


@dataclass(frozen=True, slots=True)
class Person(Row):
    """Personal data, apart from the books: can be erased while they still balance."""

    TABLE = "person"
    KEY = ("volunteer_id",)
    volunteer_id: str
    name: str
    born_on: date | None
    phone: str
    pin_hash: str


@dataclass(frozen=True, slots=True)
class Household(Row):
    """A household that somebody was ever stated to live in; locked before its members."""

    TABLE = "household"
    KEY = ("code",)
    LOCK_ORDER = FIRST_LOCKED - 2
    code: str


@dataclass(frozen=True, slots=True)
class HouseholdMember(Row):
    """A volunteer who was ever stated to live in a household; on which days, the dated facts say."""

    TABLE = "household_member"
    KEY = ("household", "member")
    PARENT = ("household",)
    household: str
    member: str


@dataclass(frozen=True, slots=True)
class VolunteerFact(Row):
    """A dated fact (`volunteer.roles`, `volunteer.flags`…): the value holds from `from_day` on."""

    TABLE = "volunteer_fact"
    KEY = ("volunteer_id", "name", "from_day")
    PARENT = ("volunteer_id",)
    volunteer_id: str
    name: str
    from_day: date
    value_json: str
