"""A token at the counter: whatever state its voucher is in, it gets the answer that its short code gets."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from points_engine.flow.counter.holds import CancelHold, ExpireHold, PlaceHold
from points_engine.flow.counter.redemptions import ConfirmHold, RefundRedemption
from points_engine.flow.counter.tokens import read
from points_engine.flow.steps import Command
from tests.engine.towns import Town


def used(town: Town, code: str) -> None:
    """The voucher was used, at the first till."""
    town.accepted(ConfirmHold(code, "till"))


def refunded(town: Town, code: str) -> None:
    """It was used, and undone."""
    used(town, code)
    town.accepted(RefundRedemption(code, "broken"))


def left(town: Town, code: str) -> None:
    """Nobody came in time."""
    town.now += timedelta(days=3)


def expired(town: Town, code: str) -> None:
    """Nobody came in time, and the points went back."""
    left(town, code)
    town.accepted(ExpireHold(code))


STATES: dict[str, Callable[[Town, str], object]] = {
    "open": lambda town, code: None,
    "used": used,
    "refunded": refunded,
    "cancelled": lambda town, code: town.accepted(CancelHold(code)),
    "left": left,
    "expired": expired,
}
ACTS: tuple[Callable[[str], Command], ...] = (
    lambda typed: ConfirmHold(typed, "till"),
    lambda typed: ConfirmHold(typed, "till-2"),
    lambda typed: ConfirmHold(typed, "gate"),
    lambda typed: ConfirmHold(typed, "moon"),
    CancelHold,
    ExpireHold,
    lambda typed: RefundRedemption(typed, "broken", "till"),
    lambda typed: RefundRedemption(typed, "broken", "gate"),
    lambda typed: RefundRedemption(typed, "broken", quantity=2),
)


def a_voucher(town: Town) -> tuple[str, str]:
    """A cup at the first till for Mei: its code and its token."""
    town.volunteer("mei")
    town.give_blood("2026-02-01 09:00", 5, "mei")
    placed = town.accepted(PlaceHold("mei", "town", "cup", "till"))
    return str(placed["code"]), town.token(placed)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("act", range(len(ACTS)))
def test_a_token_is_answered_like_its_code(state: str, act: int) -> None:
    told = []
    for by_token in (False, True):
        town = Town()
        code, token = a_voucher(town)
        STATES[state](town, code)
        outcome = town.do(ACTS[act](token if by_token else code))
        facts: Any = (
            dict(outcome.result) if outcome.error is None else {**outcome.error.facts, "is": outcome.error.code}
        )
        told.append(json.dumps(facts, default=str))
        town.assert_sound()
    assert told[0] == told[1]


def test_the_token_says_what_the_hold_is() -> None:
    town = Town()
    code, token = a_voucher(town)
    said = read(town.engine.voucher_key().public, token)
    assert (said.code, said.scheme, said.reward, said.outlet, said.partner) == (code, "town", "cup", "till", "")
    assert town.engine.short_code(token) == code
    assert town.token(town.accepted(PlaceHold("mei", "town", "cup"))) != token


def test_one_batch_takes_a_token_of_a_hold_that_was_placed_in_it() -> None:
    first = Town()
    _, token = a_voucher(first)
    town = Town()
    town.volunteer("mei")
    town.give_blood("2026-02-01 09:00", 5, "mei")
    placed, confirmed = town.all_accepted([PlaceHold("mei", "town", "cup", "till"), ConfirmHold(token, "till")])
    assert town.token(placed) == token, "the same ids and secret sign the same"
    assert confirmed["state"] == "confirmed"
