"""Tiers: terms, reviews, resets, years in a row, and what is used up by reaching a level."""

from __future__ import annotations

from datetime import date

import pytest

from points_engine.rulebook.acts import tier_on, values_at
from points_engine.rulebook.kinds import Value
from points_engine.rulebook.occasions import TIER_DAYS, TIERS, Occasion, Subject
from points_engine.rulebook.pack import Pack
from tests.rulebook.builders import fold_all, record
from tests.rulebook.packs import NEVER, PACK, a_pack, problems_of

MEI = Subject("mei")
HOURS = """
- measure: lifetime_time
  fold: sum
  of: credited.minutes
  over: lifetime
- measure: this_year
  fold: sum
  of: credited.minutes
  over: year
- measure: last_year
  fold: sum
  of: credited.minutes
  over: year - 1
- measure: since_card
  fold: sum
  of: credited.minutes
  over: since(rank)
- award: hour
  per: hour
  amount: 1
"""


def ranked(settings: str, *steps: str) -> Pack:
    rows = "".join(
        f"    - {{level: l{n}, title: {{zh: 级, en: Level}}, reach: '{reach}'}}\n"
        for n, reach in enumerate(steps, start=1)
    )
    return a_pack(f"{HOURS}- tier: rank\n  steps:\n{rows}{settings}{NEVER}", PACK + "midnight: start\n")


def level(pack: Pack, day: str, *occasions: Occasion) -> str | None:
    return tier_on(pack, MEI, fold_all(pack, *occasions).state, date.fromisoformat(day)).get("rank")


def hours(day: str, count: int) -> Occasion:
    return record(f"{day}T00:00", count * 60)


REVIEWED = ranked(
    "  holds: end_of_year + 1\n  falls: at_review\n",
    "this_year >= 10 h or last_year >= 10 h",
    "this_year >= 20 h or last_year >= 20 h",
)


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2024-12-31", "l2"), ("2025-12-31", "l2"), ("2026-01-01", None)],
)
def test_a_level_holds_for_its_term_and_ends_where_nothing_renews_it(day: str, expected: str | None) -> None:
    assert level(REVIEWED, day, hours("2024-03-01", 20)) == expected


def test_a_review_may_lead_to_a_lower_level_for_another_term() -> None:
    served = (hours("2024-03-01", 20), hours("2025-06-01", 10))
    assert level(REVIEWED, "2025-12-31", *served) == "l2"
    assert level(REVIEWED, "2026-01-01", *served) == "l1"
    assert level(REVIEWED, "2027-12-31", *served) == "l1"
    assert level(REVIEWED, "2028-01-01", *served) is None


def test_a_review_looks_at_what_had_been_served_by_then() -> None:
    later = (hours("2024-03-01", 20), hours("2025-06-01", 10), hours("2026-02-01", 5))
    assert level(REVIEWED, "2026-02-02", *later) == "l1"
    assert level(REVIEWED, "2026-02-02", *later, hours("2026-02-02", 15)) == "l2"


@pytest.mark.parametrize(("day", "expected"), [("2024-12-31", "l1"), ("2025-01-01", None)])
def test_a_reset_starts_from_nothing_in_each_window(day: str, expected: str | None) -> None:
    pack = ranked("  reset: year\n", "this_year >= 10 h")
    assert level(pack, day, hours("2024-03-01", 10)) == expected


def test_after_a_reset_the_level_is_reached_again_and_said_again() -> None:
    pack = ranked("  reset: year\n", "this_year >= 10 h")
    reached = fold_all(pack, hours("2024-03-01", 10), hours("2025-03-01", 9), hours("2025-04-01", 1)).tiers
    assert [(each.level, each.on) for each in reached] == [("l1", date(2024, 3, 1)), ("l1", date(2025, 4, 1))]


CARD = ranked("  holds: after 2 years\n  falls: at_review\n", "since_card >= 100 h")


def test_hours_are_not_used_again_after_a_renewal() -> None:
    first = hours("2024-03-01", 100)
    assert level(CARD, "2026-03-01", first) == "l1"
    assert level(CARD, "2026-03-02", first) is None
    assert level(CARD, "2026-03-02", first, hours("2025-01-01", 99)) is None
    renewed = (first, hours("2025-01-01", 100))
    assert level(CARD, "2026-03-02", *renewed) == "l1"
    assert level(CARD, "2028-03-02", *renewed) == "l1"
    assert level(CARD, "2028-03-03", *renewed) is None


def test_hours_beyond_what_a_level_needs_are_used_up_with_it() -> None:
    state = fold_all(CARD, hours("2024-03-01", 150), hours("2024-03-20", 5)).state
    assert values_at(CARD, MEI, state, date(2024, 4, 1))["since_card"] == 300


def test_a_level_for_years_in_a_row() -> None:
    rows = """
- measure: this_year
  fold: sum
  of: credited.minutes
  over: year
- measure: good_years
  fold: streak
  of: this_year >= 50 h
  over: year
- tier: rank
  steps: [{level: l1, title: {zh: 级, en: Level}, reach: good_years >= 3}]
- award: hour
  per: hour
  amount: 1
"""
    pack = a_pack(rows + NEVER)
    years = [hours(f"20{year}-03-01", 50) for year in (22, 23, 24)]
    assert level(pack, "2024-12-31", *years) == "l1"
    assert level(pack, "2024-12-31", *years[:2]) is None
    assert level(pack, "2024-12-31", years[0], hours("2023-03-01", 49), years[2]) is None
    gap = [hours(f"20{year}-03-01", 50) for year in (21, 22, 24)]
    assert level(pack, "2024-12-31", *gap) is None


def test_a_level_of_several_measures_with_and_and_or() -> None:
    rows = """
- measure: time
  fold: sum
  of: credited.minutes
  over: lifetime
- measure: visits
  fold: count
  over: lifetime
- tier: rank
  steps:
    - {level: both, title: {zh: 级, en: Level}, mode: all, reach: [time >= 2 h, visits >= 2]}
    - {level: either, title: {zh: 级, en: Level}, mode: any, reach: [time >= 10 h, visits >= 3]}
- award: hour
  per: hour
  amount: 1
"""
    pack = a_pack(rows + NEVER)
    assert level(pack, "2024-12-31", hours("2024-01-01", 2)) is None
    assert level(pack, "2024-12-31", hours("2024-01-01", 1), hours("2024-01-02", 1)) == "both"
    assert level(pack, "2024-12-31", hours("2024-01-01", 10)) == "either"
    assert level(pack, "2024-12-31", *(record(f"2024-01-0{day}T09:00", 1) for day in (1, 2, 3))) == "either"


def test_a_review_needs_a_term() -> None:
    rule = "- tier: t\n  falls: at_review\n  steps: [{level: a, title: {zh: 级, en: A}, reach: day.working}]\n"
    assert [one.code for one in problems_of(rule + NEVER)] == ["needs_key"]
    assert problems_of(rule + "  holds: for_ever\n" + NEVER) == ()


def of_member(settings: str, *rows: tuple[str, tuple[str, ...]]) -> tuple[Pack, Subject]:
    dated: list[tuple[date, Value]] = [(date.fromisoformat(day), roles) for day, roles in rows]
    return ranked(settings, "lifetime_time >= 1 h"), Subject("mei", {"volunteer.roles": dated})


@pytest.mark.parametrize("key", ["when: {}", "require: [{{that: {}}}]"])
def test_a_tier_is_only_for_those_whom_its_rule_is_about(key: str) -> None:
    pack, mei = of_member("  " + key.format("\"'member' in volunteer.roles\"") + "\n", ("2026-03-10", ("member",)))
    result = fold_all(pack, hours("2026-03-01", 2), hours("2026-03-12", 1), subject=mei)
    assert [each.on for each in result.tiers] == [date(2026, 3, 12)]
    assert tier_on(pack, mei, result.state, date(2026, 3, 12)).get("rank") == "l1"
    assert tier_on(pack, Subject("mei"), result.state, date(2026, 3, 12)).get("rank") is None


def test_whoever_has_reached_nothing_leaves_nothing_in_the_state() -> None:
    pack = ranked("", "lifetime_time >= 10 h")
    nothing, something = (set(fold_all(pack, hours("2026-03-01", count)).state.slots) for count in (2, 10))
    assert (TIERS in something, TIER_DAYS in something) == (True, True)
    assert (TIERS in nothing, TIER_DAYS in nothing) == (False, False)


def test_a_level_that_never_falls_is_over_after_its_term_and_may_be_reached_again() -> None:
    pack = ranked("  holds: after 1 year\n", "this_year >= 10 h")
    first, later = hours("2024-03-01", 10), hours("2026-03-01", 10)
    assert level(pack, "2025-03-01", first) == "l1"
    assert level(pack, "2025-03-02", first) is None
    result = fold_all(pack, first, later)
    assert [each.on for each in result.tiers] == [date(2024, 3, 1), date(2026, 3, 1)]


def test_an_award_reads_the_level_after_it_was_looked_at_again() -> None:
    pack = a_pack(
        f"""{HOURS}- tier: rank
  steps:
    - {{level: l1, title: {{zh: 级, en: Level}}, reach: this_year >= 10 h or last_year >= 10 h}}
  holds: end_of_year + 1
  falls: at_review
- award: ranked
  when: volunteer.tier == 'l1'
  amount: 100
{NEVER}""",
        PACK,
    )
    visits = [hours("2024-03-01", 10), hours("2025-12-31", 1), hours("2026-01-01", 1)]
    assert [credit.points for credit in fold_all(pack, *visits).credits] == [10, 101, 1]


def test_what_follows_a_level_that_falls_at_once_counts_from_the_day_it_was_reached() -> None:
    pack = ranked("  falls: at_once\n", "this_year >= 10 h or last_year >= 10 h")
    visits = [hours("2026-03-01", 10), hours("2026-03-02", 1), hours("2026-03-05", 2)]
    values = values_at(pack, MEI, fold_all(pack, *visits).state, date(2026, 3, 6))
    assert values["since_card"] == 180
    assert level(pack, "2027-12-31", *visits) == "l1"
    assert level(pack, "2028-01-01", *visits) is None


def test_a_level_reached_across_midnight_counts_from_the_day_after() -> None:
    pack = a_pack(
        f"""{HOURS}- tier: rank
  steps:
    - {{level: l1, title: {{zh: 级, en: Level}}, reach: lifetime_time >= 2 h}}
{NEVER}""",
        PACK + "midnight: split\n",
    )
    visits = [record("2026-03-01T23:00", 120), record("2026-03-02T09:00", 60), record("2026-03-03T09:00", 30)]
    assert values_at(pack, MEI, fold_all(pack, *visits).state, date(2026, 3, 4))["since_card"] == 30
