"""The schema: for every kind of rule one table of its keys, and what must hold between them.

A new kind is a frozen dataclass in `kinds.py`, one row here, and its examples.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from points_engine.rulebook import coherence, notation
from points_engine.rulebook.formulas import DERIVED, condition, formula, measured, minutes, quantity
from points_engine.rulebook.kinds import (
    Admit,
    ApprovalStep,
    Approve,
    Award,
    Cap,
    Expiry,
    Factor,
    Measure,
    Place,
    PriceStep,
    Requirement,
    Reward,
    Round,
    Rule,
    Step,
    Text,
    Tier,
    TierStep,
)  # fmt: skip
from points_engine.rulebook.parameters import PARAMETER_KEYS, parameter
from points_engine.rulebook.reader import Node, Scalar, Table
from points_engine.rulebook.shapes import (
    Bad,
    Desk,
    Key,
    Shape,
    as_boolean,
    as_sentence,
    as_slug,
    as_text,
    choice,
    listing,
    parsed,
    references,
    table_of,
    whole,
)  # fmt: skip
from points_engine.rulebook.vocabulary import ANY, ANY_NUMBER, BOOLEAN, DURATION, FACTS, MONEY, NUMBER, POINTS

as_day: Shape = parsed(notation.day_of, "bad_date")
as_window: Shape = parsed(notation.window_of, "bad_window")
each: Shape = choice("volunteer", "household", "group", "unit")

as_key_of_tally: Shape = parsed(notation.is_key_of_tally, "unknown_fact", FACTS)

ACTS = ("publish", "sign_up", "check_in", "record", "deed", "redeem", "transfer", "convert", "enrol")
OCCASIONS = ("record", "deed", "joined", "referral")
MEASURED_BY_LIMITS: Mapping[object, str] = {"minutes": DURATION, "amount": POINTS, "times": NUMBER, "balance": POINTS}
MEASURED_BY_WHAT: Mapping[object, str] = {"time": DURATION, "amount": POINTS}


def _by_limits(fields: Mapping[str, object]) -> str:
    return MEASURED_BY_LIMITS.get(fields.get("limits"), ANY)


def _by_what(fields: Mapping[str, object]) -> str:
    return MEASURED_BY_WHAT.get(fields.get("what"), ANY)


def _by_fold(fields: Mapping[str, object]) -> str:
    """What a measure folds: conditions, numbers, or (for distinct values) anything."""
    fold = fields.get("fold")
    return BOOLEAN if fold in DERIVED else ANY_NUMBER if fold in ("sum", "max") else ANY


REQUIREMENT = (Key("that", condition, required=True), Key("say", as_sentence))


def _requirement(that: object, say: Text | None = None) -> Requirement:
    return Requirement(that, say)  # type: ignore[arg-type]


NAMING = (Key("title", as_sentence), Key("cite", as_text))
COMMON = (
    *NAMING,
    Key("from", as_day, "from_day"),
    Key("until", as_day, "until_day"),
    Key("when", listing(condition)),
    Key("require", listing(table_of(REQUIREMENT, _requirement))),
    Key("because", as_sentence),
)


def _steps(by: str) -> Shape:
    """Rows of a table of points, by the value of another key's expression, or by the minutes of the occasion."""
    row = (
        Key("least", quantity(measured(by, DURATION)), required=True),
        Key("amount", quantity(POINTS), required=True),
    )
    return listing(table_of(row, Step), single=False)


def _approval_step(by: str, upto: object = None) -> ApprovalStep:
    return ApprovalStep(upto=upto, by=by)  # type: ignore[arg-type]


APPROVAL_STEP = (Key("upto", quantity(measured("measure", NUMBER))), Key("by", as_slug, required=True))
TIER_STEP = (
    Key("level", as_slug, required=True),
    Key("title", as_sentence, required=True),
    Key("reach", listing(condition), required=True),
    Key("mode", choice("all", "any")),
)


def _price_step(points: object, money: object = None, when: object = ()) -> PriceStep:
    return PriceStep(points=points, money=money, when=when)  # type: ignore[arg-type]


PRICE_STEP = (
    Key("points", formula(POINTS), required=True),
    Key("money", formula(MONEY)),
    Key("when", listing(condition)),
)


def _price(node: Node, desk: Desk, what: str) -> object:
    """`20`, or `{points, money, when}`."""
    if isinstance(node, Scalar):
        points = formula(POINTS)(node, desk, what)
        return points if isinstance(points, Bad) else _price_step(points)
    return table_of(PRICE_STEP, _price_step)(node, desk, what)


REWARD_LIMIT = (
    Key("most", formula(NUMBER), required=True),
    Key("over", as_window),
    Key("same", listing(as_key_of_tally)),
    Key("each", each),
)


def _reward_limit(node: Node, desk: Desk, what: str) -> object:
    """How often a reward may be had: a `times` cap of its own."""
    return table_of(REWARD_LIMIT, lambda **fields: _limit_cap(node.place, fields))(node, desk, what)


def _limit_cap(place: Place, fields: dict[str, object]) -> Cap:
    title = Text("次数限制", "limit")
    return Cap(id="limit", place=place, title=title, limits="times", at="redeem", **fields)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of rule: its keys, the class it builds, and what must hold between its keys."""

    name: str
    keys: tuple[Key, ...]
    build: Callable[..., Rule]
    check: Callable[[Table, dict[str, object], Desk], None] | None = None


SCHEMA: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("parameter", (*NAMING, *PARAMETER_KEYS), parameter),
        Kind(
            "measure",
            (
                *NAMING,
                Key("fold", choice("sum", "count", "distinct", "max", "streak", "share"), required=True),
                Key("of", formula(_by_fold)),
                Key("source", listing(choice(*OCCASIONS))),
                Key("where", listing(condition)),
                Key("over", as_window),
                Key("same", listing(as_key_of_tally)),
                Key("each", each),
                Key("including", as_boolean),
            ),
            Measure,
            coherence.check_measure,
        ),
        Kind("admit", (*COMMON, Key("at", listing(choice(*ACTS)), required=True)), Admit),
        Kind(
            "approve",
            (
                *COMMON,
                Key("at", choice("record", "deed", "tier")),
                Key("measure", formula(ANY_NUMBER)),
                Key("steps", listing(table_of(APPROVAL_STEP, _approval_step), single=False)),
                Key("by", as_slug),
                Key("part", choice("excess", "whole")),
                Key("notice_days", whole(most=366)),
            ),
            Approve,
            coherence.check_approve,
        ),
        Kind(
            "award",
            (
                *COMMON,
                Key("at", choice("record", "deed", "joined", "referral", "month_end", "reached", "tier")),
                Key("per", choice("hour", "minute", "occasion", "item", "month")),
                Key("amount", formula(POINTS)),
                Key("steps_by", formula(ANY_NUMBER)),
                Key("steps", _steps("steps_by")),
                Key("bands_by", formula(ANY_NUMBER)),
                Key("bands", _steps("bands_by")),
                Key("straddle", choice("split", "start", "end")),
                Key("source", choice("issue", "fund", "receiver")),
                Key("fund", as_slug),
                Key("credit", listing(as_slug)),
            ),
            Award,
            coherence.check_award,
        ),
        Kind(
            "factor",
            (
                *COMMON,
                Key("multiply", formula(NUMBER), required=True),
                Key("applies_to", references("award")),
                Key("applies_to_time", as_boolean),
            ),
            Factor,
        ),
        Kind(
            "round",
            (
                *COMMON,
                Key("what", choice("time", "amount"), required=True),
                Key("to", quantity(_by_what), required=True),
                Key("direction", choice("down", "up", "nearest"), required=True),
                Key("at", choice("record", "day", "period")),
                Key("over", as_window),
                Key("remainder", choice("drop", "carry")),
                Key("applies_to", references("award")),
            ),
            Round,
            coherence.check_round,
        ),
        Kind(
            "cap",
            (
                *COMMON,
                Key("limits", choice("minutes", "amount", "times", "balance"), required=True),
                Key("at", choice(*ACTS)),
                Key("most", formula(_by_limits)),
                Key("least", formula(_by_limits)),
                Key("skip_first", formula(_by_limits)),
                Key("over", as_window),
                Key("same", listing(as_key_of_tally)),
                Key("each", each),
                Key("excess", choice("drop", "refuse", "approve", "route")),
                Key("route", as_text),
                Key("applies_to", references("award")),
            ),
            Cap,
            coherence.check_cap,
        ),
        Kind(
            "expiry",
            (
                *COMMON,
                Key("ends", parsed(notation.end_of, "bad_expiry"), "end", required=True),
                Key("granularity", choice("day", "month", "quarter", "year")),
                Key("on_redeem", choice("keep", "zero")),
            ),
            Expiry,
            coherence.check_expiry,
        ),
        Kind(
            "tier",
            (
                *COMMON,
                Key("steps", listing(table_of(TIER_STEP, TierStep), single=False), required=True),
                Key("holds", as_text),
                Key("falls", choice("never", "at_once", "at_review")),
                Key("reset", as_window),
            ),
            Tier,
        ),
        Kind(
            "reward",
            (
                *COMMON,
                Key("category", choice("culture_tourism", "commerce", "public_service"), required=True),
                Key("partner", as_slug, required=True),
                Key("outlets", listing(as_slug)),
                Key("price", listing(_price), "prices", required=True),
                Key("fund", as_slug),
                Key("pays", quantity(MONEY)),
                Key("stock", whole()),
                Key("hold", minutes, "hold_minutes"),
                Key("limits", listing(_reward_limit)),
                Key("restock_on_refund", as_boolean),
                Key("refund_days", whole(most=3660)),
                Key("on_expired_refund", choice("restore", "expire", "extend")),
            ),
            Reward,
            coherence.check_reward,
        ),
    )
}
"""By the key that names the rule."""
