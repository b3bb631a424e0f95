"""Volunteers: registering, and reading what they have and why."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response

from api import telling
from api.access import Anybody, SeesPeople, Staff
from api.asked import NewVolunteer
from api.cursors import Cursor, Limit, cursor_of, key_of
from api.gateway import Books, Write
from api.problems import language_of, responses
from api.shapes import Moment
from api.tags import tagged
from api.told import (
    BalanceShown,
    Listed,
    QuoteShown,
    RecordShown,
    RegisteredVolunteer,
    StatementLineShown,
    TierShown,
    VolunteerShown,
)
from points_engine.flow.people.volunteers import RegisterVolunteer
from points_engine.reading import Page, View, entries, offers, people, service

router = APIRouter(prefix="/v1/volunteers", tags=["volunteers"])


@router.post("", status_code=201, summary="Register a volunteer", responses=responses(400, 404, 409))
async def register_volunteer(asked: NewVolunteer, caller: Staff, books: Books, write: Write) -> RegisteredVolunteer:
    """A person becomes a volunteer; the same registration again answers the one who is there."""
    if caller.key.unit:
        await books.read(lambda view: caller.reach(view, asked.home_unit, asked.work_unit))
    done = await write.submit(RegisterVolunteer(**asked.model_dump()), caller.principal)
    return RegisteredVolunteer(**done)


@router.get("/{number}", summary="A volunteer's card", responses=responses(404))
async def volunteer_card(number: str, caller: SeesPeople, books: Books, response: Response) -> VolunteerShown:
    """Who a number means; the name has its middle hidden."""

    def ask(view: View) -> people.Card:
        caller.reach_person(view, number)
        return people.card(view, number)

    found = await books.read(ask)
    tagged(response, found.volunteer)
    return telling.volunteer(found)


@router.get("/{number}/balance", summary="Balances now, or as of a moment", responses=responses(404))
async def volunteer_balance(
    number: str,
    caller: SeesPeople,
    books: Books,
    as_of: Annotated[Moment | None, Query(description="none: now")] = None,
    by: Annotated[
        Literal["occurred_at", "recorded_at"], Query(description="which time of an entry counts for `as_of`")
    ] = "recorded_at",
) -> BalanceShown:
    """Minutes of service and points per scheme, with the lots that can be spent and their last usable day."""

    def ask(view: View) -> people.Balance:
        caller.open_to(view, number)
        return people.balance(view, number) if as_of is None else people.balance_as_of(view, number, as_of, by)

    answer = telling.balance(number, await books.read(ask))
    answer.schemes = [each for each in answer.schemes if caller.sees_scheme(each.scheme)]
    return answer.model_copy(update={"as_of": as_of})


@router.get("/{number}/statement", summary="Movements, newest first", responses=responses(400, 404))
async def volunteer_statement(
    number: str, caller: SeesPeople, books: Books, limit: Limit = 50, cursor: Cursor = None
) -> Listed[StatementLineShown]:
    """Every movement of what can be spent, and of minutes, each with the sentence that says why."""
    after = key_of(cursor, int, str, int)

    def ask(view: View) -> Page:
        caller.open_to(view, number)
        return entries.statement(view, number, limit, after)

    page = await books.read(ask)
    return Listed(items=[telling.statement_line(line) for line in page.items], next=cursor_of(page.next))


@router.get("/{number}/records", summary="Service records and deeds, newest first", responses=responses(400, 404))
async def volunteer_records(
    number: str, caller: SeesPeople, books: Books, limit: Limit = 50, cursor: Cursor = None
) -> Listed[RecordShown]:
    """What somebody did, what each record counts for in every scheme, and what it waits for."""
    after = key_of(cursor, datetime.fromisoformat, str)

    def ask(view: View) -> Page:
        caller.open_to(view, number)
        return service.records_of(view, people.volunteer(view, number).id, limit, after)

    page = await books.read(ask)
    return Listed(items=[telling.record(each) for each in page.items], next=cursor_of(page.next))


@router.get("/{number}/tiers", summary="Stars held, and what is missing for the next", responses=responses(404))
async def volunteer_tiers(number: str, caller: SeesPeople, books: Books) -> list[TierShown]:
    """Every tier of every scheme."""

    def ask(view: View) -> list[people.Standing]:
        caller.open_to(view, number)
        return people.tiers(view, number)

    return [telling.tier(each) for each in await books.read(ask) if caller.sees_scheme(each.scheme)]


@router.get("/{number}/quotes", summary="Every reward: possible, or what is missing", responses=responses(403, 404))
async def volunteer_quotes(
    request: Request,
    number: str,
    caller: Anybody,
    books: Books,
    outlet: Annotated[str | None, Query(max_length=64, description="only what this outlet can give")] = None,
) -> list[QuoteShown]:
    """What this volunteer can have now, and for everything else what stands in the way."""
    here = caller.at_outlet(outlet)

    def ask(view: View) -> list[offers.Quote]:
        caller.open_to(view, number)
        return [each for each in offers.quotes(view, number, here) if caller.sees_scheme(each.pack.scheme)]

    found = await books.read(ask)
    wanted = [each for each in found if each.code != "wrong_outlet"]
    language = language_of(request)
    return [telling.quote(each, language) for each in wanted]
