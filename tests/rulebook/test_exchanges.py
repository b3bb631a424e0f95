"""Conversions, transfers, draws, closings, settlements, limits and notices: what packs say about acts."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

import pytest

from points_engine.rulebook.acts import limits_of, price, reward_reasons, voucher_until
from points_engine.rulebook.closings import closing, unit_closing
from points_engine.rulebook.conversions import conversion
from points_engine.rulebook.draws import Applicant, drawn
from points_engine.rulebook.kinds import Reward, Text
from points_engine.rulebook.lint import lint
from points_engine.rulebook.notices import Notice, notice_of
from points_engine.rulebook.occasions import NEVER as NEVER_DAY
from points_engine.rulebook.sayings import act_sentence, standing_sentence
from points_engine.rulebook.sentences import explanation
from points_engine.rulebook.settlements import settled
from points_engine.rulebook.standings import Held
from points_engine.rulebook.transfers import Passage, passage
from tests.rulebook.packs import NEVER, a_pack, problems_of

TODAY = date(2026, 5, 3)


# ---- conversions -----------------------------------------------------------------------------------------------------

YEARLY = "- convert: c\n  cite: x\n  earned_in: [year, year - 1]\n  rate: 50 fen\n"


@pytest.mark.parametrize(
    ("settings", "points", "money", "rest"),
    [
        ("", 7, 350, (0, 0, 0)),
        ("  least: 8\n", 7, 0, (7, 0, 0)),
        ("  least: 7\n", 7, 350, (0, 0, 0)),
        ("  least: 8\n  below: lose\n", 7, 0, (0, 0, 7)),
        ("  most: 5\n", 7, 250, (0, 0, 2)),
        ("  most: 5\n  above: keep\n", 7, 250, (0, 2, 0)),
        ("  most: 7\n", 7, 350, (0, 0, 0)),
    ],
)
def test_what_is_below_or_above_the_bounds(settings: str, points: int, money: int, rest: tuple[int, int, int]) -> None:
    found = conversion(a_pack(YEARLY + settings), "c", TODAY, {date(2025, 3, 1): points})
    (share,) = found.shares
    assert (found.money, (share.carries, share.keeps, share.loses)) == (money, rest)


def test_half_a_point_is_converted_exactly_and_a_fraction_of_a_fen_is_dropped() -> None:
    found = conversion(a_pack(YEARLY), "c", TODAY, {date(2025, 3, 1): Fraction(33, 10)})
    assert found.money == 165
    assert conversion(a_pack(YEARLY), "c", TODAY, {date(2025, 3, 1): Fraction(1, 3)}).money == 16


def test_the_current_year_is_not_carried_before_it_is_over() -> None:
    found = conversion(a_pack(YEARLY + "  least: 8\n"), "c", TODAY, {date(2025, 3, 1): 5, date(2026, 3, 1): 2})
    assert [(share.points, share.converts, share.carries) for share in found.shares] == [(5, 0, 5), (7, 0, 7)]


def test_a_conversion_has_its_trace_and_its_reasons() -> None:
    rules = (
        "- parameter: rate\n  cite: No. 7\n  measured_in: money\n  values: {2019-07-01: 2 yuan}\n"
        "- convert: c\n  earned_in: year\n  window: season(04-01, 07-31)\n  rate: rate\n"
        "  require: [{that: volunteer.age >= 65, say: {zh: 满 65 岁, en: from 65 on}}]\n"
    )
    pack = a_pack(rules)
    found = conversion(pack, "c", TODAY, {TODAY: 10}, {"volunteer.age": 65})
    trace = json.loads(found.trace)
    assert found.money == 2000
    assert trace["steps"] == [["convert", "c", 10, 10, "2026-01-01", 0, 0, 0, 2000]]
    assert trace["parameters"] == {"rate": {"cite": "No. 7", "since": "2019-07-01", "value": 200}}
    assert [each.missing for each in conversion(pack, "c", TODAY, {TODAY: 10}, {"volunteer.age": 64}).reasons] == [1]
    outside = conversion(pack, "c", date(2026, 3, 31), {TODAY: 10}, {"volunteer.age": 65})
    assert (outside.money, [each.kind for each in outside.reasons]) == (0, ["window"])


# ---- transfers -------------------------------------------------------------------------------------------------------

GIVING = """
- transfer: anyone
  from_kind: volunteer
  to_kind: volunteer
  priority: 5
  least: 2
  most: 10
- transfer: to_the_fund
  from_kind: volunteer
  to_kind: fund
  lots: restart
  draws: [spendable, donate_only]
- standing: barred
  enter: "'barred' in volunteer.flags"
  blocks: transfer
"""


@pytest.mark.parametrize(("points", "missing"), [(1, [1]), (2, None), (10, None), (11, [1])])
def test_a_transfer_has_bounds(points: int, missing: list[int] | None) -> None:
    found = passage(a_pack(GIVING), "volunteer", "volunteer", points, TODAY, {})
    if missing is None:
        assert isinstance(found, Passage)
        assert (found.rule, found.lots, found.draws) == ("anyone", "keep", ("spendable",))
    else:
        assert not isinstance(found, Passage)
        assert [reason.missing for reason in found] == missing


def test_what_no_rule_allows_is_not_transferred() -> None:
    pack = a_pack(GIVING)
    found = passage(pack, "household", "volunteer", 3, TODAY, {})
    assert not isinstance(found, Passage)
    assert [reason.kind for reason in found] == ["transfer"]
    fund = passage(pack, "volunteer", "fund", 1000, TODAY, {})
    assert isinstance(fund, Passage)
    assert (fund.lots, fund.draws) == ("restart", ("spendable", "donate_only"))
    barred = passage(pack, "volunteer", "fund", 1, TODAY, {"volunteer.standings": ("barred",)})
    assert not isinstance(barred, Passage)
    assert [reason.kind for reason in barred] == ["standing"]


# ---- draws -----------------------------------------------------------------------------------------------------------


def applicants(*names: str, **settings: tuple[date, ...]) -> list[Applicant]:
    begun = datetime(2026, 5, 1, tzinfo=UTC)
    return [
        Applicant(name, begun + timedelta(minutes=at), {"volunteer.age": 20 + at}, settings.get(name, ()))
        for at, name in enumerate(names)
    ]


DRAW = "- draw: camp\n  for: enrolment\n  places: 2 * 1\n"


def test_first_come() -> None:
    found = drawn(a_pack(DRAW + "  order: first\n"), "camp", applicants("a", "b", "c")[::-1], TODAY)
    assert (found.winners, found.waiting) == (("a", "b"), ("c",))


def test_a_lottery_is_decided_by_its_published_seed_alone() -> None:
    pack = a_pack(DRAW + "  order: lottery\n")
    people = applicants(*"abcdefgh")
    once = drawn(pack, "camp", people, TODAY, "2026-05-03: 04 11 23")
    again = drawn(pack, "camp", people[::-1], TODAY, "2026-05-03: 04 11 23")
    assert (once.winners, once.waiting) == (again.winners, again.waiting)
    others = {drawn(pack, "camp", people, TODAY, f"seed {n}").winners for n in range(20)}
    assert len(others) > 5


def test_a_priority_goes_by_its_number_and_then_by_who_came_first() -> None:
    pack = a_pack(DRAW + "  order: priority\n  by: volunteer.age\n")
    assert drawn(pack, "camp", applicants("a", "b", "c"), TODAY).winners == ("c", "b")
    pack = a_pack(DRAW + "  order: priority\n  by: min(volunteer.age, 0)\n")
    assert drawn(pack, "camp", applicants("a", "b", "c"), TODAY).winners == ("a", "b")


def test_lots_decide_within_a_group_where_a_lottery_says_by_what_some_go_first() -> None:
    pack = a_pack(DRAW + "  order: lottery\n  by: choose(volunteer.age >= 22, 1, 0)\n")
    people = applicants(*"abcdefgh")
    seen = [drawn(pack, "camp", people, TODAY, f"seed {n}") for n in range(20)]
    assert all(set(found.winners) <= set("cdefgh") for found in seen)
    assert all(set(found.waiting[-2:]) == {"a", "b"} for found in seen)
    assert len({found.winners for found in seen}) > 5


def test_by_means_nothing_where_the_first_who_come_are_served() -> None:
    assert [one.code for one in problems_of(DRAW + "  order: first\n  by: volunteer.age\n")] == ["not_with"]


def test_recent_winners_are_out_with_exceptions() -> None:
    pack = a_pack(DRAW + "  order: first\n  bar: last(1, year)\n  unless: volunteer.age >= 22\n")
    won = {"a": (date(2025, 5, 4),), "b": (date(2025, 5, 3),), "c": (date(2026, 5, 1),)}
    found = drawn(pack, "camp", applicants("a", "b", "c", "d", **won), TODAY)
    assert (found.winners, found.waiting) == (("b", "c"), ("d",))
    assert [reason.kind for reason in found.out["a"]] == ["winner"]


# ---- closings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "balance", "after"),
    [
        ("  base: 100\n", 37, 100),
        ("  base: 100\n  carry: min(account.balance, 20)\n", 37, 120),
        ("  base: 100\n  carry: min(account.balance, 20)\n", 15, 115),
        ("  carry: account.balance * 50 %\n", 37, Fraction(37, 2)),
        ("  passes: account.balance >= 30\n", 37, 37),
    ],
)
def test_what_an_account_begins_the_next_year_with(settings: str, balance: int, after: int | Fraction) -> None:
    found = closing(a_pack("- close: year\n  over: year\n" + settings), "year", date(2026, 12, 31), balance)
    assert found is not None
    assert (found.after, found.since, found.until) == (after, date(2026, 1, 1), date(2026, 12, 31))
    assert json.loads(found.trace)["steps"][0][:4] == [
        "close", "year", balance, str(after) if isinstance(after, Fraction) else after,
    ]  # fmt: skip


def test_a_pass_mark_tells_what_is_missing() -> None:
    pack = a_pack("- close: year\n  over: year\n  passes: account.balance >= 60\n  ratio: 80 %\n")
    failed, passed = closing(pack, "year", TODAY, 59), closing(pack, "year", TODAY, 60)
    assert failed is not None
    assert passed is not None
    assert (failed.is_passed, failed.unmet[0].missing, passed.is_passed) == (False, 1, True)
    for people, is_passed in ((79, False), (80, True)):
        unit = unit_closing(pack, "year", TODAY, people, 100)
        assert unit is not None
        assert unit.is_passed is is_passed
    assert unit_closing(pack, "year", TODAY, 0, 0) is None


# ---- settlements -----------------------------------------------------------------------------------------------------


def test_points_are_paid_in_money_or_given_out_again_at_a_discount() -> None:
    pack = a_pack("- settle: s\n  over: month\n  rate: 80 fen\n  reissue: 90 %\n  fund: community\n")
    found = settled(pack, "s", TODAY, 101)
    assert found is not None
    assert (found.money, found.reissued, found.since) == (8080, 90, date(2026, 5, 1))


# ---- rewards ---------------------------------------------------------------------------------------------------------

REWARDS = """
- cap: once_a_quarter_at_one_partner
  limits: times
  at: redeem
  most: 1
  over: quarter
  same: partner
- cap: one_of_the_bundle_a_year
  limits: times
  at: redeem
  most: 1
  over: year
  applies_to: [fan, pen]
- reward: fan
  category: commerce
  partner: shop
  price: 5
- reward: pen
  category: commerce
  partner: shop
  price: 5
- reward: ticket
  category: culture_tourism
  partner: shop
  when: volunteer.tier == 'gold'
  price: 0
  uses: 3
  valid: end_of_quarter
  face: 20 yuan
  limits: [{most: 2, over: year}]
"""


def rewards_of(pack_text: str) -> dict[str, Reward]:
    return {rule.id: rule for rule in a_pack(pack_text + NEVER).of_kind(Reward)}


def test_a_limit_may_be_about_one_partner_or_about_some_rewards_together() -> None:
    pack = a_pack(REWARDS + NEVER)
    found = rewards_of(REWARDS)
    partner, bundle = limits_of(pack, found["fan"], TODAY, {})
    assert (partner.any_reward, partner.same, partner.rewards) == (True, ("partner",), ())
    assert (bundle.any_reward, bundle.same, bundle.rewards) == (False, (), ("fan", "pen"))
    own, partner = limits_of(pack, found["ticket"], TODAY, {})
    assert (own.rule, own.most, own.until, partner.rule) == (
        "ticket_limit_1", 2, date(2026, 12, 31), "once_a_quarter_at_one_partner",
    )  # fmt: skip


def test_a_perk_has_its_own_validity_and_uses() -> None:
    pack = a_pack(REWARDS + NEVER)
    ticket = rewards_of(REWARDS)["ticket"]
    assert (ticket.uses, ticket.face, voucher_until(pack, ticket, TODAY)) == (3, 2000, date(2026, 6, 30))
    assert voucher_until(pack, rewards_of(REWARDS)["fan"], TODAY) is None
    gold = price(pack, "ticket", TODAY, {"volunteer.tier": "gold"})
    assert gold is not None
    assert gold.points == 0
    assert price(pack, "ticket", TODAY, {"volunteer.tier": "silver"}) is None
    assert reward_reasons(pack, ticket, {"volunteer.tier": "silver"}, TODAY) != ()


# ---- notices ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("published", "begins", "days", "in_force"),
    [
        ("2024-09-27", "next_day", 5, "2024-10-11"),  # Sunday the 29th is worked, then the 30th, 8th, 9th and 10th
        ("2026-03-02", "next_day", 5, "2026-03-10"),
        ("2026-03-02", "same_day", 5, "2026-03-07"),
        ("2026-03-07", "same_day", 1, "2026-03-10"),
        ("2026-03-02", "next_day", 0, "2026-03-02"),
    ],
)
def test_a_notice_is_counted_in_working_days(published: str, begins: str, days: int, in_force: str) -> None:
    notice = Notice("n", "unit", days, begins)  # type: ignore[arg-type]
    assert notice.in_force_on("CN", date.fromisoformat(published)) == date.fromisoformat(in_force)


def test_the_first_approval_that_applies_gives_the_notice() -> None:
    pack = a_pack(
        "- approve: gifts\n  at: deed\n  when: deed.kind == 'gift'\n  by: county\n  notice_days: 3\n"
        "- approve: deeds\n  at: deed\n  by: unit\n"
    )
    gift, other = (notice_of(pack, "deed", TODAY, {"deed.kind": kind}) for kind in ("gift", "visit"))
    assert gift is not None
    assert other is not None
    assert ((gift.by, gift.days), (other.by, other.days)) == (("county", 3), ("unit", 0))
    assert notice_of(pack, "record", TODAY, {}) is None


# ---- reading ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("- convert: c\n  earned_in: year\n", "one_of"),
        ("- convert: c\n  earned_in: year\n  rate: 1 h\n", "wrong_type"),
        ("- convert: c\n  rate: 1 fen\n", "missing_key"),
        ("- convert: c\n  earned_in: yeer\n  rate: 1 fen\n", "bad_window"),
        ("- transfer: t\n  from_kind: voluntear\n  to_kind: fund\n", "unknown_choice"),
        ("- draw: d\n  for: reward\n  places: 5\n  order: priority\n", "needs_key"),
        ("- draw: d\n  for: reward\n  places: 5\n  order: first\n  unless: day.working\n", "needs_key"),
        ("- close: c\n  over: year\n", "one_of"),
        ("- settle: s\n  over: month\n", "one_of"),
        (
            "- award: a\n  amount: 1\n- factor: f\n  multiply: 2\n- group: g\n  of: [a, f]\n  combine: best\n",
            "mixed_group",
        ),
        ("- award: a\n  amount: 1\n- group: g\n  of: a\n", "missing_key"),
    ],
)
def test_what_these_rules_cannot_be(rule: str, code: str) -> None:
    assert [one.code for one in problems_of(rule + NEVER)] == [code]


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("- convert: c\n  earned_in: year\n  rate: 1 fen\n  least: 5\n  most: 4\n", "never_applies"),
        ("- transfer: t\n  from_kind: volunteer\n  to_kind: fund\n  least: 5\n  most: 4\n", "never_applies"),
        ("- transfer: t\n  from_kind: volunteer\n  to_kind: fund\n  least: 4\n  most: 4\n", ""),
        (
            "- convert: c\n  earned_in: year\n  steps: [{least: 5, amount: 1 fen}, {least: 5, amount: 2 fen}]\n",
            "steps_not_ascending",
        ),
        ("- convert: c\n  earned_in: year\n  rate: 1 fen\n  fund: comunity\n", "unknown_fund"),
        ("- settle: s\n  over: month\n  rate: 1 fen\n  fund: comunity\n", "unknown_fund"),
        (
            "- standing: s\n  at: deed\n  enter: account.held > 0\n  lasts: after 1 day\n  blocks: redeem\n",
            "fact_out_of_reach",
        ),
    ],
)
def test_what_the_lint_finds_in_these_rules(rule: str, code: str) -> None:
    assert [one.code for one in lint(a_pack(rule)) if one.severity == "error"] == ([code] if code else [])


# ---- sentences -------------------------------------------------------------------------------------------------------


def test_what_an_act_comes_to_is_said_in_both_languages() -> None:
    pack = a_pack(YEARLY + "  most: 5\n" + GIVING + DRAW + "  order: first\n- close: y\n  over: year\n  base: 100\n")
    converted = conversion(pack, "c", TODAY, {date(2025, 3, 1): 7}).trace
    assert act_sentence(pack, converted, "en") == "From 2025-01-01: 5 of 7 points come to CNY 2.50, 2 points lapse"
    assert act_sentence(pack, converted, "zh") == "2025-01-01 起：7 分中 5 分兑 2.50 CNY，2 分失效"
    given = passage(pack, "volunteer", "fund", 7, TODAY, {})
    assert isinstance(given, Passage)
    assert act_sentence(pack, given.trace, "en") == "7 points may be given (to the fund)"
    held = drawn(pack, "camp", applicants("a", "b", "c"), TODAY).trace
    assert act_sentence(pack, held, "en") == "3 applied, 2 have a place, 0 may not take part (camp)"
    closed = closing(pack, "y", TODAY, 37)
    assert closed is not None
    assert act_sentence(pack, closed.trace, "en") == "37 points become 100 points (y)"
    paid = settled(a_pack("- settle: s\n  over: month\n  rate: 80 fen\n"), "s", TODAY, 101)
    assert paid is not None
    assert act_sentence(pack, paid.trace, "en") == "101 points come to CNY 80.80 and 0 points again (s)"
    for trace in (converted, given.trace, held, closed.trace, paid.trace):
        assert "{" not in "".join(explanation(pack, trace, "zh"))


def test_a_standing_says_how_long_and_what_is_still_missing() -> None:
    held = Held("barred", Text("停止补录", "Back-filling withdrawn"), TODAY, date(2027, 5, 3), ("hours >= 100 h",))
    assert standing_sentence(held, "en") == (
        "Back-filling withdrawn: since 2026-05-03, until 2027-05-03 at least, and until hours >= 100 h"
    )
    assert standing_sentence(held, "zh") == "停止补录：自 2026-05-03 起，至少到 2027-05-03，并须 hours >= 100 h"
    for_ever = Held("barred", Text("失信", "Blacklisted"), TODAY, NEVER_DAY)
    assert standing_sentence(for_ever, "en") == "Blacklisted: since 2026-05-03"
