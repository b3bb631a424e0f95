"""Standings: entered by facts or with an occasion, ended by time and conditions, blocking and dropping."""

from __future__ import annotations

import json
from datetime import date

import pytest

from points_engine.rulebook.acts import admission, standings_on, tier_on, values_at
from points_engine.rulebook.kinds import Value
from points_engine.rulebook.occasions import EMPTY, Credit, FoldState, Occasion, Subject
from points_engine.rulebook.sentences import sentence
from tests.rulebook.builders import deed, fold_all, history, record
from tests.rulebook.packs import NEVER, a_pack, problems_of

NO_SHOWS = """
- parameter: most_absences
  cite: x
  measured_in: number
  values: {2019-07-01: 3}
- measure: absences
  fold: count
  source: deed
  where: deed.kind == 'no_show'
  over: last(6, months)
- standing: benched
  title: {zh: 多次缺席, en: Too often absent}
  when: deed.kind == 'no_show'
  at: deed
  enter: absences >= most_absences
  becomes: suspended
  lasts: after 1 month
  blocks: [sign_up, {at: redeem, when: act.quantity > 1}]
- award: hour
  per: hour
  amount: 1
"""
BENCHED = a_pack(NO_SHOWS + NEVER)
MEI = Subject("mei")


def absent(*days: str) -> list[Occasion]:
    return [deed(f"{day}T09:00", "no_show") for day in days]


def benched(day: str, *occasions: Occasion, subject: Subject = MEI) -> bool:
    state = fold_all(BENCHED, *occasions, subject=subject).state
    return bool(standings_on(BENCHED, subject, state, date.fromisoformat(day)))


def test_the_third_absence_in_half_a_year_benches_for_a_month() -> None:
    two, three = absent("2026-01-05", "2026-02-05"), absent("2026-01-05", "2026-02-05", "2026-03-05")
    assert not benched("2026-03-05", *two)
    assert benched("2026-03-05", *three)
    assert benched("2026-04-05", *three)
    assert not benched("2026-04-06", *three)


def test_an_absence_that_is_half_a_year_old_counts_no_longer() -> None:
    assert benched("2026-07-04", *absent("2026-01-05", "2026-02-05", "2026-07-04"))
    assert not benched("2026-07-05", *absent("2026-01-05", "2026-02-05", "2026-07-05"))


def test_another_absence_after_the_month_benches_again_and_a_service_does_not() -> None:
    three = absent("2026-01-05", "2026-02-05", "2026-03-05")
    assert not benched("2026-04-10", *three, record("2026-04-10T09:00", 60))
    assert benched("2026-04-10", *three, *absent("2026-04-10"))


def test_what_a_standing_blocks_is_refused_with_its_name() -> None:
    state = fold_all(BENCHED, *absent("2026-01-05", "2026-02-05", "2026-03-05")).state
    day = date(2026, 3, 6)
    values = values_at(BENCHED, MEI, state, day, {"act.quantity": 2})
    (reason,) = admission(BENCHED, "sign_up", day, values)
    assert (reason.rule, reason.kind) == ("benched", "standing")
    assert reason.say is not None
    assert reason.say.en == "Too often absent"
    assert len(admission(BENCHED, "redeem", day, values)) == 1
    assert admission(BENCHED, "redeem", day, values_at(BENCHED, MEI, state, day, {"act.quantity": 1})) == ()
    assert values["volunteer.standing"] == "suspended"
    assert values["volunteer.standings"] == ("benched",)
    assert admission(BENCHED, "sign_up", day, values_at(BENCHED, MEI, EMPTY, day)) == ()


def test_a_household_counts_each_member_apart() -> None:
    from dataclasses import replace

    pack = a_pack(NO_SHOWS + NEVER, pack=PACK_OF_HOUSEHOLDS)
    days = absent("2026-01-05", "2026-02-05", "2026-03-05")
    state = fold_all(history(pack), *(replace(each, volunteer="mei") for each in days)).state
    home, day = Subject("home"), date(2026, 3, 6)
    assert len(standings_on(pack, home, state, day, "mei")) == 1
    assert standings_on(pack, home, state, day, "bo") == ()
    assert values_at(pack, home, state, day, volunteer="mei")["absences"] == 3
    assert values_at(pack, home, state, day, volunteer="bo")["absences"] == 0


PACK_OF_HOUSEHOLDS = """
scheme: test
title: {zh: 试, en: Test}
points: {name: {zh: 分, en: points}, scale: 0}
issuer: {zh: 街道, en: Street}
document: 1
demonstration: true
effective_on: 2019-07-01
time_zone: Asia/Shanghai
fold: household
"""

FLAGS = """
- measure: served
  fold: sum
  of: credited.minutes
  over: lifetime
- tier: star
  steps: [{level: one, title: {zh: 一, en: One}, reach: served >= 1 h}]
- standing: blacklisted
  title: {zh: 失信, en: On the credit blacklist}
  enter: "'dishonest' in volunteer.flags"
  becomes: blacklisted
  blocks: [record, redeem]
  drops: star
- standing: half_pay
  title: {zh: 停止计分, en: No points for now}
  enter: "'no_points' in volunteer.flags"
  blocks: award
- award: hour
  per: hour
  amount: 1
"""
FLAGGED = a_pack(FLAGS + NEVER)


def flagged(*rows: tuple[str, tuple[str, ...]]) -> Subject:
    return Subject("mei", {"volunteer.flags": [(date.fromisoformat(day), flags) for day, flags in rows]})


@pytest.mark.parametrize(
    ("day", "level"), [("2026-03-09", "one"), ("2026-03-10", None), ("2026-04-09", None), ("2026-04-10", "one")]
)
def test_an_outside_flag_removes_the_tier_for_as_long_as_it_stands(day: str, level: str | None) -> None:
    mei = flagged(("2026-03-10", ("dishonest",)), ("2026-04-10", ()))
    state = fold_all(FLAGGED, record("2026-01-05T09:00", 60), subject=mei).state
    assert tier_on(FLAGGED, mei, state, date.fromisoformat(day)).get("star") == level


def test_a_tier_that_was_dropped_does_not_come_back_by_itself() -> None:
    mei = flagged(("2026-03-10", ("dishonest",)), ("2026-04-10", ()))
    windowed = a_pack(FLAGS.replace("over: lifetime", "over: month") + NEVER)
    for subject, level in ((Subject("mei"), "one"), (mei, None)):
        state = fold_all(windowed, record("2026-01-05T09:00", 60), subject=subject).state
        assert tier_on(windowed, subject, state, date(2026, 5, 1)).get("star") == level


def test_a_tier_that_was_dropped_is_reached_again_with_the_next_service() -> None:
    mei = flagged(("2026-03-10", ("dishonest",)), ("2026-04-10", ()))
    occasions = [record(f"2026-0{month}-20T09:00", 60) for month in (1, 3, 5)]
    result = fold_all(FLAGGED, *occasions, subject=mei)
    assert [credit.minutes for credit in result.credits] == [60, 0, 60]
    assert [(reached.level, reached.on) for reached in result.tiers] == [
        ("one", date(2026, 1, 20)), ("one", date(2026, 5, 20)),
    ]  # fmt: skip
    assert sentence(FLAGGED, result.credits[1].trace, "en").endswith("“On the credit blacklist”")


def test_a_standing_may_let_time_count_and_keep_points_back() -> None:
    mei = flagged(("2026-03-10", ("no_points",)))
    credits_of = fold_all(
        FLAGGED, record("2026-03-09T09:00", 60), record("2026-03-10T09:00", 60), subject=mei
    ).credits  # fmt: skip
    assert [(each.minutes, each.points) for each in credits_of] == [(60, 1), (60, 0)]


def told(credit: Credit, part: str) -> list[object]:
    found: list[object] = json.loads(credit.trace).get(part, [])
    return found


def test_a_standing_that_blocks_is_named_among_the_rules_that_decided() -> None:
    refused = flagged(("2026-03-10", ("dishonest",)))
    (credit,) = fold_all(FLAGGED, record("2026-03-10T09:00", 60), subject=refused).credits
    assert (told(credit, "rules"), told(credit, "reasons")) == ([{"id": "blacklisted"}], [["standing", "blacklisted"]])
    unpaid = flagged(("2026-03-10", ("no_points",)))
    (credit,) = fold_all(FLAGGED, record("2026-03-10T09:00", 60), subject=unpaid).credits
    assert told(credit, "rules") == [{"id": "hour"}, {"id": "half_pay"}]
    assert told(credit, "reasons") == [["standing", "half_pay"]]


def test_a_standing_that_keeps_points_back_says_nothing_where_none_would_be_paid() -> None:
    unpaid = flagged(("2026-03-10", ("no_points",)))
    (credit,) = fold_all(FLAGGED, deed("2026-03-10T09:00", "errand"), subject=unpaid).credits
    assert told(credit, "reasons") == []


def test_a_standing_that_leaves_the_tier_alone_lets_a_level_be_reached() -> None:
    unpaid = flagged(("2026-03-10", ("no_points",)))
    result = fold_all(FLAGGED, record("2026-03-10T09:00", 60), subject=unpaid)
    assert [(each.level, each.on) for each in result.tiers] == [("one", date(2026, 3, 10))]


def test_an_occasion_that_is_no_absence_never_benches() -> None:
    three = absent("2026-01-05", "2026-02-05", "2026-03-05")
    other = deed("2026-04-10T09:00", "blood")
    assert not benched("2026-04-10", *three, other)
    assert not benched("2026-03-04", *three), "a standing is not in force before the day it was entered"


TWO_STANDINGS = (
    """
- standing: a_warned
  title: {zh: 警告, en: Warned}
  at: record
  enter: record.minutes < 10 min
  lasts: after 1 month
  blocks: redeem
- standing: b_benched
  title: {zh: 停赛, en: Benched}
  at: deed
  enter: deed.kind == 'no_show'
  becomes: suspended
  lasts: after 1 month
  lifts: "'trained' in volunteer.roles"
  blocks: sign_up
- standing: c_watched
  title: {zh: 观察, en: Watched}
  from: 2026-03-01
  until: 2026-03-31
  enter: "'watched' in volunteer.flags"
  becomes: deregistered
  blocks: redeem
- award: hour
  per: hour
  amount: 1
"""
    + NEVER
)


def in_force(day: str, *occasions: Occasion, **facts: list[tuple[date, Value]]) -> dict[str, date]:
    pack = a_pack(TWO_STANDINGS)
    subject = Subject("mei", {f"volunteer.{name}": rows for name, rows in facts.items()})
    state = fold_all(pack, *occasions, subject=subject).state
    return {each.rule: each.since for each in standings_on(pack, subject, state, date.fromisoformat(day))}


def test_each_kind_of_occasion_enters_its_own_standing() -> None:
    short, missed = record("2026-03-02T09:00", 5), deed("2026-03-03T09:00", "no_show")
    assert in_force("2026-03-04", short) == {"a_warned": date(2026, 3, 2)}
    assert in_force("2026-03-04", missed) == {"b_benched": date(2026, 3, 3)}
    both = {"a_warned": date(2026, 3, 2), "b_benched": date(2026, 3, 3)}
    assert in_force("2026-03-04", short, missed) == both


def test_a_standing_ends_when_its_time_is_over_and_its_condition_holds() -> None:
    missed = deed("2026-03-03T09:00", "no_show")
    trained: list[tuple[date, Value]] = [(date(2026, 5, 1), ("trained",))]
    assert in_force("2026-04-03", missed, roles=[(date(2026, 3, 5), ("trained",))]) == {"b_benched": date(2026, 3, 3)}
    assert in_force("2026-04-04", missed, roles=[(date(2026, 3, 5), ("trained",))]) == {}
    assert in_force("2026-04-30", missed, roles=trained) == {"b_benched": date(2026, 3, 3)}
    assert in_force("2026-05-01", missed, roles=trained) == {}


@pytest.mark.parametrize(
    ("since", "day", "expected"),
    [
        ("2026-02-01", "2026-02-28", {}),
        ("2026-02-01", "2026-03-01", {"c_watched": date(2026, 3, 1)}),
        ("2026-03-10", "2026-03-31", {"c_watched": date(2026, 3, 10)}),
        ("2026-03-31", "2026-03-31", {"c_watched": date(2026, 3, 31)}),
        ("2026-04-01", "2026-04-01", {}),
    ],
)
def test_a_standing_by_facts_is_entered_while_its_rule_holds(since: str, day: str, expected: dict[str, date]) -> None:
    assert in_force(day, flags=[(date.fromisoformat(since), ("watched",))]) == expected


def test_a_fact_stated_again_does_not_enter_a_standing_anew() -> None:
    rows: list[tuple[date, Value]] = [(date(2026, 3, 5), ("watched",)), (date(2026, 3, 9), ("watched", "other"))]
    assert in_force("2026-03-20", flags=rows) == {"c_watched": date(2026, 3, 5)}
    left: list[tuple[date, Value]] = [*rows, (date(2026, 3, 11), ()), (date(2026, 3, 13), ("watched",))]
    assert in_force("2026-03-20", flags=left) == {"c_watched": date(2026, 3, 13)}


def test_the_gravest_of_several_standings_is_the_persons() -> None:
    pack = a_pack(TWO_STANDINGS)
    mei = Subject("mei", {"volunteer.flags": [(date(2026, 3, 5), ("watched",))]})
    state = fold_all(pack, deed("2026-03-03T09:00", "no_show"), subject=mei).state
    values = values_at(pack, mei, state, date(2026, 3, 6))
    assert (values["volunteer.standing"], values["volunteer.standings"]) == ("deregistered", ("b_benched", "c_watched"))


def test_inactivity_is_a_condition_over_a_window() -> None:
    pack = a_pack(
        """
- measure: this_year
  fold: count
  over: last(12, months)
- standing: inactive
  enter: this_year < 1
  becomes: deregistered
  blocks: redeem
- award: hour
  per: hour
  amount: 1
"""
        + NEVER
    )
    state = fold_all(pack, record("2025-03-10T09:00", 60)).state
    assert standings_on(pack, MEI, state, date(2026, 3, 9)) == ()
    (held,) = standings_on(pack, MEI, state, date(2026, 3, 10))
    assert held.rule == "inactive"
    assert len(admission(pack, "redeem", date(2026, 3, 10), values_at(pack, MEI, state, date(2026, 3, 10)))) == 1


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("- standing: s\n  enter: volunteer.age > 1\n", "one_of"),
        ("- standing: s\n  at: deed\n  enter: volunteer.age > 1\n  blocks: redeem\n", "needs_key"),
        (
            "- measure: m\n  fold: count\n- standing: s\n  enter: m > 1\n  lasts: after 1 year\n  blocks: redeem\n",
            "needs_key",
        ),
        ("- standing: s\n  enter: volunteer.age > 1\n  blocks: reedeem\n", "unknown_choice"),
        ("- standing: s\n  enter: volunteer.age > 1\n  drops: stars\n", "unknown_rule"),
    ],
)
def test_what_a_standing_cannot_be(rule: str, code: str) -> None:
    assert [one.code for one in problems_of(rule + NEVER)] == [code]


def test_the_state_keeps_the_day_through_its_text() -> None:
    state = fold_all(BENCHED, *absent("2026-01-05", "2026-02-05", "2026-03-05")).state
    again = FoldState.parse(state.text, state.last)
    assert again == state
    (held,) = standings_on(BENCHED, MEI, again, date(2026, 3, 6))
    assert (held.since, held.until) == (date(2026, 3, 5), date(2026, 4, 5))


def test_a_level_reached_with_the_occasion_that_takes_it_away_is_lost() -> None:
    pack = a_pack(
        """
- measure: served
  fold: sum
  of: credited.minutes
  over: month
- tier: star
  steps: [{level: one, title: {zh: 一, en: One}, reach: served >= 1 h}]
- standing: overworked
  title: {zh: 超时, en: Too long}
  at: record
  enter: record.minutes > 10 h
  lasts: after 1 month
  drops: star
- award: hour
  per: hour
  amount: 1
"""
        + NEVER
    )
    for served, level in ((600, "one"), (601, None)):
        state = fold_all(pack, record("2026-03-01T08:00", served)).state
        assert tier_on(pack, MEI, state, date(2026, 4, 2)).get("star") == level


LEFT = """
- measure: services
  fold: count
  source: record
  over: lifetime
- standing: away
  title: {zh: 离开, en: Away}
  enter: "'away' in volunteer.flags"
  lifts: services >= one
  blocks: [sign_up]
- parameter: one
  cite: x
  measured_in: number
  values: {2019-07-01: 1}
- standing: warned
  title: {zh: 提醒, en: Warned}
  at: deed
  enter: "'careless' in volunteer.flags"
  lasts: after 1 month
  blocks: [sign_up]
- standing: quiet
  title: {zh: 久未服务, en: Quiet}
  when: "'member' in volunteer.roles"
  enter: services < one
  blocks: [sign_up]
- award: hour
  per: hour
  amount: 1
"""


def standing_of(stated: dict[str, list[tuple[date, Value]]], *occasions: Occasion) -> set[str]:
    pack, subject = a_pack(LEFT + NEVER), Subject("mei", dated=stated)
    state = fold_all(pack, *occasions, subject=subject).state
    return {each.rule for each in standings_on(pack, subject, state, date(2026, 3, 10))}


def test_a_standing_without_a_term_ends_with_its_condition() -> None:
    away: dict[str, list[tuple[date, Value]]] = {"volunteer.flags": [(date(2026, 3, 1), ("away",))]}
    assert standing_of(away) == {"away"}
    assert standing_of(away, record("2026-03-05T09:00", 60)) == set()


def test_a_standing_that_an_occasion_enters_needs_the_occasion_though_it_reads_facts_alone() -> None:
    careless: dict[str, list[tuple[date, Value]]] = {"volunteer.flags": [(date(2026, 3, 1), ("careless",))]}
    assert standing_of(careless) == set()
    assert standing_of(careless, deed("2026-03-05T09:00", "no_show")) == {"warned"}


def test_a_standing_by_measures_is_for_those_whom_it_is_about() -> None:
    assert standing_of({}) == set()
    assert standing_of({"volunteer.roles": [(date(2026, 1, 1), ("member",))]}) == {"quiet"}
