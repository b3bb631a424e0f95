"""From what is read of samples to what callers get: renaming, and nothing else."""

from __future__ import annotations

import json
from typing import Any

from api import telling
from api.told import words
from api.told.samples import (
    AgainShown,
    DrawnAgain,
    EvidenceShown,
    MarkShown,
    ProofShown,
    ReasoningShown,
    RulingShown,
    SampledEntry,
    SampledRecord,
    SampleListed,
    SampleShown,
    SignOffShown,
    StatedShown,
)
from points_engine.flow.entities import StoredCommand
from points_engine.reading import evidence as proved
from points_engine.reading.drawing import HOW, Draw
from points_engine.reading.entries import kind_text
from points_engine.reading.samples import ItemHead, MarkView, SampleView


def listed(found: SampleView) -> SampleListed:
    """A sample in a list."""
    return SampleListed(**_head(found))


def shown(found: SampleView, principal: str) -> SampleShown:
    """A sample with its entries, as one member sees it."""
    entries = [_item(each, principal) for each in found.items]
    signed = any(each.sign_off.principal == principal for each in found.sign_offs)
    return SampleShown(**_head(found), seq=found.seq, seed=found.seed, entries=entries, signed=signed)


def _head(found: SampleView) -> dict[str, Any]:
    row = found.sample
    signatures = [
        SignOffShown(
            principal=each.sign_off.principal, signed_at=each.sign_off.signed_at, agreed=each.sign_off.agreed,
            objections=each.sign_off.objections, note=each.note or None,
            note_id=each.sign_off.note_id or None, digest=each.sign_off.digest,
            is_intact=each.is_intact,
        )
        for each in found.sign_offs
    ]  # fmt: skip
    return {
        "sample": row.id, "scheme": row.scheme, "state": row.state, "size": row.size, "word": row.word,
        "since": row.since, "until": row.until, "first_seq": row.first_seq, "last_seq": row.last_seq,
        "drawn_at": row.drawn_at, "drawn_by": row.drawn_by, "population": row.population, "drawn": row.drawn,
        "open_objections": found.open_objections, "sign_offs": signatures,
    }  # fmt: skip


def _item(found: ItemHead, principal: str) -> SampledEntry:
    return SampledEntry(
        place=found.item.place, entry=found.entry.id, seq=found.entry.seq, kind=found.entry.kind,
        kind_text=words(kind_text(found.entry.kind)), recorded_at=found.entry.recorded_at, lot=found.item.lot,
        marks=[_mark(each) for each in found.marks], yours=principal in json.loads(found.item.hands_json),
        mine=next((each.mark.verdict for each in found.marks if each.mark.principal == principal), None),
    )  # fmt: skip


def _mark(found: MarkView) -> MarkShown:
    return MarkShown.model_validate(
        {
            "principal": found.mark.principal, "verdict": found.mark.verdict, "note": found.note or None,
            "note_id": found.mark.note_id or None,
            "marked_at": found.mark.marked_at, "challenge": found.mark.challenge_id or None,
            "state": found.state or None, "answer": found.answer or None,
        }
    )  # fmt: skip


def again(found: SampleView, drawn: Draw, asked: StoredCommand) -> DrawnAgain:
    """A sample that was drawn anew."""
    entries = [entry for _, entry in drawn.drawn]
    return DrawnAgain(
        sample=found.sample.id, algorithm=words(HOW), command=asked.id, content=asked.content_json, seq=asked.seq,
        recorded_at=asked.recorded_at, seed=drawn.seed, population=drawn.population, entries=entries,
        is_same=entries == [each.item.entry_id for each in found.items]
        and drawn.population == found.sample.population,
    )  # fmt: skip


def evidence(item: ItemHead, found: proved.Evidence, principal: str) -> EvidenceShown:
    """Everything about a drawn entry."""
    return EvidenceShown(
        sampled=_item(item, principal), volunteer=found.number, name=found.name, unit=found.unit,
        entry=telling.entry(found.entry),
        records=[
            SampledRecord(
                record=each.id, kind=each.kind, activity=each.activity or None, start=each.start, end=each.end,
                minutes=each.minutes, recorded_by=each.recorded_by, recorded_principal=each.recorded_principal,
                state=each.state,
            )
            for each in found.records
        ],
        decisions=[_reasoning(each) for each in found.reasonings],
        proofs=[ProofShown(check=each.check, holds=each.holds, says=words(each.says)) for each in found.proofs],
        is_sound=found.is_sound, limits=[words(each) for each in found.limits],
    )  # fmt: skip


def _reasoning(found: proved.Reasoning) -> ReasoningShown:
    return ReasoningShown(
        scheme=found.scheme, about=found.about, day=found.day, pack=found.pack, document=found.document,
        sentence=words(found.sentence),
        rules=[RulingShown(rule=each.rule, title=words(each.title), cite=each.cite) for each in found.rules],
        facts=[_stated(each) for each in found.facts], parameters=[_stated(each) for each in found.parameters],
        steps_zh=found.steps_zh, steps_en=found.steps_en,
        again=AgainShown(
            verdict=found.again.verdict, says=words(found.again.says), stored=found.again.stored, now=found.again.now
        ),
    )  # fmt: skip


def _stated(found: proved.Stated) -> StatedShown:
    return StatedShown(
        name=found.name, title=words(found.title), value=found.value, since=found.since or None, cite=found.cite or None
    )
