"""Samples: the committee draws entries of a scheme at random.

What is asked for is fixed by one command; the seed is made of that command and of its place in the journal, which
nobody knows before it has been committed.  Which entries that draws is the same whenever it is asked
(`points_engine.reading.drawing`), and is written down by a second command.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from points_engine.bilingual import Both
from points_engine.errors import InvalidValue, NotFound, WrongState
from points_engine.flow import shapes
from points_engine.flow.desk import Desk, Need, OneRow
from points_engine.flow.entities import BookEntry, Sample, SampleItem
from points_engine.flow.rules import rule_needs, the_scheme
from points_engine.flow.wire import canonical
from points_engine.limits import SAMPLE_ENTRIES, SAMPLE_HANDS


@dataclass(frozen=True, slots=True)
class DrawSample:
    """A member asks for `size` entries of a scheme, recorded from `since` on and before `until`, or from `first_seq` to
    `last_seq`; always from what stands in the journal before this command. `word` goes into the seed."""

    scheme: str
    size: int = 10
    word: str = ""
    since: datetime | None = None
    until: datetime | None = None
    first_seq: int | None = None
    last_seq: int | None = None

    def __post_init__(self) -> None:
        shapes.code("scheme", self.scheme)
        shapes.whole("size", self.size, 1, SAMPLE_ENTRIES)
        shapes.optional_code("word", self.word)
        for name in ("since", "until"):
            if getattr(self, name) is not None:
                shapes.moment(name, getattr(self, name))
        for name in ("first_seq", "last_seq"):
            if getattr(self, name) is not None:
                shapes.amount(name, getattr(self, name))
        if self.since is not None and self.until is not None and self.until <= self.since:
            raise InvalidValue(field="until", value=str(self.until), expected=Both("after since", "晚于起始时间"))
        if self.first_seq is not None and self.last_seq is not None and self.last_seq < self.first_seq:
            expected = Both("at least first_seq", "不小于起始序号")
            raise InvalidValue(field="last_seq", value=str(self.last_seq), expected=expected)


def draw_needs(command: DrawSample, desk: Desk) -> Iterator[Need]:
    yield from rule_needs(desk)


def draw_sample(command: DrawSample, desk: Desk) -> dict[str, Any]:
    """Ask for a sample; its entries follow from this command's place in the journal.

    Raises: NotFound (the scheme).
    """
    the_scheme(desk, command.scheme)

    # Nothing below this line may refuse.
    sample = Sample(
        desk.make_id(), command.scheme, command.size, command.word, command.since, command.until, command.first_seq,
        command.last_seq, desk.command_id, desk.now, desk.principal, "asked", 0, 0,
    )  # fmt: skip
    desk.put(sample)
    return {"sample": sample.id, "scheme": sample.scheme, "state": sample.state}


@dataclass(frozen=True, slots=True)
class Drawn:
    """An entry that the seed draws, with its lot, whom it concerns, and who took part in it."""

    entry: str
    lot: str
    volunteer_id: str
    unit: str
    hands: tuple[str, ...]

    def __post_init__(self) -> None:
        shapes.code("entry", self.entry)
        shapes.code("lot", self.lot)
        shapes.optional_code("volunteer_id", self.volunteer_id)
        shapes.optional_code("unit", self.unit)
        shapes.whole("hands", len(self.hands), 0, SAMPLE_HANDS)


@dataclass(frozen=True, slots=True)
class LayOutSample:
    """The entries that a sample's seed draws are written down: `drawn` of `population`, the lowest lot first."""

    sample: str
    population: int
    drawn: tuple[Drawn, ...]

    def __post_init__(self) -> None:
        shapes.code("sample", self.sample)
        shapes.whole("drawn", len(self.drawn), 0, SAMPLE_ENTRIES)
        shapes.amount("population", self.population, least=len(self.drawn))


def lay_out_needs(command: LayOutSample, desk: Desk) -> Iterator[Need]:
    yield OneRow(Sample, (command.sample,))
    for each in command.drawn:
        yield OneRow(BookEntry, (each.entry,))


def lay_out_sample(command: LayOutSample, desk: Desk) -> dict[str, Any]:
    """Write down which entries a sample's seed draws.

    Raises, first that applies: NotFound (the sample), WrongState (laid out already), NotFound (an entry).
    """
    sample = the_sample(desk, command.sample)
    if sample.state != "asked":
        raise WrongState(state=sample.state, action="lay_out")
    for each in command.drawn:
        if desk.find(BookEntry, each.entry) is None:
            raise NotFound(what="entry", code=each.entry)

    # Nothing below this line may refuse.
    state = "drawn" if command.drawn else "empty"
    for place, each in enumerate(command.drawn, start=1):
        hands = canonical(sorted(set(each.hands)))
        desk.put(SampleItem(sample.id, each.entry, place, each.lot, each.volunteer_id, each.unit, hands))
    desk.put(replace(sample, state=state, population=command.population, drawn=len(command.drawn)))
    return {
        "sample": sample.id, "scheme": sample.scheme, "state": state, "population": command.population,
        "drawn": len(command.drawn),
    }  # fmt: skip


def the_sample(desk: Desk, identity: str) -> Sample:
    """A sample.

    Raises: NotFound.
    """
    found = desk.find(Sample, identity)
    if found is None:
        raise NotFound(what="sample", code=identity)
    return found
