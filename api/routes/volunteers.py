"""Volunteers over HTTP, further: the list, dated facts, units, standing, a corrected birth date, two records of one."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import Field, StrictBool

from api.access import Administrator, Caller, SeesRecords, Staff
from api.asked import Asked
from api.cursors import Cursor, Limit, cursor_of, key_of
from api.gateway import Books, Gateway, Write
from api.problems import responses
from api.shapes import Code, Day, Words
from api.tags import IfMatch
from api.told import Done, Listed, Told
from api.told.records import OtherAwarded
from points_engine.bilingual import Both
from points_engine.errors import Forbidden
from points_engine.flow.entities import Volunteer, VolunteerFact
from points_engine.flow.people.changes import CorrectBirthDate, LinkUnits
from points_engine.flow.people.merge import MergeVolunteers
from points_engine.flow.people.volunteers import SetStanding, StateFact
from points_engine.reading import View, people, volunteers

router = APIRouter(prefix="/v1/volunteers", tags=["volunteers"])

StandingWord = Literal["good", "suspended", "deregistered", "blacklisted"]
FactName = Literal[
    "volunteer.roles", "volunteer.teams", "volunteer.qualifications", "volunteer.household", "volunteer.guardian",
    "volunteer.flags",
]  # fmt: skip


class VolunteerListed(Told):
    """A volunteer as a list shows them."""

    number: str = Field(examples=["HD-MEI-75"])
    name: str = Field(description="with its middle hidden", examples=["梅*姨"])
    standing: StandingWord
    joined_on: date
    home_unit: str | None
    work_unit: str | None
    merged: bool = Field(description="the number means another volunteer by now")


class NewFact(Asked):
    """A dated fact: the value holds from a day on, until another is stated. Rules read it; lists are whole."""

    name: FactName = Field(examples=["volunteer.teams"])
    from_day: Day = Field(examples=["2026-03-01"])
    value: list[Words] | Words | StrictBool | int = Field(examples=[["first_aid"]])


class FactShown(Told):
    """A dated fact."""

    name: str
    from_day: date
    value: Any


class Changed(Done):
    """What changed, and what that changed in the books."""

    volunteer: str
    entry: str | None
    awarded: dict[str, int] = Field(default_factory=dict)
    minutes: int = 0
    others: list[OtherAwarded] = Field(default_factory=list)


class NewUnits(Asked):
    """From a day on, today or before, a volunteer is linked to these units."""

    from_day: Day = Field(examples=["2026-03-01"])
    home_unit: Code | None = Field(None, examples=["440114001-C1"])
    work_unit: Code | None = None


class NewStanding(Asked):
    """What a volunteer may do from today on."""

    standing: StandingWord = Field(examples=["suspended"])


class NewBirthDate(Asked):
    """A birth date had been written down wrongly."""

    born_on: Day | None = Field(examples=["1951-02-03"], description="none: it is not known")
    reason: Words = Field(examples=["身份证核对"])


class Survivor(Asked):
    """The record of the same person that stays."""

    survivor: Code = Field(examples=["HD-0001"])


@router.get("", summary="Volunteers, by number", responses=responses(400))
async def list_volunteers(
    caller: SeesRecords,
    books: Books,
    limit: Limit = 50,
    cursor: Cursor = None,
    unit: Annotated[str | None, Query(max_length=64, description="only those of this unit, and below it")] = None,
    standing: Annotated[StandingWord | None, Query(description="only those of this standing")] = None,
) -> Listed[VolunteerListed]:
    """Volunteers in the order of their numbers, names with the middle hidden; those within the key's unit."""
    after = key_of(cursor, str)

    def ask(view: View) -> Any:
        if unit is not None:
            caller.reach(view, unit)
        return volunteers.volunteers(view, limit, after, unit=unit or caller.key.unit, standing=standing or "")

    page = await books.read(ask)
    shown = [
        VolunteerListed.model_validate(
            {
                "number": row.number, "name": name, "standing": row.standing, "joined_on": row.joined_on,
                "home_unit": row.home_unit, "work_unit": row.work_unit, "merged": row.merged_into is not None,
            }
        )
        for row, name in page.items
    ]  # fmt: skip
    return Listed(items=shown, next=cursor_of(page.next))


@router.get("/{number}/facts", summary="Dated facts", responses=responses(404))
async def facts(number: str, caller: SeesRecords, books: Books) -> list[FactShown]:
    """Units, roles, teams, qualifications, household, guardian, flags and standing, with the day they hold from."""

    def ask(view: View) -> list[VolunteerFact]:
        caller.reach_person(view, number)
        return view.where(VolunteerFact, volunteer_id=people.volunteer(view, number).id)

    found = await books.read(ask)
    return [FactShown(name=each.name, from_day=each.from_day, value=json.loads(each.value_json)) for each in found]


@router.post("/{number}/facts", status_code=201, summary="State a dated fact", responses=responses(400, 404, 409))
async def state(number: str, asked: NewFact, caller: Staff, books: Books, write: Write) -> Changed:
    """State a dated fact; a day in the past folds again from that day, and what that changes is posted."""
    await _within(caller, books, number)
    return Changed(**await write.submit(StateFact(number, asked.name, asked.from_day, asked.value), caller.principal))


@router.post("/{number}/units", status_code=201, summary="Link to units", responses=responses(400, 404, 409, 412))
async def link(
    number: str, asked: NewUnits, caller: Staff, books: Books, write: Write, if_match: IfMatch = None
) -> Changed:
    """Where a volunteer lives and works from a day on."""
    await _within(caller, books, number)
    command = LinkUnits(number, asked.from_day, asked.home_unit, asked.work_unit)
    return Changed(**await write.submit(command, caller.principal, on=await _row(books, number)))


@router.post(
    "/{number}/standing", status_code=201, summary="Change the standing", responses=responses(400, 404, 409, 412)
)
async def standing(
    number: str, asked: NewStanding, caller: Staff, books: Books, write: Write, if_match: IfMatch = None
) -> Changed:
    """Suspend, deregister or restore a volunteer, from today on. Nobody changes their own."""
    await _within(caller, books, number)
    if caller.principal in (number, f"volunteer:{number}"):
        raise Forbidden(why=Both("nobody decides about their own record", "不得处理本人的记录"))
    command = SetStanding(number, asked.standing)
    return Changed(**await write.submit(command, caller.principal, on=await _row(books, number)))


@router.post(
    "/{number}/birth-date", status_code=201, summary="Correct the birth date", responses=responses(400, 404, 409)
)
async def birth_date(number: str, asked: NewBirthDate, caller: Staff, books: Books, write: Write) -> Changed:
    """Correct a birth date: the whole history is folded again, and what that changes is posted as one entry."""
    await _within(caller, books, number)
    return Changed(**await write.submit(CorrectBirthDate(number, asked.born_on, asked.reason), caller.principal))


@router.post(
    "/{number}/merge", status_code=201, summary="Merge two records of one person", responses=responses(400, 404, 409)
)
async def merge(number: str, asked: Survivor, caller: Administrator, books: Books, write: Write) -> Done:
    """Everything of this number becomes the survivor's; awards are folded again over the joint history."""
    for each in (number, asked.survivor):
        await _within(caller, books, each)
    return Done(**await write.submit(MergeVolunteers(number, asked.survivor), caller.principal))


async def _row(books: Gateway, number: str) -> tuple[type[Volunteer], str]:
    """The row that an edit of a volunteer names."""
    return Volunteer, (await books.read(lambda view: people.volunteer(view, number))).id


async def _within(caller: Caller, books: Gateway, number: str) -> None:
    await books.read(lambda view: caller.reach_person(view, number))
