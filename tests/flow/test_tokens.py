"""Signed tokens: everything they say comes back, nothing in them can be changed, and no short code looks like one."""

from __future__ import annotations

import base64
import io
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from points_engine.errors import InvalidValue, VoucherSignatureWrong
from points_engine.flow.counter import codes, tokens
from points_engine.flow.counter.codes import ALPHABET, TOKEN, is_token, voucher_code
from points_engine.flow.counter.holds import LAST_INSTANT
from points_engine.flow.entities import Hold
from points_engine.limits import AMOUNT_MAX, CODE_CHARACTERS, QUANTITY_MAX, TOKEN_CHARACTERS

SECRET = b"a secret of the town"
PUBLIC = tokens.voucher_key(SECRET).public
AT = datetime(2026, 3, 2, 4, tzinfo=UTC)
HOLD = Hold(
    id="h", code=voucher_code(SECRET, "h"), volunteer_id="v", scheme="huadu-residents", reward="cinema_ticket",
    partner="wangs", outlet="", quantity=1, points=30, money=0, pays=0, fund="", drawn_json="[]", state="open",
    placed_at=AT, expires_at=AT, confirmed_at=None, confirmed_outlet="", refunded_quantity=0, restock=True,
    stocked=False, trace="",
)  # fmt: skip

names = st.text(st.characters(categories=("L", "Nd")), min_size=1, max_size=CODE_CHARACTERS)
holds = st.builds(
    lambda noise, **said: replace(HOLD, code=voucher_code(SECRET, noise.hex()), **said),
    st.binary(min_size=1, max_size=20),
    scheme=names,
    reward=names,
    outlet=names | st.just(""),
    partner=names,
    choice=names | st.just(""),
    quantity=st.integers(1, QUANTITY_MAX),
    money=st.integers(0, AMOUNT_MAX),
    expires_at=st.integers(0, (LAST_INSTANT - tokens.EPOCH) // timedelta(microseconds=1)).map(
        lambda micros: tokens.EPOCH + timedelta(microseconds=micros)
    ),
)


def token_of(hold: Hold, secret: bytes = SECRET) -> str:
    """The token of a hold's voucher."""
    return tokens.token(secret, tokens.about(hold))


@given(holds)
def test_what_is_signed_comes_back(hold: Hold) -> None:
    said = tokens.read(PUBLIC, token_of(hold))
    same = {each.name for each in fields(said)} - {"expires_at", "partner"}
    assert {name: getattr(said, name) for name in same} == {name: getattr(hold, name) for name in same}
    assert said.expires_at == hold.expires_at.replace(microsecond=0)
    assert said.partner == ("" if hold.outlet else hold.partner)


@given(holds, st.data())
def test_any_flipped_bit_is_refused(hold: Hold, data: st.DataObject) -> None:
    body = token_of(hold).removeprefix(TOKEN)
    raw = bytearray(base64.b32decode(body + "=" * (-len(body) % 8)))
    place = data.draw(st.integers(0, 8 * len(raw) - 1))
    raw[place // 8] ^= 1 << place % 8
    with pytest.raises(VoucherSignatureWrong):
        tokens.short_code(SECRET, TOKEN + base64.b32encode(raw).decode().rstrip("="))


def test_every_single_bit_and_every_single_character_of_one_token() -> None:
    token = token_of(HOLD)
    for place, there in enumerate(token[len(TOKEN) :], len(TOKEN)):
        for wrong in "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567":
            if wrong != there:
                with pytest.raises(VoucherSignatureWrong):
                    tokens.short_code(SECRET, token[:place] + wrong + token[place + 1 :])
    for place in range(len(TOKEN), len(token)):
        with pytest.raises(VoucherSignatureWrong):
            tokens.short_code(SECRET, token[:place])
    for changed in ("A", "=", token, "中"):
        with pytest.raises(VoucherSignatureWrong):
            tokens.short_code(SECRET, token + changed)


def test_another_engine_signs_with_another_key() -> None:
    with pytest.raises(VoucherSignatureWrong):
        tokens.short_code(SECRET, token_of(HOLD, b"a secret of another town"))
    assert tokens.voucher_key(SECRET) != tokens.voucher_key(b"a secret of another town")


def test_a_token_is_recognised_in_small_letters_and_with_spaces() -> None:
    token = token_of(HOLD)
    assert tokens.short_code(SECRET, f" {token[:40].lower()} {token[40:]}\n".strip("\n")) == HOLD.code
    assert tokens.short_code(SECRET, f" {HOLD.code[:5].lower()}-{HOLD.code[5:]}") == HOLD.code


def test_no_short_code_begins_like_a_token() -> None:
    assert set(TOKEN) - set(ALPHABET), "a token begins with a letter that is in no code"


@pytest.mark.parametrize("typed", ["PO1" + "A" * TOKEN_CHARACTERS, "PO1\ud800", "po1\x00"])
def test_a_token_that_cannot_be_one_is_no_value(typed: str) -> None:
    assert is_token(typed)
    with pytest.raises(InvalidValue):
        codes.check("code", typed)


def test_an_ordinary_token_is_a_small_picture_and_the_longest_fits() -> None:
    drawn = segno.make(token_of(HOLD), error="m", micro=False)
    assert (drawn.mode, drawn.version) == ("alphanumeric", 8), "49 modules: read from paper 3 cm wide"
    name = "\U00020000" * CODE_CHARACTERS
    longest = replace(
        HOLD, scheme=name, reward=name, outlet=name, choice=name, money=AMOUNT_MAX, quantity=QUANTITY_MAX,
        expires_at=LAST_INSTANT,
    )  # fmt: skip
    token = token_of(longest)
    codes.check("code", token)
    segno.make(token, error="m", micro=False).save(io.BytesIO(), kind="svg")
