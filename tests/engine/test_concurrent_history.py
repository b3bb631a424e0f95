"""What many callers were told at once, through two engines, is what they would have been told one after another."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pytest

from points_engine.engine import PointsEngine
from points_engine.flow.counter.holds import CancelHold, PlaceHold
from points_engine.flow.counter.redemptions import ConfirmHold, RefundRedemption
from points_engine.flow.money.openings import OpenBalance
from points_engine.flow.outcomes import Outcome, Submission
from points_engine.flow.people.volunteers import RegisterVolunteer
from points_engine.flow.steps import Command
from points_engine.group_commit import GroupCommit
from points_engine.store.opening import open_store
from tests.engine.towns import SECRET, START, Town, closing, counting_ids

CALLERS = 50
ASKED = 8
PEOPLE = ("ann", "bob", "cat")

pytestmark = pytest.mark.concurrency


@dataclass
class History:
    """What was asked and told, by many threads."""

    lines: list[tuple[Submission, Outcome]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    codes: list[str] = field(default_factory=list)

    def add(self, asked: Submission, outcome: Outcome) -> None:
        """Remember one reply."""
        with self.lock:
            self.lines.append((asked, outcome))
            if "code" in outcome.result:
                self.codes.append(outcome.result["code"])

    def some_code(self, chance: random.Random) -> str:
        """A voucher that somebody has been given, or nothing."""
        with self.lock:
            return chance.choice(self.codes[-4:]) if self.codes else ""


@pytest.fixture
def busy_town(postgresql_url: str) -> Iterator[Town]:
    """Give a founded town on PostgreSQL, and three volunteers with little to spend."""
    for town in closing(Town(open_store(postgresql_url, create=True))):
        settled(town)
        yield town


def settled(town: Town) -> None:
    """Bring three volunteers to a town, each with something to spend."""
    town.all_accepted([RegisterVolunteer(who, who.title(), date(2026, 1, 1)) for who in PEOPLE])
    town.all_accepted([OpenBalance(who, "town", 20, 1_000) for who in PEOPLE])


def next_command(history: History, chance: random.Random, caller: int, number: int) -> Command:
    """What a caller asks next."""
    who, code = chance.choice(PEOPLE), history.some_code(chance)
    commands: list[Command] = [
        PlaceHold(who, "town", "cup"),
        PlaceHold(who, "town", "class"),
        OpenBalance(who, "town", 1, caller * ASKED + number),
        OpenBalance(who, "town", 1, chance.randint(2_000, 2_020)),
    ]
    if code:
        commands += [
            ConfirmHold(code, chance.choice(("till", "gate"))),
            ConfirmHold(code, "till-2"),
            CancelHold(code),
            RefundRedemption(code, "broken"),
        ]
    return chance.choice(commands)


def rush(groups: Sequence[GroupCommit]) -> History:
    """What 50 callers were told by two group commits."""
    history = History()

    def call(caller: int) -> None:
        chance = random.Random(caller)
        for number in range(ASKED):
            asked = Submission(
                next_command(history, chance, caller, number), f"caller{caller}", f"call-{caller}-{number}"
            )
            history.add(asked, groups[caller % len(groups)].submit(asked).result(120))

    threads = [threading.Thread(target=call, args=(caller,)) for caller in range(CALLERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
        assert not thread.is_alive(), "a caller still waits"
    return history


class Serial:
    """The same town on SQLite, which is told the id and the instant of every command."""

    def __init__(self) -> None:
        self.town = Town()
        settled(self.town)
        self.next_id = ""
        self.engine = PointsEngine(
            self.town.store, secret=SECRET, clock=lambda: self.town.now, make_id=lambda: self.next_id
        )

    def reply(self, asked: Submission, command_id: str, now: datetime) -> Outcome:
        """What one command is told, alone."""
        self.next_id, self.town.now = command_id, now
        return self.engine.submit(asked)


def told(outcome: Outcome) -> tuple[str, str, dict[str, Any], str]:
    """Everything a caller sees of an outcome, but its place in the journal."""
    error = "" if outcome.error is None else f"{outcome.error.code} {dict(outcome.error.facts)}"
    return outcome.status, error, dict(outcome.result), outcome.command_id


def test_the_replies_of_a_rush_are_those_of_the_same_commands_one_after_another(busy_town: Town) -> None:
    ids, lock = counting_ids(), threading.Lock()

    def make_id() -> str:
        with lock:
            return f"rush-{ids()}"

    stores = [open_store(busy_town.store.url) for _ in range(2)]
    groups = [GroupCommit(PointsEngine(store, secret=SECRET, clock=lambda: START, make_id=make_id)) for store in stores]
    try:
        history = rush(groups)
    finally:
        for group in groups:
            group.close()
        for store in stores:
            store.close()
    assert len(history.lines) == CALLERS * ASKED
    assert all(outcome.seq is not None for _, outcome in history.lines), "every reply has its place"
    lines = sorted(history.lines, key=lambda line: (line[1].seq, line[1].index))
    assert len({(outcome.seq, outcome.index) for _, outcome in lines}) == len(lines), "and a place of its own"

    serial = Serial()
    for asked, outcome in lines:
        alone = serial.reply(asked, outcome.command_id, START)
        assert told(alone) == told(outcome), f"{asked} at {outcome.seq}/{outcome.index}"
    kinds = Counter(outcome.error.code for _, outcome in lines if outcome.error is not None)
    assert kinds["sold_out"] + kinds["limit_reached"], "the limited reward was fought over"
    busy_town.assert_sound()
    serial.town.assert_sound()
    rows = "SELECT account, asset, version, balance FROM account ORDER BY account, asset"
    ours, theirs = busy_town.query(rows), serial.town.query(rows)
    assert [tuple(row) for row in ours] == [tuple(row) for row in theirs]
    serial.town.store.close()
