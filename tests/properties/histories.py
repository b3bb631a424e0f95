"""Histories: random but reproducible lists of commands over two schemes, by a few people, in a few days.

A later command may name what an earlier one made (a record, a voucher, an adjustment) without having seen its outcome:
ids follow from the place in the list, so the same list can be cut into batches in any way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from points_engine.flow.counter.codes import voucher_code
from points_engine.flow.counter.holds import CancelHold, ExpireHold, PlaceHold
from points_engine.flow.counter.offline import ConfirmOffline
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
from points_engine.flow.service.corrections import (
    CloseImport,
    CorrectRecord,
    OpenImport,
    ReverseImported,
    ReverseRecord,
)
from points_engine.flow.service.facts import fact_id, record_natural
from points_engine.flow.service.presence import CheckInAt, CheckOutAt
from points_engine.flow.service.records import RecordDeed, RecordService, deed_natural
from points_engine.flow.steps import Command
from tests.engine.towns import SECRET, START, at

PEOPLE = ("ann", "bob", "cat")
DAYS = ("2024-06-01", "2024-12-31", "2025-01-01", "2025-07-01", "2026-02-27", "2026-02-28", "2026-03-01")
TIMES = ("08:00", "11:00", "23:00")
MINUTES = (50, 130, 280)

COUNTERS = {"cup": "till", "tools": "till", "class": "gate", "seat": "gate", "perk": "gate"}
"""Where each reward is handed over."""

MOMENTS = (START, START + timedelta(minutes=40), START + timedelta(days=3), at("2027-01-05 12:00"))
"""The instants of the clock: holds lapse between the first two, lots between the last two."""

people = st.sampled_from(PEOPLE)
starts = st.builds(lambda day, time: at(f"{day} {time}"), st.sampled_from(DAYS), st.sampled_from(TIMES))
days = st.sampled_from(DAYS).map(date.fromisoformat)
earlier = st.integers(1, 9)


@dataclass(frozen=True)
class Named:
    """A command about what an earlier one of `kinds` made, the `pick`-th back; `otherwise` where there is none.

    `build` gets that earlier command and its id.
    """

    kinds: tuple[type, ...]
    pick: int
    build: Callable[[Command, str], Command]
    otherwise: Command


@dataclass(frozen=True)
class Again:
    """The submission of `back` places before it, sent again under the same key; or other content under its key."""

    back: int
    other: Command | None = None


def a_record(
    number: str, activity: str, start: datetime, minutes: int, by: str, facts: dict[str, Any], source: str
) -> RecordService:
    return RecordService(number, activity, start, start + timedelta(minutes=minutes), by, facts, source)


records = st.builds(
    a_record,
    people,
    st.sampled_from(["garden", "street"]),
    starts,
    st.sampled_from(MINUTES),
    st.sampled_from(["kiosk", "steward", "backfill"]),
    st.sampled_from([{}, {}, {"record.evaluation": "good"}]),
    st.sampled_from(["", "", "march"]),
)
deeds = st.builds(
    lambda number, kind, start, many: RecordDeed(number, kind, start, Fraction(many)),
    people,
    st.sampled_from(["blood", "repair"]),
    starts,
    st.integers(1, 3),
)


def id_of_fact(made: Command) -> str:
    """The id of the fact that a record or a deed became."""
    if isinstance(made, RecordService):
        return fact_id(record_natural(made.volunteer, made.activity, made.start), made.start)
    return fact_id(deed_natural(made), made.occurred_at)


def _corrected(fact: str, start: datetime | None, minutes: int) -> CorrectRecord:
    if start is None:
        return CorrectRecord(fact, "seen", facts={"record.evaluation": "fair"})
    return CorrectRecord(fact, "mistyped", start, start + timedelta(minutes=minutes))


def about_a_fact(build: Callable[[str, Any], Command], choices: st.SearchStrategy[Any]) -> st.SearchStrategy[Named]:
    """A command about an earlier record or deed."""
    return st.builds(
        lambda pick, choice, otherwise: Named(
            (RecordService, RecordDeed), pick, lambda made, _: build(id_of_fact(made), choice), otherwise
        ),
        st.integers(0, 5), choices, records,
    )  # fmt: skip


def about_a_hold(
    build: Callable[[str, str, Any], Command], choices: st.SearchStrategy[Any]
) -> st.SearchStrategy[Named]:
    """A command about an earlier hold: by its code, at its own outlet or another one."""
    return st.builds(
        lambda pick, choice, otherwise: Named(
            (PlaceHold,), pick,
            lambda made, identity: build(voucher_code(SECRET, f"{identity}-1"), COUNTERS[made.reward], choice),
            otherwise,
        ),
        st.integers(0, 2), choices, holds,
    )  # fmt: skip


holds = st.builds(
    lambda number, reward, many: PlaceHold(number, "guild" if reward == "tools" else "town", reward, quantity=many),
    people,
    st.sampled_from(["cup", "cup", "class", "seat", "perk", "tools"]),
    st.integers(1, 2),
)
service = st.one_of(
    records,
    records,
    deeds,
    about_a_fact(ApproveFact, st.sampled_from(["steward", "guild"])),
    about_a_fact(lambda fact, to: _corrected(fact, *to), st.tuples(st.none() | starts, st.sampled_from(MINUTES))),
    about_a_fact(lambda fact, withdraw: withdraw(fact, "false"), st.sampled_from([ReverseRecord, RejectFact])),
    st.builds(StateFact, people, st.just("volunteer.flags"), days, st.sampled_from([["double"], ["none"]])),
)
presence = st.one_of(
    st.builds(CheckInAt, people, st.sampled_from(["garden", "street"])),
    st.builds(
        lambda pick, number: Named((CheckInAt,), pick, lambda made, _: CheckOutAt(made.volunteer, made.activity),
                                   CheckInAt(number, "garden")),
        st.integers(0, 2), people,
    ),
    st.builds(SignUpFor, people, st.sampled_from(["library", "garden"])),
    st.builds(WithdrawSignUp, people, st.just("library")),
)  # fmt: skip
counter = st.one_of(
    holds,
    about_a_hold(lambda code, own, other: ConfirmHold(code, other or own), st.sampled_from(["", "", "", "till-2"])),
    about_a_hold(
        lambda code, own, device: ConfirmOffline(code, own, device, START), st.sampled_from(["phone", "tablet"])
    ),
    about_a_hold(lambda code, _, let_go: let_go(code), st.sampled_from([CancelHold, ExpireHold])),
    st.builds(
        lambda pick, many, otherwise: Named(
            (ConfirmHold,), pick, lambda made, _: RefundRedemption(made.code, "broken", quantity=many), otherwise
        ),
        st.integers(0, 1), st.none() | st.just(1), holds,
    ),
)  # fmt: skip
money = st.one_of(
    st.builds(OpenBalance, people, st.sampled_from(["town", "guild"]), st.integers(1, 30), st.integers(1, 3),
              st.sampled_from([None, date(2026, 6, 30), date(2026, 12, 31)])),
    st.builds(
        lambda pick, yes, number: Named((ProposeAdjustment,), pick, lambda _, i: DecideAdjustment(f"{i}-2", yes),
                                        ProposeAdjustment(number, "town", -3 if yes else 7, "counted wrong")),
        st.integers(0, 2), st.booleans(), people,
    ),
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
    st.sampled_from([CloseImport("march"), OpenImport("march"), OpenImport("march")]),
    st.builds(ReverseImported, people, st.just("march"), st.just("wrong file")),
    st.sampled_from([MergeVolunteers("ann", "bob"), MergeVolunteers("cat", "bob")]),
    st.builds(Again, earlier),
    st.builds(Again, earlier),
    st.builds(Again, earlier, holds),
)
steps = st.one_of(service, service, service, counter, counter, counter, presence, money, others)

Step = Any
"""A command, a `Named`, an `Again`, or an int: the clock moves on to that moment."""

histories = st.tuples(
    st.lists(steps, min_size=6, max_size=18),
    st.lists(steps, min_size=2, max_size=10),
    st.lists(steps, min_size=2, max_size=10),
    st.lists(steps, min_size=2, max_size=8),
).map(lambda parts: [parts[0], parts[1], parts[2], parts[3]])
"""What is asked at each moment of the clock."""

REGISTERED: tuple[Command, ...] = (
    *(RegisterVolunteer(each, each.title(), date(2024, 1, 1)) for each in PEOPLE),
    *(OpenBalance(each, "town", 9, 9, date(2026, 12, 31)) for each in PEOPLE),
    OpenImport("march"),
)
"""Who is there before a history begins, each with something to spend."""


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
        made = [number for number, before in enumerate(done) if isinstance(before.command, step.kinds)]
        if not made:
            return Submission(step.otherwise, by, f"k{place}")
        number = made[-1 - step.pick % len(made)]
        return Submission(step.build(done[number].command, f"c{first_number + number:05d}"), by, f"k{place}")
    return Submission(step, by, f"k{place}")
