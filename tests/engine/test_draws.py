"""Draws: committed to beforehand, drawn again by anybody; offers that pass on; bars on those who won lately."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from points_engine.engine import PointsEngine
from points_engine.flow.counter.holds import PlaceHold
from points_engine.flow.money.openings import OpenBalance
from points_engine.flow.people.merge import MergeVolunteers
from points_engine.flow.people.volunteers import RegisterVolunteer, SetStanding, StateFact
from points_engine.flow.scarce.cancelling import CancelDraw
from points_engine.flow.scarce.draws import DrawNow, OpenDraw
from points_engine.flow.scarce.proof import faults
from points_engine.flow.scarce.states import DRAW_MOVES, TICKET_MOVES
from points_engine.flow.scarce.takings import DeclineOffer, LapseOffer, TakeUpOffer
from points_engine.flow.scarce.tickets import EnterDraw, WithdrawEntry
from points_engine.group_commit import GroupCommit
from points_engine.jobs.running import JobRunner
from points_engine.reading import Reader, scarce
from points_engine.store.opening import open_store
from tests.engine import packs
from tests.engine.towns import SECRET, Town, closing, dump


def a_town(url: str = "sqlite://", people: int = 6) -> Town:
    """A town whose rules know draws; its people can pay for what they win."""
    town = Town(open_store(url, create=True), town=packs.town(more=packs.DRAWS))
    numbers = [f"p{number}" for number in range(people)]
    town.all_accepted([RegisterVolunteer(each, each, date(2024, 1, 1)) for each in numbers])
    town.all_accepted([OpenBalance(each, "town", 10, 1) for each in numbers])
    return town


@pytest.fixture
def fair() -> Iterator[Town]:
    """Give a town with draws, its books in memory."""
    yield from closing(a_town())


@pytest.fixture
def any_fair(database_url: str) -> Iterator[Town]:
    """Give it once on every database, with many people."""
    yield from closing(a_town(database_url, 50))


@contextmanager
def a_second_engine(town: Town) -> Iterator[PointsEngine]:
    """Another process on the same books, as far as the books can tell."""
    store = open_store(town.store.url)
    numbers = itertools.count(1)
    yield PointsEngine(store, secret=SECRET, clock=lambda: town.now, make_id=lambda: f"o{next(numbers):05d}")
    store.close()


def opened(town: Town, rule: str = "by_lot", code: str = "d", **fields: Any) -> str:
    """Open a draw that closes in an hour."""
    fields = {"reward": "cup", **fields} if "activity" not in fields else fields
    town.accepted(OpenDraw(code, "town", rule, town.now + timedelta(hours=1), **fields))
    return code


def entered(town: Town, people: Sequence[int], code: str = "d") -> list[int]:
    """Let people enter; answers their tickets."""
    return [int(each["ticket"]) for each in town.all_accepted([EnterDraw(code, f"p{number}") for number in people])]


def drawn(town: Town, code: str = "d") -> Mapping[str, Any]:
    """Draw, two hours later."""
    town.now += timedelta(hours=2)
    return town.accepted(DrawNow(code))


def published(town: Town, code: str = "d") -> dict[str, Any]:
    """What everybody sees of a draw."""
    with Reader(town.store, lambda: town.now).open() as view:
        found = scarce.a_draw(view, code)
    draw = found.draw
    return {
        "order": draw.order, "state": draw.state, "places": draw.places, "seed": draw.seed,
        "commitment": draw.commitment, "drawn_at": draw.drawn_at, "tickets": [asdict(each) for each in found.tickets],
    }  # fmt: skip


def states(town: Town, code: str = "d") -> list[str]:
    """The states of the tickets, in the order of entry."""
    return [each["state"] for each in published(town, code)["tickets"]]


def shelf(town: Town, reward: str = "cup") -> tuple[int, int]:
    """What can be promised, and what is set aside."""
    available, held = town.query("SELECT available, held FROM shelf WHERE reward = :r", r=reward)[0]
    return int(available), int(held)


def test_the_moves_are_complete() -> None:
    for moves in (DRAW_MOVES, TICKET_MOVES):
        assert set().union(*moves.values()) <= moves.keys()
    assert {state for state, following in TICKET_MOVES.items() if not following} == {
        "taken", "declined", "lapsed", "out", "withdrawn", "void",
    }  # fmt: skip


def test_the_seed_is_committed_to_and_shown_only_once_it_is_drawn(fair: Town) -> None:
    opened(fair)
    entered(fair, range(5))
    before, kept = published(fair), str(dump(fair.store, placed=True))
    assert (before["seed"], len(before["commitment"])) == ("", 64)
    done = drawn(fair)
    after = published(fair)
    assert sha256(done["seed"].encode()).hexdigest() == before["commitment"] == after["commitment"]
    assert after["seed"] == done["seed"]
    assert before["commitment"] in kept
    assert done["seed"] not in kept, "nothing that was stored told the seed before the draw"
    order = sorted(range(1, 6), key=lambda ticket: sha256(f"{done['seed']}|{ticket}".encode()).hexdigest())
    assert done["winners"] == order[:2]
    assert faults(after) == []
    assert shelf(fair) == (3, 2)
    fair.assert_sound()


def test_what_was_changed_afterwards_is_found(fair: Town) -> None:
    opened(fair)
    entered(fair, range(6))
    drawn(fair)
    sound = published(fair)
    assert next(str(each) for each in faults({**sound, "seed": "0" * 64})).startswith("the seed is not the one")
    tickets = sound["tickets"]
    first, last = (next(each for each in tickets if each["place"] == place) for place in (1, 6))
    swapped = [
        {**each, "place": {1: 6, 6: 1}.get(each["place"], each["place"]), "state": each["state"]} for each in tickets
    ]
    assert faults({**sound, "tickets": swapped})
    favoured = [
        {**each, "state": "waiting" if each is first else "offered" if each is last else each["state"]}
        for each in tickets
    ]
    assert [str(each) for each in faults({**sound, "tickets": favoured})] == [
        f"ticket {first['ticket']} was passed over"
    ]
    assert faults({**sound, "tickets": tickets[1:]})
    assert faults({**sound, "places": 1})


def test_nobody_else_takes_what_is_kept_for_a_draw(fair: Town) -> None:
    opened(fair)
    assert shelf(fair) == (3, 2)
    assert fair.refused(PlaceHold("p0", "town", "cup", quantity=4)) == "sold_out"
    assert (
        fair.refused(OpenDraw("e", "town", "by_lot", fair.now + timedelta(hours=1), "cup", places=3)) == "invalid_value"
    )
    entered(fair, range(3))
    drawn(fair)
    winner = next(number for number, state in enumerate(states(fair)) if state == "offered")
    taken = fair.accepted(TakeUpOffer("d", f"p{winner}"))
    assert (taken["state"], taken["redemption"]["points"]) == ("taken", "3")
    assert (fair.balance("", f"p{winner}"), fair.balance("held", f"p{winner}")) == (8, 3)
    assert shelf(fair) == (3, 2)
    fair.assert_sound()


def test_entering_again_answers_the_same_ticket_and_withdrawing_leaves_its_number(fair: Town) -> None:
    opened(fair)
    assert entered(fair, [0, 1, 0, 2]) == [1, 2, 1, 3]
    assert fair.accepted(WithdrawEntry("d", "p0"))["state"] == "withdrawn"
    assert fair.refused(WithdrawEntry("d", "p0")) == "wrong_state"
    assert entered(fair, [0]) == [4]
    done = drawn(fair)
    assert 1 not in done["winners"]
    assert faults(published(fair)) == []


def test_places_that_nobody_wants_are_free_again(fair: Town) -> None:
    opened(fair)
    entered(fair, [0])
    assert drawn(fair)["winners"] == [1]
    assert shelf(fair) == (4, 1)
    fair.accepted(DeclineOffer("d", "p0"))
    assert shelf(fair) == (5, 0)
    fair.assert_sound()


def test_an_offer_that_lapses_passes_on_exactly_once(fair: Town) -> None:
    opened(fair)
    entered(fair, range(4))
    drawn(fair)
    (first, second), (third, fourth) = _by_place(fair)[:2], _by_place(fair)[2:]
    fair.accepted(DeclineOffer("d", f"p{first - 1}"))
    assert _in(fair, "offered") == {second, third}
    assert fair.refused(LapseOffer("d", second)) == "wrong_state"
    fair.now += timedelta(hours=49)
    assert fair.refused(TakeUpOffer("d", f"p{second - 1}")) == "offer_lapsed"
    runner = JobRunner(fair.engine, fair.store)
    run = runner.run("lapse_offers", "staff")
    assert (run.handled, run.refused) == (2, 0)
    assert _in(fair, "offered") == {fourth}
    assert runner.run("lapse_offers", "staff").handled == 0
    assert shelf(fair) == (4, 1)
    fair.now += timedelta(hours=49)
    assert runner.run("lapse_offers", "staff").handled == 1
    assert shelf(fair) == (5, 0)
    assert faults(published(fair)) == []
    fair.assert_sound()


def _by_place(town: Town) -> list[int]:
    ranked = [each for each in published(town)["tickets"] if each["place"]]
    return [each["ticket"] for each in sorted(ranked, key=lambda each: each["place"])]


def _in(town: Town, state: str) -> set[int]:
    return {number for number, each in enumerate(states(town), start=1) if each == state}


def test_recent_winners_are_out_but_for_those_whom_the_rule_spares(fair: Town) -> None:
    fair.accepted(StateFact("p1", "volunteer.roles", date(2026, 1, 1), ["nurse"]))
    opened(fair)
    opened(fair, code="later")
    entered(fair, [0, 1])
    entered(fair, [0, 1, 2], "later")  # before anybody has won
    assert sorted(drawn(fair)["winners"]) == [1, 2]
    late = fair.accepted(DrawNow("later"))
    assert (states(fair, "later")[0], late["out"]) == ("out", 1)
    assert states(fair, "later")[1] == "offered", "nurses are spared"
    opened(fair, code="soon", places=1)
    outcome = fair.do(EnterDraw("soon", "p0"))
    assert outcome.error is not None
    assert outcome.error.code == "not_eligible"
    assert outcome.error.facts["say"].zh == "已于 2026-03-02 获得名额"
    assert fair.do(EnterDraw("soon", "p1")).is_accepted
    fair.accepted(DeclineOffer("d", "p0"))
    assert fair.do(EnterDraw("soon", "p0")).is_accepted, "an offer let go is no win"


def test_a_win_is_forgotten_when_the_bar_ends_and_not_by_merging(fair: Town) -> None:
    opened(fair)
    entered(fair, [0])
    drawn(fair)
    assert fair.refused(MergeVolunteers("p0", "p3")) == "wrong_state"
    fair.now += timedelta(minutes=1)
    taken = fair.accepted(TakeUpOffer("d", "p0"))["redemption"]["code"]
    from points_engine.flow.counter.holds import CancelHold

    fair.accepted(CancelHold(taken))
    fair.accepted(MergeVolunteers("p0", "p3"))
    opened(fair, code="next")
    assert fair.refused(EnterDraw("next", "p3")) == "not_eligible"
    fair.accepted(OpenDraw("far", "town", "by_lot", fair.now + timedelta(days=40), "cup", places=1))
    assert fair.do(EnterDraw("far", "p3")).is_accepted, "by the day of the draw the bar is over"
    fair.assert_sound()


def test_who_merges_keeps_one_ticket(fair: Town) -> None:
    opened(fair)
    entered(fair, [0, 1, 2])
    fair.accepted(MergeVolunteers("p0", "p1"))
    fair.accepted(MergeVolunteers("p2", "p3"))
    assert states(fair) == ["withdrawn", "entered", "entered"]
    assert drawn(fair)["winners"] == sorted([2, 3], key=lambda ticket: _by_place(fair).index(ticket))
    assert fair.do(TakeUpOffer("d", "p3")).is_accepted
    fair.assert_sound()


def test_groups_go_first_and_lots_decide_within(fair: Town) -> None:
    for number in (4, 5):
        fair.accepted(StateFact(f"p{number}", "volunteer.roles", date(2026, 1, 1), ["nurse"]))
    opened(fair, "nurses_first")
    entered(fair, range(6))
    assert set(drawn(fair)["winners"]) == {5, 6}
    assert [each["group"] for each in published(fair)["tickets"]] == [2, 2, 2, 2, 1, 1]
    assert faults(published(fair)) == []


def test_the_eldest_go_first_where_the_rule_says_so(fair: Town) -> None:
    fair.all_accepted([RegisterVolunteer(f"b{year}", "b", date(2024, 1, 1), date(year, 1, 1)) for year in (1990, 1950)])
    opened(fair, "eldest")
    fair.all_accepted([EnterDraw("d", number) for number in ("p0", "b1990", "b1950")])
    done = drawn(fair)
    assert (done["winners"], done["seed"]) == ([3, 2], "")
    assert faults(published(fair)) == []


def test_the_rule_may_go_by_the_number_of_applicants(fair: Town) -> None:
    assert fair.refused(OpenDraw("d", "town", "half", fair.now + timedelta(hours=1), "cup")) == "invalid_value"
    fair.all_accepted([StateFact(f"p{n}", "volunteer.flags", date(2026, 1, 1), ["double"]) for n in range(3)])
    opened(fair, "half", places=4)
    assert fair.refused(EnterDraw("d", "p5")) == "not_eligible"
    entered(fair, [0, 1, 2])
    assert len(drawn(fair)["winners"]) == 2
    assert shelf(fair) == (3, 2)


def test_the_first_who_come_are_served_and_the_others_wait(fair: Town) -> None:
    opened(fair, "queue")
    entered(fair, range(4))
    assert states(fair) == ["offered", "offered", "waiting", "waiting"]
    fair.accepted(TakeUpOffer("d", "p0"))
    assert fair.accepted(DeclineOffer("d", "p1"))["passes_to"] == 3
    fair.accepted(WithdrawEntry("d", "p3"))
    assert fair.accepted(DeclineOffer("d", "p2"))["passes_to"] is None
    assert entered(fair, [4]) == [5]
    assert states(fair) == ["taken", "declined", "declined", "withdrawn", "offered"]
    assert fair.refused(DrawNow("d")) == "draw_still_open"
    assert drawn(fair)["winners"] == []
    assert fair.refused(EnterDraw("d", "p5")) == "draw_closed"
    assert faults(published(fair)) == []
    fair.assert_sound()


def test_seats_of_an_activity_are_kept_and_taken_up(fair: Town) -> None:
    from points_engine.flow.service.activities import RegisterActivity, SignUpFor

    fair.accepted(RegisterActivity("trip", "Trip", "green", "riverside", capacity=3))
    opened(fair, "outing", activity="trip")
    entered(fair, range(3))
    fair.accepted(SignUpFor("p5", "trip"))
    assert fair.refused(SignUpFor("p4", "trip")) == "activity_full"
    taken = fair.accepted(TakeUpOffer("d", "p0"))
    assert (taken["activity"], taken["redemption"]) == ("trip", None)
    assert fair.query("SELECT taken FROM seats WHERE activity = 'trip'")[0][0] == 3
    fair.accepted(DeclineOffer("d", "p1"))
    fair.accepted(DeclineOffer("d", "p2"))
    drawn(fair)
    assert fair.query("SELECT taken FROM seats WHERE activity = 'trip'")[0][0] == 2
    fair.assert_sound()


def test_a_cancelled_draw_gives_everything_back_and_what_was_taken_up_stays(fair: Town) -> None:
    opened(fair)
    entered(fair, range(4))
    drawn(fair)
    first, second = (f"p{ticket - 1}" for ticket in _by_place(fair)[:2])
    fair.accepted(TakeUpOffer("d", first))
    assert fair.accepted(CancelDraw("d", "the hall burnt down"))["void"] == 3
    assert sorted(states(fair)) == ["taken", "void", "void", "void"]
    assert fair.refused(TakeUpOffer("d", second)) == "wrong_state"
    assert shelf(fair) == (4, 1)
    assert faults(published(fair)) == []
    opened(fair, code="e")
    assert fair.refused(EnterDraw("e", first)) == "not_eligible"
    assert fair.do(EnterDraw("e", second)).is_accepted, "an offer that was void is no win"
    fair.accepted(CancelDraw("e", "nor here"))
    assert shelf(fair) == (4, 1)
    assert published(fair, "e")["seed"] == ""
    assert "burnt" not in str(fair.query("SELECT content_json FROM command WHERE kind = 'cancel_draw'"))
    fair.assert_sound()


def test_who_was_suspended_after_winning_cannot_take_it_up(fair: Town) -> None:
    opened(fair)
    entered(fair, [0])
    drawn(fair)
    fair.accepted(SetStanding("p0", "suspended"))
    assert fair.refused(TakeUpOffer("d", "p0")) == "standing_blocks"


def test_fifty_at_once_for_the_last_place(any_fair: Town) -> None:
    opened(any_fair, "queue", places=1)
    asked = [(number, any_fair.submission(EnterDraw("d", f"p{number}"))) for number in range(50)]
    with (
        a_second_engine(any_fair) as other,
        GroupCommit(any_fair.engine) as here,
        GroupCommit(other) as there,
        ThreadPoolExecutor(50) as callers,
    ):
        outcomes = list(callers.map(lambda each: (here, there)[each[0] % 2].submit(each[1]).result().expect(), asked))
    assert Counter(each["state"] for each in outcomes) == {"offered": 1, "waiting": 49}
    assert sorted(each["ticket"] for each in outcomes) == list(range(1, 51))
    assert next(each["ticket"] for each in outcomes if each["state"] == "offered") == 1
    assert faults(published(any_fair)) == []
    any_fair.assert_sound()


def test_nobody_wins_two_draws_that_are_drawn_at_once(any_fair: Town) -> None:
    opened(any_fair, places=1)
    opened(any_fair, code="e", places=1)
    entered(any_fair, [0])
    entered(any_fair, [0], "e")
    any_fair.now += timedelta(hours=2)
    drawing = [any_fair.submission(DrawNow(code)) for code in ("d", "e")]
    with a_second_engine(any_fair) as other, ThreadPoolExecutor(2) as callers:
        done = list(
            callers.map(
                lambda each: each[0].submit(each[1]).expect(), zip((any_fair.engine, other), drawing, strict=True)
            )
        )
    assert sorted((each["winners"], each["out"]) for each in done) == [([], 1), ([1], 0)]
    any_fair.assert_sound()


@settings(max_examples=25, deadline=None)
@given(
    people=st.lists(st.integers(0, 5), min_size=1, max_size=9),
    gone=st.sets(st.integers(0, 5), max_size=3),
    places=st.integers(1, 2),
    let_go=st.lists(st.sampled_from(["take", "decline", "lapse"]), max_size=8),
)
def test_any_draw_is_drawn_again_the_same_and_gives_no_more_than_its_places(
    people: list[int], gone: set[int], places: int, let_go: list[str]
) -> None:
    for fair in closing(a_town()):
        opened(fair, places=places)
        entered(fair, people)
        for number in gone & set(people):
            fair.accepted(WithdrawEntry("d", f"p{number}"))
        winners = drawn(fair)["winners"]
        assert len(winners) <= places
        for what in let_go:
            offered = sorted(_in(fair, "offered"))
            if not offered:
                break
            holder = fair.query(
                "SELECT v.number FROM ticket t JOIN volunteer v ON v.id = t.volunteer_id WHERE t.ticket = :t",
                t=offered[0],
            )[0][0]
            if what == "take":
                fair.accepted(TakeUpOffer("d", holder))
            elif what == "decline":
                fair.accepted(DeclineOffer("d", holder))
            else:
                fair.now += timedelta(hours=49)
                fair.all_accepted([LapseOffer("d", ticket) for ticket in offered])
            assert len(_in(fair, "offered") | _in(fair, "taken")) <= places
            fair.assert_sound()
        assert faults(published(fair)) == []
