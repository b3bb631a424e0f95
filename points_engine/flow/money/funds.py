"""Funds: money set aside to pay partners back, and where it came from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from points_engine.errors import NotFound
from points_engine.flow import shapes
from points_engine.flow.counter.offers import fund_needs
from points_engine.flow.desk import Desk, Need, OneAccount, OneRow
from points_engine.flow.entities import Fund
from points_engine.flow.exact import check_points, smallest_units
from points_engine.flow.notes import keep_note
from points_engine.flow.programme import lay
from points_engine.flow.rules import rule_needs, the_scheme
from points_engine.flow.wire import ERASABLE
from points_engine.ledger import amounts
from points_engine.ledger.amounts import shown
from points_engine.ledger.entries import Entry, Line

CURRENCIES = ("CNY", "JPY", "KRW", "USD", "HKD", "MOP", "EUR")


@dataclass(frozen=True, slots=True)
class RegisterFund:
    """A fund in one ISO currency."""

    code: str
    name_zh: str
    name_en: str
    currency: str = "CNY"

    def __post_init__(self) -> None:
        shapes.address("code", self.code)
        shapes.text("name_zh", self.name_zh, least=1)
        shapes.text("name_en", self.name_en, least=1)
        shapes.one_of("currency", self.currency, CURRENCIES)


def register_fund_needs(command: RegisterFund, desk: Desk) -> Iterator[Need]:
    yield OneRow(Fund, (command.code,))


def register_fund(command: RegisterFund, desk: Desk) -> dict[str, Any]:
    """Raises: AlreadyExists."""
    return lay(desk, "fund", Fund(command.code, command.currency, command.name_zh, command.name_en))


@dataclass(frozen=True, slots=True)
class ReceiveDonation:
    """Money comes into a fund. `amount_minor` is in the currency's minor unit (fen); `donor` is free text."""

    fund: str
    amount_minor: int
    donor: str = field(metadata=ERASABLE)

    def __post_init__(self) -> None:
        shapes.code("fund", self.fund)
        shapes.amount("amount_minor", self.amount_minor)
        shapes.text("donor", self.donor, least=1)


def donation_needs(command: ReceiveDonation, desk: Desk) -> Iterator[Need]:
    yield from fund_needs(desk, command.fund)


def receive_donation(command: ReceiveDonation, desk: Desk) -> dict[str, Any]:
    """Book money into a fund.

    Raises: NotFound.
    """
    fund = desk.find(Fund, command.fund)
    if fund is None:
        raise NotFound(what="fund", code=command.fund)

    # Nothing below this line may refuse.
    entry_id = desk.make_id()
    lines = (
        Line(amounts.fund(fund.code, "donors"), fund.currency, -command.amount_minor),
        Line(amounts.fund(fund.code), fund.currency, command.amount_minor),
    )
    desk.post(Entry(entry_id, "donation", desk.command_id, desk.now, lines))
    note = keep_note(desk, command.donor)
    return {"fund": fund.code, "entry": entry_id, "note": note}


@dataclass(frozen=True, slots=True)
class AllotPoints:
    """Points of a scheme come into a fund, from which its rules make grants. `points` are exact; `reason` says by whose
    decision, and stands in a note."""

    fund: str
    scheme: str
    points: Fraction
    reason: str = field(metadata=ERASABLE)

    def __post_init__(self) -> None:
        shapes.code("fund", self.fund)
        shapes.code("scheme", self.scheme)
        check_points(self.points)
        shapes.text("reason", self.reason, least=1)


def allot_needs(command: AllotPoints, desk: Desk) -> Iterator[Need]:
    yield from rule_needs(desk)
    yield OneRow(Fund, (command.fund,))
    yield OneAccount(amounts.fund(command.fund), amounts.points(command.scheme))


def allot_points(command: AllotPoints, desk: Desk) -> dict[str, Any]:
    """Allot points to a fund: its budget for grants. They do not expire while they are there.

    Raises, first that applies: NotFound (fund, scheme), InvalidValue (finer than the smallest unit).
    """
    fund = desk.find(Fund, command.fund)
    if fund is None:
        raise NotFound(what="fund", code=command.fund)
    scheme = the_scheme(desk, command.scheme)
    exact = smallest_units(command.points, scheme)

    # Nothing below this line may refuse.
    account, asset = amounts.fund(fund.code), amounts.points(scheme.code)
    entry = desk.make_id()
    lines = (
        Line(amounts.scheme(scheme.code, "allotted"), asset, -exact),
        Line(account, asset, exact),
    )
    desk.post(Entry(entry, "allotment", desk.command_id, desk.now, lines))
    there = desk.account(account, asset).balance
    note = keep_note(desk, command.reason)
    return {
        "fund": fund.code,
        "scheme": scheme.code,
        "entry": entry,
        "note": note,
        "points": shown(there, scheme.scale),
    }
