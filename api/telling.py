"""From what is read of the books to what callers get: renaming, and nothing else."""

from __future__ import annotations

import json
from fractions import Fraction

from api.problems import problem
from api.told import (
    BalanceShown,
    DecisionShown,
    EntryShown,
    FundPointsShown,
    FundShown,
    LevelShown,
    LineShown,
    LotShown,
    NumbersShown,
    OutlookShown,
    PointsOf,
    QuoteShown,
    RecordShown,
    RedemptionShown,
    SchemeBalanceShown,
    SchemeNumbersShown,
    ShelfShown,
    StandingShown,
    StatementLineShown,
    StockShown,
    TierShown,
    UnitShown,
    VolunteerShown,
    VoucherShown,
    Words,
    words,
)
from points_engine.flow.entities import Fund, Group, Outlet, Partner, Scheme, Unit
from points_engine.flow.shapes import exact_number
from points_engine.reading.counter import NamesOn, RedemptionView
from points_engine.reading.entries import Decision, EntryView, StatementLine
from points_engine.reading.offers import Quote
from points_engine.reading.people import Balance, Card, Standing
from points_engine.reading.public import ProgrammeNumbers
from points_engine.reading.service import Outlook, RecordView
from points_engine.reading.stock import StockBook


def name_of(row: Unit | Partner | Outlet | Fund | Group) -> Words:
    """The name of a registered thing in both languages."""
    return Words(zh=row.name_zh, en=row.name_en)


def title_of(scheme: Scheme) -> Words:
    """The title of a scheme in both languages."""
    return Words(zh=scheme.title_zh, en=scheme.title_en)


def volunteer(card: Card) -> VolunteerShown:
    """A card."""
    home = card.home
    return VolunteerShown(
        number=card.volunteer.number,
        name=card.shown_name,
        standing=card.volunteer.standing,
        joined_on=card.volunteer.joined_on,
        home_unit=None if home is None else UnitShown(code=home.code, kind=home.kind, name=name_of(home)),
        work_unit=card.volunteer.work_unit,
        has_pin=card.has_pin,
        present_at=None if card.present_at is None else card.present_at.activity,
        present_since=None if card.present_at is None else card.present_at.checked_in_at,
    )


def balance(number: str, found: Balance) -> BalanceShown:
    """Balances."""
    return BalanceShown(
        number=number,
        minutes=found.minutes,
        as_of=None,
        schemes=[
            SchemeBalanceShown(
                scheme=each.scheme.code,
                title=title_of(each.scheme),
                keeps_time=each.scheme.keeps_time,
                spendable=each.spendable,
                held=each.held,
                donate_only=each.donate_only,
                debt=each.debt,
                lots=[LotShown(amount=amount, usable_to=last) for last, amount in each.lots],
            )
            for each in found.schemes
        ],
    )


def tier(found: Standing) -> TierShown:
    """A tier."""
    return TierShown(
        scheme=found.scheme,
        tier=found.tier,
        title=words(found.title),
        level=found.level,
        level_title=None if found.level_title is None else words(found.level_title),
        since=found.since,
        next_level=found.next_level,
        next_title=None if found.next_title is None else words(found.next_title),
        required=found.required,
        available=found.available,
        missing=found.missing,
    )


def statement_line(line: StatementLine) -> StatementLineShown:
    """A line of a statement."""
    return StatementLineShown(
        entry=line.entry,
        seq=line.seq,
        kind=line.kind,
        kind_text=words(line.kind_text),
        occurred_at=line.occurred_at,
        recorded_at=line.recorded_at,
        scheme=line.scheme,
        amount=line.amount,
        balance_after=line.balance_after,
        service_day=line.service_day,
        why=words(line.why),
    )


def decision(found: Decision) -> DecisionShown:
    """A decision."""
    zh, en = found.steps
    return DecisionShown(
        scheme=found.scheme, day=found.day, sentence=words(found.sentence), steps_zh=zh, steps_en=en, pack=found.pack
    )


def record(found: RecordView) -> RecordShown:
    """A service record or deed."""
    fact, stated = found.fact, json.loads(found.fact.facts_json)
    return RecordShown(
        record=fact.id,
        kind=fact.kind,
        volunteer=found.number,
        name=found.name,
        activity=fact.activity or None,
        activity_name=None if found.activity is None else found.activity.name,
        deed=stated.get("deed.kind"),
        start=fact.start,
        end=fact.end,
        minutes=fact.minutes,
        recorded_by=fact.recorded_by,
        state=fact.state,
        granted=fact.granted.split(",") if fact.granted else [],
        counts=[
            StandingShown(
                scheme=each.scheme,
                minutes=each.minutes,
                points=each.points,
                awaiting=each.awaiting,
                entry=each.entry or None,
                decision=None if each.decision is None else decision(each.decision),
            )
            for each in found.standings
        ],
        outlook=None if found.outlook is None else outlook(found.outlook),
    )


def outlook(found: Outlook) -> OutlookShown:
    """What an approval would give."""
    return OutlookShown(
        points=[PointsOf(scheme=scheme, points=points) for scheme, points in found.points.items()],
        minutes=found.minutes,
        awaiting=[LevelShown(level=level, text=words(text)) for level, text in found.awaiting],
    )


def entry(found: EntryView) -> EntryShown:
    """An entry."""
    return EntryShown(
        entry=found.id,
        seq=found.seq,
        kind=found.kind,
        kind_text=words(found.kind_text),
        occurred_at=found.occurred_at,
        recorded_at=found.recorded_at,
        reverses=found.reverses,
        principal=found.principal,
        command=found.command,
        why=words(found.why),
        lines=[
            LineShown(
                account=line.account,
                asset=line.asset,
                usable_to=line.expires_on,
                amount=line.amount,
                balance_after=line.balance_after,
            )
            for line in found.lines
        ],
        decisions=[decision(each) for each in found.decisions],
    )


def exact(field: str, text: str | None) -> Fraction | None:
    """An exact number as it was written.

    Raises: InvalidValue.
    """
    return None if text is None else exact_number(field, text)


def quote(found: Quote, language: str) -> QuoteShown:
    """A quote; a refusal is told as its problem would be."""
    refusal = found.refusal
    why = None if refusal is None else problem(refusal, language, "")
    return QuoteShown(
        scheme=found.pack.scheme,
        reward=found.reward.id,
        title=words(found.reward.title),
        category=found.reward.category,
        partner=found.reward.partner,
        partner_name=None if found.partner is None else name_of(found.partner),
        possible=found.is_possible,
        points=found.points,
        money=found.money,
        code=None if why is None else why["code"],
        detail=None if why is None else why["detail"],
        reasons=[] if why is None else why["reasons"],
        asks=list(found.asks),
        choices={name: words(title) for name, title in found.reward.choose.items()},
        available=found.available,
        outlets=found.outlets,
    )


def stock(found: StockBook) -> StockShown:
    """The book of one reward's stock."""
    return StockShown(
        scheme=found.scheme,
        reward=found.reward,
        title=words(found.title),
        available=found.available or 0,
        set_aside=found.set_aside,
        moves=found.moves,
        redeemed=found.redeemed,
        redeemed_at=found.redeemed_at,
        explained=found.explained,
        shelves=[
            ShelfShown(
                outlet=each.outlet, available=each.available, set_aside=each.set_aside, moves=each.moves,
                redeemed=each.redeemed, explained=each.explained,
            )
            for each in found.shelves
        ],
    )  # fmt: skip


def redemption(found: RedemptionView, valid_here: bool) -> RedemptionShown:
    """A hold as the counter sees it."""
    hold = found.hold
    state = "expired" if found.is_expired else hold.state
    return RedemptionShown(
        code=hold.code,
        state=state,
        scheme=hold.scheme,
        reward=hold.reward,
        title=words(found.title),
        quantity=hold.quantity,
        choice=hold.choice or None,
        uses=hold.uses,
        used=hold.used,
        refunded_quantity=hold.refunded_quantity,
        points=found.points,
        money=hold.money,
        partner=hold.partner,
        partner_name=None if found.partner is None else name_of(found.partner),
        outlet=hold.confirmed_outlet or hold.outlet or None,
        volunteer=found.number,
        volunteer_name=found.shown_name,
        placed_at=hold.placed_at,
        expires_at=hold.expires_at,
        confirmed_at=hold.confirmed_at,
        valid_here=valid_here and state == "open",
    )


def voucher(found: RedemptionView, named: NamesOn, token: str, qr_svg: str) -> VoucherShown:
    """A hold as its holder has it in hand."""
    hold = found.hold
    return VoucherShown(
        code=hold.code,
        token=token,
        qr_svg=qr_svg,
        scheme=hold.scheme,
        reward=hold.reward,
        title=words(found.title),
        choice=None if named.choice is None else words(named.choice),
        quantity=hold.quantity,
        uses_left=hold.uses - hold.used,
        points=found.points,
        money=hold.money,
        partner=Words(zh=hold.partner, en=hold.partner) if found.partner is None else name_of(found.partner),
        outlet=None if named.outlet is None else name_of(named.outlet),
        expires_at=hold.expires_at,
        volunteer_name=found.shown_name,
    )


def numbers(found: ProgrammeNumbers) -> NumbersShown:
    """The programme in numbers."""
    return NumbersShown(
        volunteers=found.volunteers,
        minutes=found.minutes,
        redemptions=found.redemptions,
        schemes=[
            SchemeNumbersShown(
                scheme=each.scheme.code,
                title=title_of(each.scheme),
                demonstration=each.pack is not None and each.pack.demonstration,
                issued=each.issued,
                redeemed=each.redeemed,
                expired=each.expired,
                in_hand=each.in_hand,
            )
            for each in found.schemes
        ],
        funds=[
            FundShown(
                fund=each.fund.code,
                name=name_of(each.fund),
                currency=each.fund.currency,
                income=each.income,
                owed=dict(each.owed),
                expenditure=each.expenditure,
                reserved=each.reserved,
                available=each.available,
                points=[
                    FundPointsShown(
                        scheme=one.scheme.code,
                        allotted=one.allotted,
                        given=one.given,
                        granted=one.granted,
                        left=one.left,
                    )
                    for one in each.points
                ],
            )
            for each in found.funds
        ],
        seq=found.seq,
    )
