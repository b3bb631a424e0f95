"""Voucher codes: the check character finds what people mistype."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from points_engine.flow.counter.codes import ALPHABET, DRAWN, as_typed, is_well_formed, voucher_code

codes = st.binary(min_size=1, max_size=20).map(lambda noise: voucher_code(b"a secret of the town", noise.hex()))


def test_no_character_is_mistaken_for_another() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET) == 31
    assert not set("01IOL") & set(ALPHABET)


@given(codes)
def test_every_code_is_well_formed_and_every_single_error_is_found(code: str) -> None:
    assert is_well_formed(code)
    assert len(code) == DRAWN + 1
    for place in range(len(code)):
        for wrong in ALPHABET:
            if wrong != code[place]:
                assert not is_well_formed(code[:place] + wrong + code[place + 1 :])


@given(codes)
def test_every_swap_of_neighbours_is_found(code: str) -> None:
    for place in range(len(code) - 1):
        if code[place] != code[place + 1]:
            assert not is_well_formed(code[:place] + code[place + 1] + code[place] + code[place + 2 :])


@pytest.mark.parametrize("typed", ["", "A", "ABCDEFGHJKM", "0000000000", "ab"])
def test_what_cannot_be_a_code_is_not_well_formed(typed: str) -> None:
    assert not is_well_formed(typed)


@given(codes)
def test_a_code_is_recognised_in_small_letters_with_spaces_and_dashes(code: str) -> None:
    assert as_typed(f" {code[:5].lower()}-{code[5:].lower()} ") == code


def test_a_code_is_the_same_for_the_same_hold_and_secret_only() -> None:
    assert voucher_code(b"one", "h") == voucher_code(b"one", "h")
    assert voucher_code(b"one", "h") != voucher_code(b"two", "h")
    assert voucher_code(b"one", "h") != voucher_code(b"one", "i")
