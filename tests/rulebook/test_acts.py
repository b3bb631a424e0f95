"""Acts: who is admitted, prices, limits, ceilings, expiry and tiers."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction

import pytest

from points_engine.rulebook.acts import (
    admission,
    ceiling,
    expiry_of,
    floor,
    limits_of,
    missing_to_next,
    payment,
    price,
    reward_reasons,
    tier_on,
    values_at,
)
from points_engine.rulebook.kinds import PriceStep, Reward, TierStep, Window
from points_engine.rulebook.occasions import EMPTY, NEVER, FoldState, Subject
from points_engine.rulebook.pack import Pack
from tests.rulebook.builders import (
    MEI,
    a_pack,
    admit,
    award,
    cap,
    common,
    e,
    expiry,
    fold_all,
    measure,
    must,
    parameter,
    record,
    text,
    tier,
)

TODAY = date(2026, 3, 1)
LIFETIME = measure("lifetime", "sum", "credited.minutes", "lifetime")
HOUR = award("service", "1 points", per="hour")


def served(pack: Pack, hours: int, minutes: int = 0, day: str = "2026-01-05T00:00") -> FoldState:
    return fold_all(pack, record(day, hours * 60 + minutes)).state


def guangzhou() -> Pack:
    return a_pack(
        LIFETIME,
        HOUR,
        parameter("unlock", {"2019-07-01": 6000}, measured_in="duration"),
        admit(
            "unlocked",
            must("lifetime >= unlock", "from 100 h on", lifetime="duration", unlock="duration"),
            at=("redeem",),
        ),
        cap("ceiling", "1500 points", limits="balance", excess="route", route="donate_only"),
    )


def test_guangzhou_redeeming_opens_at_a_hundred_hours() -> None:
    pack = guangzhou()
    (reason,) = admission(pack, "redeem", TODAY, values_at(pack, MEI, served(pack, 99), TODAY, {}))
    assert (reason.rule, reason.required, reason.available, reason.missing) == ("unlocked", 6000, 5940, 60)
    assert reason.say is not None
    assert reason.say.en == "from 100 h on"
    assert admission(pack, "redeem", TODAY, values_at(pack, MEI, served(pack, 100), TODAY, {})) == ()
    assert admission(pack, "transfer", TODAY, values_at(pack, MEI, EMPTY, TODAY, {})) == ()


def test_an_unknown_fact_refuses_and_is_named() -> None:
    pack = a_pack(admit("grown", must("volunteer.age >= 18"), at=("sign_up",)))
    (reason,) = admission(pack, "sign_up", TODAY, values_at(pack, MEI, EMPTY, TODAY, {}))
    assert (reason.kind, reason.unknown, reason.required) == ("unknown", ("volunteer.age",), None)


def test_of_several_conditions_the_one_that_fails_gives_the_numbers() -> None:
    rule = admit("both", must("volunteer.age >= 18 and 100 <= activity.participants"), at=("check_in",))
    pack = a_pack(rule)
    born = Subject("mei", born_on=date(2000, 1, 1))
    (reason,) = admission(pack, "check_in", TODAY, values_at(pack, born, EMPTY, TODAY, {"activity.participants": 99}))
    assert (reason.required, reason.available, reason.missing) == (100, 99, 1)


def test_a_ceiling_and_its_route_need_no_values() -> None:
    bound = ceiling(guangzhou(), TODAY, {})
    assert bound is not None
    assert (bound.most, bound.excess, bound.route) == (1500, "route", "donate_only")
    assert ceiling(a_pack(HOUR), TODAY, {}) is None


def test_norcal_an_account_may_go_down_to_minus_ten_hours() -> None:
    pack = a_pack(
        parameter("lowest", {"2019-01-01": -10}, measured_in="points"),
        cap("floor", None, limits="balance", least=e("lowest", lowest="points")),
        scale=2,
    )
    assert floor(pack, TODAY, {}) == -1000
    assert floor(a_pack(HOUR), TODAY, {}) is None


def reward(*prices: PriceStep, **settings: object) -> Reward:
    given = {"category": "commerce", "partner": "shop", **settings}
    return Reward(prices=prices, **common("coupon", given))


def test_jinshan_a_dearer_item_costs_points_and_the_difference_in_money() -> None:
    pack = a_pack(reward(PriceStep(e("10 points"), e("700 fen")), pays=500))
    found = price(pack, "coupon", TODAY, {})
    assert found is not None
    assert (found.points, found.money) == (10, 700)
    assert payment(pack, pack.of_kind(Reward)[0], TODAY, {}) == 500
    assert price(pack, "nothing", TODAY, {}) is None


def test_the_first_price_whose_conditions_hold_is_the_price() -> None:
    by_tier = PriceStep(e("50 points"), None, (e("volunteer.tier == 'five'"),))
    anybody = PriceStep(e("cost", cost="points"), None)
    pack = a_pack(parameter("cost", {"2019-01-01": Fraction(201, 2)}, cite="No. 7"), reward(by_tier, anybody))
    five = price(pack, "coupon", TODAY, {"volunteer.tier": "five"})
    other = price(pack, "coupon", TODAY, {})
    assert five is not None
    assert other is not None
    assert (five.points, other.points) == (50, 101)
    trace = json.loads(other.trace)
    assert trace["parameters"] == {"cost": {"cite": "No. 7", "since": "2019-01-01", "value": "201/2"}}
    assert (trace["points"], trace["reward"], trace["pack"]) == (101, "coupon", pack.hash)


def test_a_reward_outside_its_dates_or_conditions_has_no_price() -> None:
    pack = a_pack(reward(PriceStep(e("5 points"), None), until_day=date(2026, 2, 28)))
    assert price(pack, "coupon", date(2026, 2, 28), {}) is not None
    assert price(pack, "coupon", TODAY, {}) is None
    child = a_pack(
        reward(PriceStep(e("5 points"), None), when="volunteer.age < 18", require=(must("act.quantity <= 2"),))
    )
    grown = {"volunteer.age": 40, "act.quantity": 3, "act.today": TODAY}
    assert price(child, "coupon", TODAY, grown) is None
    assert [reason.missing for reason in reward_reasons(child, child.of_kind(Reward)[0], grown)] == [22, 1]


def test_limits_tell_the_days_of_their_window() -> None:
    own = cap("own", "1", "day", limits="times", at="redeem")
    general = cap("quarterly", "1", "quarter", limits="times", at="redeem")
    pack = a_pack(reward(PriceStep(e("10 points"), None), limits=(own,)), general)
    daily, quarterly = limits_of(pack, pack.of_kind(Reward)[0], date(2026, 3, 31), {})
    assert (daily.most, daily.since, daily.until, daily.any_reward) == (1, date(2026, 3, 31), date(2026, 3, 31), False)
    assert (quarterly.rule, quarterly.any_reward, quarterly.counts) == ("quarterly", True, "redemptions")
    assert quarterly.covers(date(2026, 1, 1))
    assert not quarterly.covers(date(2026, 4, 1))


@pytest.mark.parametrize(
    ("day", "last"), [(date(2018, 5, 1), date(2019, 12, 31)), (date(2018, 12, 31), date(2019, 12, 31))]
)
def test_points_of_a_year_can_be_used_until_the_end_of_the_next(day: date, last: date) -> None:
    assert expiry_of(a_pack(expiry("next_year", "end_of_year", length=1)), day) == last


def test_without_an_expiry_rule_points_stay() -> None:
    assert expiry_of(a_pack(), TODAY) == NEVER


def stars(**settings: object) -> Pack:
    reach = [(name, e(f"lifetime >= {hours} h", lifetime="duration")) for name, hours in (("one", 100), ("two", 300))]
    steps = tuple(TierStep(name, text(name), (expression,)) for name, expression in reach)
    return a_pack(LIFETIME, HOUR, tier("stars", steps=steps, **settings))


def test_guangdong_a_star_takes_a_hundred_hours() -> None:
    pack = stars()
    assert tier_on(pack, MEI, served(pack, 99, 59), TODAY) == {}
    assert tier_on(pack, MEI, served(pack, 100), TODAY) == {"stars": "one"}
    result = fold_all(pack, record("2026-01-05T00:00", 5999), record("2026-02-01T09:00", 1))
    assert [(reached.tier, reached.level, reached.on) for reached in result.tiers] == [
        ("stars", "one", date(2026, 2, 1))
    ]


def test_what_is_missing_for_the_next_star() -> None:
    pack = stars()
    (ahead,) = missing_to_next(pack, MEI, served(pack, 97), TODAY)
    assert (ahead.level, ahead.reasons[0].missing) == ("one", 180)
    (ahead,) = missing_to_next(pack, MEI, served(pack, 100), TODAY)
    assert (ahead.level, ahead.reasons[0].required, ahead.reasons[0].available) == ("two", 18000, 6000)
    assert missing_to_next(pack, MEI, served(pack, 300), TODAY) == ()


def yearly(falls: str) -> Pack:
    step = TierStep("active", text("active"), (e("this_year >= 10 h", this_year="duration"),))
    rule = tier("rank", steps=(step,), falls=falls)
    return a_pack(measure("this_year", "sum", "credited.minutes", "year"), HOUR, rule)


def test_a_tier_falls_with_its_measure_only_where_it_says_so() -> None:
    for falls, later in (("never", {"rank": "active"}), ("at_once", {})):
        pack = yearly(falls)
        state = served(pack, 10, day="2025-06-01T00:00")
        assert tier_on(pack, MEI, state, date(2025, 12, 31)) == {"rank": "active"}
        assert tier_on(pack, MEI, state, date(2026, 1, 1)) == later


def test_us_award_age_bands_of_two_versions() -> None:
    def version(*bands: tuple[int, int, int]) -> Pack:
        """Bands of (from age, bronze, silver) hours."""
        year = measure("months_12", "sum", "credited.minutes", Window("last", length=12, unit="month"))
        below = [*(band[0] for band in bands[1:]), 200]
        steps = []
        for level, column in (("bronze", 1), ("silver", 2)):
            ways = " or ".join(
                f"volunteer.age >= {band[0]} and volunteer.age < {until} and months_12 >= {band[column]} h"
                for band, until in zip(bands, below, strict=True)
            )
            steps.append(TierStep(level, text(level), (e(ways, months_12="duration"),)))
        return a_pack(year, HOUR, tier("award", steps=tuple(steps)))

    child = Subject("ann", born_on=date(2016, 1, 1))
    for pack, level in (
        (version((0, 50, 75), (14, 100, 175), (26, 100, 250)), "bronze"),
        (version((5, 26, 50), (11, 50, 75), (16, 100, 175), (26, 100, 250)), "silver"),
    ):
        state = fold_all(pack, record("2026-02-01T00:00", 3000), subject=child).state
        assert tier_on(pack, child, state, TODAY) == {"award": level}
