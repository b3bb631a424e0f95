"""A gate asks the conditions of many rules at once and answers what they answer one by one, unknown facts included."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from points_engine.rulebook.edges import EdgeWatch
from points_engine.rulebook.expressions import CompiledExpression, compile_expression
from points_engine.rulebook.kinds import UNKNOWN
from points_engine.rulebook.plans import plan_of
from points_engine.rulebook.together import compile_together
from points_engine.rulebook.watching import watched
from tests.rulebook.builders import credited, record
from tests.rulebook.packs import NEVER, a_pack

NAMES = {"limit": "duration", "share": "number", "rates": "table of number"}
ATOMS = (
    "record.minutes >= 30 min",
    "record.minutes >= limit",
    "record.minutes < 2 h",
    "limit > record.minutes * share",
    "activity.category == 'park'",
    "activity.category in ['park', 'shore']",
    "activity.category != 'park'",
    "record.paid",
    "day.working",
    "known(record.paid)",
    "otherwise(record.paid, false)",
    "ratio(record.minutes, limit) >= 1",
    "table(rates, activity.category) > 1",
    "'leader' in volunteer.roles",
    "true",
)
VALUES = {
    "record.minutes": st.sampled_from([0, 29, 30, 60, 119, 120]),
    "activity.category": st.sampled_from(["park", "shore", "hall"]),
    "record.paid": st.booleans(),
    "day.working": st.booleans(),
    "limit": st.sampled_from([0, 30, 60]),
    "share": st.sampled_from([0, 1, Fraction(1, 2)]),
    "rates": st.sampled_from([{"park": 1, "shore": 2}, {}]),
    "volunteer.roles": st.sampled_from([(), ("leader",)]),
}
CONDITIONS = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.one_of(
        st.builds("not ({})".format, inner),
        st.builds("({}) and ({})".format, inner, inner),
        st.builds("({}) or ({})".format, inner, inner),
        st.builds("{} and {}".format, st.sampled_from(ATOMS), st.sampled_from(ATOMS)),
    ),
    max_leaves=4,
)


def compiled(source: str) -> CompiledExpression:
    return compile_expression(source, names=NAMES, wanted="boolean")


@settings(max_examples=300, deadline=None)
@given(
    st.lists(CONDITIONS, min_size=1, max_size=8),
    st.fixed_dictionaries({}, optional={**VALUES, "record.item": st.just("x")}),
    st.sets(st.sampled_from(sorted(VALUES))),
)
def test_conditions_asked_together_answer_what_they_answer_alone(
    sources: list[str], known: dict[str, object], unknown: set[str]
) -> None:
    conditions = [compiled(source) for source in sources]
    together, order = compile_together([each.tree for each in conditions], conditions)
    values = {**known, **dict.fromkeys(unknown, UNKNOWN)}
    answers = together(values)
    assert sorted(order) == list(range(len(conditions)))
    for place, at in enumerate(order):
        assert answers[place] is conditions[at](values), sources[at]


RULES = """
- measure: so_far
  fold: sum
  of: credited.minutes
  over: lifetime
- award: early
  when: [activity.category == 'park', record.minutes >= 30 min]
  until: 2026-01-05
  amount: 1
- award: park
  when: [activity.category == 'park', record.minutes >= 1 h]
  amount: 1 * 10
- award: late
  when: [activity.category == 'park', record.minutes >= 30 min]
  from: 2026-01-06
  amount: 1 * 100
- award: second
  when: [activity.category == 'park', so_far >= 1 h]
  amount: 1 * 1000
- award: always
  amount: 1 * 10000
"""


@pytest.mark.parametrize("is_watched", [False, True])
def test_the_gate_of_a_pack_lets_the_same_awards_through_whether_somebody_watches_or_not(is_watched: bool) -> None:
    pack = a_pack(RULES + NEVER)
    assert [each.source for each in plan_of(pack).gates["record"].conditions] == [
        "activity.category == 'park'", "record.minutes >= 30 min", "activity.category == 'park'",
        "record.minutes >= 1 h",
        "activity.category == 'park'", "record.minutes >= 30 min",
    ]  # fmt: skip
    history = [
        record("2026-01-05T09:00", 60, category="park"),
        record("2026-01-06T09:00", 59, category="park"),
        record("2026-01-07T09:00", 60, category="shore"),
        record("2026-01-08T09:00", 60),
    ]
    watch = EdgeWatch((pack,))
    if is_watched:
        with watched(watch):
            found = credited(pack, *history)
    else:
        found = credited(pack, *history)
    assert [credit.points for credit in found] == [10011, 11100, 10000, 10000]
    assert bool(watch.shown["test"]) is is_watched
