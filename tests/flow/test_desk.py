"""The desk: a row that was not loaded is not absent, and undo takes back exactly what a command did."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from points_engine.flow.desk import Children, Desk, Need, NotLoaded, OneAccount, OneRow
from points_engine.flow.entities import Award, Fact, Scheme, Unit, VolunteerNumber
from points_engine.ledger.accounts import Account
from points_engine.ledger.amounts import NEVER
from points_engine.ledger.entries import Entry, Line

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)
ASSET = "points/town"


def a_desk() -> Desk:
    desk = Desk(NOW, {}, b"secret")
    desk.begin("c1", "staff", 0)
    return desk


def a_number(number: str, owner: str) -> VolunteerNumber:
    return VolunteerNumber(number, owner)


def an_award(fact: str, day: int, owner: str = "mei") -> Award:
    return Award(fact, "town", owner, datetime(2026, 1, day, tzinfo=UTC), 60, 1, "[]", "", "t", "e", "[]")


def test_a_row_that_was_not_loaded_is_asked_for() -> None:
    desk = a_desk()
    with pytest.raises(NotLoaded) as missing:
        desk.find(Unit, "riverside")
    assert missing.value.needs == (OneRow(Unit, ("riverside",)),)


def test_a_row_that_was_loaded_and_is_not_there_is_absent() -> None:
    desk = a_desk()
    desk.accept(OneRow(Unit, ("riverside",)), [])
    assert desk.find(Unit, "riverside") is None


def test_children_and_accounts_that_were_not_loaded_are_asked_for() -> None:
    desk = a_desk()
    with pytest.raises(NotLoaded):
        desk.children(VolunteerNumber, "mei")
    with pytest.raises(NotLoaded):
        desk.account("volunteer/mei", ASSET)
    with pytest.raises(NotLoaded):
        desk.post(Entry("e", "award", "c1", NOW, (Line("volunteer/mei", ASSET, 1), Line("x", ASSET, -1))))


def test_everything_that_is_missing_is_asked_for_at_once() -> None:
    desk = a_desk()
    needs: list[Need] = [OneRow(Unit, ("a",)), Children(VolunteerNumber, ("mei",)), OneAccount("volunteer/mei", ASSET)]
    with pytest.raises(NotLoaded) as missing:
        desk.require(needs)
    assert missing.value.needs == tuple(needs)


def test_children_loaded_from_a_day_on_serve_later_days_only() -> None:
    desk = a_desk()
    february = datetime(2026, 2, 1, tzinfo=UTC)
    desk.accept(Children(Award, ("mei",), february), [])
    assert desk.has(Children(Award, ("mei",), february))
    assert desk.has(Children(Award, ("mei",), datetime(2026, 3, 1, tzinfo=UTC)))
    assert not desk.has(Children(Award, ("mei",), datetime(2026, 1, 1, tzinfo=UTC)))
    assert not desk.has(Children(Award, ("mei",)))


def test_a_row_changed_on_the_desk_is_not_overwritten_by_reading_more() -> None:
    desk = a_desk()
    desk.accept(OneRow(VolunteerNumber, ("m1",)), [a_number("m1", "mei")])
    desk.put(a_number("m1", "lea"))
    desk.accept(Children(VolunteerNumber, ("mei",)), [a_number("m1", "mei"), a_number("m2", "mei")])
    assert desk.children(VolunteerNumber, "mei") == [a_number("m2", "mei")]
    assert desk.find(VolunteerNumber, "m1") == a_number("m1", "lea")


def test_children_are_those_from_the_day_on_and_a_row_put_is_among_them() -> None:
    desk = a_desk()
    desk.accept(Children(Award, ("mei",)), [an_award("f1", 5), an_award("f2", 9)])
    desk.put(an_award("f3", 7))
    since = datetime(2026, 1, 7, tzinfo=UTC)
    assert {award.fact_id for award in desk.children(Award, "mei", since=since)} == {"f2", "f3"}


def test_nothing_hangs_on_what_is_new() -> None:
    desk = a_desk()
    needs = (Children(Fact, ("v1",)), OneRow(Unit, ("v1",)), OneAccount("volunteer/v1", "points/town"))
    desk.known_absent(needs)
    assert desk.missing(needs) == []
    assert desk.children(Fact, "v1") == []
    assert desk.find(Unit, "v1") is None
    assert desk.account("volunteer/v1", "points/town") == Account("volunteer/v1", "points/town")


def test_what_is_there_is_not_said_to_be_absent() -> None:
    desk = a_desk()
    desk.accept_account(Account("volunteer/v1", "points/town", 1, 5, {NEVER: 5}))
    desk.known_absent([OneAccount("volunteer/v1", "points/town")])
    assert desk.account("volunteer/v1", "points/town").balance == 5


def test_ids_count_within_a_command_and_start_again_after_an_undo() -> None:
    desk = a_desk()
    assert [desk.make_id(), desk.make_id()] == ["c1-1", "c1-2"]
    desk.undo()
    assert desk.make_id() == "c1-1"
    desk.begin("c2", "staff", 1)
    assert desk.make_id() == "c2-1"


def test_what_was_derived_from_rules_is_derived_anew_when_they_move_and_when_they_move_back() -> None:
    desk = a_desk()
    seen = [desk.rules_revision]
    desk.put(Scheme("town", "programme", "镇", "Town", 0, True))
    seen.append(desk.rules_revision)
    desk.undo()
    seen.append(desk.rules_revision)
    assert len(set(seen)) == 3


# ---- undo, as a property ---------------------------------------------------------------------------------------------

Act = Callable[[Desk], object]
owners = st.sampled_from(["mei", "lea", "bob"])
acts = st.one_of(
    st.builds(lambda n, o: lambda desk: desk.put(a_number(n, o)), st.sampled_from(["m1", "m2", "m3"]), owners),
    st.builds(lambda f, d, o: lambda desk: desk.put(an_award(f, d, o)), st.sampled_from(["f1", "f2"]),
              st.integers(1, 9), owners),
    st.builds(lambda o, n: lambda desk: _post(desk, o, n), owners, st.integers(1, 5)),
    st.builds(lambda c: lambda desk: desk.put(Scheme(c, "programme", "镇", "Town", 0, True)),
              st.sampled_from(["town", "guild"])),
)  # fmt: skip


def _post(desk: Desk, owner: str, amount: int) -> None:
    lines = (Line("scheme/town/issued", ASSET, -amount), Line(f"volunteer/{owner}", ASSET, amount, date(2026, 12, 31)))
    desk.post(Entry(desk.make_id(), "award", desk.command_id, NOW, lines))


def a_set_desk() -> Desk:
    desk = a_desk()
    desk.accept(Children(VolunteerNumber, ("mei",)), [a_number("m1", "mei"), a_number("m2", "mei")])
    desk.accept(OneRow(VolunteerNumber, ("m3",)), [])
    for owner in ("lea", "bob"):
        desk.accept(Children(VolunteerNumber, (owner,)), [])
    for owner in ("mei", "lea", "bob"):
        desk.accept(Children(Award, (owner,)), [])
        desk.accept_account(Account(f"volunteer/{owner}", ASSET))
    desk.accept(Children(Scheme, ("programme",)), [])
    return desk


def seen(desk: Desk) -> dict[str, Any]:
    """Everything a command or the store can see of a desk."""
    owners = ("mei", "lea", "bob")
    return {
        "rows": {n: desk.peek(VolunteerNumber, n) for n in ("m1", "m2", "m3")}
        | {f: desk.peek(Award, f, "town") for f in ("f1", "f2")}
        | {c: desk.peek(Scheme, c) for c in ("town", "guild")},
        "known": [desk.has(OneRow(Award, (f, "town"))) for f in ("f1", "f2")],
        "numbers": [sorted(row.number for row in desk.children(VolunteerNumber, o)) for o in owners],
        "awards": [sorted(row.fact_id for row in desk.children(Award, o)) for o in owners],
        "born": [desk.has(Children(Fact, (o,))) for o in owners],
        "schemes": sorted(row.code for row in desk.children(Scheme, "programme")),
        "accounts": [desk.account(f"volunteer/{o}", ASSET) for o in owners],
        "changed": {kind.__name__: set(rows) for kind, rows in desk.changed().items()},
        "changed_accounts": set(map(repr, desk.changed_accounts())),
        "books": (list(desk.entries), list(desk.postings), list(desk.entry_commands)),
    }


@given(st.lists(acts, max_size=6), st.lists(acts, max_size=8))
def test_undo_takes_back_exactly_what_the_command_in_hand_did(before: list[Act], undone: list[Act]) -> None:
    desk = a_set_desk()
    for act in before:
        act(desk)
    desk.begin("c2", "staff", 1)
    kept = seen(desk)
    for act in undone:
        act(desk)
    desk.undo()
    assert seen(desk) == kept
    assert desk.make_id() == "c2-1"
