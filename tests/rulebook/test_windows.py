"""Windows and calendars: numbers, edges and working days."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from points_engine.rulebook.calendars import age_on, is_holiday, is_working
from points_engine.rulebook.expiries import last_usable
from points_engine.rulebook.kinds import Window
from points_engine.rulebook.occasions import NEVER
from points_engine.rulebook.windows import breadth, index_of, rolling_days, shifted, span
from tests.rulebook.builders import expiry

DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))
CALENDAR_KINDS = ["day", "week", "month", "quarter", "half_year", "year", "fiscal_year"]
PUBLISHED = Path(__file__).parents[1] / "data" / "holiday-cn"


@given(DAYS, st.sampled_from(CALENDAR_KINDS), st.sampled_from([(1, 1), (4, 1), (9, 15)]))
def test_days_of_one_window_have_one_number_and_the_next_window_the_next(
    day: date, kind: str, fiscal: tuple[int, int]
) -> None:
    window = Window(kind)
    days = span(window, day, fiscal)
    index = index_of(window, day, fiscal)
    assert days is not None
    assert index is not None
    first, last = days
    assert first <= day <= last
    assert index_of(window, first, fiscal) == index_of(window, last, fiscal) == index
    assert index_of(window, first - timedelta(days=1), fiscal) == index - 1
    assert index_of(window, last + timedelta(days=1), fiscal) == index + 1


def test_a_week_starts_on_monday() -> None:
    assert span(Window("week"), date(2026, 3, 1)) == (date(2026, 2, 23), date(2026, 3, 1))


def test_a_fiscal_year_is_named_by_the_year_in_which_it_starts() -> None:
    year = Window("fiscal_year")
    assert index_of(year, date(2026, 3, 31), (4, 1)) == 2025
    assert index_of(year, date(2026, 4, 1), (4, 1)) == 2026


def test_a_season_over_new_year_is_one_season() -> None:
    winter = Window("season", season=((11, 15), (2, 29)))
    assert index_of(winter, date(2025, 11, 15)) == index_of(winter, date(2026, 2, 28)) == 2025
    assert index_of(winter, date(2026, 3, 1)) is None
    assert index_of(winter, date(2025, 11, 14)) is None
    assert span(winter, date(2026, 1, 1)) == (date(2025, 11, 15), date(2026, 2, 28))


def test_the_last_twelve_months_end_on_the_day_in_hand() -> None:
    window = Window("last", length=12, unit="month")
    first, last = rolling_days(window, date(2026, 3, 1))
    assert (date.fromordinal(first), date.fromordinal(last)) == (date(2025, 3, 2), date(2026, 3, 1))


def test_the_window_before_has_an_offset() -> None:
    assert span(Window("quarter", offset=1), date(2026, 1, 15)) == (date(2025, 10, 1), date(2025, 12, 31))


def test_windows_are_ordered_narrow_to_wide() -> None:
    kinds = ["record", "day", "week", "month", "quarter", "season", "half_year", "year", "since", "lifetime"]
    breadths = [breadth(Window(kind)) for kind in kinds]
    assert breadths == sorted(breadths)
    assert breadth(Window("last", length=3, unit="day")) < breadth(Window("week"))


@pytest.mark.parametrize(
    ("settings", "last"),
    [
        ({"ends": "never"}, NEVER),
        ({"ends": "end_of_year"}, date(2018, 12, 31)),
        ({"ends": "end_of_year", "length": 1}, date(2019, 12, 31)),
        ({"ends": "end_of_month"}, date(2018, 5, 31)),
        ({"ends": "end_of_quarter"}, date(2018, 6, 30)),
        ({"ends": "end_of_fiscal_year"}, date(2019, 3, 31)),
        ({"ends": "after", "length": 2, "unit": "year"}, date(2020, 5, 1)),
        ({"ends": "after", "length": 90, "unit": "day"}, date(2018, 7, 30)),
        ({"ends": "after", "length": 18, "unit": "month", "granularity": "month"}, date(2019, 11, 30)),
        ({"ends": "after", "length": 1, "unit": "year", "granularity": "quarter"}, date(2019, 6, 30)),
        ({"ends": "on_day", "on_day": date(2020, 2, 29)}, date(2020, 2, 29)),
    ],
)
def test_the_last_usable_day_of_points_earned_on_the_first_of_may(settings: dict[str, object], last: date) -> None:
    rule = expiry("lapse", **settings)
    assert last_usable(rule, date(2018, 5, 1), (4, 1)) == last


def test_a_day_that_a_month_does_not_have_is_its_last() -> None:
    assert shifted(date(2024, 2, 29), "year", 1) == date(2025, 2, 28)
    assert shifted(date(2026, 3, 31), "month", -1) == date(2026, 2, 28)


def test_who_is_born_on_29_february_is_older_on_1_march_of_a_common_year() -> None:
    born = date(1960, 2, 29)
    assert (age_on(born, date(2025, 2, 28)), age_on(born, date(2025, 3, 1))) == (64, 65)
    assert (age_on(born, date(2028, 2, 28)), age_on(born, date(2028, 2, 29))) == (67, 68)


def test_working_days_are_those_that_the_state_council_published() -> None:
    checked = 0
    for path in sorted(PUBLISHED.glob("20*.json")):
        year = int(path.stem)
        special = {
            date.fromisoformat(entry["date"]): entry["isOffDay"]
            for entry in json.loads(path.read_text(encoding="utf-8"))["days"]
        }
        day = date(year, 1, 1)
        while day.year == year:
            off = special.get(day, day.weekday() >= 5)
            if day in special or not _listed_in_a_neighbouring_year(day):
                assert is_working("CN", day) is not off, day
                checked += 1
            day += timedelta(days=1)
    assert checked > 2900


def _listed_in_a_neighbouring_year(day: date) -> bool:
    for year in (day.year - 1, day.year + 1):
        path = PUBLISHED / f"{year}.json"
        if path.exists() and any(
            entry["date"] == day.isoformat() for entry in json.loads(path.read_text(encoding="utf-8"))["days"]
        ):
            return True
    return False


def test_a_make_up_sunday_is_worked_and_is_no_holiday() -> None:
    assert is_working("CN", date(2024, 2, 4))
    assert not is_working("CN", date(2024, 2, 12))
    assert is_holiday("CN", date(2024, 2, 12))
    assert not is_holiday("CN", date(2024, 2, 4))


def test_without_a_calendar_only_weekends_are_free() -> None:
    assert is_working("", date(2024, 10, 1))
    assert not is_working("", date(2024, 2, 4))
    assert not is_holiday("", date(2024, 10, 1))
