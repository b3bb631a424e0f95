"""The books and the rules: entries and why, packs, the audit log."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query

from api import telling
from api.access import DEVICES, Administrator, Anybody, SeesAll, SeesPeople
from api.asked import NewAllotment
from api.cursors import Cursor, Limit, cursor_of, key_of
from api.gateway import Books, Write
from api.problems import responses
from api.shapes import Moment
from api.told import (
    Allotted,
    AuditLine,
    AwardShown,
    EntryListed,
    EntryShown,
    FundShown,
    Listed,
    NumbersShown,
    PackShown,
    PartnerShown,
    words,
)
from points_engine.bilingual import Both
from points_engine.errors import Forbidden
from points_engine.flow.entities import Outlet, Partner, Scheme, Volunteer
from points_engine.flow.money.funds import AllotPoints
from points_engine.flow.shapes import exact_number
from points_engine.reading import Page, View, entries, journal, people, public, service, traces

router = APIRouter(prefix="/v1")


@router.get("/entries", tags=["books"], summary="Entries, newest first", responses=responses(400, 404))
async def list_entries(
    caller: SeesPeople,
    books: Books,
    limit: Limit = 50,
    cursor: Cursor = None,
    volunteer: Annotated[str | None, Query(max_length=64, description="only what touches this volunteer")] = None,
    kind: Annotated[str | None, Query(max_length=32, description="only entries of this kind")] = None,
) -> Listed[EntryListed]:
    """Entries in the order of the journal; a key that is a device's or has a unit names a volunteer."""
    after = key_of(cursor, int, str)

    def ask(view: View) -> Page:
        whose = ""
        if volunteer is not None:
            caller.reach_person(view, volunteer)
            whose = people.volunteer(view, volunteer).id
        elif caller.key.unit or caller.role in DEVICES:
            raise Forbidden(why=Both("name a volunteer", "请指明志愿者"))
        return traces.entries(view, limit, after, kind=kind or "", volunteer_id=whose)

    page = await books.read(ask)
    shown = [
        EntryListed(
            entry=each.id, seq=each.seq, kind=each.kind, kind_text=words(each.kind_text), occurred_at=each.occurred_at,
            recorded_at=each.recorded_at, reverses=each.reverses,
        )
        for each in page.items
    ]  # fmt: skip
    return Listed(items=shown, next=cursor_of(page.next))


@router.get(
    "/service-records/{record}/awards", tags=["service"], summary="What a record counts for", responses=responses(404)
)
async def awards(record: str, caller: SeesPeople, books: Books) -> list[AwardShown]:
    """Scheme by scheme, with the whole trace: facts, parameters with date and citation, steps, and the sentence."""

    def ask(view: View) -> list[traces.AwardView]:
        if caller.key.unit and caller.role not in DEVICES:
            caller.reach(view, service.host_of(view, record))
        return [each for each in traces.awards_of(view, record) if caller.sees_scheme(each.award.scheme)]

    return [
        AwardShown(
            scheme=each.award.scheme, minutes=each.award.minutes, points=each.points, awaiting=each.award.awaiting,
            entry=each.award.entry_id or None,
            decision=None if each.decision is None else telling.decision(each.decision), trace=dict(each.trace),
        )
        for each in await books.read(ask)
    ]  # fmt: skip


@router.get("/partners", tags=["programme"], summary="The partners, by code", responses=responses(400))
async def partners(
    caller: Anybody,
    books: Books,
    limit: Limit = 50,
    cursor: Cursor = None,
    kind: Annotated[
        Literal["culture_tourism", "commerce", "public_service"] | None, Query(description="only partners of this kind")
    ] = None,
) -> Listed[PartnerShown]:
    """Everybody who honours rewards, with their outlets."""
    after = key_of(cursor, str)

    def ask(view: View) -> tuple[Page, list[Outlet]]:
        page = view.page(Partner, limit, after, **({"kind": kind} if kind else {}))
        return page, view.among(Outlet, "partner", [each.code for each in page.items])

    page, outlets = await books.read(ask)
    shown = [
        PartnerShown(
            code=each.code, kind=each.kind, name=telling.name_of(each),
            outlets=sorted(outlet.code for outlet in outlets if outlet.partner == each.code),
        )
        for each in page.items
    ]  # fmt: skip
    return Listed(items=shown, next=cursor_of(page.next))


@router.get("/funds", tags=["books"], summary="The funds' books", responses=responses())
async def funds(caller: Anybody, books: Books) -> list[FundShown]:
    """Income, what is owed to partners, reserved and available, in minor units; the same that is published."""
    return telling.numbers(await books.read(public.numbers)).funds


@router.post(
    "/funds/{fund}/allotments", status_code=201, tags=["books"], summary="Points for grants",
    responses=responses(400, 404, 409),
)  # fmt: skip
async def allot(fund: str, asked: NewAllotment, caller: Administrator, write: Write) -> Allotted:
    """Points come into a fund: the budget of the grants that rules pay from it. Without them no grant is made."""
    caller.over_all()
    command = AllotPoints(fund, asked.scheme, exact_number("points", asked.points), asked.reason)
    return Allotted(**await write.submit(command, caller.principal))


@router.get("/entries/{entry}", tags=["books"], summary="An entry, and why", responses=responses(404))
async def entry(entry: str, caller: SeesPeople, books: Books) -> EntryShown:
    """An entry with its lines, and for every decision behind it the sentence, the steps, the cited parameters."""

    def ask(view: View) -> entries.EntryView:
        found = entries.entry(view, entry)
        if caller.key.unit and caller.role not in DEVICES:
            people = view.among(Volunteer, "id", sorted(found.owners))
            if not people:
                raise Forbidden(why=Both("the entry belongs to no volunteer", "该凭证不属于志愿者"))
            for each in people:
                caller.reach(view, each.home_unit, each.work_unit)
        return found

    return telling.entry(await books.read(ask))


@router.get("/packs", tags=["programme"], summary="The rules in force", responses=responses())
async def packs(caller: Anybody, books: Books) -> list[PackShown]:
    """Every published version of every scheme's rules, in the order of its first day."""

    def ask(view: View) -> list[PackShown]:
        return [
            PackShown(
                scheme=scheme.code,
                title=words(pack.title),
                effective_on=day,
                hash=digest,
                document=pack.document,
                issuer=words(pack.issuer),
                demonstration=pack.demonstration,
                rules=len(pack.rules),
            )
            for scheme in view.where(Scheme)
            for day, digest, pack in public.published(view, scheme.code)
        ]

    return await books.read(ask)


@router.get("/packs/{digest}", tags=["programme"], summary="A pack's canonical text", responses=responses(404))
async def pack(digest: str, caller: Anybody, books: Books) -> dict[str, str]:
    """The text of one version, from which it can be loaded and proved: its SHA-256 is its name."""
    found = await books.read(lambda view: view.pack(digest))
    return {"scheme": found.scheme, "hash": found.hash, "canonical": found.canonical}


@router.get("/audit", tags=["books"], summary="Who did what, newest first", responses=responses(400))
async def audit(
    caller: SeesAll,
    books: Books,
    limit: Limit = 50,
    cursor: Cursor = None,
    principal: Annotated[str | None, Query(max_length=200)] = None,
    key: Annotated[str | None, Query(max_length=64, description="id of the API key that was shown")] = None,
    command: Annotated[str | None, Query(max_length=64)] = None,
    outcome: Annotated[Literal["accepted", "refused"] | None, Query(description="none: both")] = None,
    staff: Annotated[bool, Query(description="only what people did with keys of their own")] = False,
    since: Annotated[Moment | None, Query(description="recorded at this instant or later")] = None,
    until: Annotated[Moment | None, Query(description="recorded before this instant")] = None,
) -> Listed[AuditLine]:
    """Every accepted command with whoever asked for it, and what was refused to staff; personal data and free text are
    left out."""
    caller.over_all()
    after = key_of(cursor, int, int)
    wanted = journal.Wanted(principal or "", key or "", command or "", outcome, staff, since, until)
    page = await books.read(lambda view: journal.actions(view, limit, after, wanted))
    return Listed(
        items=[
            AuditLine(
                seq=each.seq,
                index=each.index,
                recorded_at=each.recorded_at,
                principal=each.principal,
                key=each.credential or None,
                command=each.kind,
                content=dict(each.content),
                outcome="refused" if each.code else "accepted",
                code=each.code or None,
                id=each.id or None,
            )
            for each in page.items
        ],
        next=cursor_of(page.next),
    )


@router.get("/public/numbers", tags=["public"], summary="The programme in numbers; needs no key")
async def numbers(books: Books) -> NumbersShown:
    """Volunteers, minutes, points and the funds' books."""
    return telling.numbers(await books.read(public.numbers))
