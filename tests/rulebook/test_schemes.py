"""The published schemes: every listed case, and the other side of each edge. Expected values are the regulations'."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from points_engine.rulebook.acts import (
    admission,
    limits_of,
    price,
    reward_reasons,
    standings_on,
    tier_on,
    values_at,
    voucher_until,
)
from points_engine.rulebook.closings import closing, unit_closing
from points_engine.rulebook.conversions import conversion
from points_engine.rulebook.fold import RuleHistory
from points_engine.rulebook.lint import lint
from points_engine.rulebook.notices import tier_notice
from points_engine.rulebook.occasions import Subject
from points_engine.rulebook.settlements import settled
from points_engine.rulebook.standings import cancelled
from points_engine.rulebook.transfers import Passage, passage
from tests.rulebook.packs import RULES
from tests.rulebook.schemes import done, earned, folded, hours, known, person, reward, scheme, served, total

DAY = date.fromisoformat


@pytest.mark.parametrize("name", sorted(path.parent.name for path in RULES.glob("*/pack.yaml")))
def test_no_published_pack_has_an_error(name: str) -> None:
    assert [str(one) for one in lint(scheme(name)) if one.severity == "error"] == []


# ---- Guangdong star volunteers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("served_hours", "minutes", "star"),
    [
        (99, 59, None), (100, 0, "one"), (299, 59, "one"), (300, 0, "two"), (599, 59, "two"), (600, 0, "three"),
        (999, 59, "three"), (1000, 0, "four"), (1499, 59, "four"), (1500, 0, "five"),
    ],
)  # fmt: skip
def test_guangdong_stars_follow_lifetime_hours(served_hours: int, minutes: int, star: str | None) -> None:
    pack = scheme("guangdong-star")
    state = folded(pack, hours(pack, "2018-01-01", served_hours, minutes)).state
    assert tier_on(pack, person(), state, DAY("2024-01-01")).get("star") == star


@pytest.mark.parametrize(
    ("star", "by"), [("one", "county"), ("two", "county"), ("three", "city"), ("four", "city"), ("five", "province")]
)
def test_guangdong_who_confirms_depends_on_the_star(star: str, by: str) -> None:
    notice = tier_notice(scheme("guangdong-star"), "star", star, DAY("2024-02-06"))
    assert notice is not None
    assert (notice.rule, notice.by, notice.days) == ("star_lists", by, 5)


@pytest.mark.parametrize(
    ("day", "is_in_force"),
    [
        ("2024-02-09", False),  # the third working day; the holiday begins on the tenth
        ("2024-02-18", False),  # a Sunday that is worked to make up for the holiday: the fourth
        ("2024-02-19", False),  # the fifth
        ("2024-02-20", True),
    ],
)
def test_guangdong_a_star_is_in_force_on_the_day_after_the_fifth_working_day(day: str, is_in_force: bool) -> None:
    pack = scheme("guangdong-star")
    notice = tier_notice(pack, "star", "one", DAY("2024-02-06"))
    assert notice is not None
    assert notice.last_day(pack.calendar, DAY("2024-02-06")) == DAY("2024-02-19")
    assert (notice.in_force_on(pack.calendar, DAY("2024-02-06")) <= DAY(day)) is is_in_force


@pytest.mark.parametrize(
    ("gravity", "last"), [("minor", "2025-03-10"), ("serious", "2026-03-10"), ("grave", "2027-03-10")]
)
def test_guangdong_a_sanction_blocks_a_new_star_until_its_last_day(gravity: str, last: str) -> None:
    pack = scheme("guangdong-star")
    mei = person(flags=[("2024-03-10", (f"inflated_hours_{gravity}",))])
    state = folded(pack, hours(pack, "2024-06-01", 100), mei).state
    assert [held.until for held in standings_on(pack, mei, state, DAY(last))] == [DAY(last)]
    assert tier_on(pack, mei, state, DAY(last)) == {}
    assert tier_on(pack, mei, state, DAY(last) + timedelta(days=1)) == {"star": "one"}


def test_guangdong_a_star_held_before_the_sanction_is_kept_and_does_not_rise() -> None:
    pack = scheme("guangdong-star")
    mei = person(flags=[("2024-03-10", ("inflated_hours_serious",))])
    state = folded(pack, [*hours(pack, "2023-01-01", 100), *hours(pack, "2024-06-01", 200)], mei).state
    assert tier_on(pack, mei, state, DAY("2024-12-31")) == {"star": "one"}
    assert tier_on(pack, mei, state, DAY("2026-03-11")) == {"star": "two"}


@pytest.mark.parametrize(("served_hours", "fen"), [(100, 4800), (300, 4200), (600, 3600), (1000, 3000), (1500, 0)])
def test_guangdong_a_scenic_spot_by_star_costs_no_points(served_hours: int, fen: int) -> None:
    pack = scheme("guangdong-star")
    values = known(pack, hours(pack, "2018-01-01", served_hours), "2024-05-01")
    found = price(pack, "scenic_ticket", DAY("2024-05-01"), values)
    assert found is not None
    assert (found.points, found.money) == (0, fen)
    assert voucher_until(pack, reward(pack, "scenic_ticket"), DAY("2024-05-01")) == DAY("2024-12-31")


def test_guangdong_without_a_star_there_is_no_reduced_ticket() -> None:
    pack = scheme("guangdong-star")
    values = known(pack, hours(pack, "2018-01-01", 99, 59), "2024-05-01")
    assert [reason.rule for reason in reward_reasons(pack, reward(pack, "scenic_ticket"), values)] == ["scenic_ticket"]
    assert price(pack, "scenic_ticket", DAY("2024-05-01"), values) is None


# ---- back-filled hours, Chongqing -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "further_hours", "minutes", "is_withdrawn"),
    [
        ("2025-03-02", 99, 59, True),  # after a year, not enough hours
        ("2025-03-02", 100, 0, False),
        ("2025-02-01", 150, 0, True),  # enough hours, not a year
        ("2025-03-01", 150, 0, True),  # the last day of the year
        ("2025-03-02", 150, 0, False),
    ],
)
def test_chongqing_back_filling_is_withdrawn_for_a_year_and_a_hundred_hours(
    day: str, further_hours: int, minutes: int, is_withdrawn: bool
) -> None:
    pack = scheme("chongqing-backfill")
    mei = person(flags=[("2024-03-01", ("false_backfill",))])
    history = [*hours(pack, "2023-01-01", 500), *hours(pack, "2024-04-01", further_hours, minutes)]
    state = folded(pack, history, mei).state
    assert bool(standings_on(pack, mei, state, DAY(day))) is is_withdrawn
    backfill = values_at(pack, mei, state, DAY(day), {"record.recorded_by": "backfill"})
    assert bool(admission(pack, "record", DAY(day), backfill)) is is_withdrawn
    at_kiosk = values_at(pack, mei, state, DAY(day), {"record.recorded_by": "kiosk"})
    assert admission(pack, "record", DAY(day), at_kiosk) == ()


def test_chongqing_a_back_filled_record_during_the_sanction_counts_nothing() -> None:
    pack = scheme("chongqing-backfill")
    mei = person(flags=[("2024-03-01", ("false_backfill",))])
    history = [
        served(pack, day, 60, record_recorded_by=by)
        for day, by in (("2024-02-29", "backfill"), ("2024-03-01", "backfill"), ("2024-03-02", "kiosk"))
    ]
    assert [credit.minutes for credit in folded(pack, history, mei).credits] == [60, 0, 60]


def test_chongqing_all_untrue_back_filled_hours_are_cancelled_and_no_others() -> None:
    pack = scheme("chongqing-backfill")
    history = [
        served(pack, "2024-01-01", 60, record_recorded_by="backfill", record_evaluation="duplicate"),
        served(pack, "2024-01-02", 60, record_recorded_by="backfill", record_evaluation="false"),
        served(pack, "2024-01-03", 60, record_recorded_by="backfill", record_evaluation="true"),
        served(pack, "2024-01-04", 60, record_evaluation="false"),
    ]
    assert cancelled(pack, "backfill_withdrawn", history) == ("r2024-01-0108:00", "r2024-01-0208:00")


# ---- Huiqiao --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "needed", "choice"),
    [("small_gift", 10, "fan"), ("care_gift", 30, "shampoo"), ("thermos_flask", 50, ""), ("course", 100, "")],
)
def test_huiqiao_each_gift_opens_at_its_hours_and_uses_none_up(name: str, needed: int, choice: str) -> None:
    pack = scheme("huiqiao")
    chosen: dict[str, Any] = {"act_choice": choice} if choice else {}
    short = known(pack, hours(pack, "2017-02-01", needed - 1, 59), "2017-06-01", **chosen)
    enough = known(pack, hours(pack, "2017-02-01", needed), "2017-06-01", **chosen)
    assert [reason.missing for reason in reward_reasons(pack, reward(pack, name), short)] == [1]
    assert reward_reasons(pack, reward(pack, name), enough) == ()
    found = price(pack, name, DAY("2017-06-01"), enough)
    assert found is not None
    assert found.points == 0


def test_huiqiao_one_of_the_bundle_is_chosen() -> None:
    pack = scheme("huiqiao")
    history = hours(pack, "2017-02-01", 10)
    gift = reward(pack, "small_gift")
    for choice in ("reading_class", "toothpaste", "toothbrush", "fan", "pen"):
        assert reward_reasons(pack, gift, known(pack, history, "2017-06-01", act_choice=choice)) == ()
    assert reward_reasons(pack, gift, known(pack, history, "2017-06-01", act_choice="thermos_flask")) != ()


# ---- Qishan ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("month", "is_open"), [(5, False), (6, True), (7, False), (11, False), (12, True)])
def test_qishan_redeeming_has_two_windows(month: int, is_open: bool) -> None:
    pack = scheme("qishan")
    day = date(2024, month, 15)
    assert (admission(pack, "redeem", day, {}) == ()) is is_open


@pytest.mark.parametrize(("visits", "is_passed"), [(19, False), (20, True)])
def test_qishan_the_year_is_passed_at_sixty_points_and_reported_to_the_work_unit(visits: int, is_passed: bool) -> None:
    pack = scheme("qishan")
    deeds = [done(pack, (date(2024, 1, 1) + timedelta(days=n)).isoformat(), "visit") for n in range(visits)]
    result = folded(pack, deeds)
    values = known(pack, deeds, "2024-12-31")
    found = closing(pack, "annual_result", DAY("2024-12-31"), Fraction(total(result), 10), values)
    assert found is not None
    assert (found.is_passed, found.report_to, found.after) == (is_passed, ("work",), visits * 3)
    assert [reason.missing for reason in found.unmet] == ([] if is_passed else [3])
    assert pack.rules["annual_result"].by == "joint-meeting"  # type: ignore[attr-defined]


@pytest.mark.parametrize(("passed", "is_passed"), [(7, False), (8, True)])
def test_qishan_four_fifths_of_a_unit_must_pass(passed: int, is_passed: bool) -> None:
    found = unit_closing(scheme("qishan"), "annual_result", DAY("2024-12-31"), passed, 10)
    assert found is not None
    assert found.is_passed is is_passed


# ---- Luohe ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("deeds", "card"), [(4, None), (5, "silver"), (9, "silver"), (10, "gold")])  # ten points each
def test_luohe_cards(deeds: int, card: str | None) -> None:
    pack = scheme("luohe")
    history = [done(pack, f"2024-01-{day:02}", "donation") for day in range(1, deeds + 1)]
    state = folded(pack, history).state
    assert tier_on(pack, person(), state, DAY("2024-02-01")).get("card") == card


def test_luohe_points_are_deducted_and_the_card_follows() -> None:
    pack = scheme("luohe")
    history = [done(pack, f"2024-01-{day:02}", "donation") for day in range(1, 6)]
    history.append(done(pack, "2024-01-20", "absence"))
    result = folded(pack, history)
    assert (total(result), result.credits[-1].points) == (45, -5)
    assert tier_on(pack, person(), result.state, DAY("2024-02-01")) == {}


@pytest.mark.parametrize("flag", ["under_investigation", "sanctioned", "unpaid_dues"])
def test_luohe_who_may_not_take_part(flag: str) -> None:
    pack = scheme("luohe")
    out = person(flags=[("2024-01-10", (flag,)), ("2024-01-20", ())])
    assert len(admission(pack, "redeem", DAY("2024-01-15"), known(pack, [], "2024-01-15", out))) == 1
    assert admission(pack, "redeem", DAY("2024-01-20"), known(pack, [], "2024-01-20", out)) == ()
    history = [done(pack, day, "donation") for day in ("2024-01-09", "2024-01-10", "2024-01-20")]
    assert [credit.points for credit in folded(pack, history, out).credits] == [10, 0, 10]


def test_luohe_redeeming_is_quarterly() -> None:
    pack = scheme("luohe")
    (limit,) = limits_of(pack, reward(pack, "keepsake"), DAY("2024-05-03"), {})
    assert (limit.rule, limit.most, limit.since, limit.until) == ("quarterly", 1, DAY("2024-04-01"), DAY("2024-06-30"))


# ---- Wuzhishan ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "offered", "fen"), [(3000, 30, 0), (3000, 10, 2000), (3050, 30, 50), (3000, 0, 3000)]
)
def test_wuzhishan_a_point_is_a_yuan_and_the_rest_is_cash(asked: int, offered: int, fen: int) -> None:
    pack = scheme("wuzhishan")
    values = {"act.asked": asked, "act.offered": offered}
    found = price(pack, "goods", DAY("2024-05-01"), values)
    assert found is not None
    assert (found.points, found.money) == (offered, fen)
    assert reward_reasons(pack, reward(pack, "goods"), values, DAY("2024-05-01")) == ()


@pytest.mark.parametrize(("asked", "offered", "count"), [(20000, 200, 0), (20001, 200, 1), (0, 0, 1), (3000, 31, 1)])
def test_wuzhishan_the_shop_names_a_price_inside_bounds(asked: int, offered: int, count: int) -> None:
    pack = scheme("wuzhishan")
    values = {"act.asked": asked, "act.offered": offered}
    assert len(reward_reasons(pack, reward(pack, "goods"), values, DAY("2024-05-01"))) == count


def test_wuzhishan_shops_are_paid_a_yuan_a_point() -> None:
    found = settled(scheme("wuzhishan"), "shops_paid", DAY("2024-05-01"), 1234)
    assert found is not None
    assert (found.money, found.reissued, found.since, found.until) == (
        123400, 0, DAY("2024-04-01"), DAY("2024-06-30"),
    )  # fmt: skip


# ---- Nansha ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "coins"), [("haircut", 1), ("tutoring", 3), ("wok", 3), ("purifier", 10)])
def test_nansha_prices(name: str, coins: int) -> None:
    found = price(scheme("nansha"), name, DAY("2024-05-01"), {})
    assert found is not None
    assert (found.points, found.money) == (coins, 0)


def test_nansha_every_grant_names_its_funding_source() -> None:
    pack = scheme("nansha")
    poor = person(flags=[("2020-01-01", ("low_income",))])
    history = [done(pack, "2024-05-01", "hardship_grant", 10), done(pack, "2024-05-02", "sponsorship", 5)]
    assert [credit.points for credit in folded(pack, history, poor).credits] == [10, 5]
    assert [credit.points for credit in folded(pack, history).credits] == [0, 5]
    assert [pack.rules[name].fund for name in ("hardship_grant", "sponsorship")] == ["government", "firms"]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("from_kind", "facts", "rule"),
    [
        ("volunteer", {"act.kinship": "child"}, "to_lineal_relatives"),
        ("volunteer", {"act.kinship": "neighbour"}, ""),
        ("volunteer", {}, ""),
        ("volunteer", {"act.receivers": ("disabled",)}, "to_priority_groups"),
        ("volunteer", {"act.kinship": "child", "act.receivers": ("disabled",)}, "to_priority_groups"),
        ("group", {"act.receivers": ("disabled",)}, "groups_donate"),
        ("group", {"act.kinship": "child"}, ""),
    ],
)
def test_nansha_who_may_be_given_coins(from_kind: str, facts: dict[str, object], rule: str) -> None:
    found = passage(scheme("nansha"), from_kind, "volunteer", 3, DAY("2024-05-01"), facts)
    assert (found.rule if isinstance(found, Passage) else "") == rule


# ---- Yokohama -------------------------------------------------------------------------------------------------------

TRAINED = person("1950-01-01", qualifications=[("2016-01-01", ("senior_volunteer_training",))])


@pytest.mark.parametrize(
    ("stints", "points"), [([29], 0), ([30], 200), ([40, 40], 200), ([29, 29], 0), ([29, 30], 200), ([300], 200)]
)
def test_yokohama_two_hundred_points_for_thirty_minutes_once_a_day(stints: list[int], points: int) -> None:
    pack = scheme("yokohama-senior")
    history = [served(pack, "2018-05-01", minutes, f"{8 + 6 * n:02}:00") for n, minutes in enumerate(stints)]
    assert total(folded(pack, history, TRAINED)) == points


@pytest.mark.parametrize(
    "facts",
    [
        {"record_paid": True},
        {"activity_paid": True},
        {"record_relation": "relative"},
        {"activity_category": "other_group"},
    ],
)
def test_yokohama_what_never_counts(facts: dict[str, Any]) -> None:
    pack = scheme("yokohama-senior")
    assert total(folded(pack, [served(pack, "2018-05-01", 60, **facts)], TRAINED)) == 0


@pytest.mark.parametrize(
    ("born", "trained_on", "points"),
    [("1953-05-01", "2018-05-01", 200), ("1953-05-02", "2018-05-01", 0), ("1953-05-01", "2018-05-02", 0)],
)
def test_yokohama_sixty_five_on_the_day_and_trained_before(born: str, trained_on: str, points: int) -> None:
    pack = scheme("yokohama-senior")
    who = person(born, qualifications=[(trained_on, ("senior_volunteer_training",))])
    assert total(folded(pack, [served(pack, "2018-05-01", 60)], who)) == points


def days_served(year: int, count: int) -> dict[date, int]:
    pack = scheme("yokohama-senior")
    history = [served(pack, (date(year, 1, 1) + timedelta(days=n)).isoformat(), 60) for n in range(count)]
    return earned(folded(pack, history, TRAINED))  # type: ignore[return-value]


@pytest.mark.parametrize(("count", "yen"), [(4, 0), (5, 1000), (40, 8000), (41, 8000)])
def test_yokohama_a_point_is_a_yen_within_bounds(count: int, yen: int) -> None:
    points = days_served(2018, count)
    assert sum(points.values()) == count * 200
    found = conversion(scheme("yokohama-senior"), "to_yen", DAY("2019-02-01"), points)
    assert (found.money, found.points) == (yen, yen)
    assert found.shares[0].loses == max(0, count * 200 - 8000)


def test_yokohama_a_year_below_the_least_is_carried_over() -> None:
    pack = scheme("yokohama-senior")
    found = conversion(pack, "to_yen", DAY("2019-02-01"), days_served(2018, 4))
    assert [(share.points, share.carries, share.loses) for share in found.shares] == [(800, 800, 0)]
    both = {**days_served(2018, 4), **days_served(2019, 1)}
    found = conversion(pack, "to_yen", DAY("2020-02-01"), both)
    assert (found.money, [share.points for share in found.shares]) == (1000, [1000])
    apart = conversion(pack, "to_yen", DAY("2020-02-01"), days_served(2019, 1))
    assert apart.money == 0


@pytest.mark.parametrize(("asked", "yen"), [("2018-12-31", 2000), ("2019-12-31", 2000), ("2020-01-05", 0)])
def test_yokohama_points_lapse_at_the_end_of_the_year_after(asked: str, yen: int) -> None:
    assert conversion(scheme("yokohama-senior"), "to_yen", DAY(asked), {DAY("2018-05-01"): 2000}).money == yen


def test_yokohama_what_was_converted_before_is_not_converted_again() -> None:
    pack, points = scheme("yokohama-senior"), days_served(2018, 41)
    found = conversion(pack, "to_yen", DAY("2019-02-01"), points, converted={DAY("2018-06-01"): 5000})
    assert (found.money, found.shares[0].loses) == (3000, 200)


# ---- Yoshikawa ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("minutes", "stamps"), [(59, 0), (60, 1), (119, 1), (120, 2), (180, 2)])
def test_yoshikawa_a_stamp_an_hour_and_two_a_day(minutes: int, stamps: int) -> None:
    pack = scheme("yoshikawa-senior")
    assert total(folded(pack, [served(pack, "2018-05-01", minutes)])) == stamps


@pytest.mark.parametrize(
    ("stamps", "yen"),
    [
        (9, 0), (10, 1000), (19, 1000), (20, 2000), (29, 2000), (30, 3000), (39, 3000), (40, 4000), (49, 4000),
        (50, 5000), (73, 5000),
    ],
)  # fmt: skip
def test_yoshikawa_stamps_come_to_yen_in_steps(stamps: int, yen: int) -> None:
    found = conversion(scheme("yoshikawa-senior"), "to_yen", DAY("2019-04-01"), {DAY("2018-05-01"): stamps})
    assert found.money == yen


@pytest.mark.parametrize(
    ("asked", "yen"),
    [("2019-03-31", 0), ("2019-04-01", 2000), ("2019-07-31", 2000), ("2019-08-01", 0), ("2020-04-01", 0)],
)
def test_yoshikawa_is_applied_for_from_april_to_july_of_the_next_year(asked: str, yen: int) -> None:
    found = conversion(scheme("yoshikawa-senior"), "to_yen", DAY(asked), {DAY("2019-03-31"): 20})
    assert found.money == yen


def test_yoshikawa_is_for_people_of_sixty_five_without_unpaid_premium() -> None:
    pack = scheme("yoshikawa-senior")
    for who, stamps in (
        (person("1953-05-01"), 1),
        (person("1953-05-02"), 0),
        (person("1953-05-01", flags=[("2018-04-01", ("unpaid_premium",))]), 0),
    ):
        assert total(folded(pack, [served(pack, "2018-05-01", 60)], who)) == stamps


# ---- Seodaemun ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("last_year", "this_year", "won"),
    [(12, 120, 100_000), (12, 100, 100_000), (12, 99, 99_000), (10, 1, 1000), (9, 120, 0)],
)
def test_seodaemun_a_thousand_won_an_hour_after_ten_hours_in_the_year_before(
    last_year: int, this_year: int, won: int
) -> None:
    pack = scheme("seodaemun")
    history = [*hours(pack, "2024-02-01", last_year), *hours(pack, "2025-02-01", this_year)]
    found = earned(folded(pack, history))
    assert sum(points for day, points in found.items() if day.year == 2025) == won


@pytest.mark.parametrize(("born", "won"), [("2006-02-01", 1000), ("2006-02-02", 0)])
def test_seodaemun_is_for_adults(born: str, won: int) -> None:
    pack = scheme("seodaemun")
    history = [*hours(pack, "2024-02-01", 10), *hours(pack, "2025-02-01", 1)]
    assert total(folded(pack, history, person(born))) == won


def test_seodaemun_is_paid_in_the_quarter_after() -> None:
    pack = scheme("seodaemun")
    points = {DAY("2025-03-31"): 5000, DAY("2025-04-01"): 7000}
    assert conversion(pack, "local_currency", DAY("2025-05-10"), points).money == 5000
    assert conversion(pack, "local_currency", DAY("2025-07-01"), points).money == 7000
    assert isinstance(passage(pack, "volunteer", "fund", 5000, DAY("2025-05-10"), {}), Passage)
    assert passage(pack, "volunteer", "volunteer", 5000, DAY("2025-05-10"), {}) != ()


# ---- US President's award -------------------------------------------------------------------------------------------


def award_of(born: str, served_hours: int, version: str, **facts: Any) -> str | None:
    pack = scheme(version)
    who = Subject("ann", born_on=DAY(born))
    days = hours(pack, "2020-03-01", served_hours)
    history = [served(pack, day.start.date().isoformat(), day.minutes, **facts) for day in days]
    return tier_on(pack, who, folded(pack, history, who).state, DAY("2020-06-30")).get("award")


@pytest.mark.parametrize(
    ("born", "served_hours", "first", "later"),
    [
        ("2010-01-01", 50, "bronze", "silver"),  # aged 10
        ("2010-01-01", 49, None, "bronze"),
        ("2010-01-01", 26, None, "bronze"),
        ("2010-01-01", 25, None, None),
        ("2010-01-01", 75, "silver", "gold"),
        ("2009-01-01", 75, "silver", "silver"),  # aged 11
        ("2006-01-01", 99, None, "silver"),  # aged 14: no longer a child under the first
        ("2006-01-01", 100, "bronze", "gold"),
        ("2004-01-01", 100, "bronze", "bronze"),  # aged 16
        ("1990-01-01", 99, None, None),
        ("1990-01-01", 250, "silver", "silver"),
        ("1990-01-01", 500, "gold", "gold"),
    ],
)
def test_us_award_by_age_under_both_versions(
    born: str, served_hours: int, first: str | None, later: str | None
) -> None:
    assert award_of(born, served_hours, "us-presidents-award") == first
    assert award_of(born, served_hours, "us-presidents-award-later") == later


def test_us_award_court_ordered_hours_never_count() -> None:
    assert award_of("2010-01-01", 50, "us-presidents-award", activity_category="court_ordered") is None


def test_us_award_the_version_in_force_when_a_record_takes_effect_decides() -> None:
    first, later = scheme("us-presidents-award"), scheme("us-presidents-award-later")
    history = RuleHistory(((first.effective_on, first), (later.effective_on, later)))
    who = Subject("ann", born_on=DAY("2002-12-31"))
    state = folded(history, [served(first, f"2012-12-{day:02}", 600) for day in range(1, 6)], who)
    assert [reached.level for reached in state.tiers] == ["bronze"]
    again = folded(history, [served(first, f"2013-01-{day:02}", 600) for day in range(1, 6)], who)
    assert [reached.level for reached in again.tiers] == ["bronze", "silver"]
    assert tier_on(history.on(DAY("2012-12-31")), who, state.state, DAY("2012-12-31")) == {"award": "bronze"}
