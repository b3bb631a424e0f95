"""Awards through the engine: what each answer says, two schemes side by side, and histories folded from the middle."""

from __future__ import annotations

from datetime import date
from typing import Any

from points_engine.flow.people.volunteers import StateFact
from points_engine.flow.service.approvals import ApproveFact
from points_engine.flow.service.corrections import CorrectRecord, ReverseRecord
from tests.engine.towns import Town, at

VISITS = [("2024-05-01 09:00", 100), ("2025-03-01 09:00", 90), ("2025-11-01 09:00", 200), ("2026-01-05 09:00", 70)]
"""Service over three years: when, and how many minutes."""


def tiers(town: Town) -> list[tuple[str, bool]]:
    """The day of every level reached, and whether it was taken back."""
    rows = town.query("SELECT from_day, is_void FROM tier_held ORDER BY from_day")
    return [(str(day), bool(is_void)) for day, is_void in rows]


def test_an_answer_says_what_was_earned_in_each_scheme_and_counts_the_time_once(two_schemes: Town) -> None:
    town = two_schemes
    town.volunteer(joined="2026-01-01")
    served = town.serve("2026-02-01 09:00", 120)
    assert (served["awarded"], served["minutes"], served["awaiting"]) == ({"town": 2, "guild": 40}, 120, [])
    assert served["changed"] == []
    nothing = town.serve("2026-02-02 09:00", 120, recorded_by="backfill")
    assert (nothing["awarded"], nothing["minutes"]) == ({"guild": 40}, 120)
    town.assert_sound()


def test_a_correction_changes_each_scheme_by_its_own_rules_and_leaves_other_facts_alone(two_schemes: Town) -> None:
    town = two_schemes
    town.volunteer(joined="2026-01-01")
    first = town.serve("2026-02-01 09:00", 120)["fact"]
    town.serve("2026-02-02 09:00", 60)
    before = town.query("SELECT trace_id FROM award WHERE fact_id <> :f ORDER BY 1", f=first)
    changed = town.accepted(CorrectRecord(first, "an hour less", end=at("2026-02-01 10:00")))
    assert (changed["awarded"], changed["minutes"], changed["changed"]) == ({"town": -1, "guild": -20}, -60, [first])
    assert (town.balance(), town.balance(scheme="guild"), town.minutes()) == (3, 40, 120)
    assert town.query("SELECT trace_id FROM award WHERE fact_id <> :f ORDER BY 1", f=first) == before
    town.assert_sound()


def test_each_scheme_says_whose_approval_it_awaits(two_schemes: Town) -> None:
    town = two_schemes
    town.volunteer(joined="2026-01-01")
    long = town.serve("2026-02-01 08:00", 300)
    assert (long["awaiting"], long["awarded"]) == (["steward"], {"guild": 100})
    assert town.query("SELECT state FROM fact WHERE id = :f", f=long["fact"])[0][0] == "recorded"
    granted = town.accepted(ApproveFact(str(long["fact"]), "steward"), "lea")
    assert (granted["awaiting"], granted["awarded"], granted["changed"]) == ([], {"town": 5}, [long["fact"]])
    assert town.query("SELECT state FROM fact WHERE id = :f", f=long["fact"])[0][0] == "approved"
    blood = town.give_blood("2026-02-02 09:00")
    assert (blood["awaiting"], blood["awarded"]) == (["guild"], {"town": 4})
    town.assert_sound()


def test_an_award_told_anew_without_a_change_of_its_points_keeps_its_entry(town: Town) -> None:
    town.volunteer(joined="2026-01-01")
    fact = town.serve("2026-02-01 09:00", 60)["fact"]
    entry = town.query("SELECT entry_id, trace_id FROM award WHERE fact_id = :f", f=fact)[0]
    told = town.accepted(
        CorrectRecord(fact, "the clock was fast", start=at("2026-02-01 09:05"), end=at("2026-02-01 10:05"))
    )
    assert (told["entry"], told["awarded"], told["minutes"]) == (None, {}, 0)
    after = town.query("SELECT entry_id, trace_id FROM award WHERE fact_id = :f", f=fact)[0]
    assert after[0] == entry[0]
    town.assert_sound()


def test_what_took_effect_on_the_first_day_of_the_rules_counts_also_when_it_is_folded_again(town: Town) -> None:
    town.volunteer(joined="2024-01-01")
    first = town.serve("2024-01-01 09:00", 60)
    assert first["awarded"] == {"town": 1}
    again = town.accepted(StateFact("mei", "volunteer.teams", date(2024, 1, 1), ["gardeners"]))
    assert again["changed"] == []
    assert (town.balance(), town.minutes()) == (2, 60)
    town.assert_sound()


def test_a_correction_in_a_later_year_leaves_the_levels_of_earlier_years(town: Town) -> None:
    town.volunteer(joined="2025-01-01")
    town.serve("2025-02-01 09:00", 200)
    town.serve("2025-02-02 09:00", 200)
    later = town.serve("2026-02-01 09:00", 120)["fact"]
    assert tiers(town) == [("2025-02-02", False)]
    town.accepted(ReverseRecord(later, "false"))
    assert tiers(town) == [("2025-02-02", False)]
    town.assert_sound()


def test_a_level_reached_on_new_years_day_is_taken_back_with_its_record(town: Town) -> None:
    town.volunteer(joined="2025-01-01")
    town.serve("2025-02-01 09:00", 200)
    reaching = town.serve("2026-01-01 09:00", 200)["fact"]
    assert tiers(town) == [("2026-01-01", False)]
    town.accepted(ReverseRecord(reaching, "false"))
    assert tiers(town) == [("2026-01-01", True)]
    town.assert_sound()


def test_the_state_is_kept_after_every_step_and_before_every_new_year(town: Town) -> None:
    town.volunteer(joined="2024-01-01")
    facts = [town.serve(start, served)["fact"] for start, served in VISITS]
    points = "SELECT day, is_void FROM fold_checkpoint ORDER BY day"
    kept = [(str(day), bool(is_void)) for day, is_void in town.query(points)]
    assert kept == [("2025-01-01", False), ("2026-01-01", False)]
    assert town.query("SELECT last_id FROM fold") == [(facts[-1],)]
    town.accepted(ReverseRecord(facts[-1], "false"))
    kept = [(str(day), bool(is_void)) for day, is_void in town.query(points)]
    assert kept == [("2025-01-01", False), ("2026-01-01", False)]
    assert town.query("SELECT last_id FROM fold") == [(facts[-2],)]
    town.assert_sound()


def books(town: Town) -> dict[str, Any]:
    return {
        "awards": town.awards(),
        "lots": town.lots(),
        "minutes": town.minutes(),
        "tiers": [day for day, is_void in tiers(town) if not is_void],
        "state": town.query("SELECT state_json FROM fold"),
    }


def test_whatever_the_order_of_arrival_and_of_corrections_the_books_are_those_of_the_history() -> None:
    straight = Town()
    straight.volunteer()
    for start, served in VISITS:
        straight.serve(start, served)
    expected = books(straight)
    straight.store.close()
    for order in ([3, 2, 1, 0], [2, 0, 3, 1], [0, 3, 1, 2]):
        town = Town()
        town.volunteer()
        facts = {at_: town.serve(VISITS[at_][0], 30)["fact"] for at_ in order}
        for at_ in reversed(order):
            start, served = VISITS[at_]
            town.accepted(
                CorrectRecord(facts[at_], "longer", end=at(start[:11] + f"{9 + served // 60:02}:{served % 60:02}"))
            )
        found = books(town)
        assert {**found, "awards": [each[1:] for each in found["awards"]]} == {
            **expected, "awards": [each[1:] for each in expected["awards"]],
        }  # fmt: skip
        town.assert_sound()
        town.store.close()
