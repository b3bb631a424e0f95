"""The tables of people: volunteers, their numbers and dated facts; personal data stands apart, in `person`."""

from __future__ import annotations

from sqlalchemy import Index

from points_engine.store.columns import DayKey, MaybeOnDay, MaybeWords, OnDay, TextKey, Words
from points_engine.store.tables.strict import STRICT, Books


class VolunteerTable(Books, table=True):
    """Keeps `Volunteer`."""

    __tablename__ = "volunteer"
    __table_args__ = (Index("volunteer_by_home_unit", "home_unit"), STRICT)

    id: TextKey
    number: Words
    home_unit: MaybeWords
    work_unit: MaybeWords
    joined_on: OnDay
    standing: Words
    merged_into: MaybeWords


class VolunteerNumberTable(Books, table=True):
    """Keeps `VolunteerNumber`."""

    __tablename__ = "volunteer_number"
    __table_args__ = (Index("volunteer_number_by_volunteer_id", "volunteer_id"), STRICT)

    number: TextKey
    volunteer_id: Words


class PersonTable(Books, table=True):
    """Keeps `Person`."""

    __tablename__ = "person"

    volunteer_id: TextKey
    name: Words
    born_on: MaybeOnDay
    phone: Words
    pin_hash: Words


class HouseholdTable(Books, table=True):
    """Keeps `Household`."""

    __tablename__ = "household"

    code: TextKey


class HouseholdMemberTable(Books, table=True):
    """Keeps `HouseholdMember`."""

    __tablename__ = "household_member"

    household: TextKey
    member: TextKey


class VolunteerFactTable(Books, table=True):
    """Keeps `VolunteerFact`."""

    __tablename__ = "volunteer_fact"

    volunteer_id: TextKey
    name: TextKey
    from_day: DayKey
    value_json: Words
