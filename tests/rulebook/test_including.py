"""A measure that includes the occasion in hand says during it what every measure says right after it."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from points_engine.rulebook.acts import values_at
from points_engine.rulebook.fold import RuleHistory
from points_engine.rulebook.kinds import ApprovalStep, Window
from points_engine.rulebook.occasions import EMPTY, Occasion, Subject
from points_engine.rulebook.pack import Pack
from tests.rulebook.builders import a_pack, approve, award, deed, e, fold_all, measure, record

MEI = Subject("mei", {"volunteer.trained_on": [(date(2019, 1, 1), date(2026, 6, 30))]})
SUMMER = Window("season", season=((7, 1), (8, 31)))
WINDOWS = {
    "day": Window("day"),
    "week": Window("week"),
    "month": Window("month"),
    "year": Window("year"),
    "lifetime": Window("lifetime"),
    "last three days": Window("last", length=3, unit="day"),
    "since training": Window("since", event="trained_on"),
    "summer": SUMMER,
    "last year": Window("year", offset=1),
    "three days before": Window("last", length=3, unit="day", offset=1),
}
FOLDS = [("sum", "record.minutes"), ("count", None), ("max", "record.minutes"), ("distinct", "activity.host")]
VISITS = (
    record("2025-12-31T21:00", 30, host="u1"),
    record("2026-06-28T09:00", 45, host="u1"),
    record("2026-06-29T21:00", 60, host="u2"),
    record("2026-06-30T08:00", 20, host="u1"),
    record("2026-06-30T22:30", 180, host="u3"),
    record("2026-07-01T09:00", 50, host="u2"),
    record("2026-07-03T09:00", 50, host="u1"),
    record("2026-07-04T09:00", 10, host="u4"),
    record("2026-09-01T09:00", 10, host="u4"),
)


def after(pack: Pack | RuleHistory, occasions: tuple[Occasion, ...], day: date) -> Any:
    """What the measure `m` says on a day after some occasions; 0 where it says nothing."""
    last = pack.versions[-1][1] if isinstance(pack, RuleHistory) else pack
    state = fold_all(pack, *occasions, subject=MEI).state if occasions else EMPTY
    return values_at(last, MEI, state, day, {}).get("m", 0)


def last_day(occasion: Occasion, pack: Pack) -> date:
    """The day of the last moment served, where a record is split at midnight; else its first."""
    moment = occasion.end - timedelta(microseconds=1) if pack.midnight == "split" else occasion.start
    return moment.astimezone(pack.zone).date()


@pytest.mark.parametrize("midnight", ["start", "split"])
@pytest.mark.parametrize("window", WINDOWS.values(), ids=WINDOWS.keys())
@pytest.mark.parametrize(("fold", "of"), FOLDS)
def test_during_an_occasion_it_says_what_is_said_right_after_it(
    fold: str, of: str | None, window: Window, midnight: str
) -> None:
    rule = measure("m", fold, of, window, including=True)
    pack = a_pack(rule, award("told", e("m", m="points")), midnight=midnight)
    found = fold_all(pack, *VISITS, subject=MEI).credits
    for at, visit in enumerate(VISITS):
        expected = after(pack, VISITS[: at + 1], last_day(visit, pack))
        assert found[at].points == expected, visit.id


@pytest.mark.parametrize(("fold", "of", "expected"), [("sum", "record.minutes", 45), ("distinct", "activity.host", 1)])
def test_over_the_record_it_says_what_the_record_alone_says(fold: str, of: str, expected: int) -> None:
    pack = a_pack(measure("m", fold, of, "record", including=True), award("told", e("m", m="points")))
    assert [credit.points for credit in fold_all(pack, *VISITS[:2], subject=MEI).credits][1] == expected


def test_an_occasion_that_the_measure_does_not_ask_for_adds_nothing_while_it_is_in_hand() -> None:
    rule = measure("m", "count", None, "year", source=("deed",), including=True)
    pack = a_pack(rule, award("told", e("m", m="points")), award("given", e("m", m="points"), at="deed"))
    gift = deed("2026-06-28T12:00", "blood")
    assert [each.points for each in fold_all(pack, VISITS[1], gift, VISITS[2]).credits] == [0, 1, 1]


def test_a_record_whose_condition_does_not_hold_adds_nothing_while_it_is_in_hand() -> None:
    rule = measure("m", "sum", "record.minutes", "year", where=("activity.host == 'u1'",), including=True)
    pack = a_pack(rule, award("told", e("m", m="points")))
    assert [each.points for each in fold_all(pack, *VISITS[1:4]).credits] == [45, 45, 65]


# What a measure keeps.


def test_a_measure_counts_from_its_first_to_its_last_day() -> None:
    rule = measure("m", "sum", "record.minutes", "year", from_day=date(2026, 6, 29), until_day=date(2026, 6, 30))
    pack = a_pack(rule, award("visit", "1 points"))
    assert after(pack, VISITS[1:], date(2026, 9, 1)) == 60 + 20 + 180


def test_a_share_counts_only_what_its_conditions_ask_for_and_what_is_in_force() -> None:
    rule = measure("m", "share", "record.minutes >= 50 min", "year", where=("activity.host != 'u3'",))
    gate = approve("gate", when="activity.host == 'u4'", steps=(ApprovalStep(None, "office"),))
    pack = a_pack(rule, gate, award("visit", "1 points"))
    gifts = (deed("2026-06-28T12:00", "blood"),)
    found = after(pack, (*VISITS[1:], *gifts), date(2026, 9, 1))
    assert (found.numerator, found.denominator) == (3, 5)


def test_a_share_of_deeds_and_one_of_records_count_their_own() -> None:
    records = measure("a_records", "share", "record.minutes >= 50 min", "year", where=("activity.host != 'u9'",))
    deeds = measure("m", "share", "deed.quantity >= 2", "year", source=("deed",))
    every = measure("z_every", "share", "record.minutes >= 50 min", "year")
    pack = a_pack(records, deeds, every, award("visit", "1 points"))
    done = (deed("2026-06-01T12:00", "blood", 2), deed("2026-06-02T12:00", "blood", 1))
    elsewhere = record("2026-06-03T09:00", 60, host="u9")
    state = fold_all(pack, *done, elsewhere, VISITS[1], subject=MEI).state
    values = values_at(pack, MEI, state, date(2026, 9, 1), {})
    assert [values[name] for name in ("a_records", "m", "z_every")] == [0, Fraction(1, 2), Fraction(1, 2)]


def test_a_streak_is_broken_only_by_a_window_without_an_occasion_that_holds() -> None:
    rule = measure("m", "streak", "record.minutes >= 50 min", "day")
    other = measure("n", "streak", "record.minutes >= 10 min", "day")
    pack = a_pack(rule, other, award("visit", "1 points"))
    days = tuple(record(f"2026-06-{day}T{hour}:00", served, host="u1") for day, hour, served in (
        (10, "09", 50), (11, "09", 49), (11, "12", 50), (12, "09", 60), (13, "09", 40),
    ))  # fmt: skip
    state = fold_all(pack, *days).state
    told = [values_at(pack, MEI, state, date(2026, 6, day), {}) for day in (12, 13, 14, 15)]
    assert [each["m"] for each in told] == [3, 3, 0, 0]
    assert [each["n"] for each in told] == [3, 4, 4, 0]


def test_a_value_that_is_not_known_is_in_no_sum_and_no_maximum() -> None:
    for fold, expected in (("sum", 7), ("max", 4)):
        pack = a_pack(measure("m", fold, "record.quantity", "year"), award("visit", "1 points"))
        stated = (
            record("2026-06-01T09:00", 30, record_quantity=3),
            record("2026-06-02T09:00", 30),
            record("2026-06-03T09:00", 30, record_quantity=4),
        )
        assert after(pack, stated, date(2026, 6, 4)) == expected


def test_the_version_to_come_counts_with_its_own_definition_what_the_old_one_decided() -> None:
    shared = measure("shared", "count", None, "year")
    old = a_pack(measure("m", "sum", "credited.minutes", "year"), shared, award("visit", "1 points"))
    new = a_pack(
        measure("m", "sum", "credited.minutes", "year", where=("activity.host == 'u1'",)),
        measure("added", "count", None, "year"),
        shared,
        award("visit", "2 points"),
        effective_on=date(2026, 7, 1),
    )
    both = RuleHistory(((old.effective_on, old), (new.effective_on, new)))
    state = fold_all(both, *VISITS[1:], subject=MEI).state
    values = values_at(new, MEI, state, date(2026, 9, 1), {})
    assert (values["m"], values["added"], values["shared"]) == (45 + 20 + 50, 8, 8)
    assert values_at(old, MEI, state, date(2026, 9, 1), {})["m"] == sum(visit.minutes for visit in VISITS[1:])


def test_every_measure_reads_the_whole_of_a_record_across_midnight() -> None:
    parts = measure("a_parts", "sum", "record.minutes", "day")
    whole = measure("m", "count", None, "month", where=("record.minutes >= 4 h",))
    pack = a_pack(parts, whole, award("visit", "1 points"), midnight="split")
    assert after(pack, (record("2026-06-10T22:00", 240), record("2026-06-12T22:00", 239)), date(2026, 6, 14)) == 1


def test_a_measure_may_be_kept_apart_by_a_fact_with_its_full_name() -> None:
    rule = measure("m", "sum", "record.minutes", "year", same=("activity.host",), including=True)
    pack = a_pack(rule, award("told", e("m", m="points")))
    assert [each.points for each in fold_all(pack, *VISITS[1:5]).credits] == [45, 60, 65, 180]


def test_a_streak_of_the_years_before_this_one() -> None:
    streak = measure("m", "streak", "record.minutes >= 50 min", Window("year", offset=1))
    pack = a_pack(streak, award("visit", "1 points"))
    years = tuple(record(f"{year}-06-01T09:00", 60) for year in (2023, 2024, 2025))
    assert [after(pack, years, date(year, 6, 2)) for year in (2025, 2026, 2027, 2028)] == [2, 3, 3, 0]
