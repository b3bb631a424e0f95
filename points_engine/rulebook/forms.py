"""Forms: the parts of rules that have keys of their own (steps, prices, limits, blocks) and the shapes they share."""

from __future__ import annotations

from collections.abc import Mapping

from points_engine.rulebook import notation
from points_engine.rulebook.formulas import DERIVED, condition, formula, measured, quantity
from points_engine.rulebook.kinds import ApprovalStep, Block, Cap, End, Place, PriceStep, Requirement, Step, Text
from points_engine.rulebook.reader import Node, Scalar
from points_engine.rulebook.shapes import (
    Bad,
    Desk,
    Key,
    Shape,
    as_sentence,
    as_slug,
    choice,
    listing,
    parsed,
    table_of,
)  # fmt: skip
from points_engine.rulebook.vocabulary import (
    ANY,
    ANY_NUMBER,
    BOOLEAN,
    DURATION,
    FACTS,
    MONEY,
    NUMBER,
    POINTS,
)  # fmt: skip

as_day: Shape = parsed(notation.day_of, "bad_date")
as_window: Shape = parsed(notation.window_of, "bad_window")
as_end: Shape = parsed(notation.end_of, "bad_expiry")
as_term: Shape = parsed(lambda text: End("never") if text == "for_ever" else notation.end_of(text), "bad_expiry")
each: Shape = choice("volunteer", "household", "group", "unit")

as_key_of_tally: Shape = parsed(notation.is_key_of_tally, "unknown_fact", FACTS)

ACTS = ("publish", "sign_up", "check_in", "record", "deed", "redeem", "transfer", "convert", "enrol")
OCCASIONS = ("record", "deed", "joined", "referral", "month_end")
"""What the fold is given, one after another."""

BONUSES = ("reached", "tier")
"""What the fold itself finds to have happened with an occasion."""

BLOCKED = (*ACTS, "award", "tier")
MEASURED_BY_LIMITS: Mapping[object, str] = {"minutes": DURATION, "amount": POINTS, "times": NUMBER, "balance": POINTS}
MEASURED_BY_WHAT: Mapping[object, str] = {"time": DURATION, "amount": POINTS}


def by_limits(fields: Mapping[str, object]) -> str:
    """What a cap's numbers are measured in."""
    return MEASURED_BY_LIMITS.get(fields.get("limits"), ANY)


def by_what(fields: Mapping[str, object]) -> str:
    """What a round's multiple is measured in."""
    return MEASURED_BY_WHAT.get(fields.get("what"), ANY)


def by_fold(fields: Mapping[str, object]) -> str:
    """What a measure folds: conditions, numbers, or (for distinct values) anything."""
    fold = fields.get("fold")
    return BOOLEAN if fold in DERIVED else ANY_NUMBER if fold in ("sum", "max") else ANY


def _requirement(that: object, say: Text | None = None) -> Requirement:
    return Requirement(that, say)  # type: ignore[arg-type]


REQUIREMENT = (Key("that", condition, required=True), Key("say", as_sentence))
requirements: Shape = listing(table_of(REQUIREMENT, _requirement))


def steps(by: str, amount: str = POINTS) -> Shape:
    """Rows of a table of amounts, by the value of another key's expression, or by the minutes of the occasion."""
    row = (
        Key("least", quantity(measured(by, DURATION) if by else POINTS), required=True),
        Key("amount", quantity(amount), required=True),
    )
    return listing(table_of(row, Step), single=False)


def _approval_step(by: str, upto: object = None) -> ApprovalStep:
    return ApprovalStep(upto=upto, by=by)  # type: ignore[arg-type]


APPROVAL_STEP = (Key("upto", quantity(measured("measure", NUMBER))), Key("by", as_slug, required=True))
approval_steps: Shape = listing(table_of(APPROVAL_STEP, _approval_step), single=False)

TIER_STEP = (
    Key("level", as_slug, required=True),
    Key("title", as_sentence, required=True),
    Key("reach", listing(condition), required=True),
    Key("mode", choice("all", "any")),
)


def _price_step(points: object, money: object = None, when: tuple[object, ...] = ()) -> PriceStep:
    return PriceStep(points=points, money=money, when=when)  # type: ignore[arg-type]


PRICE_STEP = (
    Key("points", formula(POINTS), required=True),
    Key("money", formula(MONEY)),
    Key("when", listing(condition)),
)


def price(node: Node, desk: Desk, what: str) -> object:
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


def reward_limit(node: Node, desk: Desk, what: str) -> object:
    """How often a reward may be had: a `times` cap of its own."""
    return table_of(REWARD_LIMIT, lambda **fields: _limit_cap(node.place, fields))(node, desk, what)


def _limit_cap(place: Place, fields: dict[str, object]) -> Cap:
    title = Text("次数限制", "limit")
    return Cap(id="limit", place=place, title=title, limits="times", at="redeem", **fields)  # type: ignore[arg-type]


def _block(at: tuple[str, ...], when: tuple[object, ...] = ()) -> Block:
    return Block(at, when)  # type: ignore[arg-type]


BLOCK = (Key("at", listing(choice(*BLOCKED)), required=True), Key("when", listing(condition)))


def block(node: Node, desk: Desk, what: str) -> object:
    """`redeem`, or `{at, when}`."""
    if isinstance(node, Scalar):
        act = choice(*BLOCKED)(node, desk, what)
        return act if isinstance(act, Bad) else Block((str(act),))
    return table_of(BLOCK, _block)(node, desk, what)
