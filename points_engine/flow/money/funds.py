"""Funds: money set aside to pay partners back, and where it came from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from points_engine.errors import AlreadyExists, NotFound
from points_engine.flow import shapes
from points_engine.flow.counter.offers import fund_needs
from points_engine.flow.desk import Desk, Need, OneRow
from points_engine.flow.entities import Fund
from points_engine.flow.notes import keep_note
from points_engine.flow.wire import ERASABLE
from points_engine.ledger import amounts
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
    fund = Fund(command.code, command.currency, command.name_zh, command.name_en)
    there = desk.find(Fund, command.code)
    if there is not None and there != fund:
        raise AlreadyExists(what="fund", code=command.code)
    if there is None:
        desk.put(fund)
    return {"fund": command.code, "created": there is None}


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
