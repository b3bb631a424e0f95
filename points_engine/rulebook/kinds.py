"""The kinds of rule, as frozen data: what the reader produces and the evaluation consumes.

A new kind is a dataclass here, a row in `schema.SCHEMA` and a module that evaluates it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from points_engine.rulebook.terms import (
    LIFETIME,
    UNKNOWN,
    End,
    Expression,
    Number,
    Place,
    Requirement,
    Rule,
    Text,
    Unknown,
    Value,
    Window,
    number_of,
)  # fmt: skip

__all__ = [
    "LIFETIME", "UNKNOWN", "Admit", "ApprovalStep", "Approve", "Award", "Block", "Cap", "Close", "Convert", "Draw",
    "End", "Expiry", "Expression", "Factor", "Group", "Measure", "Number", "Offline", "Parameter", "Place", "PriceStep",
    "Requirement", "Reward", "Round", "Rule", "Settle", "Standing", "Step", "Text", "Tier", "TierStep", "Transfer",
    "Unknown", "Value", "Window", "number_of",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter(Rule):
    """A dated, cited number (or a table keyed by text): the only place for numbers other than 0 and 1."""

    # number | duration | points | money | percent | text | date | boolean | list (of text) | table (by text)
    measured_in: str = "number"
    of: str = "number"  # what a table's cells are measured in
    values: tuple[tuple[date, Value | Mapping[str, Value]], ...] = ()

    def on(self, day: date) -> Value | Mapping[str, Value] | Unknown:
        """The value in force on `day`; unknown before the first one."""
        known: Value | Mapping[str, Value] | Unknown = UNKNOWN
        for since, value in self.values:
            if since > day:
                break
            known = value
        return known


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure(Rule):
    """A fold of service history: `sum of record.minutes over year`, and so on. Excludes the occasion in hand."""

    fold: Literal["sum", "count", "distinct", "max", "streak", "share"]
    of: Expression | None = None  # what is added up; None for count; streak, share: a condition over other measures
    source: tuple[str, ...] = ("record",)  # which occasions: record | deed | joined | … | tier
    where: tuple[Expression, ...] = ()
    over: Window = LIFETIME
    same: tuple[str, ...] = ()  # host | activity | category | outlet | item …: one tally per value of these
    each: Literal["volunteer", "household", "group", "unit"] = "volunteer"
    including: bool = False  # whether the occasion in hand counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Admit(Rule):
    """Who and what may: every requirement must hold at the named act, else it is refused with the sentence."""

    at: tuple[str, ...]  # publish | sign_up | check_in | record | redeem | transfer | convert | enrol


@dataclass(frozen=True, slots=True)
class ApprovalStep:
    upto: Number | Expression | None  # half-open above: value <= upto is this step's; None for the last step
    by: str  # "rule" (nobody has to), or the level that must grant it: steward, unit, parent_unit, province…


@dataclass(frozen=True, slots=True, kw_only=True)
class Approve(Rule):
    """Who must confirm. `measure` is what the steps are read by, the occasion in hand included."""

    at: str = "record"  # record | deed | tier
    measure: Expression | None = None  # None: one step, for everything
    steps: tuple[ApprovalStep, ...] = ()
    part: Literal["excess", "whole"] = "whole"
    notice_days: int = 0  # working days that the list stands before it takes effect
    notice_from: Literal["next_day", "same_day"] = "next_day"  # whether the day of publishing is the first of them


@dataclass(frozen=True, slots=True)
class Step:
    """One row of a table: from `least` (inclusive) up to the next row's."""

    least: Number | Expression
    amount: Number | Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class Award(Rule):
    """Points for an occasion. Exactly one of `amount`, `steps`, `bands` says how many `per` unit.

    `reached` pays with the occasion that makes `when` true, `tier` with the one that reaches a level.
    """

    at: str = "record"  # record | deed | joined | referral | month_end | reached | tier
    per: Literal["hour", "minute", "occasion", "item", "month"] = "occasion"
    amount: Expression | None = None
    steps: tuple[Step, ...] = ()
    steps_by: Expression | None = None  # what a step table is read by; None: the minutes of the occasion
    bands: tuple[Step, ...] = ()  # rate per `per`, by the value of `bands_by` at that moment
    bands_by: Expression | None = None
    straddle: Literal["split", "start", "end"] = "split"
    source: Literal["issue", "fund", "receiver"] = "issue"
    fund: str = ""
    credit: tuple[str, ...] = ()
    over: Window = LIFETIME  # at: reached — paid once in each of these windows


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor(Rule):
    """A multiplier on awards: level, role, difficulty, holiday, evaluation (0 voids)."""

    multiply: Expression
    applies_to: tuple[str, ...] = ()  # award ids; empty means every award of the occasion
    applies_to_time: bool = False  # an evaluation that sets the time itself to 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Round(Rule):
    what: Literal["time", "amount"]
    to: Number | Expression  # a multiple: minutes for time, points for amounts
    direction: Literal["down", "up", "nearest"]  # nearest: half up
    at: Literal["record", "day", "period"] = "record"
    over: Window = LIFETIME  # for at: period, and how long a carried remainder lives
    remainder: Literal["drop", "carry"] = "drop"
    applies_to: tuple[str, ...] = ()  # award ids; empty means the sum of the occasion's awards


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap(Rule):
    """A bound. Time and amount caps cut in the fold; `balance` caps are decided at posting."""

    limits: Literal["minutes", "amount", "times", "balance"]
    at: str = "record"  # what a `times` cap counts: record | deed | sign_up | check_in | redeem | transfer | convert
    most: Expression | None = None
    least: Expression | None = None  # a floor (balance), or the shortest stretch that counts (minutes over record)
    over: Window = field(default_factory=lambda: Window("record"))
    same: tuple[str, ...] = ()
    each: Literal["volunteer", "household", "group", "unit"] = "volunteer"
    skip_first: Expression | None = None
    excess: Literal["drop", "refuse", "approve", "route"] = "drop"
    route: str = ""  # for excess: route — "donate_only" or "fund/{id}"
    by: str = "steward"  # for excess: approve — who may let it through
    applies_to: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Expiry(Rule):
    """The last usable day of a lot, from the day it is earned on."""

    ends: Literal["never", "end_of_month", "end_of_quarter", "end_of_year", "end_of_fiscal_year", "after", "on_day"]
    length: int = 0  # end_of_*: whole windows later; after: how many units
    unit: str = ""  # after: day | month | year
    on_day: date | None = None
    granularity: Literal["day", "month", "quarter", "year"] = "day"  # the last day is moved to the end of this
    on_redeem: Literal["keep", "zero"] = "keep"


@dataclass(frozen=True, slots=True)
class TierStep:
    level: str
    title: Text
    reach: tuple[Expression, ...]
    mode: Literal["all", "any"] = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier(Rule):
    """A rank from history; the highest step reached holds.

    `falls`: `never` keeps a level for as long as it `holds`; `at_once` follows the measures down; `at_review` looks
    again on the day after the level has held, and every such term later.  `reset` starts from nothing in each window.
    """

    steps: tuple[TierStep, ...]  # lowest first
    holds: End | None = None  # None: for ever
    falls: Literal["never", "at_once", "at_review"] = "never"
    reset: Window | None = None


@dataclass(frozen=True, slots=True)
class PriceStep:
    """One way to pay: the first whose conditions hold is the price."""

    points: Expression
    money: Expression | None  # minor units the volunteer pays in cash on top
    when: tuple[Expression, ...] = ()


@dataclass(frozen=True, slots=True)
class Offline:
    """What bounds the risk of a reward that outlets hand over without a network.

    `charge` says who bears a voucher that had been used or let go elsewhere, which the outlet could not know.
    """

    most: int  # vouchers that one device may take in a day
    within: int = (
        24 * 60
    )  # minutes after a voucher's end in which a use may still be brought; its points stay set aside
    charge: Literal["outlet", "fund"] = "outlet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reward(Rule):
    """Something a partner gives for points. What a partner is owed per item is `pays` (minor units), from `fund`."""

    category: str  # culture_tourism | commerce | public_service
    partner: str
    prices: tuple[PriceStep, ...]
    outlets: tuple[str, ...] = ()  # empty: every outlet of the partner
    fund: str = ""
    pays: Number | Expression = 0
    stock: int | None = None  # None: unlimited
    stock_each: Literal["", "outlet"] = ""  # empty: the outlets have it in common
    hold_minutes: int = 30
    limits: tuple[Cap, ...] = ()  # `times` caps: per volunteer, window
    restock_on_refund: bool = True
    refund_days: int = 0  # how many days after confirming a refund is possible; 0: same day
    on_expired_refund: Literal["restore", "expire", "extend"] = "expire"
    face: Number | Expression = 0  # what the voucher is worth at the counter, in minor units
    choose: Mapping[str, Text] = field(default_factory=dict)  # one of these is taken; `act.choice` says which
    uses: int = 1  # how many times one voucher may be used
    valid: End | None = None  # the last day of a voucher, from the day it is given; None: the hold's own end
    offline: Offline | None = None  # None: an outlet without a network does not hand it over

    @property
    def has_shelves(self) -> bool:
        """Whether every outlet has a stock of its own: as much as `stock` says to begin with, or nothing."""
        return self.stock_each == "outlet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group(Rule):
    """Awards or factors that do not simply add up: all of them, the first that applies, or the best."""

    of: tuple[str, ...]
    combine: Literal["stack", "first", "best"]


@dataclass(frozen=True, slots=True)
class Block:
    """Something that a standing keeps from happening: an act, `award` (hours count, points do not) or `tier`."""

    at: tuple[str, ...]
    when: tuple[Expression, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing(Rule):
    """A sanction or an exclusion: how one comes into it, what it takes away, and what ends it.

    It begins on the day on which `enter` becomes true; with `at`, when an occasion of that kind makes it true.  It
    ends when it has lasted its time *and* every condition of `lifts` holds; with neither, when `enter` is over.
    """

    enter: Expression
    at: str = ""  # "": by the facts of the day alone; record | deed | …: with an occasion
    becomes: Literal["", "suspended", "deregistered", "blacklisted"] = ""
    lasts: End | None = None
    lifts: tuple[Expression, ...] = ()
    blocks: tuple[Block, ...] = ()
    drops: tuple[str, ...] = ()  # tiers that are lost
    cancels: tuple[Expression, ...] = ()  # which of the person's occasions are to be reversed


@dataclass(frozen=True, slots=True, kw_only=True)
class Convert(Rule):
    """Points into money or vouchers.  Each window of earning is converted by itself; numbers are per window."""

    into: Literal["money", "voucher"] = "money"
    earned_in: tuple[Window, ...]  # which windows are open on the day of asking: `year`, `year - 1`
    window: Window | None = None  # when one may ask; None: on any day
    rate: Number | Expression | None = None  # minor units per point
    steps: tuple[Step, ...] = ()  # or a table: minor units for the whole window, by its points
    least: Number | Expression | None = None
    most: Number | Expression | None = None
    below: Literal["carry", "lose"] = "carry"
    above: Literal["keep", "lose"] = "lose"
    fund: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer(Rule):
    """Points from one account to another.  Without such a rule nothing is transferred."""

    from_kind: str  # volunteer | household | group | unit | fund
    to_kind: str
    priority: int = 0  # of several that allow a transfer the lowest decides
    lots: Literal["keep", "restart"] = "keep"  # the receiver's last usable day: the giver's, or counted anew
    draws: tuple[str, ...] = ("spendable",)  # which points may be given: spendable | donate_only
    least: Number | Expression | None = None
    most: Number | Expression | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw(Rule):
    """Places or things of which there are fewer than applicants."""

    purpose: Literal["reward", "enrolment"]
    places: Number | Expression
    order: Literal["first", "lottery", "priority"]
    by: Expression | None = None  # the higher, the sooner; then who applied first, or by lot
    bar: Window | None = None  # who won in this window is out
    unless: tuple[Expression, ...] = ()  # any of these lets a recent winner in all the same


@dataclass(frozen=True, slots=True, kw_only=True)
class Close(Rule):
    """What happens to accounts at the end of a window, and who has passed it."""

    over: Window
    base: Expression | None = None  # what the next window begins with
    carry: Expression | None = None  # how much of the balance goes on; None: nothing where there is a base
    passes: tuple[Expression, ...] = ()  # the pass mark of a person
    ratio: Number | Expression | None = None  # which part of a unit's people must pass
    report_to: tuple[str, ...] = ()  # which of a person's units are told: home | work
    by: str = ""  # who fixes the result
    notice_days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Settle(Rule):
    """What a partner gets for the points that it collected: money per point, or points again at a discount."""

    over: Window
    rate: Number | Expression = 0  # minor units per point
    reissue: Number | Expression | None = None  # points given back per point collected
    fund: str = ""
