"""Laws of the fold, on random histories: any cutting gives the same books, and nothing is lost to rounding."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from points_engine.rulebook.fold import RuleHistory, fold
from points_engine.rulebook.kinds import ApprovalStep, Step, TierStep, Window
from points_engine.rulebook.measures import Tallies
from points_engine.rulebook.occasions import EMPTY, FoldResult, FoldState, Occasion, Subject
from points_engine.rulebook.plans import plan_of
from points_engine.rulebook.standpoints import Standpoint
from tests.rulebook.builders import (
    a_pack,
    approve,
    award,
    cap,
    deed,
    e,
    expiry,
    factor,
    history,
    measure,
    parameter,
    record,
    rounding,
    text,
    tier,
)
from tests.rulebook.packs import a_pack as load_rules

MEI = Subject(
    "mei",
    {
        "volunteer.standing": ((date(2025, 1, 1), "good"),),
        "volunteer.flags": ((date(2025, 12, 24), ("late",)), (date(2025, 12, 28), ()), (date(2026, 1, 6), ("late",))),
    },
    born_on=date(1990, 2, 28),
)
LAST_MONTH = Window("last", length=1, unit="month")

RULES = (
    parameter("rate", {"2019-01-01": 1, "2026-01-01": Fraction(3, 2)}, measured_in="points"),
    measure("lifetime", "sum", "credited.minutes", "lifetime"),
    measure("last_year", "sum", "record.minutes", Window("year", offset=1)),
    measure("month", "sum", "credited.points", LAST_MONTH),
    measure("hosts", "distinct", "activity.host", "quarter"),
    measure("longest", "max", "record.minutes", "week"),
    measure("good_months", "streak", e("lifetime >= 2 h", lifetime="duration"), "month"),
    measure("kept", "share", e("record.minutes >= 30 min"), "year"),
    measure("day_at_host", "sum", "record.minutes", "day", same=("host",)),
    approve(
        "long_days",
        measure=e("day_at_host", day_at_host="duration"),
        steps=(ApprovalStep(300, "rule"), ApprovalStep(None, "unit")),
        part="excess",
    ),
    award(
        "service",
        per="hour",
        bands=(Step(0, 1), Step(500, 2)),
        bands_by=e("lifetime", lifetime="duration"),
    ),
    award("visit", e("rate", rate="points"), when=e("hosts < 3", hosts="number")),
    award("deed", "1 points", at="deed", per="item"),
    factor("steady", "2", when=e("good_months >= 2", good_months="number"), applies_to=("visit",)),
    factor("reliable", "1", when=e("kept > 50 % and longest > 1 h", kept="number", longest="duration")),
    rounding("quarter", "time", 15, "down", remainder="carry", over=Window("month")),
    rounding("whole", "amount", 1, "down", remainder="carry"),
    cap("daily", "6 h", "day"),
    cap("weekly", "20 h", "week"),
    cap("rolling", "50 points", Window("last", length=10, unit="day"), limits="amount"),
    cap("pairs", "3", "day", limits="times", applies_to=("visit",)),
    expiry("next_year", "end_of_year", length=1),
    tier(
        "stars",
        steps=(
            TierStep("one", text("one"), (e("lifetime >= 10 h", lifetime="duration"),)),
            TierStep("two", text("two"), (e("lifetime >= 30 h", lifetime="duration"),)),
        ),
    ),
)
PACKS = tuple(a_pack(*RULES, scale=1, midnight=midnight) for midnight in ("split", "start", "end"))
YOUNGER = a_pack(*RULES[1:2], award("service", "3 points", per="hour"), cap("daily", "4 h", "day"), scale=1)

RANKS = load_rules(
    """
- measure: time
  fold: sum
  of: credited.minutes
  over: lifetime
- measure: recent
  fold: sum
  of: credited.minutes
  over: last(6, days)
- measure: since_rank
  fold: sum
  of: credited.minutes
  over: since(renewed)
- measure: since_bench
  fold: count
  over: since(flagged)
- measure: deeds
  fold: count
  source: deed
  over: last(5, days)
- measure: bonuses
  fold: sum
  of: credited.points
  source: [record, reached, tier]
  over: month
- tier: renewed
  holds: after 4 days
  falls: at_review
  steps:
    - {level: one, title: {zh: 一, en: One}, reach: since_rank >= 5 h}
    - {level: two, title: {zh: 二, en: Two}, reach: since_rank >= 12 h}
- tier: followed
  falls: at_once
  steps: [{level: one, title: {zh: 一, en: One}, reach: recent >= 6 h}]
- tier: weekly
  reset: week
  steps: [{level: one, title: {zh: 一, en: One}, reach: recent >= 4 h}]
- standing: flagged
  enter: "'late' in volunteer.flags"
  lasts: after 2 days
  lifts: since_bench >= 2
  blocks: [award, {at: deed, when: deed.quantity > 1}]
  drops: renewed
- standing: busy
  at: deed
  enter: deeds >= 2
  lasts: after 1 day
  blocks: [record, tier]
- award: service
  per: hour
  amount: 1
- award: tenfold
  amount: 2
- award: ranked
  at: tier
  amount: tier.step
- award: month
  at: reached
  over: month
  when: recent >= 3 h
  amount: 3
- award: more
  when: bonuses >= 3 and volunteer.tier == 'one'
  amount: 1
- award: a_deed
  at: deed
  amount: 1
- factor: double
  when: recent >= 2 h
  multiply: 2
- factor: triple
  when: recent >= 4 h
  multiply: 3
- group: one_award
  of: [service, tenfold]
  combine: best
- group: one_factor
  of: [double, triple]
  combine: first
- cap: whole_days
  limits: minutes
  least: 2 h
  over: day
- cap: monthly
  limits: amount
  most: 60
  over: month
  excess: approve
  by: unit
- expiry: next_year
  ends: end_of_year + 1
"""
)


@st.composite
def histories(draw: st.DrawFn) -> list[Occasion]:
    """Up to twelve occasions around a New Year, often close together."""
    count = draw(st.integers(1, 12))
    begun = datetime(2025, 12, 20)  # noqa: DTZ001 - local time of the builders
    found = {}
    for number in range(count):
        start = (begun + timedelta(minutes=draw(st.integers(0, 30 * 24 * 60)))).isoformat()
        host = draw(st.sampled_from(["u1", "u2", "u3"]))
        if draw(st.integers(0, 5)) == 0:
            occasion = deed(start, f"d{number}", draw(st.integers(1, 3)))
        else:
            granted = draw(st.sampled_from([(), (), ("unit",)]))
            occasion = record(start, draw(st.integers(0, 700)), f"r{number:02}", granted=granted, host=host)
        found[occasion.order] = occasion
    return [found[order] for order in sorted(found)]


HISTORIES = (
    *(history(pack) for pack in PACKS),
    RuleHistory(((date(2019, 1, 1), PACKS[0]), (date(2026, 1, 1), YOUNGER))),
    history(RANKS),
    RuleHistory(((date(2019, 1, 1), YOUNGER), (date(2026, 1, 1), RANKS))),
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(HISTORIES), histories(), st.sets(st.integers(0, 12)), st.booleans())
def test_any_cutting_gives_the_same_credits_and_state(
    rules: RuleHistory, occasions: list[Occasion], cuts: set[int], through_text: bool
) -> None:
    at_once = fold(rules, MEI, occasions)
    state: FoldState = EMPTY
    parts: list[FoldResult] = []
    edges = sorted({0, len(occasions), *(cut for cut in cuts if cut < len(occasions))})
    for first, last in pairwise(edges):
        before = state.text
        part = fold(rules, MEI, occasions[first:last], state)
        assert state.text == before == FoldState(state.slots, state.last).text
        parts.append(part)
        state = FoldState.parse(part.state.text, part.state.last) if through_text else part.state
    assert tuple(credit for part in parts for credit in part.credits) == at_once.credits
    assert tuple(each for part in parts for each in part.checkpoints) == at_once.checkpoints
    assert tuple(each for part in parts for each in part.tiers) == at_once.tiers
    assert state == at_once.state


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(HISTORIES), histories())
def test_a_fold_from_a_checkpoint_gives_the_same_credits(rules: RuleHistory, occasions: list[Occasion]) -> None:
    at_once = fold(rules, MEI, occasions)
    for checkpoint in at_once.checkpoints:
        later = [each for each in occasions if checkpoint.state.last is None or each.order > checkpoint.state.last]
        again = fold(rules, MEI, later, checkpoint.state)
        assert again.credits == at_once.credits[-len(later) :]
        assert again.state == at_once.state


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(HISTORIES), histories())
def test_minutes_points_and_lots_are_those_of_the_trace_and_are_integers(
    rules: RuleHistory, occasions: list[Occasion]
) -> None:
    for credit in fold(rules, MEI, occasions).credits:
        trace = json.loads(credit.trace, parse_float=_refuse)
        assert (trace["minutes"], trace["points"]) == (credit.minutes, credit.points)
        assert sum(amount for _, amount in credit.lots) == credit.points
        assert type(credit.minutes) is int
        assert type(credit.points) is int


def _refuse(text: str) -> float:
    raise AssertionError(f"a float stands in a trace: {text}")


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(1, 300), min_size=1, max_size=20), st.sampled_from(["down", "up", "nearest"]))
def test_rounding_with_carry_loses_nothing(lengths: list[int], direction: str) -> None:
    pack = a_pack(award("service", "1 points", per="hour"), rounding("r", "amount", 1, direction, remainder="carry"))
    visits = [record(f"2026-{1 + at // 28:02}-{1 + at % 28:02}T09:00", length) for at, length in enumerate(lengths)]
    total = sum(credit.points for credit in fold(history(pack), MEI, visits).credits)
    exact = Fraction(sum(lengths), 60)
    assert total == {"down": exact // 1, "up": -(-exact // 1), "nearest": (exact + Fraction(1, 2)) // 1}[direction]


@settings(max_examples=60, deadline=None)
@given(histories())
def test_measures_equal_a_count_of_the_whole_history(occasions: list[Occasion]) -> None:
    rules = history(PACKS[1])
    result = fold(rules, MEI, occasions)
    day = date(2026, 1, 25)
    here = Standpoint(plan_of(PACKS[1]), MEI, Tallies(result.state.slots), day, {})
    for name in ("lifetime", "month"):
        here.prepare(name)
    assert here.values["lifetime"] == sum(credit.minutes for credit in result.credits)
    since = date(2025, 12, 26)
    records = {occasion.id for occasion in occasions if occasion.kind == "record"}
    recent = [credit.points for credit in result.credits if credit.occasion in records and since <= credit.day <= day]
    assert here.values["month"] == Fraction(sum(recent), 10)


@settings(max_examples=60, deadline=None)
@given(histories())
def test_no_cap_is_ever_exceeded(occasions: list[Occasion]) -> None:
    result = fold(history(PACKS[1]), MEI, occasions)
    by_day: dict[date, int] = {}
    by_week: dict[int, int] = {}
    for credit in result.credits:
        week = (credit.day.toordinal() - 1) // 7
        by_day[credit.day] = by_day.get(credit.day, 0) + credit.minutes
        by_week[week] = by_week.get(week, 0) + credit.minutes
    assert max(by_day.values()) <= 360
    assert max(by_week.values()) <= 1200
