"""Judging a sample: each member says of every drawn entry what they found, then signs for the whole.

Nobody says anything about an entry that they took part in, and what was signed for stays as it was.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, Final

from points_engine.errors import FourEyes, NotAllMarked, NotFound, WrongState
from points_engine.flow import shapes
from points_engine.flow.committee.samples import the_sample
from points_engine.flow.desk import Children, Desk, Need, OneRow
from points_engine.flow.entities import Challenge, Note, Sample, SampleItem, SampleMark, SampleSignOff
from points_engine.flow.notes import keep_note
from points_engine.flow.wire import ERASABLE, canonical
from points_engine.limits import SAMPLE_SIGNATURES

VERDICTS: Final = ("agreed", "objection")


@dataclass(frozen=True, slots=True)
class MarkSampled:
    """A member says of a drawn entry that they agree, or object and why; anew as often as they like until they sign."""

    sample: str
    entry: str
    verdict: str
    note: str = field(default="", metadata=ERASABLE)

    def __post_init__(self) -> None:
        shapes.code("sample", self.sample)
        shapes.code("entry", self.entry)
        shapes.one_of("verdict", self.verdict, VERDICTS)
        shapes.text("note", self.note, least=1 if self.verdict == "objection" else 0)


def mark_needs(command: MarkSampled | SignSample, desk: Desk) -> Iterator[Need]:
    yield OneRow(Sample, (command.sample,))
    for kind in (SampleItem, SampleMark, SampleSignOff):
        yield Children(kind, (command.sample,))
    if isinstance(command, MarkSampled):
        before = desk.peek(SampleMark, command.sample, command.entry, desk.principal)
        if before is not None and before.challenge_id:
            yield OneRow(Challenge, (before.challenge_id,))


def mark_sampled(command: MarkSampled, desk: Desk) -> dict[str, Any]:
    """Say what one member found about a drawn entry. An objection is open until staff have answered it.

    Raises, first that applies: NotFound (the sample; an entry that is not in it), WrongState (the member has signed),
    FourEyes (who took part in the entry).
    """
    sample = the_sample(desk, command.sample)
    items = {item.entry_id: item for item in desk.children(SampleItem, sample.id)}
    item = items.get(command.entry)
    if item is None:
        raise NotFound(what="entry", code=command.entry)
    if any(each.principal == desk.principal for each in desk.children(SampleSignOff, sample.id)):
        raise WrongState(state="signed", action="mark")
    _four_eyes(desk, [item])

    # Nothing below this line may refuse.
    before = _mark_of(desk, sample.id, command.entry)
    if before is not None and before.challenge_id:
        _withdraw(desk, before.challenge_id)
    note = keep_note(desk, command.note) if command.note else ""
    challenge = _object(desk, item, note) if command.verdict == "objection" else ""
    desk.put(SampleMark(sample.id, item.entry_id, desk.principal, command.verdict, note, challenge, desk.now))
    return {"sample": sample.id, "entry": item.entry_id, "verdict": command.verdict, "challenge": challenge or None}


@dataclass(frozen=True, slots=True)
class SignSample:
    """A member signs for a whole sample, once every entry of it has been marked by them."""

    sample: str
    note: str = field(default="", metadata=ERASABLE)

    def __post_init__(self) -> None:
        shapes.code("sample", self.sample)
        shapes.text("note", self.note)


def sign_needs(command: SignSample, desk: Desk) -> Iterator[Need]:
    yield from mark_needs(command, desk)
    if desk.has(Children(SampleMark, (command.sample,))):
        for mark in desk.children(SampleMark, command.sample):
            if mark.note_id:
                yield OneRow(Note, (mark.note_id,))


def sign_sample(command: SignSample, desk: Desk) -> dict[str, Any]:
    """Sign for a sample, for good.

    Raises, first that applies: NotFound (the sample), WrongState (nothing was drawn; signed by this member, or by as
    many as may), FourEyes (who took part in one of its entries), NotAllMarked.
    """
    sample = the_sample(desk, command.sample)
    if sample.state != "drawn":
        raise WrongState(state=sample.state, action="sign")
    signed = desk.children(SampleSignOff, sample.id)
    if len(signed) >= SAMPLE_SIGNATURES or any(each.principal == desk.principal for each in signed):
        raise WrongState(state="signed", action="sign")
    items = desk.children(SampleItem, sample.id)
    _four_eyes(desk, items)
    marks = [mark for mark in desk.children(SampleMark, sample.id) if mark.principal == desk.principal]
    if len(marks) < len(items):
        raise NotAllMarked(required=len(items), available=len(marks), missing=len(items) - len(marks))

    # Nothing below this line may refuse.
    objections = sum(mark.verdict == "objection" for mark in marks)
    note = keep_note(desk, command.note) if command.note else ""
    kept = [desk.find(Note, mark.note_id) for mark in marks if mark.note_id]
    said = digest_of(marks, {each.id: each.digest for each in kept if each is not None})
    agreed = len(marks) - objections
    desk.put(SampleSignOff(sample.id, desk.principal, desk.now, agreed, objections, note, said))
    return {"sample": sample.id, "agreed": agreed, "objections": objections, "digest": said}


def digest_of(marks: list[SampleMark], notes: dict[str, str]) -> str:
    """What stands for everything that a member said: entries, verdicts, and the salted hashes of the notes."""
    said = sorted([mark.entry_id, mark.verdict, notes.get(mark.note_id, "")] for mark in marks)
    return sha256(canonical(said).encode()).hexdigest()


def _four_eyes(desk: Desk, items: list[SampleItem]) -> None:
    if any(desk.principal in json.loads(item.hands_json) for item in items):
        raise FourEyes(principal=desk.principal)


def _mark_of(desk: Desk, sample: str, entry: str) -> SampleMark | None:
    there = desk.children(SampleMark, sample)
    return next((each for each in there if (each.entry_id, each.principal) == (entry, desk.principal)), None)


def _object(desk: Desk, item: SampleItem, note: str) -> str:
    """An objection about an entry, for staff to answer."""
    identity = desk.make_id()
    desk.put(
        Challenge(
            identity, "objection", "entry", item.entry_id, item.volunteer_id, item.unit, "open", note, desk.now,
            desk.principal, None, "", "",
        )
    )  # fmt: skip
    return identity


def _withdraw(desk: Desk, identity: str) -> None:
    """What was objected to and is no longer: withdrawn, unless it has been answered meanwhile."""
    challenge = desk.find(Challenge, identity)
    if challenge is not None and challenge.state == "open":
        desk.put(replace(challenge, state="withdrawn"))
