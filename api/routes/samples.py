"""Samples over HTTP: the committee draws, looks, says of every entry what it found, and signs."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import Field

from api import judging
from api.access import Caller, Committee, SeesAll
from api.asked import Asked
from api.cursors import Cursor, Limit, cursor_of, key_of
from api.gateway import Books, Write
from api.problems import responses
from api.shapes import Code, CodeOrNone, Moment, Note
from api.told import Listed
from api.told.samples import DrawnAgain, EvidenceShown, Marked, SampleDrawn, SampleListed, SampleShown, Signed
from points_engine.flow.committee.judging import MarkSampled, SignSample
from points_engine.flow.committee.samples import DrawSample, LayOutSample
from points_engine.flow.entities import Sample
from points_engine.limits import AMOUNT_MAX, SAMPLE_ENTRIES
from points_engine.reading import View, drawing, samples
from points_engine.reading.evidence import evidence

router = APIRouter(prefix="/v1/samples", tags=["committee"])

Place = Annotated[int, Field(ge=1, le=AMOUNT_MAX)]


class NewSample(Asked):
    """What to draw from: a scheme, and a period by the time of recording, by places in the journal, or neither."""

    scheme: Code = Field(examples=["huadu-residents"])
    size: int = Field(10, ge=1, le=SAMPLE_ENTRIES, description="entries to draw")
    word: CodeOrNone = Field(
        "", description="goes into the seed: a number that was published elsewhere lets nobody aim", examples=["26133"]
    )
    since: Moment | None = Field(None, description="recorded at this instant or later")
    until: Moment | None = Field(None, description="recorded before this instant")
    first_seq: Place | None = Field(None, description="from this place of the journal on")
    last_seq: Place | None = Field(None, description="up to this place of the journal")


class NewMark(Asked):
    """What a member found. An objection says why."""

    entry: Code = Field(examples=["01a2052b702e564f20e2d98226-2"])
    verdict: Literal["agreed", "objection"] = Field(examples=["agreed"])
    note: Note = Field("", description="can be erased; an objection needs one")


class NewSignOff(Asked):
    """A member signs for the whole sample."""

    note: Note = Field("", description="can be erased")


def _reach(caller: Caller, view: View, sample: str) -> Sample:
    """The sample, for a key that reaches every unit, and its scheme.

    Raises, first that applies: NotFound, Forbidden.
    """
    found = view.the(Sample, "sample", sample)
    _over(caller, found.scheme)
    return found


def _over(caller: Caller, scheme: str) -> None:
    caller.over_every_unit()
    caller.in_scheme(scheme)


@router.post("", status_code=201, summary="Draw a sample", responses=responses(400, 404, 409))
async def draw_sample(asked: NewSample, caller: Committee, books: Books, write: Write) -> SampleDrawn:
    """Draw entries at random. What is asked for is fixed before anybody can know what it draws: the seed is made of the
    request and of its place in the journal, so that anybody can draw the same entries again."""
    _over(caller, asked.scheme)
    command = DrawSample(
        asked.scheme, asked.size, asked.word, asked.since, asked.until, asked.first_seq, asked.last_seq
    )
    identity = str((await write.submit(command, caller.principal))["sample"])

    def drawn(view: View) -> LayOutSample:
        found = drawing.draw(view, view.the(Sample, "sample", identity))
        return LayOutSample(identity, found.population, drawing.drawn_entries(view, found))

    laid_out = await books.read(drawn)
    return SampleDrawn(**await write.also(laid_out, caller.principal, "lay_out"))


@router.get("", summary="Samples, newest first", responses=responses(400))
async def list_samples(
    caller: SeesAll,
    books: Books,
    limit: Limit = 50,
    cursor: Cursor = None,
    scheme: Annotated[str | None, Query(max_length=64, description="only of this scheme")] = None,
) -> Listed[SampleListed]:
    """What was drawn, by whom, who signed, and how many objections are open. None can be taken back: also one that
    nobody looked at stays in the list."""
    caller.over_every_unit()
    after = key_of(cursor, datetime.fromisoformat, str)
    wanted = scheme or caller.key.scheme
    caller.in_scheme(wanted)
    page = await books.read(lambda view: samples.samples(view, limit, after, scheme=wanted))
    return Listed(items=[judging.listed(each) for each in page.items], next=cursor_of(page.next))


@router.get("/{sample}", summary="A sample with its entries", responses=responses(404))
async def show_sample(sample: str, caller: SeesAll, books: Books) -> SampleShown:
    """The drawn entries in the order of their lots, what members said of each, and who signed."""

    def ask(view: View) -> samples.SampleView:
        _reach(caller, view, sample)
        return samples.a_sample(view, sample)

    return judging.shown(await books.read(ask), caller.principal)


@router.get("/{sample}/draw", summary="Draw it again", responses=responses(404))
async def draw_sample_again(sample: str, caller: SeesAll, books: Books) -> DrawnAgain:
    """The entries that the seed draws from the books now, with the seed, what it is made of, and how to do the same
    with an export and no program of ours."""

    def ask(view: View) -> tuple[samples.SampleView, drawing.Draw, Any]:
        row = _reach(caller, view, sample)
        return samples.a_sample(view, sample), drawing.draw(view, row), drawing.asked_by(view, row)

    return judging.again(*await books.read(ask))


@router.get("/{sample}/entries/{entry}", summary="The evidence of a drawn entry", responses=responses(404))
async def show_sampled_entry(sample: str, entry: str, caller: SeesAll, books: Books) -> EvidenceShown:
    """Who (masked), what, by which rule and clause, with which facts and parameters, the arithmetic step by step, the
    same decided again, the postings and the chains they stand in, its place in the journal; and what is not covered."""

    def ask(view: View) -> tuple[samples.ItemHead, Any]:
        _reach(caller, view, sample)
        return samples.an_item(view, sample, entry), evidence(view, entry)

    return judging.evidence(*await books.read(ask), caller.principal)


@router.post("/{sample}/marks", status_code=201, summary="Agree or object", responses=responses(400, 404, 409))
async def mark_sampled(sample: str, asked: NewMark, caller: Committee, books: Books, write: Write) -> Marked:
    """A member says what they found about one entry; anew as often as they like, until they sign. Whoever approved or
    corrected it, or whose it is, says nothing about it."""
    await books.read(lambda view: _reach(caller, view, sample))
    command = MarkSampled(sample, asked.entry, asked.verdict, asked.note)
    return Marked(**await write.submit(command, caller.principal))


@router.post("/{sample}/sign-offs", status_code=201, summary="Sign for a sample", responses=responses(400, 404, 409))
async def sign_sample(sample: str, asked: NewSignOff, caller: Committee, books: Books, write: Write) -> Signed:
    """A member signs, once they have marked every entry. Two may; nobody who took part in one of the entries."""
    await books.read(lambda view: _reach(caller, view, sample))
    return Signed(**await write.submit(SignSample(sample, asked.note), caller.principal))
