"""The books and the rules: entries and why, packs, the audit log."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api import telling
from api.access import DEVICES, Anybody, SeesAll, SeesPeople
from api.cursors import Cursor, Limit, cursor_of, key_of
from api.gateway import Books
from api.problems import responses
from api.told import AuditLine, EntryShown, Listed, NumbersShown, PackShown, words
from points_engine.errors import Forbidden
from points_engine.flow.entities import Scheme, Volunteer
from points_engine.reading import View, entries, journal, public

router = APIRouter(prefix="/v1")


@router.get("/entries/{entry}", tags=["books"], summary="An entry, and why", responses=responses(404))
async def entry(entry: str, caller: SeesPeople, books: Books) -> EntryShown:
    """An entry with its lines, and for every decision behind it the sentence, the steps, the cited parameters."""

    def ask(view: View) -> entries.EntryView:
        found = entries.entry(view, entry)
        if caller.key.unit and caller.role not in DEVICES:
            people = view.among(Volunteer, "id", sorted(found.owners))
            if not people:
                raise Forbidden(why="the entry belongs to no volunteer / 该凭证不属于志愿者")
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
    command: Annotated[str | None, Query(max_length=64)] = None,
) -> Listed[AuditLine]:
    """Every accepted command with whoever asked for it; personal data and free text are left out."""
    after = key_of(cursor, int, int)
    page = await books.read(lambda view: journal.commands(view, limit, after, principal or "", command or ""))
    return Listed(
        items=[
            AuditLine(
                seq=each.seq,
                index=each.index,
                recorded_at=each.recorded_at,
                principal=each.principal,
                command=each.kind,
                id=each.id,
                content=dict(journal.without_personal_data(each)),
            )
            for each in page.items
        ],
        next=cursor_of(page.next),
    )


@router.get("/public/numbers", tags=["public"], summary="The programme in numbers; needs no key")
async def numbers(books: Books) -> NumbersShown:
    """Volunteers, minutes, points and the funds' books."""
    return telling.numbers(await books.read(public.numbers))
