"""Appeals and objections over HTTP: filed, answered by somebody else, taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from api.access import SeesRecords, Staff
from api.asked import Asked
from api.cursors import Cursor, Limit, cursor_of, key_of
from api.gateway import Books, Write
from api.problems import responses
from api.shapes import Code, Words
from api.told import Listed, Told
from points_engine.flow.entities import Challenge
from points_engine.flow.service.challenges import AnswerChallenge, FileChallenge, WithdrawChallenge
from points_engine.reading import View, challenges, people, service

router = APIRouter(prefix="/v1/challenges", tags=["service"])

State = Literal["open", "upheld", "rejected", "withdrawn"]


class NewChallenge(Asked):
    """An appeal (for the person concerned) or an objection (for anybody else) to how a record or deed was judged."""

    kind: Literal["appeal", "objection"] = Field(examples=["appeal"])
    record: Code = Field(examples=["20261120010000-9a3a5cf2f3a0f6b3a7d1"])
    text: Words = Field(examples=["我当天服务到 11:30"])


class NewAnswer(Asked):
    """The answer. Upholding changes nothing by itself: the record is then corrected, approved or reversed."""

    upheld: bool = Field(examples=[True])
    answer: Words = Field(examples=["查签到表属实，已更正"])


class Challenged(Told):
    """Where an appeal or an objection stands now."""

    challenge: str
    state: State
    record: str | None = Field(None, description="what it is about: a record or deed")
    entry: str | None = Field(None, description="or an entry, where the committee objects")


class ChallengeShown(Challenged):
    """An appeal or an objection, and the answer to it."""

    kind: Literal["appeal", "objection"]
    volunteer: str = Field(description="number of the volunteer whom it concerns", examples=["HD-MEI-75"])
    text: str
    filed_at: datetime
    filed_by: str
    note_ids: list[str] = Field(description="of what was said and answered: by these the texts can be erased")
    answer: str | None
    answered_at: datetime | None
    answered_by: str | None


@router.post("", status_code=201, summary="File an appeal or objection", responses=responses(400, 404, 409))
async def file_challenge(asked: NewChallenge, caller: Staff, books: Books, write: Write) -> Challenged:
    """Somebody says that a record or deed is judged wrongly; staff write it down for them."""
    await books.read(lambda view: caller.reach(view, service.host_of(view, asked.record)))
    command = FileChallenge(asked.kind, asked.record, asked.text)
    return Challenged(**await write.submit(command, caller.principal))


@router.get("", summary="Appeals and objections, oldest first", responses=responses(400, 404))
async def list_challenges(
    caller: SeesRecords,
    books: Books,
    limit: Limit = 50,
    cursor: Cursor = None,
    state: Annotated[State | None, Query(description="only those in this state")] = None,
    kind: Annotated[Literal["appeal", "objection"] | None, Query(description="only these")] = None,
    volunteer: Annotated[str | None, Query(max_length=64, description="only what concerns this volunteer")] = None,
) -> Listed[ChallengeShown]:
    """Appeals and objections with their answers; those within the key's unit, where it has one."""
    after = key_of(cursor, datetime.fromisoformat, str)

    def ask(view: View) -> Any:
        whose = people.volunteer(view, volunteer).id if volunteer else ""
        return challenges.challenges(
            view, limit, after, state=state or "", kind=kind or "", volunteer_id=whose, unit=caller.key.unit
        )

    page = await books.read(ask)
    return Listed(items=[_told(each) for each in page.items], next=cursor_of(page.next))


@router.get("/{challenge}", summary="An appeal or objection", responses=responses(404))
async def show_challenge(challenge: str, caller: SeesRecords, books: Books) -> ChallengeShown:
    """One of them, with its answer."""

    def ask(view: View) -> challenges.ChallengeView:
        caller.reach(view, view.the(Challenge, "appeal", challenge).unit)
        return challenges.a_challenge(view, challenge)

    return _told(await books.read(ask))


@router.post("/{challenge}/answers", status_code=201, summary="Answer it", responses=responses(400, 404, 409))
async def answer_challenge(challenge: str, asked: NewAnswer, caller: Staff, books: Books, write: Write) -> Challenged:
    """Somebody else than who filed it, and than who wrote the record down, answers."""
    await books.read(lambda view: caller.reach(view, view.the(Challenge, "appeal", challenge).unit))
    command = AnswerChallenge(challenge, asked.upheld, asked.answer)
    return Challenged(**await write.submit(command, caller.principal))


@router.post("/{challenge}/withdrawal", status_code=201, summary="Take it back", responses=responses(400, 404, 409))
async def withdraw_challenge(challenge: str, caller: Staff, books: Books, write: Write) -> Challenged:
    """Whoever filed it takes it back."""
    await books.read(lambda view: caller.reach(view, view.the(Challenge, "appeal", challenge).unit))
    return Challenged(**await write.submit(WithdrawChallenge(challenge), caller.principal))


def _told(found: challenges.ChallengeView) -> ChallengeShown:
    row = found.challenge
    return ChallengeShown.model_validate(
        {
            "challenge": row.id, "state": row.state, row.about: row.about_id, "kind": row.kind,
            "volunteer": found.number, "text": found.text, "filed_at": row.filed_at, "filed_by": row.filed_by,
            "note_ids": [each for each in (row.note_id, row.answer_id) if each],
            "answer": found.answer or None, "answered_at": row.answered_at, "answered_by": row.answered_by or None,
        }
    )  # fmt: skip
