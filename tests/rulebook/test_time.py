"""Time: midnight, year's end, fiscal years, rates and clocks that change, leap days, versions of mid-year."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from zoneinfo import ZoneInfo

import pytest

from points_engine.rulebook.acts import standings_on, tier_on
from points_engine.rulebook.fold import RuleHistory, fold
from points_engine.rulebook.occasions import Credit, Occasion, Subject
from points_engine.rulebook.pack import Pack
from points_engine.rulebook.standings import cancelled
from tests.rulebook.packs import NEVER, PACK, a_pack
from tests.rulebook.schemes import hours, person, scheme, served

HOUR = "- award: hour\n  per: hour\n  amount: 1\n"
NEW_YORK = PACK.replace("Asia/Shanghai", "America/New_York")


def stretch(pack: Pack, start: str, end: str, effective: str = "") -> Occasion:
    """A record from one local time to another; a time that the clocks show twice is the first of them."""
    begin, until = (datetime.fromisoformat(each).replace(tzinfo=pack.zone).astimezone(UTC) for each in (start, end))
    day = date.fromisoformat(effective or start[:10])
    minutes = (until - begin) // timedelta(minutes=1)
    return Occasion(f"r{start}", "record", begin, until, minutes, {"record.recorded_by": "kiosk"}, day)


def credits_of(history: Pack | RuleHistory, *occasions: Occasion, subject: Subject | None = None) -> list[Credit]:
    versions = RuleHistory(((history.effective_on, history),)) if isinstance(history, Pack) else history
    ordered = sorted(occasions, key=lambda each: each.order)
    return list(fold(versions, subject or Subject("mei"), ordered).credits)


# ---- midnight, year's end, fiscal years -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("midnight", "minutes"), [("split", [120, 120, 120]), ("start", [120, 60, 180]), ("end", [120, 120, 60])]
)
def test_a_night_at_the_end_of_a_year_takes_of_the_caps_of_the_days_that_the_pack_says(
    midnight: str, minutes: list[int]
) -> None:
    cap = "- cap: yearly\n  limits: minutes\n  most: 3 h\n  over: year\n"
    pack = a_pack(HOUR + cap + NEVER, PACK + f"midnight: {midnight}\n")
    night = stretch(pack, "2026-12-31T23:00", "2027-01-01T01:00")
    before = stretch(pack, "2026-12-31T08:00", "2026-12-31T10:00")
    after = stretch(pack, "2027-01-01T08:00", "2027-01-01T11:00")
    # 2 h, then what the old year (at most 1 h more) and the new one let through, then what the new one has left
    assert [credit.minutes for credit in credits_of(pack, before, night, after)] == minutes


@pytest.mark.parametrize(
    ("midnight", "ends"), [("split", "2026-12-31"), ("start", "2026-12-31"), ("end", "2027-12-31")]
)
def test_points_of_a_night_end_with_the_year_of_the_day_that_the_record_belongs_to(midnight: str, ends: str) -> None:
    pack = a_pack(HOUR + "- expiry: e\n  ends: end_of_year\n", PACK + f"midnight: {midnight}\n")
    (credit,) = credits_of(pack, stretch(pack, "2026-12-31T23:00", "2027-01-01T01:00"))
    assert [(day.isoformat(), amount) for day, amount in credit.lots] == [(ends, 2)]


@pytest.mark.parametrize(("day", "points"), [("2026-09-30", 0), ("2026-10-01", 1)])
def test_a_fiscal_year_begins_on_its_own_day(day: str, points: int) -> None:
    rules = (
        HOUR + "- cap: c\n  limits: amount\n  most: 1\n  over: fiscal_year\n- expiry: e\n  ends: end_of_fiscal_year\n"
    )
    pack = a_pack(rules, PACK + "fiscal_year_starts: 10-01\n")
    first, second = credits_of(
        pack, stretch(pack, "2026-03-01T08:00", "2026-03-01T09:00"), stretch(pack, f"{day}T08:00", f"{day}T09:00")
    )
    assert first.lots == ((date(2026, 9, 30), 1),)
    assert second.points == points
    assert second.lots == (((date(2027, 9, 30), 1),) if points else ())


# ---- a changed rate -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("midnight", "points"), [("split", 2), ("start", 2), ("end", 4)])
def test_a_night_across_a_changed_rate_goes_by_the_day_that_it_belongs_to(midnight: str, points: int) -> None:
    rules = """
- parameter: rate
  cite: x
  measured_in: points
  values: {2019-07-01: 1, 2026-07-01: 2}
- award: hour
  per: hour
  amount: rate
"""
    pack = a_pack(rules + NEVER, PACK + f"midnight: {midnight}\n")
    (credit,) = credits_of(pack, stretch(pack, "2026-06-30T23:00", "2026-07-01T01:00"))
    assert credit.points == points
    since = "2026-07-01" if midnight == "end" else "2019-07-01"
    assert json.loads(credit.trace)["parameters"]["rate"]["since"] == since


# ---- clocks that change ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "minutes"),
    [
        ("2026-03-08T01:30", "2026-03-08T03:30", 60),  # the hour from two to three is left out
        ("2026-11-01T00:30", "2026-11-01T02:30", 180),  # the hour from one to two is there twice
        ("2026-03-07T01:30", "2026-03-07T03:30", 120),
    ],
)
def test_an_hour_that_the_clocks_leave_out_is_not_served_and_one_that_comes_twice_is(
    start: str, end: str, minutes: int
) -> None:
    pack = a_pack(HOUR + NEVER, NEW_YORK)
    (credit,) = credits_of(pack, stretch(pack, start, end))
    assert (credit.minutes, credit.points) == (minutes, minutes // 60)


@pytest.mark.parametrize(
    ("evening", "morning", "pieces"),
    [
        ("2026-03-07T22:00", "2026-03-08T04:00", [120, 180]),
        ("2026-10-31T22:00", "2026-11-01T04:00", [120, 300]),
    ],
)
def test_a_night_in_which_the_clocks_change_is_split_at_the_local_midnight(
    evening: str, morning: str, pieces: list[int]
) -> None:
    pack = a_pack(HOUR + NEVER, NEW_YORK + "midnight: split\n")
    (credit,) = credits_of(pack, stretch(pack, evening, morning))
    (step,) = [each for each in json.loads(credit.trace)["steps"] if each[0] == "midnight"]
    assert step[4:] == pieces


def test_a_day_of_twenty_five_hours_is_one_day_for_its_cap() -> None:
    pack = a_pack(HOUR + "- cap: c\n  limits: minutes\n  most: 24 h\n  over: day\n" + NEVER, NEW_YORK)
    first = stretch(pack, "2026-11-01T00:00", "2026-11-01T12:00")
    second = stretch(pack, "2026-11-01T12:00", "2026-11-02T00:00")
    assert [credit.minutes for credit in credits_of(pack, first, second)] == [780, 660]


# ---- leap days ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("earned", "ends", "last"),
    [
        ("2024-02-29", "after 1 year", "2025-02-28"),
        ("2024-02-29", "after 4 years", "2028-02-29"),
        ("2023-02-28", "after 1 year", "2024-02-28"),
        ("2024-01-31", "after 1 month", "2024-02-29"),
        ("2023-01-31", "after 1 month", "2023-02-28"),
        ("2024-02-28", "after 366 days", "2025-02-28"),
    ],
)
def test_a_term_that_ends_on_a_day_that_there_is_not_ends_on_the_last_day_of_the_month(
    earned: str, ends: str, last: str
) -> None:
    pack = a_pack(HOUR + f"- expiry: e\n  ends: {ends}\n")
    (credit,) = credits_of(pack, stretch(pack, f"{earned}T08:00", f"{earned}T09:00"))
    assert credit.lots == ((date.fromisoformat(last), 1),)


def test_the_hours_of_29_february_are_those_of_the_last_twelve_months_for_a_year() -> None:
    pack = scheme("us-presidents-award")
    ann, history = person("2000-01-01"), [served(pack, "2012-02-29", 600), *hours(pack, "2012-03-01", 40)]
    state = fold(RuleHistory(((pack.effective_on, pack),)), ann, history).state
    assert tier_on(pack, ann, state, date(2013, 2, 28)).get("award") == "bronze"
    assert tier_on(pack, ann, state, date(2013, 3, 1)).get("award") is None


# ---- versions, late arrivals, evaluations, sanctions ----------------------------------------------------------------


def versions() -> RuleHistory:
    """One point an hour and at most five a year; from July on two points an hour, at most eight a year."""
    cap = "- cap: yearly\n  limits: amount\n  most: {}\n  over: year\n"
    first = a_pack(HOUR + cap.format(5) + NEVER)
    later = a_pack(
        HOUR.replace("amount: 1", "amount: 2") + cap.format(8) + NEVER, PACK.replace("2019-07-01", "2026-07-01")
    )
    return RuleHistory(((first.effective_on, first), (later.effective_on, later)))


def test_a_version_that_begins_in_mid_year_goes_on_from_what_the_year_has_used() -> None:
    history = versions()
    pack = history.versions[0][1]
    march = stretch(pack, "2026-03-02T08:00", "2026-03-02T12:00")
    july = stretch(pack, "2026-07-01T08:00", "2026-07-01T12:00")
    assert [credit.points for credit in credits_of(history, march, july)] == [4, 4]


def test_a_record_that_arrives_late_is_decided_by_the_version_in_force_when_it_takes_effect() -> None:
    history = versions()
    pack = history.versions[0][1]
    in_time = stretch(pack, "2026-06-30T08:00", "2026-06-30T09:00", effective="2026-06-30")
    late = stretch(pack, "2026-06-30T10:00", "2026-06-30T11:00", effective="2026-07-01")
    assert [credit.points for credit in credits_of(history, in_time, late)] == [1, 2]


def test_any_order_of_arrival_gives_the_same_credits() -> None:
    pack = scheme("huadu-residents")
    day = date(2026, 3, 2)
    records = [
        served(pack, "2026-03-02", 250, "08:00"), served(pack, "2026-03-02", 250, "11:00"),
        served(pack, "2026-03-02", 100, "16:00"), served(pack, "2026-03-03", 50, "08:00"),
    ]  # fmt: skip
    granted = [
        Occasion(each.id, each.kind, each.start, each.end, each.minutes, each.facts, day, frozenset({"steward"}))
        for each in records
    ]
    wanted = credits_of(pack, *granted)
    assert [credit.minutes for credit in wanted] == [250, 180, 50, 50]
    for order in permutations(granted):
        seen: list[Occasion] = []
        for each in order:  # every arrival folds the day again from what is known
            seen.append(each)
            last = credits_of(pack, *seen)
        assert last == wanted


@pytest.mark.parametrize("evaluation", ["complaint", "misconduct"])
def test_an_evaluation_that_changes_takes_the_time_and_gives_it_back(evaluation: str) -> None:
    pack = scheme("hailin")
    patrol = served(pack, "2026-03-02", 120, activity_id="patrol")
    voided = served(pack, "2026-03-02", 120, activity_id="patrol", record_evaluation=evaluation)
    assert [credits_of(pack, each)[0].points for each in (patrol, voided, patrol)] == [2, 0, 2]


def test_hours_that_a_sanction_cancels_count_no_longer_and_neither_do_the_levels_reached_with_them() -> None:
    pack = scheme("chongqing-backfill")
    mei = person(flags=[("2024-03-01", ("false_backfill",))])
    history = [
        served(pack, "2024-01-01", 600, record_recorded_by="backfill", record_evaluation="false"),
        *hours(pack, "2024-04-01", 100),
    ]
    gone = set(cancelled(pack, "backfill_withdrawn", history))
    assert gone == {"r2024-01-0108:00"}
    kept = [each for each in history if each.id not in gone]
    result = fold(RuleHistory(((pack.effective_on, pack),)), mei, kept)
    assert sum(credit.minutes for credit in result.credits) == 100 * 60
    assert standings_on(pack, mei, result.state, date(2025, 3, 2)) == ()


def test_a_zone_of_its_own_decides_which_day_it_is() -> None:
    pack = a_pack(HOUR + NEVER, NEW_YORK)
    late = datetime(2026, 3, 2, 23, 30, tzinfo=ZoneInfo("America/New_York")).astimezone(UTC)
    occasion = Occasion("r", "record", late, late + timedelta(minutes=20), 20, {}, date(2026, 3, 2))
    assert credits_of(pack, occasion)[0].day == date(2026, 3, 2)
