"""The schema: for every kind of rule one table of its keys, and what must hold between them.

A new kind is a frozen dataclass in `kinds.py`, one row here, and its examples.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from points_engine.rulebook import coherence
from points_engine.rulebook.forms import (
    ACTS,
    BONUSES,
    OCCASIONS,
    TIER_STEP,
    approval_steps,
    as_day,
    as_end,
    as_key_of_tally,
    as_term,
    as_window,
    block,
    by_fold,
    by_limits,
    by_what,
    each,
    price,
    requirements,
    reward_limit,
    steps,
)  # fmt: skip
from points_engine.rulebook.formulas import condition, formula, minutes, quantity
from points_engine.rulebook.kinds import (
    Admit,
    Approve,
    Award,
    Cap,
    Close,
    Convert,
    Draw,
    Expiry,
    Factor,
    Group,
    Measure,
    Offline,
    Reward,
    Round,
    Rule,
    Settle,
    Standing,
    Tier,
    TierStep,
    Transfer,
)  # fmt: skip
from points_engine.rulebook.parameters import PARAMETER_KEYS, parameter
from points_engine.rulebook.reader import Table
from points_engine.rulebook.shapes import (
    Desk,
    Key,
    as_boolean,
    as_sentence,
    as_slug,
    as_text,
    choice,
    listing,
    named,
    references,
    table_of,
    whole,
)  # fmt: skip
from points_engine.rulebook.vocabulary import ANY_NUMBER, MONEY, NUMBER, POINTS

NAMING = (Key("title", as_sentence), Key("cite", as_text))
COMMON = (
    *NAMING,
    Key("from", as_day, "from_day"),
    Key("until", as_day, "until_day"),
    Key("when", listing(condition)),
    Key("require", requirements),
    Key("because", as_sentence),
)

OFFLINE = (
    Key("most", whole(least=1, most=10_000), required=True),
    Key("within", minutes),
    Key("charge", choice("outlet", "fund")),
)
KINDS_OF_ACCOUNT = ("volunteer", "household", "group", "unit", "fund")


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
                Key("of", formula(by_fold)),
                Key("source", listing(choice(*OCCASIONS, *BONUSES))),
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
                Key("steps", approval_steps),
                Key("by", as_slug),
                Key("part", choice("excess", "whole")),
                Key("notice_days", whole(most=366)),
                Key("notice_from", choice("next_day", "same_day")),
            ),
            Approve,
            coherence.check_approve,
        ),
        Kind(
            "award",
            (
                *COMMON,
                Key("at", choice(*OCCASIONS, *BONUSES)),
                Key("per", choice("hour", "minute", "occasion", "item", "month")),
                Key("amount", formula(POINTS)),
                Key("steps_by", formula(ANY_NUMBER)),
                Key("steps", steps("steps_by")),
                Key("bands_by", formula(ANY_NUMBER)),
                Key("bands", steps("bands_by")),
                Key("straddle", choice("split", "start", "end")),
                Key("source", choice("issue", "fund", "receiver")),
                Key("fund", as_slug),
                Key("credit", listing(as_slug)),
                Key("over", as_window),
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
                Key("to", quantity(by_what), required=True),
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
                Key("most", formula(by_limits)),
                Key("least", formula(by_limits)),
                Key("skip_first", formula(by_limits)),
                Key("over", as_window),
                Key("same", listing(as_key_of_tally)),
                Key("each", each),
                Key("excess", choice("drop", "refuse", "approve", "route")),
                Key("route", as_text),
                Key("by", as_slug),
                Key("applies_to", references("award", "reward")),
            ),
            Cap,
            coherence.check_cap,
        ),
        Kind(
            "expiry",
            (
                *COMMON,
                Key("ends", as_end, "end", required=True),
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
                Key("holds", as_term),
                Key("falls", choice("never", "at_once", "at_review")),
                Key("reset", as_window),
            ),
            Tier,
            coherence.check_tier,
        ),
        Kind(
            "reward",
            (
                *COMMON,
                Key("category", choice("culture_tourism", "commerce", "public_service"), required=True),
                Key("partner", as_slug, required=True),
                Key("outlets", listing(as_slug)),
                Key("price", listing(price), "prices", required=True),
                Key("fund", as_slug),
                Key("pays", quantity(MONEY)),
                Key("stock", whole()),
                Key("stock_each", choice("outlet")),
                Key("hold", minutes, "hold_minutes"),
                Key("limits", listing(reward_limit)),
                Key("restock_on_refund", as_boolean),
                Key("refund_days", whole(most=3660)),
                Key("on_expired_refund", choice("restore", "expire", "extend")),
                Key("face", quantity(MONEY)),
                Key("choose", named(as_sentence)),
                Key("uses", whole(least=1, most=1000)),
                Key("valid", as_end),
                Key("offline", table_of(OFFLINE, Offline)),
            ),
            Reward,
            coherence.check_reward,
        ),
        Kind(
            "group",
            (
                *COMMON,
                Key("of", references("award", "factor"), required=True),
                Key("combine", choice("stack", "first", "best"), required=True),
            ),
            Group,
            coherence.check_group,
        ),
        Kind(
            "standing",
            (
                *COMMON,
                Key("enter", condition, required=True),
                Key("at", choice(*OCCASIONS)),
                Key("becomes", choice("suspended", "deregistered", "blacklisted")),
                Key("lasts", as_end),
                Key("lifts", listing(condition)),
                Key("blocks", listing(block)),
                Key("drops", references("tier")),
                Key("cancels", listing(condition)),
            ),
            Standing,
            coherence.check_standing,
        ),
        Kind(
            "convert",
            (
                *COMMON,
                Key("into", choice("money", "voucher")),
                Key("earned_in", listing(as_window), required=True),
                Key("window", as_window),
                Key("rate", quantity(MONEY)),
                Key("steps", steps("", MONEY)),
                Key("least", quantity(POINTS)),
                Key("most", quantity(POINTS)),
                Key("below", choice("carry", "lose")),
                Key("above", choice("keep", "lose")),
                Key("fund", as_slug),
            ),
            Convert,
            coherence.check_convert,
        ),
        Kind(
            "transfer",
            (
                *COMMON,
                Key("from_kind", choice(*KINDS_OF_ACCOUNT), required=True),
                Key("to_kind", choice(*KINDS_OF_ACCOUNT), required=True),
                Key("priority", whole(most=1000)),
                Key("lots", choice("keep", "restart")),
                Key("draws", listing(choice("spendable", "donate_only"))),
                Key("least", quantity(POINTS)),
                Key("most", quantity(POINTS)),
            ),
            Transfer,
        ),
        Kind(
            "draw",
            (
                *COMMON,
                Key("for", choice("reward", "enrolment"), "purpose", required=True),
                Key("places", quantity(NUMBER), required=True),
                Key("order", choice("first", "lottery", "priority"), required=True),
                Key("by", formula(ANY_NUMBER)),
                Key("bar", as_window),
                Key("unless", listing(condition)),
            ),
            Draw,
            coherence.check_draw,
        ),
        Kind(
            "close",
            (
                *COMMON,
                Key("over", as_window, required=True),
                Key("base", formula(POINTS)),
                Key("carry", formula(POINTS)),
                Key("passes", listing(condition)),
                Key("ratio", quantity(NUMBER)),
                Key("report_to", listing(choice("home", "work"))),
                Key("by", as_slug),
                Key("notice_days", whole(most=366)),
            ),
            Close,
            coherence.check_close,
        ),
        Kind(
            "settle",
            (
                *COMMON,
                Key("over", as_window, required=True),
                Key("rate", quantity(MONEY)),
                Key("reissue", quantity(NUMBER)),
                Key("fund", as_slug),
            ),
            Settle,
            coherence.check_settle,
        ),
    )
}
"""By the key that names the rule."""
