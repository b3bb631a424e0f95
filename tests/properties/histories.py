"""Histories: random but reproducible lists of commands over two schemes, by a few people, in a few days.

A later command may name what an earlier one made (a record, a voucher, an adjustment) without having seen its outcome:
ids follow from the place in the list, so the same list can be cut into batches in any way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from points_engine.flow.counter.codes import voucher_code
from points_engine.flow.counter.holds import CancelHold, ExpireHold, PlaceHold
from points_engine.flow.counter.redemptions import ConfirmHold, RefundRedemption
from points_engine.flow.money.adjustments import DecideAdjustment, ProposeAdjustment
from points_engine.flow.money.funds import ReceiveDonation
from points_engine.flow.money.lapses import ExpireLots
from points_engine.flow.money.openings import OpenBalance
from points_engine.flow.outcomes import Submission
from points_engine.flow.people.merge import MergeVolunteers
from points_engine.flow.people.volunteers import RegisterVolunteer, SetStanding, StateFact
from points_engine.flow.service.activities import SignUpFor, WithdrawSignUp
from points_engine.flow.service.approvals import ApproveFact, RejectFact
from points_engine.flow.service.corrections import CorrectRecord, ReverseRecord
from points_engine.flow.service.facts import fact_id, record_natural
from points_engine.flow.service.presence import CheckInAt, CheckOutAt
from points_engine.flow.service.records import RecordDeed, RecordService, deed_natural
from points_engine.flow.steps import Command
from tests.engine.towns import SECRET, START, at

PEOPLE = ("ann", "bob", "cat")
DAYS = ("2024-06-01", "2024-12-31", "2025-01-01", "2025-07-01", "2026-02-27", "2026-02-28", "2026-03-01")
TIMES = ("08:00", "11:00", "23:00")
MINUTES = (50, 130, 280)

MOMENTS = (START, START + timedelta(minutes=40), START + timedelta(days=3), at("2027-01-05 12:00"))
"""The instants of the clock: holds lapse between the first two, lots between the last two."""

people = st.sampled_from(PEOPLE)
starts = st.builds(lambda day, time: at(f"{day} {time}"), st.sampled_from(DAYS), st.sampled_from(TIMES))
days = st.sampled_from(DAYS).map(date.fromisoformat)
earlier = st.integers(1, 40)


@dataclass(frozen=True)
class Named:
    """A command that names something made `back` places before it: `build` gets the id of that command."""

    back: int
    build: Any


@dataclass(frozen=True)
class Again:
    """The submission of `back` places before it, sent again under the same key; or other content under its key."""

    back: int
    other: Command | None = None


def a_record(
    number: str, activity: str, start: datetime, minutes: int, by: str, facts: dict[str, Any]
) -> RecordService:
    return RecordService(number, activity, start, start + timedelta(minutes=minutes), by, facts)


records = st.builds(
    a_record,
    people,
    st.sampled_from(["garden", "street"]),
    starts,
    st.sampled_from(MINUTES),
    st.sampled_from(["kiosk", "steward", "backfill"]),
    st.sampled_from([{}, {}, {"record.evaluation": "good"}]),
)
deeds = st.builds(
    lambda number, kind, start, many: RecordDeed(number, kind, start, Fraction(many)),
    people,
    st.sampled_from(["blood", "repair"]),
    starts,
    st.integers(1, 3),
)


def _id_of_record(number: str, activity: str, start: datetime) -> str:
    return fact_id(record_natural(number, activity, start), start)


def _id_of_deed(number: str, kind: str, start: datetime) -> str:
    return fact_id(deed_natural(RecordDeed(number, kind, start)), start)


facts = st.one_of(
    st.builds(_id_of_record, people, st.sampled_from(["garden", "street"]), starts),
    st.builds(_id_of_deed, people, st.sampled_from(["blood", "repair"]), starts),
)


def _corrected(fact: str, start: datetime | None, minutes: int) -> CorrectRecord:
    if start is None:
        return CorrectRecord(fact, "seen", facts={"record.evaluation": "fair"})
    return CorrectRecord(fact, "mistyped", start, start + timedelta(minutes=minutes))


def _held(identity: str) -> str:
    return voucher_code(SECRET, f"{identity}-1")


service = st.one_of(
    records,
    records,
    records,
    deeds,
    st.builds(ApproveFact, facts, st.sampled_from(["steward", "guild"])),
    st.builds(_corrected, facts, st.none() | starts, st.sampled_from(MINUTES)),
    st.builds(ReverseRecord, facts, st.just("false")),
    st.builds(RejectFact, facts, st.just("not seen")),
    st.builds(StateFact, people, st.just("volunteer.flags"), days, st.sampled_from([["double"], ["none"]])),
    st.builds(CheckInAt, people, st.sampled_from(["garden", "street"])),
    st.builds(CheckOutAt, people, st.sampled_from(["garden", "street"])),
    st.builds(SignUpFor, people, st.sampled_from(["library", "garden"])),
    st.builds(WithdrawSignUp, people, st.just("library")),
)
holds = st.builds(
    lambda number, reward, many: PlaceHold(number, "guild" if reward == "tools" else "town", reward, quantity=many),
    people,
    st.sampled_from(["cup", "cup", "class", "seat", "perk", "tools"]),
    st.integers(1, 2),
)
counter = st.one_of(
    holds,
    holds,
    st.builds(lambda back, till: Named(back, lambda i: ConfirmHold(_held(i), till)), earlier,
              st.sampled_from(["till", "till", "gate", "till-2"])),
    st.builds(lambda back: Named(back, lambda i: CancelHold(_held(i))), earlier),
    st.builds(lambda back: Named(back, lambda i: ExpireHold(_held(i))), earlier),
    st.builds(lambda back, many: Named(back, lambda i: RefundRedemption(_held(i), "broken", quantity=many)), earlier,
              st.none() | st.just(1)),
)  # fmt: skip
money = st.one_of(
    st.builds(ProposeAdjustment, people, st.sampled_from(["town", "guild"]), st.sampled_from([7, -3, -60]),
              st.just("counted wrong")),
    st.builds(lambda back, yes: Named(back, lambda i: DecideAdjustment(f"{i}-2", yes)), earlier, st.booleans()),
    st.builds(OpenBalance, people, st.sampled_from(["town", "guild"]), st.integers(1, 30), st.integers(1, 3),
              st.sampled_from([None, date(2026, 6, 30), date(2026, 12, 31)])),
    st.builds(ExpireLots, people, st.sampled_from(["town", "guild"])),
    st.builds(ReceiveDonation, st.just("community"), st.integers(1, 9), st.just("neighbours")),
)  # fmt: skip
registrations = st.builds(
    lambda number, referrer, day: RegisterVolunteer(number, number.title(), day, referrer=referrer),
    people,
    st.none() | people,
    days,
)
others = st.one_of(
    registrations,
    st.builds(SetStanding, people, st.sampled_from(["good", "good", "suspended"])),
    st.builds(MergeVolunteers, people, people),
    st.builds(Again, earlier),
    st.builds(Again, earlier, holds),
)
steps = st.one_of(service, service, service, counter, counter, money, others)

Step = Any
"""A command, a `Named`, an `Again`, or an int: the clock moves on to that moment."""

histories = st.tuples(
    st.lists(steps, min_size=1, max_size=14),
    st.lists(steps, max_size=10),
    st.lists(steps, max_size=8),
    st.lists(steps, max_size=6),
).map(lambda parts: [parts[0], parts[1], parts[2], parts[3]])
"""What is asked at each moment of the clock."""

REGISTERED: tuple[Command, ...] = tuple(RegisterVolunteer(each, each.title(), date(2024, 1, 1)) for each in PEOPLE)


def written_out(first_number: int, history: Sequence[Sequence[Step]]) -> list[list[Submission]]:
    """The submissions of every moment; `first_number` is the number of the first command's id."""
    done: list[Submission] = []
    moments = []
    for asked in history:
        written = []
        for step in asked:
            place = len(done)
            submission = _submission(step, place, done, first_number)
            done.append(submission)
            written.append(submission)
        moments.append(written)
    return moments


def _submission(step: Step, place: int, done: Sequence[Submission], first_number: int) -> Submission:
    by = ("staff", "lea")[place % 2]
    if isinstance(step, Again):
        if not done:
            return Submission(ExpireLots("ann", "town"), by, f"k{place}")
        before = done[max(0, place - step.back)]
        return before if step.other is None else Submission(step.other, before.principal, before.key)
    if isinstance(step, Named):
        return Submission(step.build(f"c{first_number + max(0, place - step.back):05d}"), by, f"k{place}")
    return Submission(step, by, f"k{place}")
