"""The kinds of rule, as frozen data: what the reader produces and the evaluation consumes.

Numbers are `int` or `Fraction`, never `float`; durations are counted in minutes; points are counted in whole points
(as a `Fraction` until the pack's scale turns them into integers).  Every rule remembers its place in its file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Literal, Protocol, TypeAlias

Number: TypeAlias = int | Fraction
Value: TypeAlias = bool | int | Fraction | str | date | tuple[object, ...]


class Unknown:
    """The value of a fact that nobody stated: never enough to allow, also under `not`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNKNOWN"

    def __bool__(self) -> bool:
        raise AssertionError("an unknown value has no truth; compare with `is UNKNOWN`")


UNKNOWN = Unknown()


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a pack: file name relative to the pack, line and column from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence in both languages; `{name}` is filled from the facts and values of a decision."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en


class Expression(Protocol):
    """A compiled, typed expression over named values."""

    @property
    def source(self) -> str:
        """The text as written."""
        ...

    @property
    def place(self) -> Place:
        """Where it stands in the pack."""
        ...

    @property
    def type(self) -> str:
        """`boolean`, `number` (points and money too), `duration` (minutes), `text`, `date`, `list` or `table`."""
        ...

    @property
    def names(self) -> frozenset[str]:
        """The dotted facts ("record.minutes") and bare parameters or measures that it reads."""
        ...

    def __call__(self, values: Mapping[str, object]) -> object:
        """The value, or UNKNOWN. `values` holds every known one of `names`; a missing name is unknown."""
        ...

    def clauses(self, values: Mapping[str, object]) -> list[tuple[str, object]]:
        """The text and the value of each operand of a top-level `and` or `or`; itself where there is none."""
        ...


def number_of(term: Number | Expression, values: Mapping[str, object]) -> Number | Unknown:
    """The number that a key holds here: the literal itself, or the value of the expression over `values`."""
    if isinstance(term, (int, Fraction)):
        return term
    value = term(values)
    assert isinstance(value, (int, Fraction, Unknown)), f"{term.place}: {term.source} is not a number"
    return value


@dataclass(frozen=True, slots=True)
class Requirement:
    """A condition that refuses, and says why: `{that, say}`."""

    that: Expression
    say: Text | None


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of days relative to the day in hand.

    kinds: `record` (this occasion only), `day`, `week` (Monday first), `month`, `quarter`, `half_year`, `year`,
    `fiscal_year` (as pack.yaml says), each with `offset` n meaning n windows earlier; `last` (length n of `unit`
    day|week|month|year, ending on the day in hand, inclusive); `season` (from month-day a to month-day b);
    `since` (from the day of a dated event); `lifetime`.
    """

    kind: str
    offset: int = 0
    length: int = 0
    unit: str = ""
    season: tuple[tuple[int, int], tuple[int, int]] | None = None
    event: str = ""


LIFETIME = Window("lifetime")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What every rule carries. `from_day` and `until_day` (inclusive) select by the service day or the act's day."""

    id: str
    place: Place = field(compare=False)
    title: Text
    cite: str = ""
    from_day: date | None = None
    until_day: date | None = None
    when: tuple[Expression, ...] = ()
    require: tuple[Requirement, ...] = ()
    because: Text | None = None


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
    source: tuple[str, ...] = ("record",)  # which occasions: record | deed | joined | referral
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
    notice_days: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """One row of a table: from `least` (inclusive) up to the next row's."""

    least: Number | Expression
    amount: Number | Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class Award(Rule):
    """Points for an occasion. Exactly one of `amount`, `steps`, `bands` says how many `per` unit."""

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
    """A rank from history; the highest step reached holds."""

    steps: tuple[TierStep, ...]  # lowest first
    holds: str = "for_ever"
    falls: Literal["never", "at_once", "at_review"] = "never"
    reset: Window | None = None


@dataclass(frozen=True, slots=True)
class PriceStep:
    """One way to pay: the first whose conditions hold is the price."""

    points: Expression
    money: Expression | None  # minor units the volunteer pays in cash on top
    when: tuple[Expression, ...] = ()


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
    hold_minutes: int = 30
    limits: tuple[Cap, ...] = ()  # `times` caps: per volunteer, window
    restock_on_refund: bool = True
    refund_days: int = 0  # how many days after confirming a refund is possible; 0: same day
    on_expired_refund: Literal["restore", "expire", "extend"] = "expire"
