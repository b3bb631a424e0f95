"""One volunteer as others may see them: card, balances now and as of a moment, stars and what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction
from itertools import islice
from typing import Any, Literal

from sqlalchemy import func, select

from points_engine.flow.admission import fold_state
from points_engine.flow.desk import OneAccount
from points_engine.flow.entities import CheckIn, Person, Scheme, TierHeld, Unit, Volunteer
from points_engine.flow.people.households import member_on, subject_on
from points_engine.flow.people.lookup import subject, the_volunteer
from points_engine.flow.rules import rule_history, schemes, today
from points_engine.ledger import amounts
from points_engine.ledger.amounts import shown
from points_engine.reading.view import View
from points_engine.rulebook.acts import missing_to_next
from points_engine.rulebook.kinds import Text, Tier
from points_engine.store.tables import METADATA

PARTS = ("", "held", "donate_only", "debt")


@dataclass(frozen=True, slots=True)
class Card:
    """Who a number means. The name is shown with its middle hidden."""

    volunteer: Volunteer
    shown_name: str
    home: Unit | None
    has_pin: bool
    present_at: CheckIn | None


@dataclass(frozen=True, slots=True)
class SchemeBalance:
    """A volunteer's points in one scheme, as people write them, and the lots that can be spent."""

    scheme: Scheme
    spendable: str
    held: str
    donate_only: str
    debt: str
    lots: list[tuple[date, str]]


@dataclass(frozen=True, slots=True)
class Balance:
    """Minutes on the statutory record and points in every scheme."""

    minutes: int
    schemes: list[SchemeBalance]


@dataclass(frozen=True, slots=True)
class Standing:
    """A tier of one scheme: the level held, since when, and what is missing for the next one."""

    scheme: str
    tier: str
    title: Text
    level: str
    level_title: Text | None
    since: date | None
    next_level: str
    next_title: Text | None
    required: int | None
    available: int | None
    missing: int | None


def volunteer(view: View, number: str) -> Volunteer:
    """The volunteer whom a number means.

    Raises: NotFound.
    """
    return view.ask(lambda desk: the_volunteer(desk, number))


def card(view: View, number: str) -> Card:
    """The card of a volunteer.

    Raises: NotFound.
    """
    found = volunteer(view, number)
    person = view.one(Person, found.id)
    home = view.one(Unit, found.home_unit) if found.home_unit else None
    present = view.where(CheckIn, volunteer_id=found.id, state="open")
    has_pin = person is not None and bool(person.pin_hash)
    name = masked(person.name if person is not None else "")
    return Card(found, name, home, has_pin, present[-1] if present else None)


def masked(name: str) -> str:
    """A name with its middle hidden: enough to recognise oneself by, too little to look somebody up.

    >>> masked("王小明"), masked("李四"), masked("演示志愿者007")
    ('王*明', '李*', '演示志愿者007')
    """
    if name.startswith("演示") or len(name) < 2:
        return name
    return name[0] + "*" * (len(name) - 2 or 1) + (name[-1] if len(name) > 2 else "")


def balance(view: View, number: str) -> Balance:
    """What a volunteer has now. Lots past their last day do not count as spendable.

    Raises: NotFound.
    """
    found = volunteer(view, number)
    day = view.ask(today)
    known = view.ask(schemes)
    needs = [OneAccount(amounts.volunteer(found.id), amounts.MINUTES)]
    needs += [
        OneAccount(amounts.volunteer(found.id, part), amounts.points(scheme.code)) for scheme in known for part in PARTS
    ]
    read = iter(view.accounts(needs))
    minutes = next(read).balance
    there = []
    for scheme in known:
        scale = scheme.scale
        main, held, donate, debt = islice(read, len(PARTS))
        lots = [(last, shown(amount, scale)) for last, amount in sorted(main.lots.items()) if last >= day]
        there.append(
            SchemeBalance(
                scheme, shown(main.usable(day), scale), shown(held.balance, scale), shown(donate.balance, scale),
                shown(-debt.balance, scale), lots,
            )
        )  # fmt: skip
    return Balance(minutes, there)


def balance_as_of(view: View, number: str, moment: datetime, by: Literal["occurred_at", "recorded_at"]) -> Balance:
    """What the books say a volunteer had at a moment: by when it happened, or by when it was written down.

    Raises: NotFound.
    """
    found = volunteer(view, number)
    there = []
    for scheme in view.ask(schemes):
        asset = amounts.points(scheme.code)
        main, held, donate, debt = (_sum(view, amounts.volunteer(found.id, part), asset, moment, by) for part in PARTS)
        scale = scheme.scale
        parts = (shown(main, scale), shown(held, scale), shown(donate, scale), shown(-debt, scale))
        there.append(SchemeBalance(scheme, *parts, []))
    return Balance(_sum(view, amounts.volunteer(found.id), amounts.MINUTES, moment, by), there)


def _sum(view: View, account: str, asset: str, moment: datetime, by: str) -> int:
    postings, entries = METADATA.tables["posting"], METADATA.tables["entry"]
    # All postings of one account, by the index posting_by_version.
    query = (
        select(func.coalesce(func.sum(postings.c.amount), 0))
        .join(entries, entries.c.id == postings.c.entry_id)
        .where(
            postings.c.account == account,
            postings.c.asset == asset,
            postings.c.version.is_not(None),
            entries.c[by] <= moment,
        )
    )
    return int(view.connection.execute(query).scalar_one())


def tiers(view: View, number: str) -> list[Standing]:
    """Every tier of every scheme: the level held and the way to the next.

    Raises: NotFound.
    """
    found = volunteer(view, number)
    day = view.ask(today)
    held = [row for row in view.where(TierHeld, volunteer_id=found.id) if not row.is_void and row.from_day <= day]
    answers = []
    for scheme in view.ask(schemes):
        history = view.ask(lambda desk, code=scheme.code: rule_history(desk, code))  # type: ignore[misc]
        if not history.versions or history.versions[0][0] > day:
            continue
        pack = history.on(day)
        whose = view.ask(lambda desk, code=scheme.code: subject_on(desk, code, found.id, day))  # type: ignore[misc]
        ahead = view.ask(
            lambda desk, pack=pack: missing_to_next(  # type: ignore[misc]
                pack,
                subject(desk, found),
                fold_state(desk, pack.scheme, found.id, day),
                day,
                member_on(desk, pack.scheme, found.id, day),
            )
        )
        for rule in pack.of_kind(Tier):
            levels = {step.level: (place, step.title) for place, step in enumerate(rule.steps)}
            mine = [
                row
                for row in held
                if (row.scheme, row.subject, row.tier) == (pack.scheme, whose, rule.id) and row.level in levels
            ]
            top: TierHeld | None = max(mine, key=lambda row: levels[row.level][0], default=None)
            coming = next((each for each in ahead if each.tier == rule.id), None)
            reason = next(iter(coming.reasons), None) if coming is not None else None
            answers.append(
                Standing(
                    pack.scheme, rule.id, rule.title,
                    top.level if top else "", levels[top.level][1] if top else None, top.from_day if top else None,
                    coming.level if coming else "", coming.title if coming else None,
                    _whole(reason.required if reason else None), _whole(reason.available if reason else None),
                    _whole(reason.missing if reason else None),
                )
            )  # fmt: skip
    return answers


def _whole(value: Any) -> int | None:
    return int(value) if isinstance(value, (int, Fraction)) else None
