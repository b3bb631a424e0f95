"""Rulings: what the rules alone say to one question of a table, as outcomes by column.

The column that names what is asked (`tier`, `reward`, `act` …) chooses the question; a row without one asks what an
occasion counts for.  What is asked is answered for somebody with the history of the row, on the row's day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, TypeAlias

from points_engine.ledger.amounts import shown as quantity
from points_engine.rulebook.acts import (
    admission,
    limits_of,
    missing_to_next,
    price,
    reward_reasons,
    standings_on,
    tier_on,
    values_at,
    voucher_until,
)
from points_engine.rulebook.closings import closing, unit_closing
from points_engine.rulebook.conversions import conversion
from points_engine.rulebook.draws import Applicant, drawn
from points_engine.rulebook.edges import MOST, Shown
from points_engine.rulebook.fold import RuleHistory, fold
from points_engine.rulebook.kinds import Admit, Close, Convert, Draw, Measure, Reward, Rule, Settle, Standing, Tier
from points_engine.rulebook.measures import whole
from points_engine.rulebook.notices import tier_notice
from points_engine.rulebook.occasions import NEVER, FoldState, Subject
from points_engine.rulebook.pack import Pack
from points_engine.rulebook.reasons import Reason
from points_engine.rulebook.settlements import settled
from points_engine.rulebook.transfers import Passage, passage
from points_engine.stories.histories import MEASURE, MEMBER, facts_of, occasions, person
from points_engine.stories.pages import Row

NOBODY: Final = "-"
"""An outcome that there is not."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """The outcomes by column, the rules that had a say, and the traces of what was decided."""

    outcomes: Mapping[str, str]
    rules: frozenset[str] = frozenset()
    traces: tuple[str, ...] = ()
    shown: frozenset[Shown] = frozenset()  # where limits stood against their edges


@dataclass(frozen=True, slots=True)
class Asking:
    """One row: under which rules, about whom, with which history behind them, on which day, with which facts."""

    pack: Pack
    given: Mapping[str, Any]
    day: date
    subject: Subject
    state: FoldState
    facts: Mapping[str, Any]

    @property
    def values(self) -> Mapping[str, object]:
        """Everything that the rules may read on the day."""
        return values_at(self.pack, self.subject, self.state, self.day, self.facts, self.member)

    @property
    def member(self) -> str:
        """Who of a household is asked about; empty where the row is about one person."""
        return str(self.given.get(MEMBER, ""))


RowQuestion: TypeAlias = Callable[[Asking, str], Ruling]


def ruling(row: Row, otherwise: date, pack: Pack) -> Ruling | None:
    """What the rules say to the question of a row; None where it asks what an occasion counts for."""
    totals = [name.removeprefix(MEASURE) for name in row.given if name.startswith(MEASURE)]
    for total in totals:
        if not isinstance(pack.rules.get(total), Measure):
            return Ruling({"refused": f"no_measure_{total}"})
    name = next((name for name in ROW_QUESTIONS if name in row.given), None)
    if name is None:
        return None
    kind, question = ROW_QUESTIONS[name]
    if kind is not None and not isinstance(pack.rules.get(row.given[name]), kind):
        return Ruling({"refused": f"no_{name}_{row.given[name]}"})
    return question(_asking(row, otherwise, pack), row.given[name])


def _asking(row: Row, otherwise: date, pack: Pack) -> Asking:
    day, subject = row.given.get("day", otherwise), person(row.given)
    until = datetime.combine(day + timedelta(days=1), datetime.min.time(), pack.zone).astimezone(UTC)
    past = [each for each in occasions(pack, row.given) if each.start < until]
    state = fold(RuleHistory(((pack.effective_on, pack),)), subject, past).state
    return Asking(pack, row.given, day, subject, state, facts_of(row.given))


def _refused(reasons: Iterable[Reason]) -> dict[str, str]:
    """The rules that refused, and what is missing for the first that counts something."""
    found = tuple(reasons)
    missing = next((reason.missing for reason in found if reason.missing is not None), None)
    return {
        "refused": ",".join(dict.fromkeys(reason.rule or "no_rule" for reason in found)) or NOBODY,
        "missing": NOBODY if missing is None else str(missing),
    }


def _yes(answer: bool) -> str:
    return "yes" if answer else "no"


def _day(day: date | None) -> str:
    return NOBODY if day is None else "never" if day == NEVER else day.isoformat()


# ---- one function for each question --------------------------------------------------------------------------------


def tier(asking: Asking, name: str) -> Ruling:
    """`tier star`: the level on the day, the next one, and what is missing for it."""
    level = tier_on(asking.pack, asking.subject, asking.state, asking.day, asking.member).get(name, NOBODY)
    ahead = missing_to_next(asking.pack, asking.subject, asking.state, asking.day, asking.member)
    coming = next((each for each in ahead if each.tier == name), None)
    missing = _refused(() if coming is None else coming.reasons)["missing"]
    outcomes = {"level": level, "next": NOBODY if coming is None else coming.level, "missing": missing}
    return Ruling(outcomes, frozenset({name, *_standings(asking)}))


def notice(asking: Asking, name: str) -> Ruling:
    """`notice star` of a level `reached`, listed on a day: who confirms it, until when, and if it is in force."""
    found = tier_notice(asking.pack, name, asking.given["reached"], asking.day)
    if found is None:
        return Ruling({"by": NOBODY, "in_force": _yes(True)}, frozenset({name}))
    listed, calendar = asking.given.get("listed", asking.day), asking.pack.calendar
    outcomes = {
        "by": found.by,
        "until": _day(found.last_day(calendar, listed)),
        "in_force": _yes(found.in_force_on(calendar, listed) <= asking.day),
    }
    return Ruling(outcomes, frozenset({name, found.rule}))


def standing(asking: Asking, name: str) -> Ruling:
    """`standing backfill_withdrawn`: whether it is in force on the day, and the last day of its time."""
    found = standings_on(asking.pack, asking.subject, asking.state, asking.day, asking.member)
    held = [each for each in found if each.rule == name]
    outcomes = {"in_force": _yes(bool(held)), "until": _day(held[0].until if held else None)}
    return Ruling(outcomes, frozenset({name} if held else ()))


def act(asking: Asking, name: str) -> Ruling:
    """`act redeem`: the rules and standings that do not let it happen."""
    refused = admission(asking.pack, name, asking.day, asking.values)
    rules = {rule.id for rule in asking.pack.of_kind(Admit) if name in rule.at}
    return Ruling(_refused(refused), frozenset(rules | {reason.rule for reason in refused}))


def reward(asking: Asking, name: str) -> Ruling:
    """`reward soap` after what was `redeemed`: the price, the voucher's last day, and why it cannot be had."""
    rule = asking.pack.rules[name]
    assert isinstance(rule, Reward), "ruling has seen that it is a reward"
    values = asking.values
    reasons = list(reward_reasons(asking.pack, rule, values, asking.day))
    limits, shown = _limits(asking, rule, values)
    reasons += limits
    cost = price(asking.pack, name, asking.day, values)
    outcomes = {
        **_refused(reasons),
        "points": NOBODY if cost is None else quantity(cost.points, asking.pack.scale),
        "money": NOBODY if cost is None else str(cost.money),
        "until": _day(voucher_until(asking.pack, rule, asking.day)),
    }
    traces = () if cost is None else (cost.trace,)
    return Ruling(outcomes, frozenset({name, *_tiers(asking), *(one.rule_id for one in shown)}), traces, shown)


def _limits(asking: Asking, rule: Reward, values: Mapping[str, object]) -> tuple[list[Reason], frozenset[Shown]]:
    """The limits that one more redemption would break after those on the days of `redeemed`, and what each shows."""
    reasons, shown = [], set()
    for limit in limits_of(asking.pack, rule, asking.day, values):
        count = sum(limit.covers(day) for day in asking.given.get("redeemed", ())) + 1
        shown.add(Shown(limit.rule, MOST, count, limit.most))
        if count > limit.most:
            reasons.append(Reason(limit.rule, None, "limit", limit.most, count, count - limit.most))
    return reasons, frozenset(shown)


def convert(asking: Asking, name: str) -> Ruling:
    """`convert to_yen`: what points earned earlier come to; money is in minor units."""
    given = asking.given
    found = conversion(
        asking.pack, name, asking.day, given.get("earned", {}), asking.values, converted=given.get("converted")
    )
    outcomes = {
        **_refused(found.reasons),
        "money": str(found.money),
        "converts": str(found.points),
        "carries": str(whole(sum(share.carries for share in found.shares))),
        "keeps": str(whole(sum(share.keeps for share in found.shares))),
        "loses": str(whole(sum(share.loses for share in found.shares))),
    }
    return Ruling(outcomes, frozenset({name}), (found.trace,) if found.trace else ())


def close(asking: Asking, name: str) -> Ruling:
    """`close annual_result` of a `balance`, or of a unit where so many of its `people` have `passed`."""
    if "people" in asking.given:
        unit = unit_closing(asking.pack, name, asking.day, asking.given.get("passed", 0), asking.given["people"])
        return Ruling({"passes": NOBODY if unit is None else _yes(unit.is_passed)}, frozenset({name}))
    found = closing(asking.pack, name, asking.day, asking.given.get("balance", 0), asking.values)
    if found is None:
        return Ruling({"refused": name})
    outcomes = {
        **_refused(found.unmet),
        "passes": _yes(found.is_passed),
        "reports": ",".join(found.report_to) or NOBODY,
        "by": getattr(asking.pack.rules[name], "by", "") or NOBODY,
        "carries": str(found.carried),
        "after": str(found.after),
    }
    return Ruling(outcomes, frozenset({name}), (found.trace,))


def transfer(asking: Asking, name: str) -> Ruling:
    """`transfer volunteer:fund` of `give` points: the rule that lets them pass, and what becomes of their days."""
    giver, _, receiver = name.partition(":")
    found = passage(asking.pack, giver, receiver, asking.given.get("give", 1), asking.day, asking.values)
    if isinstance(found, Passage):
        outcomes = {"by": found.rule, "lots": found.lots, **_refused(())}
        return Ruling(outcomes, frozenset({found.rule}), (found.trace,))
    return Ruling({"by": NOBODY, **_refused(found)}, frozenset(reason.rule for reason in found))


def settle(asking: Asking, name: str) -> Ruling:
    """`settle shops_paid` of points `collected`: the money, or the points given out again."""
    units = asking.given.get("collected", 0) * 10**asking.pack.scale
    found = settled(asking.pack, name, asking.day, int(units), asking.values)
    if found is None:
        return Ruling({"refused": name})
    outcomes = {"money": str(found.money), "points": quantity(found.reissued, asking.pack.scale), **_refused(())}
    return Ruling(outcomes, frozenset({name}), (found.trace,))


def draw(asking: Asking, name: str) -> Ruling:
    """`draw seats` among `applicants`, in the order in which they applied: who wins, who waits, who is out."""
    applied = datetime.combine(asking.day, datetime.min.time(), UTC)
    won: Mapping[str, tuple[date, ...]] = asking.given.get("won", {})
    people = [
        Applicant(each, applied + timedelta(minutes=number), asking.values, won.get(each, ()))
        for number, each in enumerate(asking.given.get("applicants", ()))
    ]
    found = drawn(asking.pack, name, people, asking.day, asking.given.get("seed", ""))
    outcomes = {
        "winners": ",".join(found.winners) or NOBODY,
        "waiting": ",".join(found.waiting) or NOBODY,
        "out": ",".join(sorted(found.out)) or NOBODY,
    }
    return Ruling(outcomes, frozenset({name}), (found.trace,))


def _standings(asking: Asking) -> frozenset[str]:
    held = standings_on(asking.pack, asking.subject, asking.state, asking.day, asking.member)
    return frozenset(each.rule for each in held)


def _tiers(asking: Asking) -> frozenset[str]:
    return frozenset(tier_on(asking.pack, asking.subject, asking.state, asking.day, asking.member))


ROW_QUESTIONS: Final[Mapping[str, tuple[type[Rule] | None, RowQuestion]]] = {
    "tier": (Tier, tier), "notice": (Tier, notice), "standing": (Standing, standing), "act": (None, act),
    "reward": (Reward, reward), "convert": (Convert, convert), "close": (Close, close), "transfer": (None, transfer),
    "settle": (Settle, settle), "draw": (Draw, draw),
}  # fmt: skip
"""By the column that asks: the kind of rule that its cell must name, if any."""
