"""What many callers were told at once, through two engines whose clocks differ, is what they would be told serially.

The order is that of the journal, (`seq`, `index`), refusals too; the replay is done by a model of its own.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

import pytest

from tests.model.crowd import Crowd, Heard
from tests.model.model import Message
from tests.model.voices import SENDERS, WORDS, Voices

CALLERS: Final = 50
ASKED: Final = 8
HALF_AN_HOUR: Final = timedelta(minutes=31)
"""A hold that the first engine has just placed is over for the second."""

pytestmark = pytest.mark.concurrency


@pytest.fixture
def crowd(database_url: str) -> Iterator[Crowd]:
    """Give a founded town on one database after the other."""
    made = Crowd(database_url)
    yield made
    made.close()


def each_once(*messages: Message) -> Any:
    """Every caller asks one thing, in turn one of these, under a key of its own."""

    def asked(caller: int, number: int) -> Message | None:
        wanted = messages[caller // 2 % len(messages)]
        return None if number else Message(wanted.word, wanted.fields, wanted.by, f"caller-{caller}")

    return asked


def ask(word: str, **fields: Any) -> Message:
    """A message without a key."""
    return Message(word, fields, "lea", "")


def test_a_crowd_is_told_what_it_would_be_told_one_after_another(crowd: Crowd) -> None:
    crowd.ahead = HALF_AN_HOUR
    heard = Heard(crowd.mirror.store)
    chances = [random.Random(caller) for caller in range(CALLERS)]

    def asked(caller: int, number: int) -> Message | None:
        chance = chances[caller]
        if number == ASKED:
            return None
        word = chance.choice(WORDS)
        voices = Voices(chance.choice, lambda: crowd.mirror.now, heard.known)
        key = f"shared-{chance.randint(1, 40)}" if chance.random() < 0.1 else f"call-{caller}-{number}"
        return Message(word, voices.fields(word), chance.choice(SENDERS), key)

    told = crowd.rush(CALLERS, asked)
    assert sum(told.values()) == CALLERS * ASKED
    assert sum(times for what, times in told.items() if what.endswith(" yes")) > CALLERS
    with crowd.mirror.store.reading() as connection:
        moments = [row[0] for row in connection.exec_driver_sql("SELECT recorded_at FROM journal ORDER BY seq")]
    assert moments == sorted(moments), "the journal's time never goes back, whoever's clock is behind"


def test_the_last_points_are_spent_once(crowd: Crowd) -> None:
    told = crowd.rush(CALLERS, each_once(ask("place_hold", volunteer="ann", scheme="town", reward="class")))
    assert told == {"place_hold yes": 1, "place_hold insufficient_points": CALLERS - 1}  # 6 points, and 2 on credit


def test_the_last_item_is_given_once(crowd: Crowd) -> None:
    for number in range(3):
        for who in ("bob", "cat", "dee"):
            crowd.prepare("open_balance", volunteer=who, scheme="guild", points=40, line=number)
    for who in ("bob", "cat", "dee"):
        crowd.prepare("place_hold", volunteer=who, scheme="guild", reward="tools")
    wanted = [ask("place_hold", volunteer=who, scheme="guild", reward="tools") for who in ("bob", "cat", "dee")]
    told = crowd.rush(CALLERS, each_once(*wanted))
    assert told == {"place_hold yes": 1, "place_hold sold_out": CALLERS - 1}


def test_a_voucher_is_confirmed_or_lapses_and_never_both(crowd: Crowd) -> None:
    """For the first engine the hold still stands, for the second its time is over."""
    crowd.ahead = HALF_AN_HOUR
    code = crowd.prepare("place_hold", volunteer="ann", scheme="town", reward="cup").result["code"]
    told = crowd.rush(CALLERS, each_once(ask("confirm_hold", code=code, outlet="till"), ask("expire_hold", code=code)))
    lapsed, used = told["expire_hold yes"], told["confirm_hold yes"]
    assert lapsed == (not used), told
    if lapsed:
        assert told["confirm_hold hold_expired"] + told["expire_hold wrong_state"] == CALLERS - 1


def test_two_items_are_refunded_twice_and_not_three_times(crowd: Crowd) -> None:
    crowd.prepare("open_balance", volunteer="ann", scheme="town", points=20, line=1)
    code = crowd.prepare("place_hold", volunteer="ann", scheme="town", reward="cup", quantity=2).result["code"]
    crowd.prepare("confirm_hold", code=code, outlet="till")
    told = crowd.rush(
        CALLERS,
        each_once(
            ask("refund", code=code, reason="broken", quantity=1),
            ask("refund", code=code, reason="broken", quantity=1, outlet="till"),
        ),
    )
    assert told == {"refund yes": 2, "refund wrong_state": CALLERS - 2}


def test_a_lot_is_spent_or_expires_and_never_both(crowd: Crowd) -> None:
    """For the first engine it is the lot's last day, for the second the day after."""
    crowd.ahead = timedelta(days=1)
    today = (crowd.mirror.now + timedelta(hours=8)).date()
    crowd.prepare("open_balance", volunteer="bob", scheme="guild", points=30, line=1, expires_on=today)
    crowd.rush(
        CALLERS,
        each_once(
            ask("expire_lots", volunteer="bob", scheme="guild"),
            ask("place_hold", volunteer="bob", scheme="guild", reward="tools"),
        ),
    )
    left = crowd.mirror.model.books
    spent = sum(hold.points for hold in left.holds.values())
    expired = left.total("scheme/guild/expired", "points/guild")
    assert sorted((spent, expired)) == [0, 30], "the lot went one way"


def test_a_key_that_everybody_uses_runs_once(crowd: Crowd) -> None:
    wanted = [
        ask("open_balance", volunteer="ann", scheme="town", points=5, line=1),
        ask("open_balance", volunteer="ann", scheme="town", points=7, line=2),
    ]

    def asked(caller: int, number: int) -> Message | None:
        message = wanted[caller // 2 % 2]
        return None if number else Message(message.word, message.fields, "lea", "the-same-key")

    told: Counter[str] = crowd.rush(CALLERS, asked)
    assert told["open_balance yes"] == 1
    assert told["open_balance again"] + told["open_balance key_reused"] == CALLERS - 1
