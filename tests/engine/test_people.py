"""People: registered once, stated facts in the order of their days, and what a merge does to promises."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from points_engine.errors import InvalidValue
from points_engine.flow.counter.cards import code_at
from points_engine.flow.counter.offers import check_wish
from points_engine.flow.people.merge import MergeVolunteers
from points_engine.flow.people.volunteers import RegisterVolunteer, StateFact
from points_engine.flow.service.activities import SignUpFor, WithdrawSignUp
from points_engine.limits import AMOUNT_MAX
from tests.engine.towns import Town

MEI = RegisterVolunteer("mei", "Mei", date(2026, 1, 1), date(1960, 2, 29), phone="13800000000")


def test_a_volunteer_is_registered_once_and_the_answer_says_which_time_it_was(town: Town) -> None:
    first = town.accepted(MEI)
    assert first["created"] is True
    assert town.accepted(MEI) == {**first, "created": False}
    assert town.query("SELECT name, phone FROM person") == [("Mei", "13800000000")]
    for other in (
        RegisterVolunteer("mei", "May", date(2026, 1, 1), date(1960, 2, 29)),
        RegisterVolunteer("mei", "Mei", date(2026, 1, 1), date(1960, 2, 28)),
        RegisterVolunteer("mei", "Mei", date(2026, 1, 1)),
    ):
        assert town.refused(other) == "already_exists"


@pytest.mark.parametrize(("born", "taken"), [(date(2025, 12, 31), True), (date(2026, 1, 1), False)])
def test_somebody_joins_on_a_day_after_their_birth(town: Town, born: date, taken: bool) -> None:
    command = RegisterVolunteer("lea", "Lea", date(2026, 1, 1), born)
    if taken:
        assert town.accepted(command)["created"] is True
    else:
        assert town.refused(command) == "invalid_value"


def test_a_fact_holds_from_its_day_in_whatever_order_facts_were_stated(town: Town) -> None:
    town.volunteer(joined="2026-01-01")
    town.accepted(StateFact("mei", "volunteer.flags", date(2026, 2, 1), ["double"]))
    town.accepted(StateFact("mei", "volunteer.flags", date(2026, 1, 15), []))
    town.accepted(StateFact("mei", "volunteer.flags", date(2026, 1, 10), ["double"]))
    days = ["2026-01-09", "2026-01-10", "2026-01-14", "2026-01-15", "2026-01-31", "2026-02-01"]
    assert [town.serve(f"{day} 09:00", 60)["awarded"]["town"] for day in days] == [1, 2, 2, 1, 1, 2]


@pytest.mark.parametrize("name", ["flags", "volunteers.flags", "record.paid"])
def test_only_facts_about_a_volunteer_are_stated_about_one(name: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        StateFact("mei", name, date(2026, 1, 1), ["double"])
    assert refused.value.facts["field"] == "name"


def taken(town: Town) -> int:
    return int(town.query("SELECT taken FROM seats WHERE activity = 'library'")[0][0])


def test_a_promise_that_was_withdrawn_frees_no_place_when_its_person_is_merged(town: Town) -> None:
    for number in ("mei", "mei-2", "lea"):
        town.volunteer(number, joined="2026-01-01")
    town.accepted(SignUpFor("mei-2", "library"))
    town.accepted(WithdrawSignUp("mei-2", "library"))
    town.accepted(SignUpFor("mei", "library"))
    town.accepted(MergeVolunteers("mei-2", "mei"))
    assert taken(town) == 1
    assert town.refused(SignUpFor("lea", "library")) == "activity_full"
    assert town.refused(SignUpFor("mei", "library")) == "already_signed_up"


def test_a_promise_goes_along_when_its_person_is_merged(town: Town) -> None:
    for number in ("mei", "mei-2", "lea"):
        town.volunteer(number, joined="2026-01-01")
    town.accepted(SignUpFor("mei-2", "library"))
    town.accepted(MergeVolunteers("mei-2", "mei"))
    assert taken(town) == 1
    assert town.refused(SignUpFor("mei", "library")) == "already_signed_up"
    town.accepted(WithdrawSignUp("mei", "library"))
    assert taken(town) == 0


# The code on a phone: the values of RFC 6238, appendix B, for SHA-256 and eight digits.


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "46119246"),
        (1111111109, "68084774"),
        (1111111111, "67062674"),
        (1234567890, "91819424"),
        (2000000000, "90698825"),
        (20000000000, "77737706"),
    ],
)
def test_a_code_is_that_of_the_standard(seconds: int, code: str) -> None:
    assert code_at(b"12345678901234567890123456789012", seconds // 30) == code


@pytest.mark.parametrize("offered", [None, Fraction(0), Fraction(1, 2), Fraction(AMOUNT_MAX)])
def test_whatever_is_not_negative_may_be_offered(offered: Fraction | None) -> None:
    check_wish("", None, offered)


@pytest.mark.parametrize("offered", [Fraction(-1, 2), Fraction(AMOUNT_MAX) + 1])
def test_less_than_nothing_and_more_than_any_balance_cannot_be_offered(offered: Fraction) -> None:
    with pytest.raises(InvalidValue) as refused:
        check_wish("", None, offered)
    assert refused.value.facts["field"] == "offered"
