"""Samples as the committee sees them: what was asked for, what was drawn, who said what, who signed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from points_engine.flow.committee.judging import digest_of
from points_engine.flow.entities import (
    BookEntry,
    Challenge,
    Note,
    Sample,
    SampleItem,
    SampleMark,
    SampleSignOff,
    StoredCommand,
)
from points_engine.reading.drawing import seed_of
from points_engine.reading.view import Page, View, paged
from points_engine.store.tables import table_of


@dataclass(frozen=True, slots=True)
class MarkView:
    """What a member said about an entry. `note` is empty where none was given or it was erased; `state` is that of an
    objection: open, upheld, rejected or withdrawn."""

    mark: SampleMark
    note: str
    state: str
    answer: str


@dataclass(frozen=True, slots=True)
class ItemHead:
    """A drawn entry, with what members said about it."""

    item: SampleItem
    entry: BookEntry
    marks: list[MarkView]


@dataclass(frozen=True, slots=True)
class SignOffView:
    """A signature; `is_intact` says whether the marks are still those that were signed for."""

    sign_off: SampleSignOff
    note: str
    is_intact: bool


@dataclass(frozen=True, slots=True)
class SampleView:
    """A sample with its seed, its entries and its signatures."""

    sample: Sample
    seq: int  # the place of the command that asked for it
    seed: str
    items: list[ItemHead]
    sign_offs: list[SignOffView]

    @property
    def open_objections(self) -> int:
        """How many objections wait for an answer."""
        return sum(mark.state == "open" for item in self.items for mark in item.marks)


def samples(view: View, most: int, after: tuple[str, ...] | None = None, *, scheme: str = "") -> Page:
    """Samples, newest first: of one scheme, where given."""
    table = table_of(Sample)
    query = select(table)  # by the index sample_by_drawn_at
    if scheme:
        query = query.where(table.c.scheme == scheme)
    if after is not None:
        drawn_at, last = datetime.fromisoformat(after[0]), after[1]
        query = query.where((table.c.drawn_at < drawn_at) | ((table.c.drawn_at == drawn_at) & (table.c.id < last)))
    query = query.order_by(table.c.drawn_at.desc(), table.c.id.desc())
    page = paged(view.connection, query, most, lambda row: Sample(*row), ("drawn_at", "id"))
    return Page(_told(view, page.items), page.next)


def a_sample(view: View, identity: str) -> SampleView:
    """One sample.

    Raises: NotFound.
    """
    return _told(view, [view.the(Sample, "sample", identity)])[0]


def an_item(view: View, sample: str, entry: str) -> ItemHead:
    """One drawn entry of a sample.

    Raises, first that applies: NotFound (the sample; an entry that is not in it).
    """
    view.the(Sample, "sample", sample)
    view.the(SampleItem, "entry", sample, entry)
    found = a_sample(view, sample)
    return next(each for each in found.items if each.item.entry_id == entry)


def _told(view: View, rows: list[Sample]) -> list[SampleView]:
    ids = [row.id for row in rows]
    items, marks = view.among(SampleItem, "sample_id", ids), view.among(SampleMark, "sample_id", ids)
    signed = view.among(SampleSignOff, "sample_id", ids)
    asked = {each.id: each for each in view.among(StoredCommand, "id", [row.command_id for row in rows])}
    heads = {each.id: each for each in view.among(BookEntry, "id", sorted({item.entry_id for item in items}))}
    challenges = view.among(Challenge, "id", sorted({mark.challenge_id for mark in marks if mark.challenge_id}))
    stand = {each.id: each for each in challenges}
    wanted = (
        {mark.note_id for mark in marks} | {each.note_id for each in signed} | {each.answer_id for each in challenges}
    )
    notes = {note.id: note for note in view.among(Note, "id", sorted(wanted - {""}))}
    texts = {identity: note.text for identity, note in notes.items()}
    digests = {identity: note.digest for identity, note in notes.items()}

    def mark_view(mark: SampleMark) -> MarkView:
        about = stand.get(mark.challenge_id)
        answer = texts.get(about.answer_id, "") if about is not None else ""
        return MarkView(mark, texts.get(mark.note_id, ""), about.state if about is not None else "", answer)

    def sign_view(row: SampleSignOff) -> SignOffView:
        mine = [mark for mark in marks if (mark.sample_id, mark.principal) == (row.sample_id, row.principal)]
        return SignOffView(row, texts.get(row.note_id, ""), digest_of(mine, digests) == row.digest)

    found = []
    for row in rows:
        drawn = sorted((item for item in items if item.sample_id == row.id), key=lambda item: item.place)
        said = [mark for mark in marks if mark.sample_id == row.id]
        found.append(
            SampleView(
                row, asked[row.command_id].seq, seed_of(asked[row.command_id]),
                [
                    ItemHead(item, heads[item.entry_id],
                             [mark_view(mark) for mark in sorted(said, key=lambda mark: mark.marked_at)
                              if mark.entry_id == item.entry_id])
                    for item in drawn
                ],
                [sign_view(each) for each in sorted(signed, key=lambda each: each.signed_at)
                 if each.sample_id == row.id],
            )
        )  # fmt: skip
    return found
